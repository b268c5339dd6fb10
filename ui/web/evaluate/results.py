"""What the Evaluate tab shows of stored runs: figures, charts and failures, a comparison, a report to keep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import CiteSpanError, InputError
from rag.evaluation.compare import compare
from rag.evaluation.records import Evaluation
from rag.evaluation.report import render_report
from rag.evaluation.run_files import RunSummary, list_runs, load_run
from ui.web.evaluate.figures_view import (
    charts_view,
    comparison_card,
    failed_questions,
    question_detail,
    results_head,
    run_name,
)
from ui.web.pieces import notice

if TYPE_CHECKING:
    from rag.assistant import Assistant

RUNS_LISTED = 50
NO_COMPARISON = "none"


class EvaluationResults:
    """Shows the runs in the store; holds nothing of any user."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def runs(self) -> list[RunSummary]:
        """The stored runs, the newest first."""
        return list_runs(Path(self._assistant.store_path), RUNS_LISTED)

    def show(self, run: str | None) -> tuple[Any, ...]:
        """A stored run: its figures, charts and failures, and the runs it can be compared with."""
        nothing = (gr.skip(), "", "", "", "")
        if not run:
            return nothing
        try:
            evaluation = self._load(run)
            others = [one for one in self.runs() if one.run != evaluation.run]
        except InputError as error:
            return (gr.skip(), "", notice(str(error), is_error=True), *nothing[3:])
        choices = [("No other run", NO_COMPARISON), *((run_name(one), one.run) for one in others)]
        return (
            gr.update(choices=choices, value=NO_COMPARISON, interactive=bool(others)),
            "",
            results_head(evaluation),
            charts_view(evaluation),
            failed_questions(evaluation),
        )

    def compare(self, run: str | None, other: str | None) -> str:
        """What changed from the ``other`` run to the shown one."""
        if not run or not other or other == NO_COMPARISON:
            return ""
        try:
            first, second = self._load(other), self._load(run)
            names = {one.run: run_name(one) for one in self.runs()}
            return comparison_card(compare(first, second), names.get(other, other), names.get(run, run))
        except CiteSpanError as error:
            return notice(str(error), is_error=True)

    def open_question(self, request: Any) -> str:
        """One question of a run in full; ``request`` comes from the browser and is not trusted."""
        asked = request if isinstance(request, dict) else {}
        try:
            run = self._load(str(asked.get("run", "")))
        except InputError as error:
            return notice(str(error), is_error=True)
        row = next((row for row in run.rows if row.id == asked.get("question")), None)
        return question_detail(row, self._assistant.article) if row else notice("It is not in this run.", is_error=True)

    def report(self, request: Any) -> str:
        """The report of a run as one HTML file, with its comparison when one was chosen; empty when there is no run."""
        asked = request if isinstance(request, dict) else {}
        run, other = str(asked.get("run", "")), str(asked.get("other") or NO_COMPARISON)
        try:
            evaluation = self._load(run)
            compared = None if other == NO_COMPARISON else compare(self._load(other), evaluation)
        except CiteSpanError:
            return ""
        return render_report(evaluation, compared)

    def _load(self, run: str) -> Evaluation:
        """A stored run by its whole id: what a browser sends must name no file outside the store.

        Raises:
            InputError: there is none.
        """
        if not any(one.run == run for one in self.runs()):
            raise InputError("This run is no longer in the store.")
        return load_run(run, Path(self._assistant.store_path))
