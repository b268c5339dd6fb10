"""What the command line shows of each shape of answer."""

from __future__ import annotations

from dataclasses import replace

from rag.records import Answer, Article, Citation, Quote, Related
from ui.terminal.commands.ask import describe_answer
from ui.terminal.styling import Terminal

TEXT = "Egypt, Jordan and Syria signed it, the ministry said."
ARTICLE = Article("a" * 16, "The treaty", "treaty.txt", "/treaty.txt", TEXT)


def cited(words: str, speaker: str | None = None) -> Citation:
    start = TEXT.index(words)
    quote = Quote(0, len(TEXT), TEXT)
    return Citation(
        "a" * 16, "The treaty", "treaty.txt", None, start, start + len(words), words, quote, 0.8, speaker=speaker
    )


def shown(answer: Answer) -> list[str]:
    terminal = Terminal()
    return describe_answer(answer, lambda article_id: ARTICLE, terminal).splitlines()


LIST = Answer(
    "Which states signed?",
    "Which states signed?",
    True,
    "Egypt, Jordan and Syria",
    0.8,
    (cited("Egypt"), cited("Jordan"), cited("Syria")),
    shape="list",
)
HELP = Answer("Hello", "Hello", False, None, 0.0, reason="Ask a question.", shape="help")


def test_the_items_of_a_list_share_one_quote() -> None:
    lines = shown(LIST)
    assert lines[:2] == ["Egypt, Jordan and Syria [1][2][3]", "80% sure"]
    assert sum("signed it" in line for line in lines) == 1
    assert [line[:3] for line in lines if line.startswith("[")] == ["[1]", "[2]", "[3]"]


def test_evidence_is_no_yes_and_has_no_percentage() -> None:
    lines = shown(Answer("Did Egypt sign?", "Did Egypt sign?", True, TEXT, 0.7, (cited(TEXT),), shape="evidence"))
    assert lines[0] == f"{TEXT} [1]"
    assert "yes or no is for you" in lines[1]
    assert not any("%" in line for line in lines)


def test_passages_stand_one_by_one_and_are_called_what_the_articles_say() -> None:
    cited_twice = (cited(TEXT), replace(cited(TEXT), start=len(TEXT) + 1, end=2 * len(TEXT) + 1))
    lines = shown(Answer("egypt treaty", "egypt treaty", True, f"{TEXT}\n{TEXT}", 0.7, cited_twice, shape="passages"))
    assert lines[0].startswith("What the articles say")
    assert "70%" in lines[0]
    assert f"{TEXT} [1]" in lines
    assert f"{TEXT} [2]" in lines


def test_an_overview_has_no_percentage() -> None:
    lines = shown(Answer("What is it about?", "What is it about?", True, TEXT, 1.0, (cited(TEXT),), shape="overview"))
    assert lines[:2] == [f"{TEXT} [1]", "How the article begins."]


def test_the_speaker_is_named() -> None:
    lines = shown(replace(LIST, citations=(cited("Egypt", "the ministry"),), shape="span"))
    assert any(line.endswith("treaty.txt:0-5 · according to the ministry") for line in lines)


def test_help_is_only_its_text() -> None:
    assert shown(HELP) == ["Ask a question."]


def test_several_questions_are_answered_below_each_other() -> None:
    abstention = Answer("Why?", "Why?", False, None, 0.1, reason="No article says.")
    both = Answer("…", "…", True, "…", 0.8, shape="parts", parts=(LIST, abstention))
    lines = shown(both)
    assert lines[0] == "1. Which states signed?"
    assert "2. Why?" in lines
    assert lines.index("Egypt, Jordan and Syria [1][2][3]") < lines.index("2. Why?") < lines.index("No article says.")


def test_an_unclear_article_is_a_choice() -> None:
    answer = Answer(
        "What is this article about?",
        "What is this article about?",
        False,
        None,
        0.0,
        related=(Related("a" * 16, 0, 5, "Egypt"),),
        reason="Name one.",
        reason_kind="ambiguous",
    )
    lines = shown(answer)
    assert lines[0] == "Which article is meant?"
    assert "The articles begin like this:" in lines
