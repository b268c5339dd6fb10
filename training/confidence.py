"""How a reader's calibration was fitted: ranking weights, confidence and the threshold for abstaining.

    python -m training.confidence --data ../shared/data --people users.jsonl --people-stores news=DIR samples=DIR

Questions of several sources (:mod:`training.calibration_sources`) are asked of stores of their articles, through the
product itself. The ranking weights are a conditional logit over the candidates of each answerable question. The
confidence is a logistic regression over :class:`rag.read.confidence.Features` in which every source counts alike and
has its own base rate; the base rate that is kept is that of people's own questions, and so is the threshold.

What is chosen (the strength of the regularisation) is chosen by leaving out one source at a time: fitted on the
others, judged on it. A calibration must hold for articles and questions that nobody has seen.
"""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from tqdm import tqdm

import rag.read
from rag.answer.answerer import SENTENCE_SHAPES, Answerer
from rag.answer.candidates import Candidates
from rag.assistant import Assistant
from rag.question.shapes import shape_of
from rag.read.confidence import FEATURES, RANKING, Calibration, Features, load_calibration
from rag.read.features import ranking_parts
from rag.settings import Settings
from training.calibration_figures import choose_threshold, figures_at
from training.calibration_sources import (
    Case,
    Source,
    people_sources,
    sample_source,
    squad_source,
)

logger = logging.getLogger(__name__)
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

CALIBRATIONS = Path(rag.read.__file__).parent / "calibration"
REGULARISATIONS = (0.03, 0.1, 0.3, 1.0, 3.0)
"""Inverse strengths of the penalty on the coefficients (of standardised features) that are tried."""
FIRST_PENALTY = 0.1
"""Of the model that only chooses each question's answer."""
RANKING_PENALTY = 1.0


@dataclass(frozen=True, slots=True)
class Read:
    """A case of a source with what the reader proposed for it; everything else is worked out from this."""

    source: Source
    case: Case
    candidates: Candidates


@dataclass(frozen=True, slots=True)
class Table:
    """The best answer of each question.

    Attributes:
        features: ``float64[n, features]``.
        right: ``bool[n]``.
        sources: the source's name of each.
        people: ``bool[n]``: asked by people of their own articles.
    """

    features: Floats
    right: Flags
    sources: npt.NDArray[np.str_]
    people: Flags


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model over standardised features with a base rate for each source."""

    coefficients: Floats
    means: Floats
    scales: Floats
    intercepts: Mapping[str, float]

    def scores(self, features: Floats) -> Floats:
        """``float64[n]``: the logits without any source's base rate."""
        result: Floats = (features - self.means) / self.scales @ self.coefficients
        return result


def read_all(sources: Sequence[Source], reader: str, calibration: Calibration, stores: Path) -> list[Read]:
    """Every case that a span can answer with its candidates; stores in ``stores`` are used again."""
    settings = Settings.load(answer={"reader": reader})
    results: list[Read] = []
    for source in tqdm(sources, desc="stores", unit="store"):
        with Assistant(stores / source.store, settings) as assistant:
            assistant.add(source.articles)
            answerer = Answerer(assistant.reader, calibration, settings.answer, assistant.store)
            spans = [case for case in source.cases if shape_of(case.question).shape not in SENTENCE_SHAPES]
            for case in tqdm(spans, desc=source.store, unit="question", leave=False):
                passages = assistant.retrieve(case.question, settings.answer.passages_read)
                results.append(Read(source, case, answerer.candidates(case.question, passages)))
    return results


def fit_ranking(read: Sequence[Read]) -> dict[str, float]:
    """Weights that make a right candidate the most probable of its question (conditional logit, L2-regularised).

    Every source counts alike.
    """
    tables: list[tuple[str, Floats, Flags]] = []
    for row in read:
        proposed = row.candidates.proposed
        right = np.array([row.case.accepts(candidate.text) for candidate in proposed], dtype=bool)
        if right.any() and not right.all():
            parts = [ranking_parts(row.candidates.asked, candidate) for candidate in proposed]
            table = np.array([[part[name] for name in RANKING] for part in parts])
            tables.append((row.source.name, table, right))
    scale = np.concatenate([table for _, table, _ in tables]).std(axis=0) + 1e-9
    weights_of = _alike([name for name, _, _ in tables])

    def loss(weights: Floats) -> float:
        total = 0.5 * RANKING_PENALTY * float(weights @ weights)
        for share, (_, table, right) in zip(weights_of, tables, strict=True):
            scores = (table / scale) @ weights
            total += share * float(np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores[right]))
        return total

    start = np.zeros(len(RANKING))
    start[0] = 1.0
    fitted = minimize(loss, start, method="L-BFGS-B").x / scale
    return {name: round(float(weight), 5) for name, weight in zip(RANKING, fitted / abs(fitted[0]), strict=True)}


def table_of(read: Sequence[Read], calibration: Calibration) -> Table:
    """The best answer of each case under the calibration's ranking; cases without candidates are left out."""
    rows: list[tuple[Features, bool, Source]] = []
    for row in read:
        candidates = replace(row.candidates, calibration=calibration)
        if candidates.groups:
            best = candidates.groups[0][0]
            rows.append((candidates.features(0), row.case.accepts(best.text), row.source))
    return Table(
        np.array([[float(getattr(features, name)) for name in FEATURES] for features, _, _ in rows]),
        np.array([right for _, right, _ in rows], dtype=bool),
        np.array([source.name for _, _, source in rows]),
        np.array([source.is_people for _, _, source in rows], dtype=bool),
    )


def fit_model(table: Table, inverse_penalty: float) -> Model:
    """The model in which every source counts alike and has its own base rate."""
    means, scales = table.features.mean(axis=0), table.features.std(axis=0)
    scales[scales < 1e-6] = 1.0
    standard = (table.features - means) / scales
    names = sorted(set(table.sources.tolist()))
    belongs = (table.sources[:, None] == np.array(names)).astype(np.float64)
    shares, size = _alike(table.sources.tolist()), standard.shape[1]
    signs = np.where(table.right, 1.0, -1.0)

    def loss(values: Floats) -> tuple[float, Floats]:
        logits = standard @ values[:size] + belongs @ values[size:]
        penalty = values[:size] / inverse_penalty
        losses = np.logaddexp(0.0, -signs * logits)
        slopes = -signs / (1.0 + np.exp(signs * logits)) * shares
        gradient = np.concatenate([standard.T @ slopes + penalty, belongs.T @ slopes])
        return float(shares @ losses + 0.5 * values[:size] @ penalty), gradient

    values = minimize(loss, np.zeros(size + len(names)), jac=True, method="L-BFGS-B").x
    return Model(values[:size], means, scales, dict(zip(names, values[size:].tolist(), strict=True)))


def base_rate(logits: Floats, right: Flags) -> float:
    """What to add to every logit so that ``right`` becomes most likely."""

    def loss(shift: Floats) -> float:
        shifted = logits + shift[0]
        return float(np.logaddexp(0, shifted).sum() - shifted[right].sum())

    return float(minimize(loss, np.zeros(1), method="L-BFGS-B").x[0])


def left_out(table: Table, inverse_penalty: float) -> tuple[Floats, dict[str, dict[str, Any]]]:
    """Each answer's probability by a model that has not seen its source, and the figures of each source.

    The base rate is that of the people's questions that the model has seen, or of all it has seen where there are none.
    """
    probabilities = np.zeros(len(table.right))
    figures: dict[str, dict[str, Any]] = {}
    for name in sorted(set(table.sources.tolist())):
        out = table.sources == name
        seen = Table(table.features[~out], table.right[~out], table.sources[~out], table.people[~out])
        model = fit_model(seen, inverse_penalty)
        rated = seen.people if seen.people.any() else np.ones(len(seen.right), dtype=bool)
        shift = base_rate(model.scores(seen.features[rated]), seen.right[rated])
        probabilities[out] = 1 / (1 + np.exp(-(model.scores(table.features[out]) + shift)))
        figures[name] = figures_at(0.5, probabilities[out], table.right[out])
    return probabilities, figures


def fit(sources: Sequence[Source], reader: str, kind: str, stores: Path) -> Calibration:
    """The calibration of ``reader`` (as ``answer.reader``); ``kind`` names its file."""
    before = load_calibration(kind)
    read = read_all(sources, reader, before, stores)
    ranked = replace(before, ranking=fit_ranking(read))
    # The most probable answer is given, so which one that is depends on the model: fitted once, it chooses again.
    ranked = _with_model(ranked, fit_model(table_of(read, ranked), FIRST_PENALTY))
    table = table_of(read, ranked)
    judged = {penalty: left_out(table, penalty) for penalty in REGULARISATIONS}
    losses = {penalty: _log_loss(table, probabilities) for penalty, (probabilities, _) in judged.items()}
    chosen = min(losses, key=lambda penalty: losses[penalty])
    probabilities, figures = judged[chosen]
    for penalty, value in losses.items():
        logger.info("inverse penalty %g: log loss %.4f on sources left out", penalty, value)
    model = fit_model(table, chosen)
    intercept = base_rate(model.scores(table.features[table.people]), table.right[table.people])
    threshold = choose_threshold(probabilities[table.people], table.right[table.people])
    for name, values in figures.items():
        logger.info("%s, left out: %s", name, values)
    return replace(
        _with_model(ranked, model),
        reader=kind,
        intercept=round(intercept, 5),
        threshold=threshold,
        fitted={
            "questions": {source: int((table.sources == source).sum()) for source in figures},
            "inverse_penalty": chosen,
            "figures, each source left out of its fit": figures,
            "people's questions, left out": figures_at(
                threshold, probabilities[table.people], table.right[table.people]
            ),
        },
    )


def _with_model(calibration: Calibration, model: Model) -> Calibration:
    """The calibration with the model's coefficients; its intercept stays."""
    return replace(
        calibration,
        coefficients=_named(model.coefficients),
        means=_named(model.means),
        scales=_named(model.scales),
    )


def _alike(names: Sequence[str]) -> Floats:
    """``float64[n]``: weights that give every name the same sum, with mean 1."""
    values, places, counts = np.unique(np.array(names), return_inverse=True, return_counts=True)
    result: Floats = len(names) / (len(values) * counts[places])
    return result


def _log_loss(table: Table, probabilities: Floats) -> float:
    """Mean log loss, every source counting alike."""
    inside = np.clip(probabilities, 1e-6, 1 - 1e-6)
    losses = -np.log(np.where(table.right, inside, 1 - inside))
    return float(np.average(losses, weights=_alike(table.sources.tolist())))


def _named(values: Floats) -> dict[str, float]:
    return {name: round(float(value), 5) for name, value in zip(FEATURES, values, strict=True)}


def main(argv: Sequence[str] | None = None) -> None:
    """Fit one reader's calibration and write its JSON file."""
    parser = argparse.ArgumentParser(prog="python -m training.confidence", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds train/")
    parser.add_argument("--people", type=Path, default=None, help="people's questions (JSONL)")
    parser.add_argument("--people-stores", nargs="*", default=[], metavar="NAME=DIR", help="their articles")
    parser.add_argument("--reader", default="auto", help="as answer.reader: sentences, auto, or a folder")
    parser.add_argument("--out", type=Path, default=CALIBRATIONS)
    parser.add_argument("--questions", type=int, default=500, help="on encyclopaedia articles")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--samples", type=Path, default=Path("seeds"), help="articles with a questions.jsonl")
    parser.add_argument("--stores", type=Path, default=None, help="keep the stores here for the next call")
    options = parser.parse_args(argv)
    if not (options.samples / "questions.jsonl").is_file():
        parser.error(f"--samples {options.samples}: no questions.jsonl there. Give the folder of the sample articles")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    kind = "sentences" if options.reader == "sentences" else "checkpoint"
    with tempfile.TemporaryDirectory() as temporary:
        root = options.stores or Path(temporary)
        articles = root / "articles"
        sources = [
            squad_source(options.data, articles / "encyclopaedia", options.questions, options.seed),
            sample_source(options.samples, articles / "samples"),
        ]
        if options.people is not None:
            stores = {name: Path(folder) for name, _, folder in (pair.partition("=") for pair in options.people_stores)}
            sources += people_sources(options.people, stores)
        calibration = fit(sources, options.reader, kind, root / "stores")
    command = f"python -m training.confidence --reader {options.reader} --questions {options.questions}"
    calibration = replace(calibration, fitted={"command": f"{command} --seed {options.seed}", **calibration.fitted})
    path = options.out / f"{kind}.json"
    path.write_text(json.dumps(asdict(calibration), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    logger.info("wrote %s", path)


if __name__ == "__main__":
    main()
