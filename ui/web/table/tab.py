"""The Table and the Check tab: the same questions of every article, and a draft beside the articles."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import CiteSpanError
from rag.table.records import RowKind, Table
from ui.api.gate import BusyError, Gate
from ui.web.pieces import notice
from ui.web.templates import macro, read_file

if TYPE_CHECKING:
    from rag.assistant import Assistant

SECONDS_BETWEEN_TABLES = 2.0
"""A table that is being filled is drawn again this often; drawing a large one takes its time."""
_ROWS: tuple[tuple[str, RowKind], ...] = (("articles", "article"), ("collections", "collection"), ("months", "month"))
_FILES = (
    ("xlsx", "Excel"),
    ("csv", "CSV"),
    ("html", "HTML"),
    ("docx", "Word with footnotes"),
    ("bibtex", "BibTeX"),
    ("csl", "CSL-JSON"),
    ("json", "JSON"),
)
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_HEAD = '<header class="tab-head"><h2>{}</h2><p>{}</p></header>'


class TableTab:
    """Builds both tabs and answers their events; holds nothing of any user."""

    def __init__(self, assistant: Assistant, gate: Gate) -> None:
        self._assistant = assistant
        self._gate = gate

    def build(self) -> None:
        """Put the two tabs and what opens permanent links on the page."""
        with gr.Tab("Table", id="table", elem_id="table-tab"):
            self._build_table()
        with gr.Tab("Check", id="check", elem_id="check-tab"):
            self._build_check()

    def _build_table(self) -> None:
        _html(
            _HEAD.format(
                "What does each article say?",
                "The same questions asked of every article. A cell is that article’s own words; click it to see where "
                "they stand. Answers that cannot be right together are marked.",
            )
        )
        questions = gr.Textbox(label="Questions, one a line", lines=4, max_lines=12, elem_id="table-questions")
        with gr.Row(elem_id="table-row"):
            rows = gr.Dropdown(list(_ROWS), value="article", label="Rows", filterable=False, elem_id="table-rows")
            fill = gr.Button("Fill the table", variant="primary", elem_id="fill-table")
            stop = gr.Button("Stop", visible=False, elem_id="stop-table")
        progress = _html("", elem_id="table-progress")
        table = _html("", elem_id="filled-table", script=read_file("table/table.js"))
        outputs = [progress, table, fill, stop]
        filling = fill.click(self.fill, [questions, rows], outputs, concurrency_limit=None, **_QUIET)
        stop.click(self.stopped, None, [progress, fill, stop], cancels=[filling], **_QUIET)

    def _build_check(self) -> None:
        _html(
            _HEAD.format(
                "Are my quotes right?",
                "Paste a draft. Each quotation is found word for word, altered or absent; each name, number and date "
                "is compared with the nearest passage. Nothing is called true or false.",
            )
        )
        draft = gr.Textbox(label="Draft", lines=8, max_lines=24, elem_id="draft")
        check = gr.Button("Check the draft", variant="primary", elem_id="check-draft")
        found = _html("", elem_id="draft-found", script=read_file("table/table.js"))
        check.click(self.check, [draft], [found, check], concurrency_limit=None, **_QUIET)

    async def fill(self, questions: str | None, rows: RowKind) -> AsyncIterator[tuple[Any, ...]]:
        """Fill the table cell by cell, drawing it now and then; cells wait their turn among all questions."""
        asked = [line for line in (questions or "").splitlines() if line.strip()]
        try:
            filling = await self._gate.in_thread(partial(self._assistant.fill_table, asked, rows=rows))
        except CiteSpanError as error:
            yield notice(str(error), is_error=True), gr.skip(), gr.skip(), gr.skip()
            return
        if not filling.rows:
            yield notice("There is nothing to ask: add articles first, or choose other rows."), "", gr.skip(), gr.skip()
            return
        yield self._step(filling.done, filling.total), gr.skip(), gr.update(visible=False), gr.update(visible=True)
        request = json.dumps({"questions": list(filling.questions), "rows": rows}, ensure_ascii=False)
        cells = iter(filling)
        drawn = time.monotonic()
        message: Any = ""
        try:
            while await self._gate.run(lambda: next(cells, None)) is not None:
                step, table = self._step(filling.done, filling.total), gr.skip()
                if time.monotonic() - drawn > SECONDS_BETWEEN_TABLES:
                    table = self._drawn(await self._gate.in_thread(filling.table), request)
                    drawn = time.monotonic()
                yield step, table, gr.skip(), gr.skip()
        except (CiteSpanError, BusyError) as error:
            message = notice(f"{error}. What is filled so far is remembered", is_error=True)
        table = self._drawn(await self._gate.in_thread(filling.table), request)
        yield message, table, gr.update(visible=True), gr.update(visible=False)

    def stopped(self) -> tuple[Any, Any, Any]:
        """The buttons as before; what is drawn stays."""
        told = notice("Stopped. The cells so far are remembered: filling again goes on from here.")
        return told, gr.update(visible=True), gr.update(visible=False)

    async def check(self, draft: str | None) -> AsyncIterator[tuple[Any, Any]]:
        """Compare a draft with the articles."""
        yield notice("Comparing with the articles…"), gr.update(interactive=False)
        try:
            checked = await self._gate.run(lambda: self._assistant.check(draft or ""))
            found: Any = macro("table/cards.html", "check", checked)
        except (CiteSpanError, BusyError) as error:
            found = notice(str(error), is_error=True)
        yield found, gr.update(interactive=True)

    def _step(self, done: int, total: int) -> Any:
        return macro("table/cards.html", "filling", done, total)

    def _drawn(self, table: Table, request: str) -> Any:
        return macro("table/cards.html", "table", table, request, _FILES)


def _html(text: str, *, elem_id: str | None = None, script: str = "") -> gr.HTML:
    return gr.HTML(text, apply_default_css=False, js_on_load=script, elem_id=elem_id)
