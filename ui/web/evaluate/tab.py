"""The Evaluate tab: choose test questions, ask them, and see how well they went."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import CiteSpanError, QuestionSetError
from rag.evaluation.questions import QuestionSet
from ui.web.evaluate.figures_view import problem_list, progress_card, run_name, set_card
from ui.web.evaluate.job import Evaluations
from ui.web.evaluate.question_sets import ALL, QuestionSets, Uploaded, read_upload, splits, summary
from ui.web.evaluate.results import EvaluationResults
from ui.web.pieces import notice
from ui.web.settings.preferences import answering
from ui.web.templates import read_file

if TYPE_CHECKING:
    from rag.assistant import Assistant

_LOG = logging.getLogger(__name__)
SECONDS_BETWEEN_UPDATES = 1.0
STARTER_NOTE = (
    "Made by templates from plain sentences of your articles. Of 50 such questions checked by hand, 45 were well "
    "formed: look through them before you trust a figure."
)
DEV_AND_TEST = "Try settings out on dev; keep test for the last word, so that it stays a surprise."
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


class EvaluateTab:
    """Builds the tab and answers its events; runs belong to the store, uploads to the user who made them."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._sets = QuestionSets(assistant)
        self.evaluations = Evaluations(assistant)
        self.results = EvaluationResults(assistant)

    def build(self, tab: gr.Tab, preferences: gr.BrowserState) -> None:
        """Put the tab's components on the page and wire their events."""

        def report(request: Any) -> str:
            return self.results.report(request)

        def open_question(request: Any) -> str:
            return self.results.open_question(request)

        uploaded = gr.State(None)
        gr.HTML(read_file("evaluate/intro.html"), apply_default_css=False, js_on_load="", elem_id="evaluate-intro")
        with gr.Row(elem_id="set-row"):
            chosen = gr.Dropdown([], label="Question set", filterable=False, scale=3, elem_id="question-set")
            upload = gr.UploadButton(
                "Upload a set", file_types=[".jsonl", ".csv", ".tsv", ".json", ".gz"], size="md", elem_id="upload-set"
            )
            make = gr.Button("Make a starter set", size="md", elem_id="make-set")
        card = _html("set-card")
        split = gr.Radio([], label="Which questions", visible=False, elem_id="split")
        with gr.Row(elem_id="run-row"):
            run = gr.Button("Run", variant="primary", interactive=False, elem_id="run-evaluation")
            stop = gr.Button("Stop", visible=False, elem_id="stop-evaluation")
        progress = _html("evaluation-progress")
        message = _html("evaluation-message")
        timer = gr.Timer(SECONDS_BETWEEN_UPDATES, active=False)
        with gr.Column(visible=False, elem_id="results") as results:
            with gr.Row(elem_id="runs-row"):
                shown_run = gr.Dropdown([], label="Results of", filterable=False, elem_id="shown-run")
                compared = gr.Dropdown([], label="Compare with", filterable=False, elem_id="compared-run")
            comparison = _html("comparison")
            script = read_file("evaluate/evaluate.js")
            head = gr.HTML(
                "", js_on_load=script, server_functions=[report], apply_default_css=False, elem_id="results-head"
            )
            charts = _html("charts")
            failures = gr.HTML(
                "",
                js_on_load=script,
                server_functions=[open_question],
                apply_default_css=False,
                elem_id="failures",
            )
        setting = [chosen, card, split, run]
        running = [progress, message, run, stop, timer, results, shown_run]
        tab.select(self.open, [uploaded, chosen], [*setting, *running], **_QUIET)
        chosen.input(self.choose, [chosen, uploaded], [card, split, run], **_QUIET)
        upload.upload(self.upload, [upload], [uploaded, *setting], preprocess=False, **_QUIET)
        make.click(self.make, None, [make, *setting], concurrency_limit=1, concurrency_id="make-set", **_QUIET)
        run.click(self.start, [chosen, split, uploaded, preferences], running, **_QUIET)
        stop.click(self.stop, None, [progress, stop], **_QUIET)
        timer.tick(self.follow, None, running, **_QUIET)
        outputs = [compared, comparison, head, charts, failures]
        shown_run.change(self.results.show, [shown_run], outputs, **_QUIET)
        compared.input(self.results.compare, [shown_run, compared], [comparison], **_QUIET)

    def open(self, uploaded: Uploaded | None, chosen: str | None) -> tuple[Any, ...]:
        """What the tab shows when it is opened."""
        try:
            keys = [choice.key for choice in self._sets.choices(uploaded)]
            chosen = chosen if chosen in keys else keys[0] if keys else None
            setting = self._chosen(chosen, uploaded)
        except CiteSpanError as error:
            setting = (gr.skip(), notice(str(error), is_error=True), gr.skip(), gr.update(interactive=False))
        return (*setting, *self._following())

    def choose(self, chosen: str | None, uploaded: Uploaded | None) -> tuple[Any, ...]:
        """Another question set was chosen."""
        return self._chosen(chosen, uploaded)[1:]

    def upload(self, file: dict[str, Any] | None) -> tuple[Any, ...]:
        """A question set was uploaded: choose it, or show everything that is wrong with it."""
        unchanged = (gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip())
        if not file:
            return unchanged
        path = Path(str(file["path"]))
        original = str(file.get("orig_name") or path.name)
        try:
            uploaded = read_upload(path, original)
        except QuestionSetError as error:
            problems = problem_list(error.problems, f"{original} cannot be used.")
            return None, gr.update(value=None), problems, gr.update(visible=False), gr.update(interactive=False)
        finally:
            path.unlink(missing_ok=True)
        return uploaded, *self._chosen("uploaded", uploaded)

    def make(self) -> Iterator[tuple[Any, ...]]:
        """Make a starter set from the articles and choose it."""
        ready = gr.update(value="Make a starter set", interactive=True)
        yield gr.update(value="Making questions…", interactive=False), gr.skip(), gr.skip(), gr.skip(), gr.skip()
        try:
            self._sets.make_starter_set()
        except (CiteSpanError, OSError) as error:
            problems = error.problems if isinstance(error, QuestionSetError) else [str(error)]
            yield ready, gr.skip(), problem_list(problems, "No starter set was made."), gr.skip(), gr.skip()
            return
        yield ready, *self._chosen("starter", None)

    def start(
        self, chosen: str | None, split: str | None, uploaded: Uploaded | None, preferences: Any
    ) -> tuple[Any, ...]:
        """Run the chosen questions under the user's own settings."""
        try:
            name, question_set = self._sets.read(chosen, uploaded)
            if split and split != ALL:
                question_set = question_set.with_split(split)
                name = f"{name} ({split})"
            wanted = answering(preferences, self._assistant.settings.answer)
            if not self.evaluations.start(question_set, name, wanted):
                told = notice("Another evaluation is running. This one can begin when it is done.")
                return self._following()[0], told, *self._following()[2:]
        except QuestionSetError as error:
            told = problem_list(error.problems, "These questions cannot be asked.")
            return gr.skip(), told, *([gr.skip()] * 5)
        except CiteSpanError as error:
            return gr.skip(), notice(str(error), is_error=True), *([gr.skip()] * 5)
        return self._following()

    def stop(self) -> tuple[Any, Any]:
        """End the running evaluation after the question that is being asked."""
        self.evaluations.stop()
        return progress_card(self.evaluations.job), gr.update(interactive=False)

    def follow(self) -> tuple[Any, ...]:
        """How far the running evaluation is; once it is done, its results."""
        job = self.evaluations.job
        if job is not None and job.is_running:
            return progress_card(job), gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip()
        return self._following()

    def _chosen(self, chosen: str | None, uploaded: Uploaded | None) -> tuple[Any, ...]:
        """The list of sets with ``chosen`` selected, what it holds, its splits, and whether it can run."""
        choices = [(choice.name, choice.key) for choice in self._sets.choices(uploaded)]
        sets = gr.update(choices=choices, value=chosen)
        hidden = gr.update(visible=False)
        if chosen is None:
            return sets, notice(self._nothing_to_ask()), hidden, gr.update(interactive=False)
        try:
            _, question_set = self._sets.read(chosen, uploaded)
        except QuestionSetError as error:
            return sets, problem_list(error.problems, "This set cannot be used."), hidden, gr.update(interactive=False)
        note = STARTER_NOTE if chosen == "starter" else ""
        return (
            sets,
            set_card(question_set, summary(question_set), note),
            _splits(question_set),
            gr.update(interactive=True),
        )

    def _nothing_to_ask(self) -> str:
        if not self._assistant.articles():
            return "There are no articles yet. Add some on the Articles tab, then come back to make test questions."
        return (
            "There are no test questions yet. Make a starter set from your articles, upload one, or judge an answer in "
            "the chat and save it as a test question."
        )

    def _following(self) -> tuple[Any, ...]:
        """The progress, the message, the buttons and the timer, and the stored runs as they are now."""
        job = self.evaluations.job
        busy = job is not None and job.is_running
        runs = self.results.runs()
        newest = runs[0].run if runs else None
        if job is not None and job.run and any(one.run == job.run for one in runs):
            newest = job.run
        problems = job.problems if job is not None and not busy else ()
        return (
            progress_card(job),
            problem_list(problems, "The evaluation could not be done.") if problems else "",
            gr.update(visible=not busy),
            gr.update(visible=busy, interactive=True),
            gr.update(active=busy),
            gr.update(visible=bool(runs)),
            gr.update(choices=[(run_name(one), one.run) for one in runs], value=newest),
        )


def _splits(question_set: QuestionSet) -> Any:
    choices = splits(question_set)
    meaning = DEV_AND_TEST if {"dev", "test"} <= {value for _, value in choices} else ""
    return gr.update(choices=choices, value=ALL if choices else None, visible=bool(choices), info=meaning)


def _html(elem_id: str | None = None) -> gr.HTML:
    return gr.HTML("", apply_default_css=False, js_on_load="", elem_id=elem_id)
