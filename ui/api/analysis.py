"""REST for work over many articles: the table and its files, standing questions, and a draft's check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal, TypeVar

from anyio import to_thread
from fastapi import FastAPI, Query, Response
from pydantic import Field

from rag.exports.files import FORMATS, export_table
from rag.table.draft.records import DraftCheck
from rag.table.records import RowKind, Table
from rag.table.standing_records import Change, StandingRun, StandingSet
from ui.api.bodies import NO_FILTERS, Body, FilterBody, Name, Words
from ui.api.contract import problems
from ui.api.gate import Gate
from ui.api.operations import Operations

Result = TypeVar("Result")
MOST_QUESTIONS = 50
Questions = Annotated[
    list[Words],
    Field(min_length=1, max_length=MOST_QUESTIONS, description="The columns.", examples=[["Who signed the treaty?"]]),
]
FileName = Literal["xlsx", "csv", "html", "docx", "json", "bibtex", "csl"]
_ROWS = "What a row is: an article, a collection, or all articles of a month."
_THOROUGH = "Read every row for every question; else a row without a passage near the question is not read."


class TableBody(Body):
    """The questions of a table and its rows."""

    questions: Questions
    rows: RowKind = Field(default="article", description=_ROWS)
    thorough: bool = Field(default=False, strict=True, description=_THOROUGH)
    filters: FilterBody = NO_FILTERS


class DraftBody(Body):
    """A draft to compare with the articles."""

    draft: Words = Field(description="Plain text or Markdown.", examples=["The paper wrote: “We will not go back.”"])
    filters: FilterBody = NO_FILTERS


class StandingBody(Body):
    """Questions to save under a name."""

    name: Name = Field(description="Unique, whatever its case.", examples=["costs"])
    questions: Questions
    filters: FilterBody = NO_FILTERS


class NameBody(Body):
    """Which standing questions are meant."""

    name: Name = Field(description="As it was saved, whatever its case.", examples=["costs"])


class SeenBody(NameBody):
    """Changes that somebody has seen."""

    change_ids: list[Annotated[int, Field(ge=1, le=2**53)]] | None = Field(
        default=None, max_length=10_000, description="Only these; all of them when left out."
    )


@dataclass(frozen=True, slots=True)
class StandingList:
    """The standing questions, by name, and every change that nobody has seen, newest first."""

    standing: tuple[StandingSet, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class SeenChanges:
    """How many changes were unread until now."""

    name: str
    seen: int


async def filled_table(operations: Operations, gate: Gate, body: TableBody) -> Table:
    """The table, each cell waiting its turn among all questions, so that nobody's question waits for a whole table.

    Raises:
        BusyError: too many are waiting; what was filled is remembered.
    """
    filling = await to_thread.run_sync(
        lambda: operations.fill_table(body.questions, body.filters.to_filters(), body.rows, thorough=body.thorough)
    )
    cells = iter(filling)
    while await gate.run(lambda: next(cells, None)) is not None:
        pass
    return await to_thread.run_sync(filling.table)


def add_analysis(application: FastAPI, operations: Operations, gate: Gate) -> None:
    """Add the routes."""
    _add_table(application, operations, gate)
    _add_standing(application, operations, gate)


def _add_table(application: FastAPI, operations: Operations, gate: Gate) -> None:
    tags: list[str | Enum] = ["analysis"]
    failures = problems(400, 413, 415, 422, 503)

    @application.post("/table", tags=tags, summary="Ask every article", responses=failures)
    async def table(body: TableBody) -> Table:
        """Asks every question of every article. What was answered before is not asked again."""
        return await filled_table(operations, gate, body)

    files: dict[str, Any] = {one.media_type.partition(";")[0]: {} for one in FORMATS.values()}

    @application.post(
        "/table/file",
        tags=tags,
        summary="Write a table to a file",
        response_class=Response,
        responses={**failures, 200: {"description": "The file.", "content": files}},
    )
    async def table_file(
        body: TableBody, kind: Annotated[FileName, Query(alias="format", description="The kind of file.")] = "xlsx"
    ) -> Response:
        """Gives back the table as a file, with the citation beside each answer. No cell is a formula."""
        filled = await filled_table(operations, gate, body)
        content = await to_thread.run_sync(lambda: export_table(filled, kind, operations.sources()))
        name = f'attachment; filename="table{FORMATS[kind].suffix}"'
        return Response(content, media_type=FORMATS[kind].media_type, headers={"Content-Disposition": name})

    @application.post("/check", tags=tags, summary="Check a draft", responses=failures)
    async def check(body: DraftBody) -> DraftCheck:
        """Compares a draft's quotations, names, numbers and dates with the articles; nothing is called true."""
        return await gate.run(lambda: operations.check_draft(body.draft, body.filters.to_filters()))


def _add_standing(application: FastAPI, operations: Operations, gate: Gate) -> None:
    tags: list[str | Enum] = ["standing questions"]
    failures = problems(400, 413, 415, 422, 503)

    async def unqueued(work: Callable[[], Result]) -> Result:
        return await to_thread.run_sync(work)

    @application.get("/standing", tags=tags, summary="List standing questions", responses=problems(503))
    async def standing() -> StandingList:
        """Lists the saved questions and every change that nobody has seen."""
        sets, changes = await unqueued(lambda: (operations.standing.sets(), operations.standing.changes()))
        return StandingList(tuple(sets), tuple(changes))

    @application.post("/standing", tags=tags, summary="Save standing questions", responses=failures)
    async def add(body: StandingBody) -> StandingSet:
        """Saves questions; the first run asks them, and later ones compare with it."""
        filters = body.filters.to_filters()
        return await unqueued(lambda: operations.standing.add(body.name, body.questions, filters))

    @application.post("/standing/run", tags=tags, summary="Ask standing questions", responses=failures)
    async def run(body: NameBody) -> StandingRun:
        """Asks saved questions again and lists what is new, changed, gone, or now disagrees."""
        return await gate.run(lambda: operations.standing.run(body.name))

    @application.post("/standing/seen", tags=tags, summary="Take changes for seen", responses=failures)
    async def seen(body: SeenBody) -> SeenChanges:
        """Marks changes of saved questions as seen."""
        return SeenChanges(body.name, await unqueued(lambda: operations.standing.seen(body.name, body.change_ids)))

    @application.delete("/standing", tags=tags, summary="Forget standing questions", responses=problems(422, 503))
    async def remove(query: Annotated[NameBody, Query()]) -> StandingSet:
        """Forgets saved questions with their changes."""
        return await unqueued(lambda: operations.standing.remove(query.name))
