"""How many passages are worth reading? Chosen on dev: ``python -m benchmarks.reading_depth --data ../shared/data``.

Questions on articles that were held out of the reader's training are asked of a store of them and others, as when the
confidence is fitted. Each question's passages are read once; what fewer of them would have given is computed from the
same candidates. ``--json FILE`` writes, for every depth:

- ``exact_match``, ``f1`` of the best span on the answerable questions, and ``auroc`` of the confidence (right answers
  against everything else): at the greatest depth (``first``), at this one (``second``), and the change with its 95 %
  interval over questions;
- ``passages``: read on average. A depth ``gap G`` reads the first passages whose retrieval score is at most G below
  the best one's (two at least, and at most the greatest depth).
"""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from benchmarks.results import rounded
from rag.answer.answerer import Answerer
from rag.assistant import Assistant
from rag.evaluation.metrics.answers import exact_match, f1
from rag.evaluation.metrics.bootstrap import PairedEstimate, Statistic, paired_estimates
from rag.evaluation.metrics.statistics import auroc, mean
from rag.read.confidence import load_calibration
from rag.read.protocol import Reader
from rag.records import Candidate, Retrieved
from rag.settings import Settings
from training.calibration_sources import Case, squad_source

logger = logging.getLogger(__name__)
DEPTHS = (2, 3, 4, 5, 6, 8, 10)
ALL = 100.0
"""A limit on the distance from the best passage that leaves out none."""
GAPS = (0.5, 1.0, 1.5, 2.0)
Cut = Callable[[Sequence[Retrieved]], int]


@dataclass(frozen=True, slots=True)
class Row:
    """What reading ``passages`` of its passages gave for one question."""

    passages: int
    exact: float = 0.0
    overlap: float = 0.0
    is_right: bool = False
    confidence: float = 0.0


class OneReading:
    """Gives the candidates of one reading, those of the passages that are asked for."""

    def __init__(self, reader: Reader, question: str, passages: Sequence[Retrieved]) -> None:
        self.name = reader.name
        self._candidates = reader.read(question, passages)

    def read(self, question: str, passages: Sequence[Retrieved]) -> list[Candidate]:
        """The candidates in ``passages``, in the reader's order."""
        wanted = {one.passage for one in passages}
        return [one for one in self._candidates if one.retrieved.passage in wanted]


def cuts(most: int) -> dict[str, Cut]:
    """How many of its passages a question would have read, by name."""

    def first(depth: int) -> Cut:
        return lambda passages: min(depth, len(passages))

    def within(gap: float) -> Cut:
        return lambda passages: max(2, sum(passages[0].score - one.score <= gap for one in passages[:most]))

    fixed = {str(depth): first(depth) for depth in DEPTHS if depth <= most}
    return fixed | {f"gap {gap:g}": within(gap) for gap in GAPS}


def measure(assistant: Assistant, cases: Sequence[Case], most: int) -> dict[str, Any]:
    """The figures of every depth; the last fixed one is the greatest."""
    calibration = load_calibration("checkpoint")
    depths = cuts(most)
    rows: dict[str, list[Row]] = {name: [] for name in depths}
    for case in tqdm(cases, desc="reading", unit="question"):
        retrieved = assistant.retrieve(case.question, assistant.settings.answer.passages_read)
        reading = OneReading(assistant.reader, case.question, retrieved)
        answerer = Answerer(reading, calibration, assistant.settings.answer, assistant.store)
        for name, cut in depths.items():
            passages = retrieved[: cut(retrieved)]
            candidates = answerer.candidates(case.question, passages)
            if not candidates.groups:
                rows[name].append(Row(len(passages)))
                continue
            best = candidates.groups[0][0]
            rows[name].append(
                Row(
                    len(passages),
                    exact_match(best.text, case.answers) if case.answers else 0.0,
                    f1(best.text, case.answers) if case.answers else 0.0,
                    case.accepts(best.text),
                    candidates.confidence(0),
                )
            )
    answerable = np.array([bool(case.answers) for case in cases])
    everything = np.ones(len(cases), dtype=bool)

    def column(name: str, field: str) -> npt.NDArray[np.float64]:
        return np.array([getattr(row, field) for row in rows[name]], dtype=np.float64)

    deepest = max((name for name in depths if name.isdigit()), key=int)
    figures: dict[str, Callable[[str], Statistic]] = {
        "exact_match": lambda name: mean(column(name, "exact"), answerable),
        "f1": lambda name: mean(column(name, "overlap"), answerable),
        "auroc": lambda name: auroc(column(name, "confidence"), column(name, "is_right").astype(bool), everything),
    }
    pairs = {f"{name} {figure}": (of(deepest), of(name)) for name in depths for figure, of in figures.items()}
    changes = paired_estimates(pairs, len(cases))
    return {
        name: {
            "passages": round(float(column(name, "passages").mean()), 2),
            **{figure: _in_short(changes[f"{name} {figure}"]) for figure in figures},
        }
        for name in depths
    }


def _in_short(change: PairedEstimate) -> dict[str, float | None]:
    return {name: rounded(value) for name, value in asdict(change).items() if name != "p"}


def replace_read(settings: Settings, most: int) -> Settings:
    """``settings`` that read ``most`` passages, whatever their scores are."""
    answer = {**settings.answer.model_dump(), "passages_read": most, "read_within": ALL}
    return Settings.load(answer=answer)


def main(argv: Sequence[str] | None = None) -> None:
    """Prints the table and writes it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading_depth", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds train/")
    parser.add_argument("--json", type=Path, default=None, help="write the figures here")
    parser.add_argument("--questions", type=int, default=1200, help="45 % of them answerable")
    parser.add_argument("--most", type=int, default=10, help="the greatest depth")
    parser.add_argument("--reader", default="auto", help="as answer.reader, but no sentences")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    settings = replace_read(Settings.load(), options.most)
    if options.reader != "auto":
        settings = Settings.load(answer={**settings.answer.model_dump(), "reader": options.reader})
    with tempfile.TemporaryDirectory() as temporary:
        source = squad_source(options.data, Path(temporary) / "articles", options.questions, options.seed)
        with Assistant(Path(temporary) / "store", settings) as assistant:
            assistant.add(source.articles)
            figures = measure(assistant, source.cases, options.most)
    for name, row in figures.items():
        logger.info("%-8s %s", name, row)
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
