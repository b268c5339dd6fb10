"""Questions without pronouns to learn from: which of them lean on their conversation, and which stand alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rag.question.follow_ups import need
from rag.question.follow_ups.fragments import is_fragment
from rag.question.follow_ups.history import Turn
from rag.question.follow_ups.missing import find_gaps
from rag.question.follow_ups.model import score
from rag.question.follow_ups.phrases import noun_phrases
from rag.question.follow_ups.words import Role, terms, tokenize
from training.follow_up_conversations import conversations, shortened
from training.follow_up_fits import fit_logistic

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Need:
    """A question without explicit gap: its features, whether it needs its conversation, its topic and its source."""

    features: dict[str, float]
    is_needed: bool
    topic: str
    source: str


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


def is_plain(question: str) -> bool:
    """Whether the question is neither a fragment nor holds an explicit gap."""
    return not is_fragment(question) and not find_gaps(question)


def needs(data: Sequence[Mapping[str, Any]]) -> list[Need]:
    """CAsT's plain questions: did the human add terms? First questions come once more, after another conversation."""
    rewrites = {row["id"]: row["rewrite"] for row in data}
    histories = {row["id"].rsplit("_", 1)[0]: human_turns(row, rewrites) for row in data}
    topics = sorted(histories)
    found = []
    for row in data:
        topic = row["id"].rsplit("_", 1)[0]
        turns = human_turns(row, rewrites)
        if not is_plain(row["question"]):
            continue
        if turns:
            added = terms(row["rewrite"]) - terms(row["question"])
            found.append(Need(need.features(row["question"], turns), bool(added), topic, "cast"))
            continue
        for step in (1, 2, 3):
            other = topics[(topics.index(topic) + step) % len(topics)]
            foreign = histories[other][: 2 * step]
            found.append(Need(need.features(row["question"], foreign), False, topic, "cast first"))
    return found


def made_needs(squad: Sequence[Mapping[str, Any]], most: int) -> list[Need]:
    """SQuAD's plain questions in made conversations.

    Those that hold a name are taken to need nothing, in their own conversation and in another article's; those that
    ``shortened`` robs of what was said before need it.
    """
    found = []
    foreign: Sequence[Turn] = ()
    for article in squad:
        title = article["title"]
        for turns, answers in conversations(article, most):
            for number in range(1, len(turns)):
                question = turns[number].question
                named = any(token.role is Role.NAME for token in tokenize(question))
                if named and is_plain(question):
                    found.append(Need(need.features(question, turns[:number]), False, title, "own"))
                    if foreign:
                        found.append(Need(need.features(question, foreign[:number]), False, title, "foreign"))
                last = turns[number - 1]
                known = Turn(last.question, last.resolved, answers[number - 1], title)
                shorter = shortened(question, known)
                if shorter is not None and is_plain(shorter):
                    found.append(Need(need.features(shorter, turns[:number]), True, title, "shortened"))
            foreign = turns
    return found


def fit_needs(data: Sequence[Need], share: float, penalty: float) -> dict[str, float]:
    """Weights of the model; questions from SQuAD count ``share`` times."""
    importance = [1.0 if one.source.startswith("cast") else share for one in data]
    return fit_logistic([one.features for one in data], [one.is_needed for one in data], importance, penalty)


def choose_threshold(
    data: Sequence[Need], share: float, penalty: float, most_harm: float
) -> tuple[float, dict[str, float]]:
    """The lowest threshold that harms at most ``most_harm`` of the whole questions of each source, topics held out."""
    topics = sorted({one.topic for one in data})
    fold = {topic: index % FOLDS for index, topic in enumerate(topics)}
    chances: dict[str, list[float]] = {}
    for number in range(FOLDS):
        weights = fit_needs([one for one in data if fold[one.topic] != number], share, penalty)
        for one in data:
            if fold[one.topic] == number:
                name = f"{one.source}{', needed' if one.is_needed else ''}"
                chances.setdefault(name, []).append(score(one.features, weights))
    for threshold in np.arange(0.3, 0.99, 0.01):
        logit = float(np.log(threshold / (1 - threshold)))
        fired = {name: float(np.mean(np.array(values) >= logit)) for name, values in sorted(chances.items())}
        if max(fired["cast"], fired["cast first"], fired["own"], fired["foreign"]) <= most_harm:
            break
    return round(float(threshold), 2), {name: round(value, 4) for name, value in fired.items()}
