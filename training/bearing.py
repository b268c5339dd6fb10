"""How it was fitted which sentences bear on a question: ``python -m training.bearing --data ../shared/data``.

The sentences of two sources are labelled by whether they hold the answer: TREC-QA's dev questions, each sentence a
passage of its own, and paragraphs of the SQuAD articles that no reader was trained on, unanswerable questions too. A
logistic regression over ``rag.read.bearing.FEATURES``, in which each source counts alike, is written with what it
reaches on the source that was left out. The reader is asked too, so that its own opinion is weighed where it has one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from rag.language.sentences import split_sentences
from rag.models.encoder import load_encoder
from rag.read.bearing import FEATURES, sentence_features
from rag.read.protocol import examine
from rag.read.registry import load_reader
from rag.records import Article, Passage, Retrieved, Span
from rag.settings import Settings
from training.examples import SQUAD_TRAIN, choose_dev_titles, read_squad

logger = logging.getLogger(__name__)

Case = tuple[str, list[Retrieved], list[bool]]
"""A question, its passages, and which of their sentences, in order, hold the answer."""
_TOKENS = {"-LRB-": "(", "-RRB-": ")", "``": '"', "''": '"'}


def passage_of(text: str, title: str, identity: str) -> Retrieved:
    """A text as a passage of its own."""
    article = Article(identity, title, "", "", text)
    return Retrieved(Passage(identity, 0, len(text), tuple(split_sentences(text)), 1), 1.0, article)


def trec_cases(data: Path) -> Iterator[Case]:
    """TREC-QA's dev questions with one passage a sentence, and which of them answer."""
    with gzip.open(data / "eval" / "trecqa_evidence_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            passages = []
            for number, sentence in enumerate(row["sentences"]):
                text = _plain(sentence)
                article = Article(str(number), "", "", "", text)
                whole = (Span(0, len(text)),)
                passages.append(Retrieved(Passage(str(number), 0, len(text), whole, number), 1.0, article))
            yield _plain(row["question"]), passages, [bool(label) for label in row["labels"]]


def squad_cases(data: Path, count: int, seed: int) -> Iterator[Case]:
    """Questions about held-out articles with their paragraph, and which of its sentences hold the answer."""
    examples = read_squad(data / "train" / SQUAD_TRAIN)
    titles = choose_dev_titles(examples)
    chosen = [example for example in examples if example.title in titles]
    random.Random(seed).shuffle(chosen)
    for example in chosen[:count]:
        passage = passage_of(example.context, example.title.replace("_", " "), "squad")
        starts = [start for _, start in example.answers]
        sentences = passage.passage.sentences
        yield (
            example.question,
            [passage],
            [any(each.start <= start < each.end for start in starts) for each in sentences],
        )


def _plain(text: str) -> str:
    for token, mark in _TOKENS.items():
        text = text.replace(token, mark)
    return text


def table(cases: Sequence[Case], settings: Settings) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """``float64[sentences, features]`` and whether each sentence answers."""
    reader, _ = load_reader(settings, load_encoder(settings.retrieve))
    rows: list[list[float]] = []
    labels: list[bool] = []
    for question, passages, answers in tqdm(cases, unit="question"):
        judged = examine(reader, question, passages).sentences
        features = [each for _, _, each in sentence_features(question, passages, judged)]
        rows += [[each[name] for name in FEATURES] for each in features]
        labels += answers
    return np.array(rows), np.array(labels)


def fit(features: npt.NDArray[np.float64], labels: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64]) -> Any:
    """The logistic regression, hardly regularised: there are three coefficients and thousands of sentences."""
    return LogisticRegression(C=10.0, max_iter=500).fit(features, labels, sample_weight=weights)


def main(argv: Sequence[str] | None = None) -> None:
    """Fit and write the model of the installed package."""
    parser = argparse.ArgumentParser(prog="python -m training.bearing", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds train/ and eval/")
    parser.add_argument("--out", type=Path, default=Path("rag/read/calibration/bearing.json"))
    parser.add_argument("--questions", type=int, default=400, help="questions about held-out SQuAD articles")
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    settings = Settings.load()
    parts = {
        "trecqa_evidence_dev": table(list(trec_cases(options.data)), settings),
        "squad held out": table(list(squad_cases(options.data, options.questions, options.seed)), settings),
    }
    figures = {}
    for left_out, (features, labels) in parts.items():
        other, others = next(part for name, part in parts.items() if name != left_out)
        model = fit(other, others, np.ones(len(others)))
        figures[f"auroc on {left_out}"] = round(float(roc_auc_score(labels, model.predict_proba(features)[:, 1])), 4)
    model = fit(
        np.concatenate([features for features, _ in parts.values()]),
        np.concatenate([labels for _, labels in parts.values()]),
        np.concatenate([np.full(len(labels), 1.0 / len(labels)) for _, labels in parts.values()])
        * sum(len(labels) for _, labels in parts.values())
        / len(parts),
    )
    values = {
        "intercept": round(float(model.intercept_[0]), 3),
        "coefficients": {name: round(float(value), 3) for name, value in zip(FEATURES, model.coef_[0], strict=True)},
        "fitted": {"command": f"python -m training.bearing --questions {options.questions}", "left out": figures},
    }
    options.out.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    logger.info("wrote %s: %s", options.out, values)


if __name__ == "__main__":
    main()
