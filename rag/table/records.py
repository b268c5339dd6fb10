"""The values of a table: rows are articles (or groups of them), columns are questions, each cell a row's own answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from rag.records import Answer

RowKind = Literal["article", "collection", "month"]
ROW_KINDS: tuple[RowKind, ...] = get_args(RowKind)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: an article, a collection, or all articles of a month.

    Attributes:
        row_id: an article's id, a collection's name, or a month like ``2025-08`` ("" for articles without a date).
        title: what the row is called.
        source, outlet, author, published: of the article; None for a group.
        article_ids: the articles that the row's cells are answered from.
    """

    row_id: str
    kind: RowKind
    title: str
    source: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    article_ids: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Account:
    """One answer of a column, with every row that gives it.

    Attributes:
        answer: as the first of these rows has it.
        rows: their ids, in the table's order.
        contradicts: positions, among the column's accounts, of those that cannot be right together with this one.
    """

    answer: str
    rows: tuple[str, ...]
    contradicts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One question with what the rows say to it.

    Attributes:
        answered: how many rows answer it.
        accounts: the distinct short answers, those that most rows give first; other shapes of answers have none.
    """

    question: str
    answered: int = 0
    accounts: tuple[Account, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A row's own answer to a column's question.

    Attributes:
        row: the row's id.
        column: the question's position, from 0.
        answer: from this row's articles only; an abstention says what was looked at.
        account: position among the column's accounts, or None.
        contradicted: whether another row's answer cannot be right together with this one.
        cached: whether it had been answered before.
    """

    row: str
    column: int
    answer: Answer
    account: int | None = None
    contradicted: bool = False
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows, columns, and the cells that were filled, row by row.

    Attributes:
        complete: False when it was stopped early; asking again goes on where it stopped.
        seconds: how long filling took.
    """

    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    cells: tuple[Cell, ...] = field(repr=False)
    complete: bool = True
    seconds: float = 0.0

    def cell(self, row_id: str, column: int) -> Cell | None:
        """The cell of a row and a question's position; None while it is not filled."""
        return next((cell for cell in self.cells if cell.row == row_id and cell.column == column), None)

    def by_row(self) -> list[tuple[Row, list[Cell | None]]]:
        """Each row with one cell, or None, for every column."""
        filled = {(cell.row, cell.column): cell for cell in self.cells}
        return [(row, [filled.get((row.row_id, number)) for number in range(len(self.columns))]) for row in self.rows]

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``citespan table --json``."""
        return asdict(self)
