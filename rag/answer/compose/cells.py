"""A question that names a row and a column of a table: the cell where they meet."""

from __future__ import annotations

from collections.abc import Iterator

from rag.answer.candidates import Candidates
from rag.answer.citing import cite
from rag.answer.compose.strategy import Composed
from rag.language.english.terms import asked_terms, content_terms
from rag.language.tables import Table, tables_in
from rag.records import Quote, Retrieved, Span

PROBABILITY = 0.9
"""Of a cell whose row and column the question names and no other: by construction right in tables like those of
``tests/unit/rag/answer/compose/test_cells.py``; below 1, since a table may mean something else than is asked."""
LONGEST_QUOTE = 1_000
"""Code points from the header to the cell's row up to which both are quoted; of a longer table the row alone is."""


def compose_cell(candidates: Candidates) -> Composed | None:
    """The only cell whose row and column the question names, quoted with its header; None when there is none."""
    question = frozenset(asked_terms(candidates.asked.question))
    cells = {
        cell.of(found.article.text): (found, table, row, cell)
        for found, table, row, cell in _named(candidates, question)
    }
    if len(cells) != 1:
        return None
    ((text, (found, table, row, cell)),) = cells.items()
    start = min(each.start for each in table.header if each is not None)
    first = min(each.start for each in table.rows[row] if each is not None)
    end = max(each.end for each in table.rows[row] if each is not None)
    if end - start > LONGEST_QUOTE:
        start = first
    quote = Quote(start, end, Span(start, end).of(found.article.text))
    return Composed("span", text, PROBABILITY, (cite(found, cell, PROBABILITY, quote=quote),))


def _named(candidates: Candidates, question: frozenset[str]) -> Iterator[tuple[Retrieved, Table, int, Span]]:
    """The cells whose row and column the question names, of every table that was read."""
    for found in candidates.read:
        text = found.article.text
        for table in tables_in(text, found.passage.span):
            rows = _best(question, {row: cells[0] for row, cells in enumerate(table.rows) if row}, text)
            columns = _best(question, dict(enumerate(table.header)), text)
            for row in rows:
                for column, cell in enumerate(table.rows[row]):
                    heading = len(table.header) - (len(table.rows[row]) - column)
                    if cell is not None and column and heading in columns:
                        yield found, table, row, cell


def _best(question: frozenset[str], labels: dict[int, Span | None], text: str) -> list[int]:
    """The labels that share most terms with the question; empty when none shares any or all share alike."""
    shared = {
        index: len(question & frozenset(content_terms(label.of(text)))) for index, label in labels.items() if label
    }
    most = max(shared.values(), default=0)
    best = [index for index, count in shared.items() if count == most]
    return best if most and (len(best) < len(shared) or len(shared) == 1) else []
