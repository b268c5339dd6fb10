"""Fits the follow-up models: which phrase fills a gap, and whether a question needs its conversation.

``python -m rag.training.follow_ups --data ../shared/data`` fits on CAsT 2019, chooses on CAsT 2020 and writes
``rag/dialogue/coefficients.json``. Needs numpy only; the same data give the same file.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.dialogue import need, referents
from rag.dialogue.fragments import is_fragment
from rag.dialogue.history import Turn
from rag.dialogue.missing import bare_definites, find_gaps
from rag.dialogue.phrases import noun_phrases
from rag.dialogue.rewriting import _implicit
from rag.dialogue.words import Role, terms, tokenize
from rag.training.follow_up_conversations import Choice, agreement, articles, conversations
from rag.training.follow_up_conversations import choices as made_choices

HELD_OUT = 20
"""Articles of SQuAD train held out to choose on, the first by the SHA-256 of their titles."""


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a gzipped JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


@dataclass(frozen=True, slots=True)
class Need:
    """A question without explicit gap: its features, whether it needs its conversation, and its topic."""

    features: dict[str, float]
    is_needed: bool
    topic: str


def human_turns(row: Mapping[str, Any], rewrites: Mapping[str, str]) -> tuple[Turn, ...]:
    """The row's history with the human rewrites of the earlier questions (CAsT ids end in the turn's number)."""
    topic = row["id"].rsplit("_", 1)[0]
    turns = []
    for number, said in enumerate(row["history"], 1):
        resolved = rewrites.get(f"{topic}_{number}", said)
        added = terms(resolved) - terms(said)
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
        found_phrases = referents.candidates(turns)
        for gap in gaps:
            options = referents.options(gap, found_phrases, question)
            worth = tuple(agreement(one.phrase.terms - terms(question), added) for one in options)
            if worth and max(worth) > 0:
                found.append(Choice(tuple(referents.features(gap, one, question, turns) for one in options), worth))
    return found


def fit_choices(
    data: Sequence[Choice], importance: Sequence[float], penalty: float, sharpness: float = 8.0
) -> dict[str, float]:
    """Weights of the conditional logistic model by gradient descent on cross-entropy with an L2 penalty.

    Each choice counts ``importance`` times. The target of each gap is spread over its candidates in proportion to
    ``exp(sharpness * worth)``.
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
    counted = np.repeat(np.array(importance), lengths)
    weights = np.zeros(len(names))
    first, second = np.zeros(len(names)), np.zeros(len(names))
    for step in range(1, 601):
        scores = stacked @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts), lengths)
        exponents = np.exp(scores)
        chances = exponents / np.repeat(np.add.reduceat(exponents, starts), lengths)
        gradient = stacked.T @ (counted * (chances - wanted)) + penalty * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        weights -= 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True) if abs(weight) >= 5e-4}


def needs(data: Sequence[Mapping[str, Any]]) -> list[Need]:
    """Every question without explicit gap: did the human add terms?"""
    rewrites = {row["id"]: row["rewrite"] for row in data}
    found = []
    for row in data:
        turns = human_turns(row, rewrites)
        if turns and not is_fragment(row["question"]) and not find_gaps(row["question"]):
            added = terms(row["rewrite"]) - terms(row["question"])
            found.append(Need(need.features(row["question"], turns), bool(added), row["id"].rsplit("_", 1)[0]))
    return found


def whole_questions(squad: Sequence[Mapping[str, Any]], most: int) -> list[Need]:
    """SQuAD's questions that hold a name and no pronoun, in made conversations: taken to need nothing."""
    found = []
    for article in squad:
        for turns, _ in conversations(article, most):
            for number in range(1, len(turns)):
                question = turns[number].question
                named = any(token.role is Role.NAME for token in tokenize(question))
                if named and not is_fragment(question) and not find_gaps(question):
                    found.append(Need(need.features(question, turns[:number]), False, article["title"]))
    return found


def fit_needs(data: Sequence[Need], importance: Sequence[float], penalty: float) -> dict[str, float]:
    """Weights of the logistic model by Newton's method with an L2 penalty (the bias is not penalised)."""
    names = sorted({name for one in data for name in one.features})
    table = np.array([[one.features.get(name, 0.0) for name in names] for one in data])
    truth = np.array([float(one.is_needed) for one in data])
    counted = np.array(importance)
    ridge = np.diag([0.0 if name == "bias" else penalty for name in names])
    weights = np.zeros(len(names))
    for _ in range(50):
        chances = 1 / (1 + np.exp(-table @ weights))
        gradient = table.T @ (counted * (chances - truth)) + ridge @ weights
        curvature = (table * (counted * chances * (1 - chances))[:, None]).T @ table + ridge
        weights -= np.linalg.solve(curvature + 1e-9 * np.eye(len(names)), gradient)
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


def choose_threshold(
    train: Sequence[Need], whole: Sequence[Need], share: float, penalty: float, most_harm: float
) -> tuple[float, dict[str, float]]:
    """The lowest threshold that harms at most ``most_harm`` of the questions that need nothing, each topic held out.

    The harm is that of CAsT 2019 or of SQuAD's whole questions, whichever is larger.
    """
    topics = sorted({one.topic for one in (*train, *whole)})
    fold = {topic: index % 10 for index, topic in enumerate(topics)}
    chances: dict[str, list[float]] = {"needed": [], "cast": [], "squad": []}
    for number in range(10):
        kept = [one for one in train if fold[one.topic] != number]
        kept_whole = [one for one in whole if fold[one.topic] != number]
        weights = fit_needs([*kept, *kept_whole], [1.0] * len(kept) + [share] * len(kept_whole), penalty)
        for one in train:
            if fold[one.topic] == number:
                chances["needed" if one.is_needed else "cast"].append(referents.score(one.features, weights))
        chances["squad"] += [referents.score(one.features, weights) for one in whole if fold[one.topic] == number]
    for threshold in np.arange(0.3, 0.99, 0.01):
        logit = float(np.log(threshold / (1 - threshold)))
        fired = {name: float(np.mean(np.array(values) >= logit)) for name, values in chances.items()}
        if max(fired["cast"], fired["squad"]) <= most_harm:
            break
    return round(float(threshold), 2), {name: round(value, 4) for name, value in fired.items()}


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
    parser.add_argument("--harm", type=float, default=0.03, help="most harm on questions that need nothing")
    arguments = parser.parse_args(argv)
    train = rows(arguments.data / "rewrite" / "cast2019.jsonl.gz")
    dev = rows(arguments.data / "rewrite" / "cast2020.jsonl.gz")
    squad = articles(arguments.data / "train" / "train-v2-reconstructed.json.gz")
    squad.sort(key=lambda article: hashlib.sha256(article["title"].encode()).hexdigest())
    fitting, choosing = choices(train), choices(dev)
    made = [choice for article in squad[HELD_OUT:] for choice in made_choices(article, 6)]
    held_out = [choice for article in squad[:HELD_OUT] for choice in made_choices(article, 12)]
    best: tuple[float, dict[str, float], dict[str, float]] | None = None
    for penalty in (1.0, 3.0, 10.0):
        for share in (0.1, 0.3, 1.0):
            weights = fit_choices([*fitting, *made], [1.0] * len(fitting) + [share] * len(made), penalty)
            report = {
                "penalty": penalty,
                "made conversations count": share,
                "cast2019": round(mean_worth(fitting, weights), 4),
                "cast2020": round(mean_worth(choosing, weights), 4),
                "made, fitted": round(mean_worth(made, weights), 4),
                "made, held out": round(mean_worth(held_out, weights), 4),
            }
            sys.stderr.write(f"{json.dumps(report)} of {len(choosing)}, {len(made)}, {len(held_out)}\n")
            if best is None or report["cast2020"] + report["made, held out"] > best[0]:
                best = (report["cast2020"] + report["made, held out"], report, weights)
    assert best is not None
    asked, whole = needs(train), whole_questions(squad[HELD_OUT:], 1)
    kinds = []
    for share in (0.03, 0.1, 0.3):
        for penalty in (0.3, 1.0, 3.0):
            threshold, fired = choose_threshold(asked, whole, share, penalty, arguments.harm)
            kinds.append((fired["needed"], share, penalty, threshold))
            sys.stderr.write(f"need: share {share} penalty {penalty}: threshold {threshold}, fired {fired}\n")
    _, share, penalty, threshold = max(kinds)
    need_weights = fit_needs([*asked, *whole], [1.0] * len(asked) + [share] * len(whole), penalty)
    on_dev = [referents.score(one.features, need_weights) >= np.log(threshold / (1 - threshold)) for one in needs(dev)]
    sys.stderr.write(f"need: chose {share} {penalty} {threshold}; fires on {np.mean(on_dev):.3f} of cast2020\n")
    result = {
        "referent": best[2],
        "need": need_weights,
        "threshold": {"need": threshold},
        "fitted": {
            **best[1],
            "command": "python -m rag.training.follow_ups --data ../shared/data",
            "data": "CAsT 2019 (MIT) and conversations made from SQuAD train (CC BY-SA 4.0); chosen on CAsT 2020",
            "need penalty": penalty,
            "need share of SQuAD questions": share,
        },
    }
    referents.COEFFICIENTS.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
