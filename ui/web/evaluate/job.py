"""An evaluation under way: on a thread of its own, one at a time, so that nobody's question waits for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock, Thread
from typing import TYPE_CHECKING

from rag.errors import CiteSpanError, QuestionSetError
from rag.evaluation.questions import QuestionSet
from rag.records import Progress
from rag.settings import AnswerSettings
from ui.web.pieces import UNEXPECTED

if TYPE_CHECKING:
    from rag.assistant import Assistant

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """How far an evaluation is.

    Attributes:
        number: counts up with every evaluation that is started.
        name: what the user calls the question set.
        asking: the first question is being asked; before that the models are loaded.
        seconds_left: by the speed so far; None until that is known.
        run: the stored run's id once it is finished.
        problems: why it failed, one line each.
    """

    number: int
    name: str
    total: int
    done: int = 0
    asking: bool = False
    seconds_left: float | None = None
    stopping: bool = False
    finished: bool = False
    run: str | None = None
    problems: tuple[str, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether there is something to wait for."""
        return not self.finished


class Evaluations:
    """Runs evaluations of one store, one after another; safe to share between threads."""

    def __init__(self, assistant: Assistant, clock: Callable[[], float] = time.monotonic) -> None:
        self._assistant = assistant
        self._clock = clock
        self._lock = Lock()
        self._job: Job | None = None
        self._thread: Thread | None = None
        self._first_asked = 0.0

    @property
    def job(self) -> Job | None:
        """The evaluation that was started last, or None."""
        return self._job

    def start(self, question_set: QuestionSet, name: str, answering: AnswerSettings | None = None) -> bool:
        """Start an evaluation; False when another one is still running."""
        with self._lock:
            if self._job is not None and self._job.is_running:
                return False
            number = self._job.number + 1 if self._job else 1
            self._job = Job(number, name, len(question_set))
            self._thread = Thread(target=self._work, args=(question_set, answering), daemon=True)
            self._thread.start()
            return True

    def stop(self) -> None:
        """End the running evaluation after the question that is being asked; what was done is kept."""
        self._change(stopping=True)

    def wait(self, seconds: float) -> None:
        """Wait at most ``seconds`` for the running evaluation."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _work(self, question_set: QuestionSet, answering: AnswerSettings | None) -> None:
        try:
            run = self._assistant.evaluate(
                question_set, progress=self._progressed, answering=answering, should_stop=self._should_stop
            )
            self._change(finished=True, run=run.run, done=len(run.rows))
        except QuestionSetError as error:
            self._change(finished=True, problems=error.problems)
        except CiteSpanError as error:
            self._change(finished=True, problems=(str(error),))
        except OSError as error:
            self._change(finished=True, problems=(f"The run could not be kept: {error}",))
        except Exception:
            _LOG.exception("an evaluation failed")
            self._change(finished=True, problems=(UNEXPECTED,))

    def _progressed(self, step: Progress) -> None:
        now = self._clock()
        if step.done == 0:
            self._first_asked = now
        left = (now - self._first_asked) / step.done * ((step.total or 0) - step.done) if step.done else None
        self._change(done=step.done, asking=True, seconds_left=left)

    def _should_stop(self) -> bool:
        return self._job is not None and self._job.stopping

    def _change(self, **values: object) -> None:
        with self._lock:
            if self._job is not None and self._job.is_running:
                self._job = replace(self._job, **values)  # type: ignore[arg-type]
