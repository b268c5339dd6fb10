"""How a reader's calibration was fitted: ranking weights, confidence and the threshold for abstaining.

    python -m rag.training.confidence --data ../shared/data --reader sentences --out rag/answer/calibration

Questions of train articles are asked against a store of train articles through the product itself; one half has its
answer there, the rest does not (adversarial questions about the same articles, and questions about absent ones). The
ranking weights are a conditional logit over the candidates of each answerable question, the confidence a logistic
regression over :class:`rag.answer.confidence.Evidence`. Both are judged on articles and questions that neither has
seen; the intercept is then shifted, and the threshold chosen, on the dev split of the sample question set.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from rag.answer.answer_types import expected_type
from rag.answer.answerer import Answerer
from rag.answer.confidence import FEATURES, Calibration, Evidence, load_calibration
from rag.answer.vocabulary import rarities
from rag.assistant import Assistant
from rag.evaluation.metrics.answers import contains, exact_match, f1
from rag.evaluation.question_files import read_questions
from rag.evaluation.runs import evaluate
from rag.records import Retrieved
from rag.retrieve.encoder import Encoder, Vectors, load_encoder
from rag.settings import Settings
from rag.training.examples import SQUAD_TRAIN, Example, choose_dev_titles, read_squad

logger = logging.getLogger(__name__)

RANKING = ("margin", "retrieval", "similarity")
STORE_ARTICLES = 40
ABSENT_SHARE = 0.15
ADVERSARIAL_SHARE = 0.35
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


def write_articles(examples: Sequence[Example], folder: Path) -> None:
    """Write the paragraphs of each title as one Markdown file with front matter."""
    paragraphs: dict[str, dict[str, None]] = defaultdict(dict)
    for example in examples:
        paragraphs[example.title][example.context] = None
    for number, (title, contexts) in enumerate(sorted(paragraphs.items())):
        header = f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n\n"
        (folder / f"{number:03}.md").write_text(header + "\n\n".join(contexts), encoding="utf-8")


def draw_questions(inside: Sequence[Example], outside: Sequence[Example], count: int, seed: int) -> list[Example]:
    """``count`` questions: half answerable inside, the rest adversarial inside or about the articles outside."""
    chooser = random.Random(seed)
    absent = round(ABSENT_SHARE * count)
    adversarial = round(ADVERSARIAL_SHARE * count)
    answerable = [one for one in inside if one.answers]
    unanswerable = [one for one in inside if not one.answers]
    elsewhere = [replace(one, answers=()) for one in outside if one.answers]
    chosen = (
        chooser.sample(answerable, min(len(answerable), count - absent - adversarial))
        + chooser.sample(unanswerable, min(len(unanswerable), adversarial))
        + chooser.sample(elsewhere, min(len(elsewhere), absent))
    )
    chooser.shuffle(chosen)
    return chosen


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
        candidates = answerer.candidates(asked.question, asked.passages)
        right = np.array(
            [
                is_right(one.text, one.retrieved.article.title, asked, whole_sentences=whole_sentences)
                for one in candidates
            ],
            dtype=bool,
        )
        if right.any() and not right.all():
            table = np.array(
                [[one.margin, one.retrieved.score, one.retrieved.vector_score or 0.0] for one in candidates]
            )
            tables.append((table, right))
    scale = np.concatenate([table for table, _ in tables]).std(axis=0) + 1e-9

    def loss(weights: npt.NDArray[np.float64]) -> float:
        total = 0.5 * REGULARISATION * float(weights @ weights)
        for table, right in tables:
            scores = (table / scale) @ weights
            total += float(np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores[right]))
        return total

    fitted = minimize(loss, np.array([1.0, 0.5, 0.0]), method="L-BFGS-B").x / scale
    return {name: round(float(weight), 5) for name, weight in zip(RANKING, fitted / abs(fitted[0]), strict=True)}


def best_evidence(
    assistant: Assistant, answerer: Answerer, questions: Sequence[Asked], *, whole_sentences: bool
) -> tuple[list[Evidence], npt.NDArray[np.bool_]]:
    """For each question the evidence of its best answer, and whether that answer is right."""
    evidence: list[Evidence] = []
    right: list[bool] = []
    for asked in tqdm(questions, desc="reading", unit="question"):
        groups = answerer.groups(asked.question, asked.passages)
        if not groups:
            continue
        best = groups[0][0]
        evidence.append(
            answerer.evidence(
                asked.question, groups, 0, expected_type(asked.question), rarities(asked.question, assistant.store)
            )
        )
        right.append(
            is_right(best.text, best.candidate.retrieved.article.title, asked, whole_sentences=whole_sentences)
        )
    return evidence, np.array(right, dtype=bool)


def fit_confidence(evidence: Sequence[Evidence], right: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """The logistic model's ``intercept``, ``coefficients``, ``means`` and ``scales``."""
    table = _table(evidence)
    means, scales = table.mean(axis=0), table.std(axis=0)
    scales[scales < 1e-6] = 1.0
    model = LogisticRegression(C=REGULARISATION, max_iter=1000).fit((table - means) / scales, right)
    return {
        "intercept": round(float(model.intercept_[0]), 5),
        "coefficients": _named(model.coef_[0]),
        "means": _named(means),
        "scales": _named(scales),
    }


def choose_threshold(probabilities: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """The threshold at which most questions end well: answered rightly, or not answered when it would be wrong."""
    grid = np.round(np.arange(0.05, 0.951, 0.01), 2)
    ends_well = [float(((probabilities >= threshold) == right).mean()) for threshold in grid]
    best = max(ends_well)
    level = [float(threshold) for threshold, value in zip(grid, ends_well, strict=True) if value >= best - 1e-9]
    return level[len(level) // 2]


def settle(calibration: Calibration, reader: str, samples: Path) -> Calibration:
    """Shift the confidence to the base rate of the product's own dev questions, and choose the threshold there.

    The fit sees as many unanswerable questions as answerable ones, a third of them adversarial; people's own questions
    are kinder. One number, the intercept, moves by maximum likelihood on the dev split of ``samples/questions.jsonl``.
    """
    settings = Settings.load(answer={"reader": reader, "abstain_below": 0.0})
    questions = read_questions(samples / "questions.jsonl").with_split("dev")
    with tempfile.TemporaryDirectory() as temporary, Assistant(Path(temporary), settings) as assistant:
        assistant.add(samples)
        rows = evaluate(assistant, questions, save=False).rows
    right = np.array([bool(row.right) for row in rows])
    probabilities = np.clip([row.confidence for row in rows], 1e-6, 1 - 1e-6)
    logits = np.log(probabilities / (1 - probabilities))

    def loss(shift: npt.NDArray[np.float64]) -> float:
        shifted = logits + shift[0]
        return float(np.logaddexp(0, shifted).sum() - shifted[right].sum())

    shift = float(minimize(loss, np.zeros(1), method="L-BFGS-B").x[0])
    settled = 1 / (1 + np.exp(-(logits + shift)))
    threshold = choose_threshold(settled, right)
    figures = {
        "questions": len(right),
        "right when always answered": round(float(right.mean()), 4),
        "auroc": round(float(roc_auc_score(right, settled)), 4),
        "brier": round(float(((settled - right) ** 2).mean()), 4),
        "ends well at the threshold": round(float(((settled >= threshold) == right).mean()), 4),
    }
    logger.info("samples: shift %.3f, threshold %.2f, %s", shift, threshold, figures)
    fitted = {**calibration.fitted, "samples": "dev split of seeds/questions.jsonl: intercept shift and threshold"}
    fitted["figures"] = {**calibration.fitted["figures"], "samples": figures}
    return replace(calibration, intercept=round(calibration.intercept + shift, 5), threshold=threshold, fitted=fitted)


def _table(evidence: Sequence[Evidence]) -> npt.NDArray[np.float64]:
    return np.array([[float(getattr(one, name)) for name in FEATURES] for one in evidence])


def _named(values: npt.NDArray[np.float64]) -> dict[str, float]:
    return {name: round(float(value), 5) for name, value in zip(FEATURES, values, strict=True)}


def fit(data: Path, reader: str, kind: str, questions: int, seed: int) -> dict[str, Any]:
    """Fit the calibration of ``reader`` (as ``answer.reader``); ``kind`` names its file.

    Raises:
        FileNotFoundError: the training data is missing.
    """
    examples = read_squad(data / "train" / SQUAD_TRAIN)
    dev_titles = choose_dev_titles(examples)
    titles = sorted(choose_dev_titles(examples, len(dev_titles) + 2 * STORE_ARTICLES) - dev_titles)
    chooser = random.Random(seed)
    chooser.shuffle(titles)
    train_titles, absent_titles = set(titles[:STORE_ARTICLES]), set(titles[STORE_ARTICLES:])
    parts = {
        "train": [one for one in examples if one.title in train_titles],
        "dev": [one for one in examples if one.title in dev_titles],
    }
    absent = [one for one in examples if one.title in absent_titles]
    chooser.shuffle(absent)
    half = len(absent) // 2
    outside = {"train": absent[:half], "dev": absent[half:]}
    whole_sentences = kind == "sentences"
    settings = Settings.load(answer={"reader": reader})
    encoder = RememberingEncoder(load_encoder(settings.retrieve))
    start = load_calibration(kind)
    figures: dict[str, Any] = {}
    fitted = start
    with tempfile.TemporaryDirectory() as temporary:
        for part in ("train", "dev"):
            folder = Path(temporary) / part
            folder.mkdir()
            write_articles(parts[part], folder)
            with Assistant(Path(temporary) / f"{part}-store", settings, encoder=encoder) as assistant:
                assistant.add(folder)
                count = questions if part == "train" else questions // 2
                asked = ask_all(assistant, draw_questions(parts[part], outside[part], count, seed), part)
                if part == "train":
                    answerer = Answerer(assistant.reader, start, settings.answer, assistant.store)
                    fitted = replace(start, ranking=fit_ranking(answerer, asked, whole_sentences=whole_sentences))
                answerer = Answerer(assistant.reader, fitted, settings.answer, assistant.store)
                evidence, right = best_evidence(assistant, answerer, asked, whole_sentences=whole_sentences)
                if part == "train":
                    fitted = replace(fitted, **fit_confidence(evidence, right))
                probabilities = np.array([fitted.probability(one) for one in evidence])
                threshold = choose_threshold(probabilities, right)
                figures[part] = {
                    "questions": len(right),
                    "right when always answered": round(float(right.mean()), 4),
                    "auroc": round(float(roc_auc_score(right, probabilities)), 4),
                    "brier": round(float(((probabilities - right) ** 2).mean()), 4),
                    "ends well at the threshold": round(float(((probabilities >= threshold) == right).mean()), 4),
                    "refused of absent or adversarial": round(
                        float(
                            np.mean(
                                [p < threshold for p, one in zip(probabilities, asked, strict=False) if not one.answers]
                            )
                        ),
                        4,
                    ),
                }
                logger.info("%s: %s", part, figures[part])
    fitted = replace(
        fitted,
        reader=kind,
        threshold=threshold,
        fitted={
            "command": f"python -m rag.training.confidence --reader {reader} --questions {questions} --seed {seed}",
            "train": f"{STORE_ARTICLES} SQuAD train articles in one store",
            "dev": f"{len(dev_titles)} held-out train articles in one store",
            "figures": figures,
        },
    )
    return asdict(fitted)


def main(argv: Sequence[str] | None = None) -> None:
    """Fit one reader's calibration and write its JSON file."""
    parser = argparse.ArgumentParser(prog="python -m rag.training.confidence", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds train/")
    parser.add_argument("--reader", default="sentences", help="as answer.reader: sentences, auto, or a folder")
    parser.add_argument("--out", type=Path, default=Path("rag/answer/calibration"))
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--samples", type=Path, default=Path("seeds"), help="articles with a questions.jsonl")
    parser.add_argument("--settle-only", action="store_true", help="keep the fit; only shift it and choose again")
    options = parser.parse_args(argv)
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
