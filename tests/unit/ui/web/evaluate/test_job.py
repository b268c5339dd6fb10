from __future__ import annotations

import threading
from pathlib import Path

from rag.evaluation.questions import Question, QuestionSet
from rag.evaluation.run_files import load_run
from rag.settings import AnswerSettings
from tests.unit.ui.web.evaluate.evaluated import SET, Evaluated
from ui.web.evaluate.job import Evaluations
from ui.web.pieces import UNEXPECTED


def test_a_run_is_kept_and_named(tmp_path: Path) -> None:
    evaluations = Evaluations(Evaluated(tmp_path))  # type: ignore[arg-type]
    assert evaluations.job is None
    assert evaluations.start(SET, "Mine")
    evaluations.wait(30)
    job = evaluations.job
    assert job is not None
    assert (job.number, job.name, job.total, job.done, job.finished, job.problems) == (1, "Mine", 5, 5, True, ())
    assert job.run is not None
    assert len(load_run(job.run, tmp_path).rows) == 5


def test_time_left_follows_from_the_speed_so_far(tmp_path: Path) -> None:
    assistant = Evaluated(tmp_path)
    seconds = iter(range(0, 1000, 10))
    evaluations = Evaluations(assistant, clock=lambda: float(next(seconds)))  # type: ignore[arg-type]
    seen: list[tuple[int, float | None]] = []

    def note(item: str) -> None:
        assert evaluations.job is not None
        seen.append((evaluations.job.done, evaluations.job.seconds_left))

    assistant.before_question = note
    evaluations.start(SET, "Mine")
    evaluations.wait(30)
    assert seen == [(0, None), (1, 40.0), (2, 30.0), (3, 20.0), (4, 10.0), (5, 0.0)]


def test_one_at_a_time_and_a_stop_keeps_what_was_done(tmp_path: Path) -> None:
    assistant = Evaluated(tmp_path)
    asking, go_on = threading.Event(), threading.Event()

    def hold(item: str) -> None:
        if item == "cost":
            asking.set()
            assert go_on.wait(30)

    assistant.before_question = hold
    evaluations = Evaluations(assistant)  # type: ignore[arg-type]
    evaluations.start(SET, "Mine")
    assert asking.wait(30)
    assert not evaluations.start(SET, "Another")
    evaluations.stop()
    assert evaluations.job is not None
    assert evaluations.job.stopping
    go_on.set()
    evaluations.wait(30)
    job = evaluations.job
    assert job is not None
    assert job.run is not None
    run = load_run(job.run, tmp_path)
    assert ([row.id for row in run.rows], run.partial) == (["ribbon", "cost"], True)
    assert evaluations.start(SET, "Another")
    evaluations.wait(30)
    assert evaluations.job.number == 2


def test_what_goes_wrong_is_told(tmp_path: Path) -> None:
    assistant = Evaluated(tmp_path)
    evaluations = Evaluations(assistant)  # type: ignore[arg-type]
    evaluations.start(QuestionSet((Question("a", "Who?", ("x",), "gone.md", line=3),), "mine.jsonl"), "Mine")
    evaluations.wait(30)
    assert evaluations.job is not None
    (problem,) = evaluations.job.problems
    assert problem.startswith("mine.jsonl:3: source:")

    def broken(item: str) -> None:
        raise ZeroDivisionError

    assistant.before_question = broken
    evaluations.start(SET, "Mine")
    evaluations.wait(30)
    assert (evaluations.job.problems, evaluations.job.run) == ((UNEXPECTED,), None)


def test_the_users_own_settings_are_measured(tmp_path: Path) -> None:
    evaluations = Evaluations(Evaluated(tmp_path))  # type: ignore[arg-type]
    evaluations.start(SET, "Mine", AnswerSettings(passages_read=3))
    evaluations.wait(30)
    assert evaluations.job is not None
    assert evaluations.job.run is not None
    assert load_run(evaluations.job.run, tmp_path).settings["answer"]["passages_read"] == 3
