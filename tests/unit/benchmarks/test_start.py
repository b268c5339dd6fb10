"""What a new process costs: measured of real processes, failures said, figures rendered."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from benchmarks import start
from benchmarks.start import Spent, StartError


def test_processor_time_and_memory_are_the_processes_own() -> None:
    idle = start.in_new_process([sys.executable, "-c", "import time; time.sleep(0.3)"])
    busy = start.in_new_process([sys.executable, "-c", "held = b'x' * (64 << 20); sum(range(5_000_000))"])
    assert idle.wall >= 0.3
    assert idle.processor < busy.processor
    assert busy.peak_mb > idle.peak_mb + 50


def test_a_command_that_fails_is_no_figure() -> None:
    with pytest.raises(StartError, match="ended with 3: no such thing"):
        start.in_new_process([sys.executable, "-c", "import sys; sys.stderr.write('no such thing'); sys.exit(3)"])


def test_medians_are_taken_figure_by_figure() -> None:
    rounds = [Spent(3.0, 1.0, 10.0), Spent(1.0, 2.0, 30.0), Spent(2.0, 9.0, 20.0)]
    assert start.median_of(rounds) == Spent(2.0, 2.0, 20.0)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="this system does not tell")
def test_memory_of_a_process_is_read() -> None:
    assert start.resident_mb(os.getpid()) > 10


def test_the_figures_are_rendered_as_ratios() -> None:
    one = {"processor": 0.25, "wall": 0.3, "peak_mb": 41.0}
    figures = {
        "commands": {start.BASE: one, "ask": {"processor": 1.0, "wall": 1.2, "peak_mb": 340.0}},
        "warm_ask_seconds": 0.31,
        "page": {"rest_mb": 480.0, "asked_mb": 500.0, "asked": 100},
    }
    page = start.section(figures)
    assert "| ask | 1.00 | 4.0 × | 1.20 | 340 |" in page
    assert "takes 310 ms of processor time. The page takes 480 MB" in page
    assert "The page" not in start.section({**figures, "page": None})
