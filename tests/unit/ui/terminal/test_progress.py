"""Progress of long jobs."""

from __future__ import annotations

import io

from rag.records import Progress
from ui.terminal.progress import ProgressDisplay


class TerminalStream(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_log_gets_a_line_every_few_seconds() -> None:
    stream, clock = io.StringIO(), Clock()
    with ProgressDisplay(stream, clock) as display:
        for done in range(1, 31):
            clock.now += 1
            display(Progress("adding", done, 30, f"{done}.txt"))
    lines = stream.getvalue().splitlines()
    assert lines == [
        *(f"adding {done}/30 {done}.txt, {30 - done} s left" for done in range(5, 30, 5)),
        "adding 30/30 30.txt",
    ]


def test_the_time_left_is_that_of_the_stage_and_begins_anew_with_it() -> None:
    stream, clock = io.StringIO(), Clock()
    with ProgressDisplay(stream, clock) as display:
        for done in (0, 1):
            display(Progress("loading", done, 2))
            clock.now += 1000
        for total, seconds in ((100, 10), (2000, 60)):
            for done in (0, 1):
                display(Progress("asking", done, total))
                clock.now += seconds
            display(Progress("asking", 2, total))
    assert stream.getvalue().splitlines() == [
        "loading 1/2, 17 min left",
        "asking 0/100",
        "asking 1/100, 16 min left",
        "asking 2/100, 16 min left",
        "asking 1/2000, 33 h left",
        "asking 2/2000, 33 h left",
    ]


def test_a_short_job_leaves_no_line_in_a_log() -> None:
    stream = io.StringIO()
    with ProgressDisplay(stream, Clock()) as display:
        display(Progress("adding", 1, 1, "a.txt"))
    assert stream.getvalue() == ""


def test_a_terminal_gets_a_bar_for_each_stage_with_count_and_time() -> None:
    stream = TerminalStream()
    with ProgressDisplay(stream) as display:
        display(Progress("embedding", 32, 64, "a.txt"))
        display(Progress("adding", 1, 3, "a.txt"))
        display(Progress("embedding", 10, 20, "b.txt"))  # the next round starts anew
    shown = stream.getvalue()
    assert "embedding" in shown
    assert "adding" in shown
    assert "/s" in shown


def test_an_unknown_total_is_no_error() -> None:
    stream, clock = io.StringIO(), Clock()
    with ProgressDisplay(stream, clock) as display:
        clock.now += 10
        display(Progress("reading", 7, None))
    assert stream.getvalue() == "reading 7\n"


def test_a_file_name_cannot_steer_the_terminal() -> None:
    stream, clock = io.StringIO(), Clock()
    with ProgressDisplay(stream, clock) as display:
        clock.now += 10
        display(Progress("adding", 1, 2, "\x1b[2Jevil.txt"))
    assert "\x1b" not in stream.getvalue()
