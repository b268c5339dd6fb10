"""How well the shipped reader reads one paragraph, without any search.

- ``squad_v1``: exact match and F1 by SQuAD's rules of the best span on all answerable test questions (their own
  paragraph, no titles), with 95 % bootstrap intervals, also by kind of question and by length of the answer.
- ``with_unanswerable``: the test questions and those their paragraph does not answer. AUROC of best span minus
  no-answer score; exact match and F1 with abstention at the threshold that was best on the held-out training
  articles.
- ``nq_open_oracle``: real search questions with the paragraph that answers them (title shown).
- ``speed``: see ``reading_speed.py``.

``python -m benchmarks.reader --data DIR --reader READER --json FILE`` measures another reader in the shipped form,
for its model card.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.markdown import number, rate, share, table, times
from benchmarks.protocol import QUESTIONS, Measured, Setup
from benchmarks.reading_speed import as_passage, speed
from rag.evaluation.metrics.answers import exact_match, f1
from rag.evaluation.metrics.bootstrap import Statistic, estimates
from rag.evaluation.metrics.statistics import auroc, mean
from rag.models.shipped_reader import SHIPPED_FOLDER
from rag.read.checkpoint import CheckpointReader, load_shipped_reader
from training.examples import Example, load_training_data, read_rows, read_squad

logger = logging.getLogger(__name__)
Floats = npt.NDArray[np.float64]
TEST = "dev-v2-reconstructed.json.gz"
_BLOCK = 512
TIMED_ROUNDS = 15
_KINDS = ("what", "who", "when", "where", "why", "how many", "how much", "how", "which")


def measure(setup: Setup) -> Measured:
    """All test questions, or ``setup.questions`` of each set when that is fewer than the default."""
    whole = setup.questions >= QUESTIONS
    figures = figures_of(
        setup.data,
        SHIPPED_FOLDER,
        limit=None if whole else setup.questions,
        dev_questions=2000 if whole else 200,
        tell=lambda stage: setup.progress(stage, 0, 1),
    )
    return Measured(figures, {name: figures[name]["questions"] for name in ("squad_v1", "nq_open_oracle")})


def figures_of(
    data: Path, folder: Path, *, limit: int | None, dev_questions: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Every figure of the reader in ``folder``.

    Args:
        limit: only so many questions of each test set.
        dev_questions: how many of the held-out training articles' the threshold comes from.
    """
    reader = load_shipped_reader(folder=folder)

    def some(examples: Sequence[Example], count: int | None) -> list[Example]:
        return list(examples) if count is None or count >= len(examples) else random.Random(1).sample(examples, count)

    dev_examples = some(load_training_data(data)[1], dev_questions)
    tell("reading dev questions")
    dev = Readings(reader, dev_examples)
    unanswered = rates(
        {"auroc": auroc(dev.margins, dev.answerable, np.ones(len(dev_examples), dtype=bool))}, len(dev_examples)
    )
    tell("timing")
    timed = speed([one.context for one in dev_examples], TIMED_ROUNDS, folder)
    tell("reading test questions")
    test = Readings(reader, some(read_squad(data / "train" / TEST), limit))
    oracle = some(read_rows(data / "eval" / "nq_open_oracle.jsonl.gz"), limit)
    return {
        "reader": reader.name,
        "dev": answered_questions(dev) | unanswered,
        "speed": timed,
        "squad_v1": answered_questions(test),
        "with_unanswerable": abstaining(test, dev),
        "nq_open_oracle": answered_questions(Readings(reader, oracle, titles=True)),
    }


class Readings:
    """The best span of every question: exact match, F1 (as if always answering) and margin over "no answer"."""

    def __init__(self, reader: CheckpointReader, examples: Sequence[Example], *, titles: bool = False) -> None:
        self.examples = list(examples)
        self.texts: list[str] = []
        margins: list[float] = []
        for begin in range(0, len(self.examples), _BLOCK):
            block = self.examples[begin : begin + _BLOCK]
            requests = [(one.question, [as_passage(one.context, one.title if titles else "")]) for one in block]
            for candidates in reader.read_many(requests):
                best = candidates[0] if candidates else None
                self.texts.append(best.text if best else "")
                margins.append(best.margin if best else -np.inf)
            logger.info("read %d of %d questions", len(self.texts), len(self.examples))
        self.margins: Floats = np.array(margins)
        expected = [[text for text, _ in one.answers] for one in self.examples]
        self.answerable = np.array([bool(answers) for answers in expected])
        pairs = list(zip(self.texts, expected, strict=True))
        self.exact: Floats = np.array([exact_match(*pair) if pair[1] else 0.0 for pair in pairs])
        self.overlap: Floats = np.array([f1(*pair) if pair[1] else 0.0 for pair in pairs])

    def with_abstention(self, threshold: float) -> tuple[Floats, Floats]:
        """Exact match and F1 per question when questions whose margin is below ``threshold`` are not answered."""
        abstains = self.margins < threshold
        exact = np.where(self.answerable, self.exact * ~abstains, abstains)
        overlap = np.where(self.answerable, self.overlap * ~abstains, abstains)
        return exact.astype(np.float64), overlap.astype(np.float64)

    def best_threshold(self) -> float:
        """The margin with the highest F1 with abstention."""
        order = np.argsort(self.margins)
        # Moving the threshold above a question's margin gains an abstention and loses its F1.
        gains = np.where(self.answerable[order], -self.overlap[order], 1.0)
        place = int(np.argmax(np.concatenate([[0.0], np.cumsum(gains)])))
        return float(self.margins[order[place]]) if place < len(order) else float("inf")


def rates(figures: dict[str, Statistic], count: int) -> dict[str, Any]:
    """Every figure with its interval, rounded."""
    return {
        name: {key: None if value is None else round(value, 4) for key, value in asdict(one).items()}
        for name, one in estimates(figures, count).items()
    }


def kind_of(question: str) -> str:
    """The first question word in ``question``."""
    lowered = f" {question.lower()} "
    found = [(lowered.find(f" {kind} "), -len(kind), kind) for kind in _KINDS if f" {kind} " in lowered]
    return min(found)[2] if found else "other"


def length_of(example: Example) -> str:
    """Words of the shortest acceptable answer, in groups."""
    words = min(len(text.split()) for text, _ in example.answers)
    return "1" if words == 1 else "2-3" if words <= 3 else "4-6" if words <= 6 else "7+"


def answered_questions(readings: Readings) -> dict[str, Any]:
    """Exact match and F1 over the answerable questions: in all, by kind of question, by length of the answer."""
    asked = readings.answerable
    count = len(asked)

    def figures(mask: npt.NDArray[np.bool_]) -> dict[str, Any]:
        both: dict[str, Statistic] = {"exact_match": mean(readings.exact, mask), "f1": mean(readings.overlap, mask)}
        return {"questions": int(mask.sum()), **rates(both, count)}

    def groups(label: Callable[[Example], str]) -> dict[str, Any]:
        labels = np.array([label(one) if one.answers else "" for one in readings.examples])
        return {name: figures(labels == name) for name in sorted(set(labels) - {""})}

    return {
        **figures(asked),
        "by_kind": groups(lambda one: kind_of(one.question)),
        "by_answer_words": groups(length_of),
    }


def abstaining(test: Readings, dev: Readings) -> dict[str, Any]:
    """Figures with unanswerable questions; the threshold comes from ``dev``."""
    threshold = dev.best_threshold()
    exact, overlap = test.with_abstention(threshold)
    everything = np.ones(len(exact), dtype=bool)
    figures = {
        "exact_match": mean(exact, everything),
        "f1": mean(overlap, everything),
        "auroc": auroc(test.margins, test.answerable, everything),
    }
    return {
        "questions": len(exact),
        "unanswerable": int((~test.answerable).sum()),
        **rates(figures, len(exact)),
        "threshold": round(threshold, 4),
        "threshold_from": f"{len(dev.margins)} questions on held-out training articles",
        "f1_at_the_best_threshold_of_the_test_set": round(
            float(test.with_abstention(test.best_threshold())[1].mean()), 4
        ),
    }


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


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures a reader and writes one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reader", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds train/ and eval/")
    parser.add_argument("--json", type=Path, required=True, help="the result goes here")
    parser.add_argument("--reader", type=Path, default=SHIPPED_FOLDER, help="folder in the shipped form")
    parser.add_argument("--limit", type=int, default=None, help="only so many questions of each set (a rehearsal)")
    parser.add_argument("--dev", type=int, default=2000, help="dev questions for the threshold")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    figures = figures_of(options.data, options.reader, limit=options.limit, dev_questions=options.dev, tell=logger.info)
    options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
