"""The optional runtime beside torch; measured by ``fast_runtime.py``, which needs the extra ``fast``."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.markdown import number, share, table, times
from benchmarks.protocol import QUESTIONS, Measured, Setup

RUNTIMES = {"openvino": "OpenVINO", "torch": "torch, the default", "plain": "plain, float32"}


def measure(setup: Setup) -> Measured:
    """Its own number of questions, or ``setup.questions`` when that is fewer than the default."""
    from benchmarks import fast_runtime

    output = setup.folder("reader") / "fast.json"
    limits = [] if setup.questions >= QUESTIONS else ["--questions", str(setup.questions)]
    with contextlib.redirect_stdout(sys.stderr):
        fast_runtime.main(["--data", str(setup.data), "--json", str(output), *limits])
    return read_measured(output)


def read_measured(path: Path) -> Measured:
    """What ``fast_runtime.py`` wrote to ``path``."""
    figures = json.loads(path.read_text(encoding="utf-8"))
    agreement = figures["agreement"]
    for one in (agreement, figures["agreement_float32"]):
        one["same_span"] = {"value": one["same_span"]}
    return Measured(figures, {"questions": agreement["questions"]})


def section(figures: Mapping[str, Any]) -> str:
    """Agreement with torch, then times."""
    agreement, encoder, speed = figures["agreement"], figures["encoder"], figures["speed"]
    timed = {task: of for task, of in speed.items() if isinstance(of, Mapping)}
    rows = [
        [
            task,
            *(f"{number(of[name]['ms'], 1)} ({times(of[name]['share'])})" if name in of else "–" for name in RUNTIMES),
        ]
        for task, of in timed.items()
    ]
    return (
        f"The best span is the same as on torch for {share(agreement['same_span'])} % of {agreement['questions']:,} "
        f"questions; the confidence differs by {agreement['confidence_difference_mean']:.4f} on average and by "
        f"{agreement['confidence_difference_max']:.3f} at most. Vectors: cosine to torch in float32 "
        f"{encoder['cosine_mean']:.4f} on average, {encoder['cosine_least']:.4f} at least."
        f"{_of_torch(figures)}\n\n"
        + table([f"ms, {speed['threads']} threads, passages of {speed['tokens']} tokens", *RUNTIMES.values()], rows)
        + "\n\nIn brackets the share of the plain time, in turns in one run."
    )


def _of_torch(figures: Mapping[str, Any]) -> str:
    """How far torch, the default, is from plain transformers in float32."""
    agreement, encoder = figures["agreement_float32"], figures["encoder_torch"]
    return (
        f" torch, the default: the best span of plain transformers in float32 for {share(agreement['same_span'])} %, "
        f"confidence {agreement['confidence_difference_mean']:.4f} apart on average; vectors: cosine "
        f"{encoder['cosine_least']:.5f} at least."
    )
