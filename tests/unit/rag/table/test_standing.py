from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant, FilterError, Filters, InputError, QuestionError, Settings
from rag.table.changes import StoredAnswer, changes_between
from tests.integration.hashed_encoder import HashedEncoder
from tests.unit.rag.table.made_up import abstention, answer_of, article_of

COST = "How much did the repairs cost?"
HURT = "How many people were hurt?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "bridge.txt").write_text("The repairs of Mill Bridge cost nine million crowns.", encoding="utf-8")
    (articles / "ferry.txt").write_text("The repairs of the ferry cost two million crowns.", encoding="utf-8")
    return articles


@pytest.fixture
def assistant(tmp_path: Path, folder: Path) -> Iterator[Assistant]:
    settings = Settings.load(answer={"reader": "sentences", "abstain_below": 0.0})
    with Assistant(tmp_path / "store", settings, encoder=HashedEncoder()) as assistant:
        assistant.add(folder)
        yield assistant


def kinds(assistant: Assistant, name: str = "costs") -> list[tuple[str, str]]:
    return [(change.kind, change.source) for change in assistant.standing.run(name).changes]


def test_a_run_tells_what_came_changed_and_went(assistant: Assistant, folder: Path) -> None:
    assistant.standing.add("costs", [COST])
    first = assistant.standing.run("Costs")
    assert (first.first, first.articles, first.changes, first.unread) == (True, 2, (), 0)
    assert kinds(assistant) == []
    (folder / "bridge.txt").write_text("The repairs of Mill Bridge cost ten million crowns.", encoding="utf-8")
    (folder / "tower.txt").write_text("The repairs of the tower cost a fortune.", encoding="utf-8")
    assistant.add(folder)
    assistant.remove(next(one.article_id for one in assistant.articles() if one.source == "ferry.txt"))
    run = assistant.standing.run("costs")
    assert sorted((change.kind, change.source) for change in run.changes) == [
        ("changed", "bridge.txt"), ("gone", "ferry.txt"), ("new", "tower.txt"),
    ]  # fmt: skip
    by_kind = {change.kind: change for change in run.changes}
    changed = by_kind["changed"]
    assert changed.answer is not None
    assert changed.before is not None
    assert "ten million" in (changed.answer.answer or "")
    assert "nine million" in (changed.before.answer or "")
    citation = changed.answer.citations[0]
    assert assistant.article(citation.article_id).text[citation.start : citation.end] == citation.text
    assert by_kind["gone"].answer is None
    assert run.unread == 3
    assert kinds(assistant) == []


def test_changes_are_unread_until_they_are_seen(assistant: Assistant, folder: Path) -> None:
    standing = assistant.standing
    standing.add("costs", [COST])
    standing.run("costs")
    for name in ("tower", "mill"):
        (folder / f"{name}.txt").write_text(f"The repairs of the {name} cost a fortune.", encoding="utf-8")
    assistant.add(folder)
    standing.run("costs")
    assert standing.sets()[0].unread == 2
    newest = standing.changes("costs")[0]
    assert standing.seen("costs", [newest.change_id]) == 1
    assert [one.change_id for one in standing.changes()] == [newest.change_id - 1]
    assert [one.seen for one in standing.changes("costs", unread_only=False)] == [True, False]
    with pytest.raises(InputError, match="no change 99"):
        standing.seen("costs", [99])
    assert standing.seen("costs") == 1
    assert standing.seen("costs") == 0


def test_a_renamed_file_is_no_change(assistant: Assistant, folder: Path) -> None:
    assistant.standing.add("costs", [COST])
    assistant.standing.run("costs")
    (folder / "bridge.txt").rename(folder / "renamed.txt")
    assistant.add(folder)
    assert kinds(assistant) == []


def test_articles_that_the_filters_no_longer_find_are_gone(assistant: Assistant, folder: Path) -> None:
    assistant.standing.add("costs", [COST], Filters(sources=("ferry.txt",)))
    assert assistant.standing.run("costs").articles == 1
    assistant.remove(next(one.article_id for one in assistant.articles() if one.source == "ferry.txt"))
    assert kinds(assistant) == [("gone", "ferry.txt")]


def test_a_run_that_is_stopped_records_nothing(assistant: Assistant) -> None:
    assistant.standing.add("costs", [COST])
    stopped = assistant.standing.run("costs", should_stop=lambda: True)
    assert not stopped.complete
    assert assistant.standing.sets()[0].last_run is None
    assert assistant.standing.run("costs").first


def test_names_and_questions_are_checked(assistant: Assistant) -> None:
    standing = assistant.standing
    standing.add("Costs", [COST])
    for name, complaint in (("costs", "already"), (" ", "empty"), ("x" * 101, "at most 100"), ("a\u202eb", "seen")):
        with pytest.raises(InputError, match=complaint):
            standing.add(name, [COST])
    with pytest.raises(QuestionError):
        standing.add("none", [])
    with pytest.raises(FilterError):
        standing.add("nowhere", [COST], Filters(sources=("nothing.txt",)))
    for act in (standing.run, standing.remove, standing.seen, standing.changes):
        with pytest.raises(InputError, match="no standing questions are named"):
            act("else")
    assert standing.remove("COSTS").name == "Costs"
    assert standing.sets() == []


FIRE = article_of(1, "The fire hurt 14 people.")
OTHER = article_of(2, "In the fire 19 people were hurt.")
AGREES = article_of(3, "Fourteen people were hurt.")
SILENT = article_of(4, "The fair was sunny.")


def stored(article: object, text: str | None, path: str | None = None) -> StoredAnswer:
    answer = abstention(HURT, article) if text is None else answer_of(HURT, article, text)  # type: ignore[arg-type]
    place = path or article.path  # type: ignore[attr-defined]
    return StoredAnswer(HURT, place, article.article_id, article.title, article.source, answer)  # type: ignore[attr-defined]


def test_a_new_article_that_contradicts_others_disagrees() -> None:
    before = [stored(FIRE, "14")]
    changes = changes_between(before, [*before, stored(OTHER, "19"), stored(AGREES, "Fourteen")], "fires", "now")
    assert [(one.kind, one.source) for one in changes] == [
        ("new", "002.txt"), ("new", "003.txt"), ("disagrees", "002.txt"), ("disagrees", "003.txt"),
    ]  # fmt: skip
    assert [citation.text for citation in changes[2].against] == ["14", "Fourteen"]
    assert [citation.text for citation in changes[3].against] == ["19"]


def test_what_disagreed_before_is_not_told_again() -> None:
    before = [stored(FIRE, "14"), stored(OTHER, "19")]
    assert changes_between(before, before, "fires", "now") == []
    rewritten = article_of(9, "Nineteen were hurt in the fire.", path=OTHER.path)
    assert changes_between(before, [before[0], stored(rewritten, "Nineteen", OTHER.path)], "fires", "now") == []


def test_an_article_that_no_longer_answers_changed_and_one_that_never_did_is_not_missed() -> None:
    before = [stored(FIRE, "14"), stored(SILENT, None)]
    after = [stored(article_of(8, "Nothing."), None, FIRE.path)]
    assert [(one.kind, one.source) for one in changes_between(before, after, "fires", "now")] == [
        ("changed", "008.txt")
    ]
