"""Fits the follow-up models: which phrase fills a gap, and whether a question needs its conversation.

``python -m rag.training.follow_ups --data ../shared/data`` fits on CAsT 2019, chooses on CAsT 2020 and writes
``rag/dialogue/coefficients.json``. Needs numpy only; the same data give the same file.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.dialogue import need, referents
from rag.dialogue.fragments import is_fragment
from rag.dialogue.history import Turn
from rag.dialogue.missing import bare_definites, find_gaps
from rag.dialogue.rewriting import _implicit
from rag.dialogue.words import terms

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Choice:
    """One gap: the features of its candidates and how well each agrees with the human rewrite (0 to 1)."""

    features: tuple[dict[str, float], ...]
    worth: tuple[float, ...]


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a gzipped JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def human_turns(row: Mapping[str, Any], rewrites: Mapping[str, str]) -> tuple[Turn, ...]:
    """The row's history with the human rewrites of the earlier questions (CAsT ids end in the turn's number)."""
    topic = row["id"].rsplit("_", 1)[0]
    turns = []
    for number, said in enumerate(row["history"], 1):
        resolved = rewrites.get(f"{topic}_{number}", said)
        added = terms(resolved) - terms(said)
        from rag.dialogue.phrases import noun_phrases

        carried = tuple(phrase.text for phrase in noun_phrases(resolved) if phrase.terms and phrase.terms <= added)
        turns.append(Turn(said, resolved, carried=carried))
    return tuple(turns)


def choices(data: Sequence[Mapping[str, Any]]) -> list[Choice]:
    """One choice for each gap of each question whose rewrite added terms that some candidate holds."""
    rewrites = {row["id"]: row["rewrite"] for row in data}
    found: list[Choice] = []
    for row in data:
        question, turns = row["question"], human_turns(row, rewrites)
        added = terms(row["rewrite"]) - terms(question)
        if not turns or not added or is_fragment(question):
            continue
        gaps = find_gaps(question) or bare_definites(question)[:1] or [_implicit(question)]
        options = [one for one in referents.candidates(turns) if not one.phrase.terms <= terms(question)]
        for gap in gaps:
            worth = tuple(_agreement(one.phrase.terms - terms(question), added) for one in options)
            if worth and max(worth) > 0:
                found.append(Choice(tuple(referents.features(gap, one, question, turns) for one in options), worth))
    return found


def _agreement(offered: frozenset[str], added: frozenset[str]) -> float:
    """F1 of the offered terms against the added ones."""
    common = len(offered & added)
    return 2 * common / (len(offered) + len(added)) if common else 0.0


def fit_choices(data: Sequence[Choice], penalty: float, sharpness: float = 8.0) -> dict[str, float]:
    """Weights of the conditional logistic model by gradient descent on cross-entropy with an L2 penalty.

    The target of each gap is spread over its candidates in proportion to ``exp(sharpness * worth)``.
    """
    names = sorted({name for choice in data for values in choice.features for name in values})
    column = {name: index for index, name in enumerate(names)}
    tables, targets = [], []
    for choice in data:
        table = np.zeros((len(choice.features), len(names)))
        for index, values in enumerate(choice.features):
            for name, value in values.items():
                table[index, column[name]] = value
        target = np.exp(sharpness * (np.array(choice.worth) - max(choice.worth)))
        tables.append(table)
        targets.append(target / target.sum())
    stacked = np.concatenate(tables)
    wanted = np.concatenate(targets)
    starts = np.cumsum([0] + [len(table) for table in tables[:-1]])
    lengths = [len(table) for table in tables]
    weights = np.zeros(len(names))
    first, second = np.zeros(len(names)), np.zeros(len(names))
    for step in range(1, 1201):
        scores = stacked @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts), lengths)
        exponents = np.exp(scores)
        chances = exponents / np.repeat(np.add.reduceat(exponents, starts), lengths)
        gradient = stacked.T @ (chances - wanted) + penalty * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        weights -= 0.03 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True) if abs(weight) >= 5e-4}


def needs(data: Sequence[Mapping[str, Any]]) -> list[tuple[dict[str, float], bool]]:
    """Features and truth of every question without explicit gap: did the human add terms?"""
    rewrites = {row["id"]: row["rewrite"] for row in data}
    found = []
    for row in data:
        turns = human_turns(row, rewrites)
        if turns and not is_fragment(row["question"]) and not find_gaps(row["question"]):
            added = terms(row["rewrite"]) - terms(row["question"])
            found.append((need.features(row["question"], turns), bool(added)))
    return found


def fit_needs(data: Sequence[tuple[Mapping[str, float], bool]], penalty: float) -> dict[str, float]:
    """Weights of the logistic model by Newton's method with an L2 penalty (the bias is not penalised)."""
    names = sorted({name for values, _ in data for name in values})
    table = np.array([[values.get(name, 0.0) for name in names] for values, _ in data])
    truth = np.array([float(needed) for _, needed in data])
    ridge = np.diag([0.0 if name == "bias" else penalty for name in names])
    weights = np.zeros(len(names))
    for _ in range(50):
        chances = 1 / (1 + np.exp(-table @ weights))
        gradient = table.T @ (chances - truth) + ridge @ weights
        curvature = (table * (chances * (1 - chances))[:, None]).T @ table + ridge
        weights -= np.linalg.solve(curvature + 1e-9 * np.eye(len(names)), gradient)
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


def mean_worth(data: Sequence[Choice], weights: Mapping[str, float]) -> float:
    """Mean agreement of the chosen candidate with the human's added terms."""
    total = 0.0
    for choice in data:
        scores = [referents.score(values, weights) for values in choice.features]
        total += choice.worth[scores.index(max(scores))]
    return total / len(data)


def main(argv: Sequence[str] | None = None) -> int:
    """Fits, chooses, writes the coefficients and reports on stderr."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds rewrite/")
    parser.add_argument("--threshold", type=float, default=0.8)
    arguments = parser.parse_args(argv)
    train = rows(arguments.data / "rewrite" / "cast2019.jsonl.gz")
    dev = rows(arguments.data / "rewrite" / "cast2020.jsonl.gz")
    fitting, choosing = choices(train), choices(dev)
    best: tuple[float, float, dict[str, float]] | None = None
    for penalty in (0.3, 1.0, 3.0, 10.0):
        weights = fit_choices(fitting, penalty)
        worth = mean_worth(choosing, weights)
        sys.stderr.write(
            f"penalty {penalty}: train {mean_worth(fitting, weights):.4f} of {len(fitting)}, "
            f"dev {worth:.4f} of {len(choosing)}\n"
        )
        if best is None or worth > best[0]:
            best = (worth, penalty, weights)
    assert best is not None
    need_weights = fit_needs(needs(train), 1.0)
    result = {
        "referent": best[2],
        "need": need_weights,
        "threshold": {"need": arguments.threshold},
    }
    referents.COEFFICIENTS.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
