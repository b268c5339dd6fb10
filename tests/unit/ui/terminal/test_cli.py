"""The command line over an assistant whose answers are known."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.errors import ArticleNotFoundError, FilterError, QuestionError, SettingsError, StoreFullError, StoreLockedError
from rag.records import (
    AddReport,
    Alternative,
    Answer,
    Article,
    ArticleSummary,
    Citation,
    Collection,
    FileOutcome,
    Filters,
    Passage,
    Progress,
    Quote,
    Related,
    Retrieved,
)
from ui.terminal.cli import main
from ui.terminal.command import Context
from ui.terminal.commands import COMMANDS

TEXT = "A first line.\nNaftali Bennett succeeded Benjamin Netanyahu in June.\nA last line about \x1b[31mred\u202e ink."
QUOTE_START = TEXT.index("Naftali")
QUOTE_END = TEXT.index("\nA last")
ARTICLE = Article(
    article_id="0123456789abcdef",
    title="A change of government",
    source="003.txt",
    path="/articles/003.txt",
    text=TEXT,
    published="2021-08-03",
    outlet="Newsweek",
)
OTHER = Article(
    article_id="0123ffffffffffff",
    title="Another \x1b[5maccount",
    source="004.txt",
    path="/articles/004.txt",
    text="It was Lapid.",
)


def citation_of(article: Article, text: str, quote: str, **changes: Any) -> Citation:
    start, quote_start = article.text.index(text), article.text.index(quote)
    values: dict[str, Any] = {
        "article_id": article.article_id,
        "title": article.title,
        "source": article.source,
        "page": None,
        "start": start,
        "end": start + len(text),
        "text": text,
        "quote": Quote(quote_start, quote_start + len(quote), quote),
        "confidence": 0.91,
    }
    return Citation(**{**values, **changes})


SUPPORT = citation_of(ARTICLE, "Naftali Bennett", TEXT[QUOTE_START:QUOTE_END])
DIFFERS = citation_of(OTHER, "Lapid", "It was Lapid.", stance="differs", confidence=0.4, page=3)
ANSWER = Answer(
    question="Who came next?",
    searched_for="Who came after Netanyahu?",
    answered=True,
    answer="Naftali Bennett",
    confidence=0.91,
    citations=(SUPPORT,),
    alternatives=(Alternative("Lapid", 0.4, (DIFFERS,)), Alternative("somebody", 0.1)),
    timings_ms={"retrieve": 1.0, "read": 2.0, "total": 3.0},
)
ABSTENTION = Answer(
    question="Who won the cup?",
    searched_for="Who won the cup?",
    answered=False,
    answer=None,
    confidence=0.03,
    related=(Related(ARTICLE.article_id, 0, 13, "A first line."),),
    reason="No passage names a cup.",
)


CREATED = "2025-08-16T12:00:00+00:00"


class FakeAssistant:
    """Holds two articles and remembers how it was called."""

    def __init__(self) -> None:
        self.stored = {article.article_id: article for article in (ARTICLE, OTHER)}
        self.calls: list[tuple[Any, ...]] = []
        self.closed = False
        self.answer = ANSWER
        self.report = AddReport(
            (
                FileOutcome("/in/new.txt", "added", "a" * 16, "New", 3),
                FileOutcome("/in/same.txt", "unchanged", "b" * 16, "Same"),
                FileOutcome("/in/copy.txt", "duplicate", "b" * 16, "Same", message="it repeats same.txt"),
            ),
            seconds=1.5,
        )
        self.failure: BaseException | None = None
        self.groups: list[Collection] = []

    def __enter__(self) -> FakeAssistant:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True

    def _called(self, *call: Any) -> None:
        self.calls.append(call)
        if self.failure is not None:
            raise self.failure

    def add(
        self, paths: Iterable[str], *, progress: Callable[[Progress], None], collection: str | None = None
    ) -> AddReport:
        progress(Progress("adding", 1, 3, "new.txt"))
        self._called("add", tuple(paths), *([collection] if collection else []))
        return self.report

    def remove(self, article_id: str) -> ArticleSummary:
        self._called("remove", article_id)
        return summary(self.stored.pop(article_id))

    def articles(self, filters: Filters | None = None) -> list[ArticleSummary]:
        if filters is not None:
            self._called("articles", filters)
            return []
        return [summary(article) for article in self.stored.values()]

    def collections(self) -> list[Collection]:
        return self.groups

    def create_collection(self, name: str) -> Collection:
        self._called("create", name)
        return Collection(name, 0, CREATED)

    def rename_collection(self, name: str, new_name: str) -> Collection:
        self._called("rename", name, new_name)
        return Collection(new_name, 2, CREATED)

    def delete_collection(self, name: str) -> Collection:
        self._called("delete", name)
        return Collection(name, 1, CREATED)

    def put_in_collection(self, article_ids: Iterable[str], name: str) -> int:
        self._called("put", list(article_ids), name)
        return 1

    def take_out(self, article_ids: Iterable[str], name: str) -> int:
        self._called("take out", list(article_ids), name)
        return 2

    def article(self, article_id: str) -> Article:
        if article_id not in self.stored:
            raise ArticleNotFoundError(article_id)
        return self.stored[article_id]

    def ask(self, question: str, history: Sequence[str], filters: Filters | None) -> Answer:
        self._called("ask", question, tuple(history), filters)
        return self.answer

    def retrieve(self, question: str, k: int, filters: Filters | None) -> list[Retrieved]:
        self._called("retrieve", question, k, filters)
        return [Retrieved(Passage(ARTICLE.article_id, 0, 13), 0.75, ARTICLE, word_score=None, vector_score=0.5)]


def summary(article: Article) -> ArticleSummary:
    return ArticleSummary(
        article_id=article.article_id,
        title=article.title,
        source=article.source,
        path=article.path,
        published=article.published,
        author=article.author,
        outlet=article.outlet,
        about=article.about,
        words=len(article.text.split()),
        passages=1,
        added="2025-08-16T12:00:00+00:00",
    )


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch) -> FakeAssistant:
    fake = FakeAssistant()
    monkeypatch.setattr(Context, "assistant", lambda self, create=False: fake)
    return fake


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == status
    document = json.loads(capsys.readouterr().out)
    assert isinstance(document, dict)
    return document


def run_text(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert main(arguments) == status
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    return shown


# ask


def test_ask_json_is_the_answer_with_every_field(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    document = run_json(capsys, "ask", "Who came next?")
    assert document == json.loads(json.dumps(ANSWER.to_dict()))
    assert list(document) == [
        "question", "searched_for", "answered", "answer", "confidence", "citations", "alternatives", "related",
        "reason", "timings_ms", "shape", "parts", "reason_kind",
    ]  # fmt: skip
    assert list(document["citations"][0]) == [
        "article_id", "title", "source", "page", "start", "end", "text", "quote", "confidence", "stance",
        "speaker",
    ]  # fmt: skip
    assert assistant.closed


def test_ask_shows_the_answer_its_quote_and_numbered_citations(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = run_text(capsys, "ask", "Who came next?")
    assert shown.splitlines() == [
        "Searched for: Who came after Netanyahu?",
        "",
        "Naftali Bennett [1]",
        "91% sure",
        "",
        "Other accounts differ:",
        "  Lapid [2] 40%",
        "",
        "Also considered:",
        "  somebody 10%",
        "",
        f"[1] A change of government · Newsweek · 2021-08-03 · 003.txt:{SUPPORT.start}-{SUPPORT.end}",
        "    »Naftali Bennett« succeeded Benjamin Netanyahu in June.",
        "",
        "[2] Another ␛[5maccount · 004.txt:7-12, page 3 (differs)",
        "    It was »Lapid«.",
    ]


def test_a_place_cited_twice_has_one_number(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assistant.answer = Answer(
        question="Who?",
        searched_for="Who?",
        answered=True,
        answer="Naftali Bennett",
        confidence=0.9,
        citations=(SUPPORT, DIFFERS),
        alternatives=(Alternative("Lapid", 0.4, (DIFFERS,)),),
    )
    shown = run_text(capsys, "ask", "Who?")
    assert "Naftali Bennett [1][2]\n90% sure" in shown
    assert "  Lapid [2] 40%" in shown
    assert shown.count("004.txt:7-12") == 1


def test_a_quote_is_not_repeated_when_it_is_the_answer(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = TEXT[QUOTE_START:QUOTE_END]
    assistant.answer = Answer("Who?", "Who?", True, sentence, 0.999, (citation_of(ARTICLE, sentence, sentence),))
    assert run_text(capsys, "ask", "Who?").splitlines() == [
        f"{sentence} [1]",
        ">99% sure",
        "",
        f"[1] A change of government · Newsweek · 2021-08-03 · 003.txt:{QUOTE_START}-{QUOTE_END}",
    ]


def test_an_abstention_gives_its_reason_and_the_closest_passages(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    assistant.answer = ABSTENTION
    assert run_text(capsys, "ask", "Who won the cup?").splitlines() == [
        "No answer found in the articles.",
        "",
        "No passage names a cup.",
        "",
        "The closest passages:",
        "",
        "[1] A change of government · Newsweek · 2021-08-03 · 003.txt:0-13",
        "    A first line.",
    ]
    document = run_json(capsys, "ask", "Who won the cup?")
    assert (document["answered"], document["answer"], document["citations"]) == (False, None, [])


def test_an_article_removed_meanwhile_is_still_cited(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    assistant.stored.clear()
    assert f"[1] A change of government · 003.txt:{SUPPORT.start}-{SUPPORT.end}" in run_text(capsys, "ask", "Who?")


def test_ask_hands_on_history_and_filters(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    run_json(
        capsys,
        *("ask", "And then?", "--history", "Who was first?", "--history", "Who was second?"),
        *(
            "--article",
            "01234",
            "--source",
            "003.txt",
            "--outlet",
            "Newsweek",
            "--from",
            "2021-01-01",
            "--to",
            "20211231",
        ),
    )
    filters = Filters((ARTICLE.article_id,), ("003.txt",), ("Newsweek",), "2021-01-01", "2021-12-31")
    assert assistant.calls == [("ask", "And then?", ("Who was first?", "Who was second?"), filters)]


def test_no_filter_is_no_filter(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    run_json(capsys, "ask", "Who?")
    assert assistant.calls == [("ask", "Who?", (), None)]


# add


def test_add_reports_each_file(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    shown = run_text(capsys, "add", "/in")
    assert shown.splitlines() == [
        "added      New (3 passages)",
        "duplicate  Same (it repeats same.txt)",
        "1 added, 1 unchanged, 1 already there under another name in 1.5 s",
    ]
    assert assistant.calls == [("add", ("/in",))]


def test_add_says_what_it_passed_over_and_what_could_not_be_read(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    partly = FileOutcome("/in/scan.pdf", "added", "a" * 16, "Scan", 2, message="1 of 3 pages hold no readable text")
    assistant.report = AddReport((partly,), 1.5, tuple(f"/in/p{number}.png" for number in range(7)))
    assert run_text(capsys, "add", "/in").splitlines() == [
        "added      Scan (2 passages; 1 of 3 pages hold no readable text)",
        "passed over 7 files of no supported format: p0.png, p1.png, p2.png, p3.png, p4.png …",
        "1 added in 1.5 s",
    ]


def test_add_json_is_the_report(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_json(capsys, "add", "/in") == json.loads(json.dumps(assistant.report.to_dict()))


def test_a_file_that_failed_is_named_and_fails_the_command(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = FileOutcome("/in/bad\x1b.txt", "failed", message="it is empty. Remove it")
    assistant.report = AddReport((*assistant.report.files, bad))
    assert main(["add", "/in", "--json"]) == 1
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert (document["added"], document["failed"]) == (1, 1)
    assert captured.err == "failed: /in/bad␛.txt: it is empty. Remove it\n"


def test_add_if_empty_leaves_a_filled_store_alone(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_text(capsys, "add", "--if-empty", "/in") == "Nothing added: the store already holds 2 articles.\n"
    assert assistant.calls == []
    assistant.stored.clear()
    run_text(capsys, "add", "--if-empty", "/in")
    assert assistant.calls == [("add", ("/in",))]


def test_an_interrupted_add_says_what_was_kept(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    del assistant.stored[OTHER.article_id]

    def add(paths: Iterable[str], *, progress: Callable[[Progress], None], collection: str | None) -> AddReport:
        assistant.stored[OTHER.article_id] = OTHER
        raise KeyboardInterrupt

    assistant.add = add  # type: ignore[method-assign]
    assert main(["add", "/in"]) == 130
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: interrupted. 1 article was stored before and stays.")
    assert assistant.closed


def test_an_add_that_the_store_stops_says_what_was_kept(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    assistant.failure = StoreFullError("the disk is full")
    assert main(["add", "/in"]) == 1
    error = capsys.readouterr().err
    assert "0 articles were stored before and stay. Run the same command again for the rest\n" in error
    assert error.endswith("error: the disk is full\n")


# articles, show, remove


def test_articles_are_listed(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    lines = run_text(capsys, "articles").splitlines()
    assert lines[0].split() == ["id", "title", "outlet", "published", "file", "words"]
    assert lines[1].split()[0] == ARTICLE.article_id
    assert "A change of government" in lines[1]
    assert lines[-1] == "2 articles"
    document = run_json(capsys, "articles")
    assert [article["article_id"] for article in document["articles"]] == [ARTICLE.article_id, OTHER.article_id]


def test_an_empty_list_says_how_to_fill_it(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assistant.stored.clear()
    assert run_text(capsys, "articles") == "No articles yet. Add some with: citespan add PATH\n"
    assert run_json(capsys, "articles") == {"articles": []}


@pytest.mark.parametrize("name", [ARTICLE.article_id, "01234", "01234".upper(), "003.txt"])
def test_show_takes_an_id_its_beginning_or_a_file_name(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    document = run_json(capsys, "show", name)
    assert document["article_id"] == ARTICLE.article_id
    assert document["text"] == TEXT
    assert (document["start"], document["end"], document["characters"]) == (0, len(TEXT), len(TEXT))
    assert document["outlet"] == "Newsweek"


def test_show_prints_the_text_harmlessly(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    shown = run_text(capsys, "show", "01234")
    assert shown.startswith("A change of government\nNewsweek · 2021-08-03\n003.txt · id 0123456789abcdef · ")
    assert "A last line about ␛[31mred<U+202E> ink." in shown


def test_show_json_gives_exactly_the_range(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    document = run_json(capsys, "show", "01234", "--start", str(SUPPORT.start), "--end", str(SUPPORT.end))
    assert document["text"] == "Naftali Bennett"
    assert run_json(capsys, "show", "01234", "--end", "7")["text"] == "A first"
    assert run_json(capsys, "show", "01234", "--start", "14")["text"] == TEXT[14:]


def test_show_marks_the_range_in_its_context(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    shown = run_text(capsys, "show", "01234", "--start", str(SUPPORT.start), "--end", str(SUPPORT.end))
    assert f"003.txt:{SUPPORT.start}-{SUPPORT.end}" in shown
    assert "A first line.\n»Naftali Bennett« succeeded" in shown


@pytest.mark.parametrize(
    "limits", [("--start", "999"), ("--end", "999"), ("--start", "7", "--end", "7"), ("--end", "0")]
)
def test_a_range_outside_the_article_is_refused(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str], limits: tuple[str, ...]
) -> None:
    assert main(["show", "01234", *limits]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"is not in 003.txt, which has the characters 0 to {len(TEXT)}" in captured.err


def test_an_id_that_could_be_several_is_refused(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "0123"]) == 1
    error = capsys.readouterr().err
    assert "0123456789abcdef (A change of government), 0123ffffffffffff" in error
    assert "\x1b" not in error


def test_an_unknown_article_is_refused(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", ""]) == 1
    assert main(["show", "zzz"]) == 1
    assert "no article has the id 'zzz'. List the ids with: citespan articles" in capsys.readouterr().err


def test_remove_says_what_it_removed(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_text(capsys, "remove", "004.txt") == "removed  0123ffffffffffff  Another ␛[5maccount (004.txt)\n"
    document = run_json(capsys, "remove", "01")
    assert [article["source"] for article in document["removed"]] == ["003.txt"]


def test_a_mistyped_id_removes_nothing(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["remove", "003.txt", "zzz"]) == 1
    assert len(assistant.stored) == 2


def test_the_same_article_named_twice_is_removed_once(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(run_json(capsys, "remove", "003.txt", "01234")["removed"]) == 1


# search


def test_search_lists_passages_with_their_scores(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_text(capsys, "search", "first", "--count", "3").splitlines() == [
        "[1] A change of government · 003.txt:0-13 · score 0.750 (words none, vector 0.50)",
        "    A first line.",
    ]
    assert assistant.calls == [("retrieve", "first", 3, None)]
    passage = run_json(capsys, "search", "first")["passages"][0]
    assert (passage["text"], passage["score"], passage["word_score"]) == ("A first line.", 0.75, None)


# what goes wrong


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (QuestionError("the question is empty"), 2),
        (SettingsError("ui.port: too large\nMend it"), 2),
        (StoreLockedError("another process is writing"), 1),
        (FilterError("no article has this outlet"), 1),
    ],
)
def test_an_expected_failure_is_one_message_and_a_status(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str], failure: Exception, status: int
) -> None:
    assistant.failure = failure
    assert main(["ask", "Who?"]) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"error: {failure}\n"
    assert run_json(capsys, "ask", "Who?", status=status) == {
        "error": {"type": type(failure).__name__, "message": str(failure)}
    }


def test_an_unexpected_failure_shows_no_traceback_unless_asked(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant.failure = ZeroDivisionError("by \x1bzero")
    assert main(["ask", "Who?"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: unexpected ZeroDivisionError: by ␛zero.")
    assert "CITESPAN_DEBUG=1" in error
    assert "Traceback" not in error

    monkeypatch.setenv("CITESPAN_DEBUG", "1")
    assert main(["ask", "Who?"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_an_interruption_is_130(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assistant.failure = KeyboardInterrupt()
    assert main(["ask", "Who?"]) == 130
    assert capsys.readouterr().err == "error: interrupted\n"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("unknown",),
        ("ask",),
        ("add",),
        ("ask", "Who?", "--unknown"),
        ("ask", "Who?", "--from", "yesterday"),
        ("show", "01234", "--start", "-1"),
        ("show", "01234", "--end", "ten"),
        ("search", "words", "--count", "0"),
        ("chat", "--port", "65536"),
    ],
)
def test_a_wrong_call_is_2(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "usage: citespan" in captured.err


def test_a_store_that_does_not_exist_is_not_made_by_reading_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "mistyped"
    for call in (["ask", "Who?"], ["articles"], ["show", "01234"], ["remove", "01234"], ["search", "words"]):
        assert main([*call, "--store", str(missing)]) == 1
        assert f"citespan add --store {missing} PATH" in capsys.readouterr().err
    assert not missing.exists()


def test_a_wrong_setting_is_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITESPAN_UI__PORT", "99999")
    assert main(["articles", "--store", str(tmp_path)]) == 2
    assert "ui.port" in capsys.readouterr().err


def test_the_store_may_be_named_before_or_after_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = []

    def assistant(context: Context, *, create: bool = False) -> FakeAssistant:
        seen.append(context.settings().store)
        return FakeAssistant()

    monkeypatch.setattr(Context, "assistant", assistant)
    monkeypatch.setenv("CITESPAN_STORE", "/from/environment")
    assert main(["--store", str(tmp_path), "articles"]) == 0
    assert main(["articles", "--store", str(tmp_path)]) == 0
    assert main(["articles"]) == 0
    assert seen == [tmp_path, tmp_path, Path("/from/environment")]


# streams


def test_json_escapes_what_would_steer_a_terminal(assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "01234", "--json"]) == 0
    raw = capsys.readouterr().out
    assert "\x1b" not in raw
    assert "\u202e" not in raw
    assert json.loads(raw)["text"] == TEXT


def test_what_json_cannot_say_is_an_error_and_no_invalid_json(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    assistant.answer = replace(ANSWER, confidence=float("nan"))
    document = run_json(capsys, "ask", "Who?", status=1)
    assert document["error"]["type"] == "ValueError"


def test_json_survives_text_that_is_not_valid_unicode(
    assistant: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    assistant.report = AddReport((FileOutcome("/in/caf\udce9.txt", "added", "a" * 16, "Café", 1),))
    assert main(["add", "/in", "--json"]) == 0
    raw = capsys.readouterr().out
    raw.encode("utf-8")
    assert json.loads(raw)["files"][0]["path"] == "/in/caf\udce9.txt"


def run_python(code: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, encoding="utf-8", **options
    )


def test_a_reader_that_goes_away_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        result = subprocess.run(
            [sys.executable, "-m", "ui.terminal.cli", "--version"],
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writer)
    assert result.stderr == ""
    assert result.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which only Linux has")
def test_output_that_cannot_be_written_is_an_error() -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "ui.terminal.cli", "--version"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert result.returncode == 1
    assert result.stderr.startswith("error: the output cannot be written:")


def test_an_old_terminal_encoding_does_not_break_the_output(
    assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert main(["ask", "Who?"]) == 0
    assert b"\\xbbNaftali Bennett\\xab" in raw.getvalue()


def test_help_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys\n"
        "from ui.terminal.cli import main\n"
        "status = main(['--help'])\n"
        "heavy = {'torch', 'transformers', 'gradio', 'numpy', 'pydantic', 'faiss', 'tantivy'} & set(sys.modules)\n"
        "sys.exit(f'{status} {heavy}' if status or heavy else 0)"
    )
    result = run_python(code)
    assert result.returncode == 0, result.stderr
    listed = {line.split()[0] for line in result.stdout.splitlines() if line.startswith("    ") and line.strip()}
    assert {command.name for command in COMMANDS} <= listed


def test_listing_loads_no_model(tmp_path: Path) -> None:
    from rag.index.store import Store
    from rag.settings import IndexSettings

    Store(tmp_path, IndexSettings()).close()
    code = (
        "import sys\n"
        "from ui.terminal.cli import main\n"
        f"status = main(['articles', '--store', {str(tmp_path)!r}])\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'gradio'} & set(sys.modules)\n"
        "sys.exit(f'{status} {heavy}' if status or heavy else 0)"
    )
    result = run_python(code)
    assert result.returncode == 0, result.stderr


def test_version_is_the_package_version(capsys: pytest.CaptureFixture[str]) -> None:
    import rag

    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"citespan {rag.__version__}\n"
