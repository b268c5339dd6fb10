"""How well and how fast the shipped reader reads.

``python benchmarks/reader_squad.py --data ../shared/data --json FILE`` prints one JSON object (and writes it).

- ``squad_v1``: exact match and F1 by SQuAD's rules of the best span on all answerable test questions (their own
  paragraph, no titles), with 95 % bootstrap intervals, also by kind of question and by length of the answer.
- ``with_unanswerable``: the test questions and those their paragraph does not answer. AUROC of best span minus
  no-answer score; exact match and F1 with abstention at the threshold that was best on the held-out training articles.
- ``nq_open_oracle``: real search questions with the paragraph that answers them (title shown).
- ``speed``: milliseconds for 1, 8 and 16 passages of 200 tokens, ours against plain transformers in float32 (same
  weights, one padded batch, the usual decoding), alternating in one process with the same threads; with the processor
  time of all threads, which tells more on a machine that other programs use.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.machine import machine
from rag.evaluation.metrics.answers import exact_match, f1
from rag.evaluation.metrics.bootstrap import Statistic, estimates
from rag.evaluation.metrics.statistics import auroc, mean
from rag.models.precision import uses_bfloat16
from rag.models.shipped_reader import SHIPPED_FOLDER, export_reader
from rag.read.checkpoint import CheckpointReader, load_shipped_reader
from rag.records import Article, Passage, Retrieved
from training.examples import Example, load_training_data, read_rows, read_squad

logger = logging.getLogger(__name__)
Floats = npt.NDArray[np.float64]
TEST = "dev-v2-reconstructed.json.gz"
_BLOCK = 512
_KINDS = ("what", "who", "when", "where", "why", "how many", "how much", "how", "which")


def as_passage(text: str, title: str) -> Retrieved:
    """A whole text as one retrieved passage."""
    article = Article(article_id="0" * 16, title=title, source="benchmark", path="/benchmark", text=text)
    return Retrieved(Passage(article.article_id, 0, len(text)), 0.0, article)


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


def plain_reader(folder: Path = SHIPPED_FOLDER) -> tuple[Callable[[str, Sequence[str]], list[tuple[int, int]]], Any]:
    """The same weights read as most programs do: transformers in float32, one padded batch, and its tokenizer."""
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    with tempfile.TemporaryDirectory() as exported:
        export_reader(Path(exported) / "reader", folder)
        plain = AutoModelForQuestionAnswering.from_pretrained(f"{exported}/reader", dtype=torch.float32).eval()
        tokenizer = AutoTokenizer.from_pretrained(f"{exported}/reader")

    def read_plainly(question: str, passages: Sequence[str]) -> list[tuple[int, int]]:
        batch = tokenizer([question] * len(passages), list(passages), return_tensors="pt", padding=True)
        with torch.inference_mode():
            output = plain(**batch)
        scores = output.start_logits[:, :, None] + output.end_logits[:, None, :]
        best = torch.triu(scores).flatten(1).argmax(1)
        return [divmod(int(one), scores.shape[2]) for one in best]

    return read_plainly, tokenizer


def speed(contexts: Sequence[str], repeats: int, folder: Path) -> dict[str, Any]:
    """Median milliseconds per question for 1, 8 and 16 passages of 200 tokens, and what computed them."""
    import torch

    ours = load_shipped_reader(folder=folder)
    read_plainly, tokenizer = plain_reader(folder)
    texts = two_hundred_tokens(contexts, tokenizer)
    question = "When did the first of them arrive at the new place?"
    result: dict[str, Any] = {
        "processor": machine()["processor"],
        "threads": torch.get_num_threads(),
        "bfloat16": uses_bfloat16("auto"),
        "tokens": 200,
    }
    for count in (1, 8, 16):
        passages = texts[:count]
        found = [as_passage(text, "") for text in passages]
        runs: dict[str, Callable[[], object]] = {
            "ours": partial(ours.read, question, found),
            "plain": partial(read_plainly, question, passages),
        }
        timed = in_turns(runs, repeats)
        result[f"{count} passages"] = {
            "ours_ms": timed["ours"]["ms"],
            "plain_float32_ms": timed["plain"]["ms"],
            "share": timed["ours"]["share"],
            "processor_share": timed["ours"]["processor_share"],
        }
    return result


def in_turns(runs: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, Any]:
    """Median elapsed and processor milliseconds of each, and the share of ``plain``, after two rounds of warm-up."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for repeat in range(repeats + 2):
        for name, run in runs.items():
            elapsed, spent = time.perf_counter(), time.process_time()
            run()
            if repeat >= 2:
                times[name].append((time.perf_counter() - elapsed, time.process_time() - spent))
    medians = {
        name: tuple(1000 * statistics.median(pair[kind] for pair in values) for kind in (0, 1))
        for name, values in times.items()
    }
    return {
        name: {
            "ms": round(elapsed, 2),
            "processor_ms": round(spent, 2),
            "share": round(elapsed / medians["plain"][0], 3),
            "processor_share": round(spent / medians["plain"][1], 3),
        }
        for name, (elapsed, spent) in medians.items()
    }


def two_hundred_tokens(contexts: Sequence[str], tokenizer: Any) -> list[str]:
    """Sixteen texts of 200 tokens each, cut from longer paragraphs."""
    texts: list[str] = []
    for context in contexts:
        offsets = tokenizer(context, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
        if len(offsets) >= 200:
            texts.append(context[: offsets[199][1]])
        if len(texts) == 16:
            break
    return texts


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures everything and prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds train/ and eval/")
    parser.add_argument("--json", type=Path, default=None, help="also write the result here")
    parser.add_argument("--reader", type=Path, default=SHIPPED_FOLDER, help="folder in the shipped form")
    parser.add_argument("--limit", type=int, default=None, help="only so many questions of each set (a rehearsal)")
    parser.add_argument("--dev", type=int, default=2000, help="dev questions for the threshold")
    parser.add_argument("--repeats", type=int, default=15, help="timed repetitions")
    parser.add_argument("--skip-test", action="store_true", help="only dev figures and speed")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    reader = load_shipped_reader(folder=options.reader)

    def some(examples: Sequence[Example], count: int | None) -> list[Example]:
        return list(examples) if count is None or count >= len(examples) else random.Random(1).sample(examples, count)

    dev_examples = some(load_training_data(options.data)[1], options.dev)
    result: dict[str, Any] = {"reader": reader.name}

    def keep(**sections: Any) -> None:
        """Adds sections; the file is written each time, so that an interrupted run keeps what it has."""
        result.update(sections)
        if options.json is not None:
            options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")

    dev = Readings(reader, dev_examples)
    everyone = np.ones(len(dev_examples), dtype=bool)
    unanswered = rates({"auroc": auroc(dev.margins, dev.answerable, everyone)}, len(dev_examples))
    keep(dev=answered_questions(dev) | unanswered)
    keep(speed=speed([one.context for one in dev_examples], options.repeats, options.reader))
    if not options.skip_test:
        test = Readings(reader, some(read_squad(options.data / "train" / TEST), options.limit))
        keep(squad_v1=answered_questions(test), with_unanswerable=abstaining(test, dev))
        oracle = some(read_rows(options.data / "eval" / "nq_open_oracle.jsonl.gz"), options.limit)
        keep(nq_open_oracle=answered_questions(Readings(reader, oracle, titles=True)))
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
