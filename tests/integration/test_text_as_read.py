"""Words that only the eye joins are found and quoted exactly as the file has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Assistant

FILES = {
    "mill.txt": "The wind\u00admill of Tor\u00adby was de\u00adsigned by Karin Ek. Its mil\u00adler lives in Lund.\n",
    "storm.txt": "The \ufb01rst re\ufb02ection of the storm at the o\ufb03ce of Ida Ho\ufb00mann was in 1931.\n",
    "council.txt": (
        "The parish, which had met for the whole of the after-\nnoon, agreed at last to re-\nbuild the bell tower of "
        "Askby. The pas-\ntor did not vote.\n"
    ),
    "ferry.html": "<p>The ferry Tern was launched in 1962<sup>7</sup> at Lund and weighs 310<sup>b</sup> tons.</p>",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("files")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    assistant = Assistant(tmp_path_factory.mktemp("store"))
    assert not assistant.add([folder]).failed
    return assistant


@pytest.mark.parametrize(
    ("question", "answer", "source"),
    [
        ("Who designed the windmill of Torby?", "Karin Ek", "mill.txt"),
        ("When was the first reflection of the storm at the office of Ida Hoffmann?", "1931", "storm.txt"),
        ("What did the parish agree to rebuild?", "bell tower", "council.txt"),
        ("When was the ferry Tern launched?", "1962", "ferry.html"),
    ],
)
def test_hidden_words_are_found(assistant: Assistant, question: str, answer: str, source: str) -> None:
    found = assistant.ask(question)
    assert found.answer is not None
    assert answer in found.answer
    citation = found.citations[0]
    assert citation.source == source
    text = assistant.article(citation.article_id).text
    assert text[citation.start : citation.end] == citation.text


def test_a_note_mark_is_no_digit(assistant: Assistant) -> None:
    assert assistant.ask("When was the ferry Tern launched?").answer == "1962"


def test_a_mailbox_that_shrinks_loses_only_what_it_held(tmp_path: Path) -> None:
    messages = [
        f"From a@b Mon May  6 10:00:0{number} 2024\nSubject: Note {number}\nFrom: Ida <a@b>\n\n"
        f"The {name} was sold in 19{number}1.\n\n"
        for number, name in ((3, "mill"), (4, "ferry"))
    ]
    box = tmp_path / "mail.mbox"
    with Assistant(tmp_path / "store") as assistant:
        box.write_text("".join(messages))
        assert [Path(outcome.path).name for outcome in assistant.add([box]).files] == ["mail.mbox#1", "mail.mbox#2"]
        box.write_text(messages[1])
        assistant.add([box])
        assert [article.source for article in assistant.articles()] == ["mail.mbox#1"]
        assert "ferry" in assistant.article(assistant.articles()[0].article_id).text
