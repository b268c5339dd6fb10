"""Fits the follow-up models: which pronouns and which questions need their conversation, and what fills a gap.

``python -m training.follow_ups --data ../shared/data`` fits on CAsT 2019 and on questions made from SQuAD train,
chooses on held-out topics and on CAsT 2020 (which the model of pronouns, cross-validated, also learns from), and writes
``rag/question/follow_ups/coefficients.json``. Needs numpy only; the same data give the same file.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.question.follow_ups import referents
from rag.question.follow_ups.fragments import is_fragment
from rag.question.follow_ups.missing import bare_definites, find_gaps
from rag.question.follow_ups.model import COEFFICIENTS, chance, coefficients, score
from rag.question.follow_ups.rewriting import _implicit
from rag.question.follow_ups.words import terms
from training.follow_up_conversations import Choice, agreement, articles
from training.follow_up_conversations import choices as made_choices
from training.follow_up_fits import fit_choices, fit_logistic
from training.follow_up_needs import FOLDS, choose_threshold, fit_needs, human_turns, made_needs, needs
from training.follow_up_pronouns import Pronoun, made, spoken, without_leaning, written

WEIGHTS = ("pronoun", "need", "referent")
PRONOUN_SHARE = 0.1
"""How much a pronoun of SQuAD counts beside one of CAsT."""
MOST_HARM = 0.01
"""CAsT has only 87 whole questions without pronouns to judge by, so not one of them may change."""
MARGIN = 2.0
"""Odds by which the chosen threshold is raised: other people's whole questions look needier than those judged by here,
and to change one is worse than to leave a follow-up alone."""
HELD_OUT = 20
"""Articles of SQuAD train held out to choose on, the first by the SHA-256 of their titles."""


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a gzipped JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


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
            if gap.kind == "moment":
                continue
            options = referents.options(gap, found_phrases, question)
            worth = tuple(agreement(one.phrase.terms - terms(question), added) for one in options)
            if worth and max(worth) > 0:
                found.append(Choice(tuple(referents.features(gap, one, question, turns) for one in options), worth))
    return found


def mean_worth(data: Sequence[Choice], weights: Mapping[str, float]) -> float:
    """Mean agreement of the chosen candidate with the human's added terms."""
    total = 0.0
    for choice in data:
        scores = [score(values, weights) for values in choice.features]
        total += choice.worth[scores.index(max(scores))]
    return total / len(data)


def choose_pronouns(data: Sequence[Pronoun], least: float) -> tuple[dict[str, float], float, dict[str, float]]:
    """Weights, threshold and rates of the model of pronouns; CAsT's and SQuAD's topics held out for the threshold.

    The threshold is the highest that still finds ``least`` of CAsT's free pronouns.
    """
    topics = sorted({one.topic for one in data})
    fold = {topic: index % FOLDS for index, topic in enumerate(topics)}
    held: list[tuple[Pronoun, float]] = []
    for number in range(FOLDS):
        weights = fit_pronouns([one for one in data if fold[one.topic] != number])
        held += [(one, chance(one.features, weights)) for one in data if fold[one.topic] == number]
    free = sorted(value for one, value in held if one.is_free and one.source != "made")
    threshold = round(free[int((1 - least) * len(free))] - 0.005, 2)
    rates = {}
    for name, values in (
        ("free in CAsT", free),
        ("free, made", [value for one, value in held if one.source == "made"]),
        ("bound in SQuAD", [value for one, value in held if one.source == "squad"]),
    ):
        rates[name] = round(float(np.mean(np.array(values) >= threshold)), 4)
    return fit_pronouns(data), threshold, rates


def fit_pronouns(data: Sequence[Pronoun]) -> dict[str, float]:
    """Weights of the model of pronouns, fitted again without SQuAD's pronouns that lean on their paragraph."""
    weights: dict[str, float] = {}
    for kept in (data, None):
        kept = without_leaning(data, weights) if kept is None else kept
        importance = [PRONOUN_SHARE if one.source in ("squad", "made") else 1.0 for one in kept]
        weights = fit_logistic([one.features for one in kept], [one.is_free for one in kept], importance, 1.0)
    return weights


def write(**parts: Mapping[str, Any]) -> None:
    """Put ``parts`` into the file of coefficients, and have them read from now on."""
    fitted: dict[str, dict[str, Any]] = json.loads(COEFFICIENTS.read_text(encoding="utf-8"))
    for name, values in parts.items():
        fitted[name] = dict(values) if name in WEIGHTS else {**fitted.get(name, {}), **values}
    COEFFICIENTS.write_text(json.dumps(fitted, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    coefficients.cache_clear()


def main(argv: Sequence[str] | None = None) -> int:
    """Fits, chooses, writes the coefficients and reports on stderr."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds rewrite/ and train/")
    parser.add_argument("--harm", type=float, default=MOST_HARM, help="most harm without pronouns")
    parser.add_argument("--found", type=float, default=0.95, help="least share of CAsT's free pronouns that are found")
    parser.add_argument("--parts", nargs="+", choices=WEIGHTS, default=WEIGHTS, help="the models to fit")
    arguments = parser.parse_args(argv)
    train = rows(arguments.data / "rewrite" / "cast2019.jsonl.gz")
    dev = rows(arguments.data / "rewrite" / "cast2020.jsonl.gz")
    squad = articles(arguments.data / "train" / "train-v2-reconstructed.json.gz")
    squad.sort(key=lambda article: hashlib.sha256(article["title"].encode()).hexdigest())
    if "pronoun" in arguments.parts:
        fit_part_pronoun([*train, *dev], squad, arguments.found)
    if "need" in arguments.parts:
        fit_part_need(train, dev, squad[HELD_OUT:], arguments.harm)
    if "referent" in arguments.parts:
        fit_part_referent(train, dev, squad)
    return 0


def fit_part_pronoun(cast: Sequence[Mapping[str, Any]], squad: Sequence[Mapping[str, Any]], least: float) -> None:
    """Which pronouns need the conversation."""
    said = [*spoken(cast), *(one for article in squad for one in (*written(article), *made(article, 8)))]
    weights, threshold, rates = choose_pronouns(said, least)
    sys.stderr.write(f"pronoun: threshold {threshold}, {json.dumps(rates)}\n")
    fitted = {f"pronouns taken to be free: {name}": rate for name, rate in rates.items()}
    write(pronoun=weights, threshold={"pronoun": threshold}, fitted=fitted)


def fit_part_need(
    train: Sequence[Mapping[str, Any]],
    dev: Sequence[Mapping[str, Any]],
    squad: Sequence[Mapping[str, Any]],
    most_harm: float,
) -> None:
    """Which questions without pronouns need the conversation."""
    asked = [*needs(train), *made_needs(squad, 1)]
    kinds = []
    for share in (0.03, 0.1, 0.3):
        for penalty in (1.0, 10.0):
            threshold, fired = choose_threshold(asked, share, penalty, most_harm)
            kinds.append((fired["cast, needed"], share, penalty, threshold))
            sys.stderr.write(f"need: share {share} penalty {penalty}: threshold {threshold}, {json.dumps(fired)}\n")
    _, share, penalty, chosen = max(kinds)
    threshold = round(MARGIN * chosen / (1 - chosen + MARGIN * chosen), 2)
    weights = fit_needs(asked, share, penalty)
    others = needs(dev)
    logit = np.log(threshold / (1 - threshold))
    for wanted in (True, False):
        on_dev = [score(one.features, weights) >= logit for one in others if one.is_needed is wanted]
        sys.stderr.write(f"need: cast2020, needed {wanted}: fires on {np.mean(on_dev):.3f} of {len(on_dev)}\n")
    write(
        need=weights,
        threshold={"need": threshold},
        fitted={"need penalty": penalty, "need share of SQuAD questions": share},
    )


def fit_part_referent(
    train: Sequence[Mapping[str, Any]], dev: Sequence[Mapping[str, Any]], squad: Sequence[Mapping[str, Any]]
) -> None:
    """Which phrase fills a gap."""
    fitting, choosing = choices(train), choices(dev)
    made_here = [choice for article in squad[HELD_OUT:] for choice in made_choices(article, 6)]
    held_out = [choice for article in squad[:HELD_OUT] for choice in made_choices(article, 12)]
    best: tuple[float, dict[str, float], dict[str, float]] | None = None
    for share in (0.05, 0.1):
        weights = fit_choices([*fitting, *made_here], [1.0] * len(fitting) + [share] * len(made_here), 3.0)
        report = {
            "made conversations count": share,
            "cast2019": round(mean_worth(fitting, weights), 4),
            "cast2020": round(mean_worth(choosing, weights), 4),
            "made, fitted": round(mean_worth(made_here, weights), 4),
            "made, held out": round(mean_worth(held_out, weights), 4),
        }
        sys.stderr.write(f"{json.dumps(report)} of {len(choosing)}, {len(made_here)}, {len(held_out)}\n")
        if best is None or report["cast2020"] + report["made, held out"] > best[0]:
            best = (report["cast2020"] + report["made, held out"], report, weights)
    assert best is not None
    write(referent=best[2], fitted=best[1])


if __name__ == "__main__":
    raise SystemExit(main())
