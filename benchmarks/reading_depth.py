"""How many passages are worth reading? Chosen on dev: ``python -m benchmarks.reading_depth --data ../shared/data``.

Questions on articles that were held out of the reader's training are asked of a store of 48 articles, as when the
confidence is fitted. Each question's passages are read once; what fewer of them would have given is computed from the
same candidates. ``--json FILE`` writes, for every depth:

- ``exact_match``, ``f1``: of the best span, on the answerable questions, with the difference from the greatest depth
  and its 95 % interval over questions;
- ``auroc``: of the confidence, right answers against everything else;
- ``passages``: read on average. A depth ``gap G`` reads the first passages whose retrieval score is at most G below
  the best one's (two at least, and at most the greatest depth).
"""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from rag.answer.answerer import Answerer
from rag.answer.confidence import load_calibration
from rag.answer.evidence import understand
from rag.answer.reader import Reader
from rag.assistant import Assistant
from rag.evaluation.metrics.answers import exact_match, f1
from rag.records import Candidate, Retrieved
from rag.settings import Settings
from rag.training.calibration_questions import choose_parts, draw_questions, write_articles
from rag.training.confidence import Asked, ask_all, is_right

logger = logging.getLogger(__name__)
DEPTHS = (2, 3, 4, 5, 6, 8, 10)
GAPS = (0.5, 1.0, 1.5, 2.0)
RESAMPLES = 2000
Cut = Callable[[Sequence[Retrieved]], int]


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


def measure(assistant: Assistant, questions: Sequence[Asked], most: int) -> dict[str, Any]:
    """The figures of every depth; the last fixed one is the greatest."""
    calibration = load_calibration("checkpoint")
    settings = replace_read(assistant.settings, most)
    depths = cuts(most)
    exact: dict[str, list[float]] = {name: [] for name in depths}
    overlap: dict[str, list[float]] = {name: [] for name in depths}
    confidences: dict[str, list[float]] = {name: [] for name in depths}
    right: dict[str, list[bool]] = {name: [] for name in depths}
    read: dict[str, list[int]] = {name: [] for name in depths}
    for asked in tqdm(questions, desc="reading", unit="question"):
        if not asked.passages:
            continue
        reading = OneReading(assistant.reader, asked.question, asked.passages)
        answerer = Answerer(reading, calibration, settings.answer, assistant.store)
        understood = understand(asked.question, assistant.store)
        for name, cut in depths.items():
            count = cut(asked.passages)
            groups = answerer.groups(asked.question, asked.passages[:count])
            read[name].append(count)
            best = groups[0][0] if groups else None
            confidences[name].append(
                calibration.probability(answerer.evidence(understood, groups, 0)) if groups else 0.0
            )
            title = best.candidate.retrieved.article.title if best else ""
            right[name].append(best is not None and is_right(best.text, title, asked, whole_sentences=False))
            if asked.answers:
                exact[name].append(exact_match(best.text, asked.answers) if best else 0.0)
                overlap[name].append(f1(best.text, asked.answers) if best else 0.0)
    deepest = str(max(int(name) for name in depths if name.isdigit()))
    return {
        name: {
            "passages": round(float(np.mean(read[name])), 2),
            "exact_match": round(100 * float(np.mean(exact[name])), 2),
            "f1": round(100 * float(np.mean(overlap[name])), 2),
            "exact_match_less": _difference(exact[name], exact[deepest]),
            "f1_less": _difference(overlap[name], overlap[deepest]),
            "auroc": round(float(roc_auc_score(right[name], confidences[name])), 4),
        }
        for name in depths
    }


def replace_read(settings: Settings, most: int) -> Settings:
    """``settings`` that read ``most`` passages."""
    answer = {**settings.answer.model_dump(), "passages_read": most}
    return Settings.load(answer=answer)


def _difference(here: Sequence[float], there: Sequence[float]) -> list[float]:
    """Mean of ``here`` minus ``there`` with its 95 % bootstrap interval, in points: [mean, low, high]."""
    differences = 100 * (np.array(here) - np.array(there))
    generator = np.random.default_rng(0)
    means = [float(generator.choice(differences, len(differences)).mean()) for _ in range(RESAMPLES)]
    low, high = np.quantile(means, (0.025, 0.975))
    return [round(float(one), 2) for one in (differences.mean(), low, high)]


def main(argv: Sequence[str] | None = None) -> None:
    """Prints the table and writes it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading_depth", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds train/")
    parser.add_argument("--json", type=Path, default=None, help="write the figures here")
    parser.add_argument("--questions", type=int, default=1200, help="half of them answerable")
    parser.add_argument("--most", type=int, default=10, help="the greatest depth")
    parser.add_argument("--reader", default="auto", help="as answer.reader, but no sentences")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parts = choose_parts(options.data, options.seed)
    settings = replace_read(Settings.load(), options.most)
    if options.reader != "auto":
        settings = Settings.load(answer={**settings.answer.model_dump(), "reader": options.reader})
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "articles"
        folder.mkdir()
        write_articles(parts.stored, folder)
        with Assistant(Path(temporary) / "store", settings) as assistant:
            assistant.add(folder)
            half = options.questions // 2
            drawn = [*draw_questions(parts.fit, half, options.seed), *draw_questions(parts.dev, half, options.seed)]
            figures = measure(assistant, ask_all(assistant, drawn, "dev"), options.most)
    for name, row in figures.items():
        logger.info("%-8s %s", name, row)
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
