"""A store with one evaluation of each kind of outcome, made without models."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rag.evaluation.questions import Question, QuestionSet
from rag.evaluation.records import Evaluation
from rag.evaluation.runs import evaluate
from rag.records import Finding, Progress
from rag.settings import AnswerSettings
from tests.unit.rag.evaluation.conftest import SPANS, FakeAssistant

ROWS = (
    Question("ribbon", "Who cut the ribbon?", ("Ida Quill", "Mayor Ida Quill"), "bridge.md", split="dev"),
    Question("cost", "What did the repairs cost?", ("nothing",), "bridge.md", split="dev"),
    Question("wear", "What did the mayor wear?", (), split="test"),
    Question("river", "Which river does it lie on?", ("Chu",), "fort.md", split="test"),
    Question("moon", "Who <b>walked</b> on the moon?", (), split="test"),
)
SET = QuestionSet(ROWS, "set.jsonl")


class Evaluated(FakeAssistant):
    """The evaluation's own fake, with what the page needs besides."""

    threshold = 0.5

    def __init__(self, store: Path) -> None:
        super().__init__(store, SPANS)
        self.unsure = {"Which river does it lie on?": ("fort.md", "Chu", 0.2)}
        self.before_question: Callable[[str], None] = lambda item: None

    def evaluate(
        self,
        question_set: QuestionSet,
        *,
        progress: Callable[[Progress], None] | None = None,
        answering: AnswerSettings | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> Evaluation:
        def told(step: Progress) -> None:
            if progress is not None:
                progress(step)
            self.before_question(step.item)

        fake: Any = self
        return evaluate(fake, question_set, progress=told, answering=answering, should_stop=should_stop)

    def doctor(self) -> list[Finding]:
        return [Finding("ok", "disk", "80 GB are free"), Finding("error", "reader", "<i>gone</i>", "make install")]


def an_evaluation(store: Path) -> tuple[Evaluated, Evaluation]:
    """The assistant and its stored run over ``SET``."""
    assistant = Evaluated(store)
    return assistant, assistant.evaluate(SET)
