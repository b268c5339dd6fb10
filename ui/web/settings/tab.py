"""The Settings tab: how one user's questions are answered, light or dark, and whether all is well."""

from __future__ import annotations

import logging
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag import __version__
from rag.errors import CiteSpanError
from rag.evaluation.records import Evaluation
from rag.evaluation.run_files import list_runs, load_run
from rag.presentation.wording import counted
from ui.web.pieces import UNEXPECTED, notice
from ui.web.settings.preferences import MOST_PASSAGES, answering, kept
from ui.web.settings.settings_view import effect, facts, health
from ui.web.templates import read_file

if TYPE_CHECKING:
    from rag.assistant import Assistant

_LOG = logging.getLogger(__name__)
RUNS_LOOKED_AT = 20
"""Newest runs among which the last one with known answers is looked for."""
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


class SettingsTab:
    """Builds the tab and answers its events; what a user sets stays in that user's browser."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def build(self, page: gr.Blocks, tab: gr.Tab, preferences: gr.BrowserState) -> None:
        """Put the tab's components on the page and wire their events."""
        usual = self._assistant.settings.answer
        _html("settings-intro", read_file("settings/intro.html"))
        with gr.Column(elem_classes="settings-card"):
            _html(None, "<h3>Answers</h3>")
            passages = gr.Slider(
                1,
                max(MOST_PASSAGES, usual.passages_read),
                value=usual.passages_read,
                step=1,
                label="Most passages to read for a question",
                info="More passages find answers that the search ranked low, and take longer. What scores far below "
                "the best is left out.",
                elem_id="passages-read",
            )
            silent = gr.Slider(
                0.0,
                0.99,
                step=0.01,
                label="Stay silent below this confidence",
                info="Lower answers more and errs more; higher says “not in these articles” more often.",
                elem_id="abstain-below",
            )
            shown_effect = _html("effect")
            usual_again = gr.Button("Back to the usual settings", size="sm", elem_id="usual-settings")
        with gr.Column(elem_classes="settings-card"):
            _html(None, "<h3>Look</h3>")
            choices = [("As the system has it", "system"), ("Light", "light"), ("Dark", "dark")]
            theme = gr.Radio(choices, value="system", label="Light or dark", elem_id="theme")
        with gr.Column(elem_classes="settings-card"):
            _html(None, "<h3>Is everything well?</h3><p class='note'>Looks at the models, the disk and the store.</p>")
            check = gr.Button("Check now", size="md", elem_id="check-health")
            findings = _html("health")
        with gr.Column(elem_classes="settings-card"):
            _html(None, "<h3>What is running</h3>")
            installed = _html("installed")
        sliders = [passages, silent]
        tab.select(self.open, [preferences], [*sliders, shown_effect, installed], **_QUIET)
        for slider in sliders:
            slider.input(self.changed, sliders, [preferences, shown_effect], trigger_mode="always_last", **_QUIET)
        usual_again.click(self.reset, None, [preferences, *sliders, shown_effect], **_QUIET)
        check.click(self.check, None, [check, findings], concurrency_limit=1, concurrency_id="doctor", **_QUIET)
        theme.input(None, [theme], None, js="(theme) => window.citespanTheme.choose(theme)", api_visibility="private")
        page.load(None, None, [theme], js="() => window.citespanTheme.chosen()", api_visibility="private")

    def open(self, preferences: Any) -> tuple[Any, ...]:
        """What the tab shows when it is opened: the user's own settings, and what they mean."""
        try:
            usual, threshold = self._assistant.settings.answer, self._threshold()
            wanted = answering(preferences, usual) or usual
            silent = threshold if wanted.abstain_below is None else wanted.abstain_below
            shown_effect = effect(self._last_run(), silent, wanted.passages_read)
            return wanted.passages_read, round(silent, 2), shown_effect, facts(self._facts())
        except CiteSpanError as error:
            return gr.skip(), gr.skip(), notice(str(error), is_error=True), gr.skip()

    def changed(self, passages_read: int, silent_below: float) -> tuple[Any, str]:
        """Keep what was set, and tell what it would have done."""
        usual = self._assistant.settings.answer
        wanted = kept(passages_read, silent_below, usual, self._threshold())
        return wanted, effect(self._last_run(), silent_below, passages_read)

    def reset(self) -> tuple[Any, ...]:
        """Forget what this user set."""
        return None, *self.open(None)[:3]

    def check(self) -> Iterator[tuple[Any, str]]:
        """Examine the installation and the store."""
        yield gr.update(value="Checking…", interactive=False), ""
        try:
            told = health(self._assistant.doctor())
        except CiteSpanError as error:
            told = notice(str(error), is_error=True)
        except Exception:
            _LOG.exception("the check failed")
            told = notice(UNEXPECTED, is_error=True)
        yield gr.update(value="Check again", interactive=True), told

    def _threshold(self) -> float:
        usual = self._assistant.settings.answer.abstain_below
        return self._assistant.threshold if usual is None else usual

    def _last_run(self) -> Evaluation | None:
        """The newest run with known answers; None when there is none."""
        store = Path(self._assistant.store_path)
        for summary in list_runs(store, RUNS_LOOKED_AT):
            if summary.figures.get("answers", {}).get("right") is not None:
                try:
                    return load_run(summary.run, store)
                except CiteSpanError as error:
                    _LOG.warning("%s", error)
        return None

    def _facts(self) -> list[tuple[str, str]]:
        articles = self._assistant.articles()
        passages = sum(article.passages for article in articles)
        return [
            ("CiteSpan", f"{__version__}, Python {platform.python_version()}, Gradio {gr.__version__}"),
            ("Articles", f"{counted(len(articles), 'article')}, {counted(passages, 'passage')}"),
            ("Kept in", str(Path(self._assistant.store_path).absolute())),
            ("Encoder, for the search", self._assistant.encoder.name),
            ("Reader, for the answers", self._assistant.reader.name),
        ]


def _html(elem_id: str | None, value: str = "") -> gr.HTML:
    return gr.HTML(value, apply_default_css=False, js_on_load="", elem_id=elem_id)
