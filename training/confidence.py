"""How a reader's calibration was fitted: ranking weights, confidence and the threshold for abstaining.

    python -m training.confidence --data ../shared/data --reader sentences --out rag/read/calibration

Questions about articles that the reader was not trained on are asked against a store of 48 articles through the
product itself; one half has its answer there, the rest does not (adversarial questions about the same articles, and
questions about absent ones). The ranking weights are a conditional logit over the candidates of each answerable
question, the confidence a logistic regression over :class:`rag.read.confidence.Features`. Both are judged on articles
and questions that neither has seen; then :mod:`training.settling` fits what a small store adds and chooses the
threshold on people's own questions.
"""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

import rag.read
from rag.answer.answerer import Answerer
from rag.assistant import Assistant
from rag.evaluation.metrics.answers import contains, exact_match, f1
from rag.models.encoder import Encoder, Vectors, load_encoder
from rag.read.confidence import FEATURES, RANKING, Features, load_calibration
from rag.read.protocol import Reader
from rag.records import Candidate, Retrieved
from rag.settings import Settings
from training.calibration_questions import choose_parts, draw_questions, write_articles
from training.examples import Example
from training.settling import choose_threshold, figures_at, settle

logger = logging.getLogger(__name__)

CALIBRATIONS = Path(rag.read.__file__).parent / "calibration"
"""Where the product reads calibrations from; the second stage asks the product, so the fit must lie there."""
RIGHT_F1 = 0.6
"""Token F1 from which a span counts as right: a word more or less than the annotator's is still the answer."""
REGULARISATION = 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what was retrieved for it.

    Attributes:
        answers: acceptable answers; empty when the store does not answer it.
        title: of the article that answers, or an empty string.
    """

    question: str
    answers: tuple[str, ...]
    title: str
    passages: tuple[Retrieved, ...]


class RememberingEncoder:
    """An encoder that embeds each distinct text once: thousands of questions share their passages' sentences."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.fingerprint = encoder.fingerprint
        self.dimension = encoder.dimension
        self.max_tokens = encoder.max_tokens
        self._vectors: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As the encoder's own ``encode``."""
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            self._vectors.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._vectors[text] for text in texts])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As the encoder's own ``count_tokens``."""
        return self._encoder.count_tokens(texts)


class RememberingReader:
    """A reader that reads each question once: the ranking and the confidence are fitted on the same candidates."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.name = reader.name
        self._read: dict[str, list[Candidate]] = {}

    def read(self, question: str, passages: Sequence[Retrieved]) -> list[Candidate]:
        """As the reader's own ``read``; a question's passages must not change."""
        if question not in self._read:
            self._read[question] = self._reader.read(question, passages)
        return self._read[question]


def ask_all(assistant: Assistant, questions: Sequence[Example], label: str) -> list[Asked]:
    """Retrieve for every question what ``ask`` would read."""
    wanted = assistant.settings.answer.passages_read
    return [
        Asked(
            question=one.question,
            answers=tuple(text for text, _ in one.answers),
            title=one.title,
            passages=tuple(assistant.retrieve(one.question, wanted)),
        )
        for one in tqdm(questions, desc=f"retrieving ({label})", unit="question")
    ]


def is_right(text: str, title: str, asked: Asked, *, whole_sentences: bool) -> bool:
    """Whether a span from the article ``title`` answers: the words agree, or (for sentences) the answer is inside."""
    if not asked.answers or title != asked.title:
        return False
    if whole_sentences:
        return contains(text, asked.answers) > 0
    return exact_match(text, asked.answers) > 0 or f1(text, asked.answers) >= RIGHT_F1


def fit_ranking(answerer: Answerer, questions: Sequence[Asked], *, whole_sentences: bool) -> dict[str, float]:
    """Weights that make a right candidate the most probable of its question (conditional logit, L2-regularised)."""
    tables: list[tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]] = []
    for asked in questions:
        if not asked.answers:
            continue
        candidates = answerer.candidates(asked.question, asked.passages).proposed
        right = np.array(
            [
                is_right(one.text, one.retrieved.article.title, asked, whole_sentences=whole_sentences)
                for one in candidates
            ],
            dtype=bool,
        )
        if right.any() and not right.all():
            table = np.array(
                [
                    [one.margin, one.retrieved.score, one.retrieved.vector_score or 0.0, one.null_score]
                    for one in candidates
                ]
            )
            tables.append((table, right))
    scale = np.concatenate([table for table, _ in tables]).std(axis=0) + 1e-9

    def loss(weights: npt.NDArray[np.float64]) -> float:
        total = 0.5 * REGULARISATION * float(weights @ weights)
        for table, right in tables:
            scores = (table / scale) @ weights
            total += float(np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores[right]))
        return total

    fitted = minimize(loss, np.array([1.0, 0.5, 0.0, 0.0]), method="L-BFGS-B").x / scale
    return {name: round(float(weight), 5) for name, weight in zip(RANKING, fitted / abs(fitted[0]), strict=True)}


def best_features(
    answerer: Answerer, questions: Sequence[Asked], *, whole_sentences: bool
) -> tuple[list[Features], npt.NDArray[np.bool_], list[Asked]]:
    """The features of each question's best answer, whether that is right, and the questions that have one."""
    features: list[Features] = []
    right: list[bool] = []
    read: list[Asked] = []
    for asked in tqdm(questions, desc="reading", unit="question"):
        candidates = answerer.candidates(asked.question, asked.passages)
        if not candidates.groups:
            continue
        read.append(asked)
        best = candidates.groups[0][0]
        features.append(candidates.features(0))
        right.append(
            is_right(best.text, best.candidate.retrieved.article.title, asked, whole_sentences=whole_sentences)
        )
    return features, np.array(right, dtype=bool), read


def fit_confidence(features: Sequence[Features], right: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """The logistic model's ``intercept``, ``coefficients``, ``means`` and ``scales``."""
    table = _table(features)
    means, scales = table.mean(axis=0), table.std(axis=0)
    # All questions are asked of one store, so its size teaches nothing here: settling does that.
    means[FEATURES.index("smallness")] = 0.0
    scales[scales < 1e-6] = 1.0
    model = LogisticRegression(C=REGULARISATION, max_iter=1000).fit((table - means) / scales, right)
    return {
        "intercept": round(float(model.intercept_[0]), 5),
        "coefficients": _named(model.coef_[0]),
        "means": _named(means),
        "scales": _named(scales),
    }


def _table(features: Sequence[Features]) -> npt.NDArray[np.float64]:
    return np.array([[float(getattr(one, name)) for name in FEATURES] for one in features])


def _named(values: npt.NDArray[np.float64]) -> dict[str, float]:
    return {name: round(float(value), 5) for name, value in zip(FEATURES, values, strict=True)}


def fit(data: Path, reader: str, kind: str, questions: int, seed: int) -> dict[str, Any]:
    """Fit the calibration of ``reader`` (as ``answer.reader``); ``kind`` names its file.

    Raises:
        FileNotFoundError: the training data is missing.
    """
    parts = choose_parts(data, seed)
    whole_sentences = kind == "sentences"
    settings = Settings.load(answer={"reader": reader})
    encoder = RememberingEncoder(load_encoder(settings.retrieve))
    fitted = load_calibration(kind)
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "articles"
        folder.mkdir()
        write_articles(parts.stored, folder)
        with Assistant(Path(temporary) / "store", settings, encoder=encoder) as assistant:
            assistant.add(folder)
            remembering = RememberingReader(assistant.reader)
            for name, part, count in (("fit", parts.fit, questions), ("dev", parts.dev, questions // 2)):
                asked = ask_all(assistant, draw_questions(part, count, seed), name)
                if name == "fit":
                    answerer = Answerer(remembering, fitted, settings.answer, assistant.store, encoder)
                    fitted = replace(fitted, ranking=fit_ranking(answerer, asked, whole_sentences=whole_sentences))
                answerer = Answerer(remembering, fitted, settings.answer, assistant.store, encoder)
                features, right, read = best_features(answerer, asked, whole_sentences=whole_sentences)
                if name == "fit":
                    fitted = replace(fitted, **fit_confidence(features, right))
                probabilities = np.array([fitted.probability(one) for one in features])
                threshold = choose_threshold(probabilities, right)
                refused = [p < threshold for p, one in zip(probabilities, read, strict=True) if not one.answers]
                figures[name] = {
                    **figures_at(threshold, probabilities, right),
                    "refused of absent or adversarial": round(float(np.mean(refused)), 4),
                }
                logger.info("%s: %s", name, figures[name])
    fitted = replace(
        fitted,
        reader=kind,
        threshold=threshold,
        fitted={
            "command": f"python -m training.confidence --reader {reader} --questions {questions} --seed {seed}",
            **{
                name: f"{len({one.title for one in part.inside})} articles held out of the reader's training, "
                f"in a store of {len({one.title for one in parts.stored})}"
                for name, part in (("fit", parts.fit), ("dev", parts.dev))
            },
            "figures": figures,
        },
    )
    return asdict(fitted)


def main(argv: Sequence[str] | None = None) -> None:
    """Fit one reader's calibration and write its JSON file."""
    parser = argparse.ArgumentParser(prog="python -m training.confidence", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds train/")
    parser.add_argument("--reader", default="sentences", help="as answer.reader: sentences, auto, or a folder")
    parser.add_argument("--out", type=Path, default=CALIBRATIONS, help="the installed package's own folder")
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--samples", type=Path, default=Path("seeds"), help="articles with a questions.jsonl")
    parser.add_argument("--settle-only", action="store_true", help="keep the fit; only settle it again")
    options = parser.parse_args(argv)
    if options.out.resolve() != CALIBRATIONS.resolve():
        parser.error(f"--out {options.out}: the product, which is asked for settling, reads only {CALIBRATIONS}")
    if not (options.samples / "questions.jsonl").is_file():
        parser.error(f"--samples {options.samples}: no questions.jsonl there. Give the folder of the sample articles")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    kind = "sentences" if options.reader == "sentences" else "checkpoint"
    path = options.out / f"{kind}.json"
    if not options.settle_only:
        values = fit(options.data, options.reader, kind, options.questions, options.seed)
        path.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    values = asdict(settle(load_calibration(kind), options.reader, options.samples))
    path.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    logger.info("wrote %s", path)


if __name__ == "__main__":
    main()
