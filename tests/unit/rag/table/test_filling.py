from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Assistant, Filters, Progress, QuestionError, Settings, Table
from rag.table.cache import CACHE_FILE
from rag.table.nearness import NOT_NEAR
from tests.integration.hashed_encoder import HashedEncoder

ARTICLES = {
    "bridge.md": "---\ntitle: Mill Bridge\npublished: 2024-03-15\n---\n"
    "Mill Bridge in Oskerby reopened to traffic in March. The repairs of the bridge cost nine million crowns.",
    "fair.md": "---\ntitle: Harbour fair\npublished: 2024-08-01\n---\n"
    "The harbour fair in Lunden drew 12,000 visitors. It lasted four days.",
    "ferry.md": "---\ntitle: Ferry\npublished: 2024-08-20\n---\n"
    "The ferry to Lunden sails again. Repairs of its engine cost two million crowns.",
}
COST = "How much did the repairs cost?"
VISITORS = "How many visitors came to the harbour fair?"


class CountingAssistant(Assistant):
    """Counts the questions that are really asked."""

    asked = 0

    def ask(self, *arguments: Any, **named: Any) -> Any:
        self.asked += 1
        return super().ask(*arguments, **named)


def opened(folder: Path) -> CountingAssistant:
    settings = Settings.load(answer={"reader": "sentences", "abstain_below": 0.0})
    return CountingAssistant(folder / "store", settings, encoder=HashedEncoder())


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[CountingAssistant]:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with opened(tmp_path) as assistant:
        assistant.add(folder)
        yield assistant


def row_titles(table: Table) -> list[str]:
    return [row.title for row in table.rows]


def test_each_cell_is_what_its_article_alone_answers(assistant: CountingAssistant) -> None:
    table = assistant.table([COST, VISITORS], thorough=True)
    assert row_titles(table) == ["Ferry", "Harbour fair", "Mill Bridge"]
    assert [(cell.row, cell.column) for cell in table.cells] == [(r.row_id, c) for r in table.rows for c in (0, 1)]
    for cell in table.cells:
        alone = assistant.ask(table.columns[cell.column].question, filters=Filters(article_ids=(cell.row,)))
        assert (cell.answer.answer, cell.answer.citations) == (alone.answer, alone.citations)
        text = assistant.article(cell.row).text
        for citation in cell.answer.citations:
            assert text[citation.start : citation.end] == citation.text
            assert citation.article_id == cell.row
    assert table.complete


def test_what_was_answered_is_not_asked_again_until_it_changes(tmp_path: Path, assistant: CountingAssistant) -> None:
    first = assistant.table([COST, VISITORS], thorough=True)
    assert assistant.asked == 6
    again = assistant.table([VISITORS, COST], thorough=True)
    assert assistant.asked == 6
    assert all(cell.cached for cell in again.cells)
    for cell in first.cells:
        same = again.cell(cell.row, 1 - cell.column)
        assert same is not None
        assert same.answer == cell.answer
    (tmp_path / "articles" / "ferry.md").write_text("---\ntitle: Ferry\n---\nThe ferry is sold.", encoding="utf-8")
    assistant.add(tmp_path / "articles" / "ferry.md")
    changed = assistant.table([COST, VISITORS], thorough=True)
    assert assistant.asked == 8
    assert [cell.cached for cell in changed.cells] == [False, False, True, True, True, True]
    with opened(tmp_path) as later:
        assert all(cell.cached for cell in later.table([COST, VISITORS], thorough=True).cells)


def test_a_row_without_anything_near_the_question_is_not_read(assistant: CountingAssistant) -> None:
    table = assistant.table([VISITORS])
    by_title = {row.title: cells[0] for row, cells in table.by_row()}
    fair, bridge = by_title["Harbour fair"], by_title["Mill Bridge"]
    assert fair is not None
    assert fair.answer.answered
    assert bridge is not None
    assert not bridge.answer.answered
    assert bridge.answer.reason == NOT_NEAR
    assert bridge.answer.related[0].article_id == bridge.row
    assert assistant.asked < 3


def test_a_question_about_the_article_itself_is_asked_of_every_row(assistant: CountingAssistant) -> None:
    table = assistant.table(["What is this article about?"])
    assert [cell.answer.shape for cell in table.cells] == ["overview"] * 3


def test_a_table_that_was_stopped_goes_on_where_it_stopped(assistant: CountingAssistant) -> None:
    steps: list[Progress] = []
    table = assistant.table([COST], thorough=True, progress=steps.append, should_stop=lambda: len(steps) == 2)
    assert not table.complete
    assert [(step.stage, step.done, step.total) for step in steps] == [("asking", 1, 3), ("asking", 2, 3)]
    assert len(table.cells) == 2
    assert table.by_row()[2][1] == [None]
    finished = assistant.table([COST], thorough=True)
    assert [cell.cached for cell in finished.cells] == [True, True, False]
    assert assistant.asked == 3


def test_rows_can_be_collections_and_months(assistant: CountingAssistant) -> None:
    assistant.create_collection("Lunden")
    ids = {one.title: one.article_id for one in assistant.articles()}
    assistant.put_in_collection([ids["Ferry"], ids["Harbour fair"]], "Lunden")
    table = assistant.table([COST], rows="collection")
    assert row_titles(table) == ["Lunden"]
    assert set(table.rows[0].article_ids) == {ids["Ferry"], ids["Harbour fair"]}
    assert table.cells[0].answer.citations[0].article_id == ids["Ferry"]
    months = assistant.table([COST], rows="month")
    assert row_titles(months) == ["2024-08", "2024-03"]
    assert [cell.answer.citations[0].article_id for cell in months.cells] == [ids["Ferry"], ids["Mill Bridge"]]


def test_only_articles_that_pass_the_filters_are_rows(assistant: CountingAssistant) -> None:
    table = assistant.table([COST], Filters(published_from="2024-08-01"))
    assert row_titles(table) == ["Ferry", "Harbour fair"]


def test_a_remembered_answer_that_is_not_verbatim_is_asked_again(tmp_path: Path, assistant: CountingAssistant) -> None:
    assistant.table([COST], thorough=True)
    with sqlite3.connect(tmp_path / "store" / CACHE_FILE) as cache:
        cache.execute("UPDATE cells SET answer = replace(answer, 'million', 'billion')")
    cache.close()
    table = assistant.table([COST], thorough=True)
    assert "million" in str(table.to_dict())
    assert "billion" not in str(table.to_dict())


def test_a_damaged_cache_is_made_anew(tmp_path: Path, assistant: CountingAssistant) -> None:
    assistant.table([COST], thorough=True)
    (tmp_path / "store" / CACHE_FILE).write_bytes(b"no database" * 1000)
    for wanted in (False, True):
        assert {cell.cached for cell in assistant.table([COST], thorough=True).cells} == {wanted}


@pytest.mark.parametrize(
    ("questions", "complaint"),
    [([], "at least one"), (["Who?", " "], "is empty"), ([f"{n}?" for n in range(201)], "201")],
)
def test_questions_that_make_no_table_are_refused(
    assistant: CountingAssistant, questions: list[str], complaint: str
) -> None:
    with pytest.raises(QuestionError, match=complaint):
        assistant.table(questions)


def test_a_question_that_is_given_twice_is_one_column(assistant: CountingAssistant) -> None:
    assert len(assistant.table([COST, f"  {COST} "]).columns) == 1
