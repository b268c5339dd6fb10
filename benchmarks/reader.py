"""The reader by itself; measured by ``reader_squad.py``."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import reader_squad
from benchmarks.markdown import number, rate, share, table, times
from benchmarks.protocol import QUESTIONS, Measured, Setup


def measure(setup: Setup) -> Measured:
    """All test questions, or ``setup.questions`` of each set when that is fewer than the default."""
    output = setup.folder("reader") / "reader.json"
    limits = [] if setup.questions >= QUESTIONS else ["--limit", str(setup.questions), "--dev", "200"]
    with contextlib.redirect_stdout(sys.stderr):
        reader_squad.main(["--data", str(setup.data), "--json", str(output), *limits])
    return read_measured(output)


def read_measured(path: Path) -> Measured:
    """What ``reader_squad.py`` wrote to ``path``."""
    figures = json.loads(path.read_text(encoding="utf-8"))
    sizes = {name: figures[name]["questions"] for name in ("squad_v1", "nq_open_oracle")}
    return Measured(figures, sizes)


def section(figures: Mapping[str, Any]) -> str:
    """Exact match and F1, by kind of question, and speed."""
    squad, mixed, oracle, dev = (figures[name] for name in ("squad_v1", "with_unanswerable", "nq_open_oracle", "dev"))
    sets = table(
        ["", "questions", "exact match, %", "F1, %"],
        [
            [title, f"{one['questions']:,}", share(one["exact_match"]), share(one["f1"])]
            for title, one in (
                ("SQuAD v1.1, test", squad),
                ("with unanswerable questions, abstaining", mixed),
                ("search questions with the paragraph that answers (NQ)", oracle),
                ("SQuAD articles held out of training (dev)", dev),
            )
        ],
    )
    groups = table(
        ["SQuAD v1.1, test", "questions", "exact match, %", "F1, %"],
        [
            [label, f"{one['questions']:,}", share(one["exact_match"], False), share(one["f1"], False)]
            for prefix, group in (("", "by_kind"), ("answers of words: ", "by_answer_words"))
            for label, one in ((f"{prefix}{name}", of) for name, of in squad[group].items())
        ],
    )
    speed = figures["speed"]
    spent = table(
        [f"{speed['tokens']} tokens each, {speed['threads']} threads", "ours, ms", "plain transformers, ms", "share"],
        [
            [name, number(one["ours_ms"], 1), number(one["plain_float32_ms"], 1), times(one["share"])]
            for name, one in speed.items()
            if isinstance(one, Mapping)
        ],
    )
    return (
        f"The paragraph is given; nothing is searched.\n\n{sets}\n\n"
        f"AUROC of the no-answer score over the {mixed['questions']:,} questions, of which {mixed['unanswerable']:,} "
        f"are unanswerable: {rate(mixed['auroc'])}. The threshold comes from {mixed['threshold_from']}.\n\n{groups}\n\n"
        f"{spent}\n\nPlain transformers: the same weights in float32, one padded batch, in turn with ours."
    )
