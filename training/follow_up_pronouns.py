"""Pronouns to learn from: those that need their conversation, and those that their own question explains.

Free ones come from CAsT (the human rewrite put something in their place) and from SQuAD's questions with a pronoun put
in the place of a phrase. Bound ones are the pronouns that SQuAD's writers used: their questions stand alone, but for
some that lean on their paragraph, which ``without_leaning`` drops.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.language.english.function_words import THIRD_PERSON
from rag.question.follow_ups import binding
from rag.question.follow_ups.fragments import is_fragment
from rag.question.follow_ups.missing import Gap, pronoun_at
from rag.question.follow_ups.model import chance
from rag.question.follow_ups.phrases import noun_phrases
from rag.question.follow_ups.words import Token, tokenize
from training.follow_up_conversations import pronoun_of, replaced

LEANING = 0.7
"""A SQuAD pronoun that the model, fitted with it, finds this likely to be free is taken to lean on its paragraph."""


@dataclass(frozen=True, slots=True)
class Pronoun:
    """One pronoun of a question: its features, whether it needs the conversation, its topic and its kind."""

    features: dict[str, float]
    is_free: bool
    topic: str
    source: str
    question: str


def _pronouns(question: str) -> Iterator[tuple[tuple[Token, ...], int, Gap]]:
    tokens = tokenize(question)
    for position in range(len(tokens)):
        gap = pronoun_at(tokens, position)
        if gap is not None:
            yield tokens, position, gap


def _features(question: str, tokens: tuple[Token, ...], position: int, gap: Gap) -> dict[str, float]:
    return binding.features(question, tokens, position, gap.who, gap.kind == "possessive", gap.is_subject)


def spoken(data: Sequence[Mapping[str, Any]]) -> list[Pronoun]:
    """The pronouns of CAsT's follow-ups; free are those that are rarer in the rewrite than in the question."""
    found = []
    for row in data:
        question = row["question"]
        if not row["history"] or is_fragment(question):
            continue
        kept = [token.lower for token in tokenize(row["rewrite"])]
        for tokens, position, gap in _pronouns(question):
            word = tokens[position].lower
            is_free = kept.count(word) < [token.lower for token in tokens].count(word)
            values = _features(question, tokens, position, gap)
            found.append(Pronoun(values, is_free, row["id"].rsplit("_", 1)[0], row["source"], question))
    return found


def _can_be_bound(values: Mapping[str, float]) -> bool:
    """Whether the question holds anything that can explain the pronoun."""
    return any(name.startswith(("reason", "it:")) or name.endswith((" asked for", " who", " name")) for name in values)


def written(article: Mapping[str, Any]) -> list[Pronoun]:
    """The pronouns of the article's questions, taken to be bound."""
    found = []
    for paragraph in article["paragraphs"]:
        for asked in paragraph["qas"]:
            question = asked["question"]
            if asked["answers"] and any(token.lower in THIRD_PERSON for token in tokenize(question)):
                for tokens, position, gap in _pronouns(question):
                    values = _features(question, tokens, position, gap)
                    if _can_be_bound(values):
                        found.append(Pronoun(values, False, article["title"], "squad", question))
    return found


def made(article: Mapping[str, Any], every: int) -> list[Pronoun]:
    """Free pronouns: in each ``every``-th question a name, or a phrase with "the", gives way to its pronoun."""
    found = []
    number = 0
    for paragraph in article["paragraphs"]:
        for asked in paragraph["qas"]:
            number += 1
            question = asked["question"]
            if number % every or not asked["answers"] or any(True for _ in _pronouns(question)):
                continue
            for phrase in noun_phrases(question):
                if phrase.before in ("wh", "possessive", "link") or phrase.is_part or phrase.is_gerund:
                    continue
                if phrase.determiner not in ("", "the") or not (phrase.is_name or phrase.determiner == "the"):
                    continue
                who = pronoun_of(phrase, paragraph["context"])
                text = replaced(question, phrase, who) if who else None
                if text is None:
                    continue
                first = next(((tokens, position, gap) for tokens, position, gap in _pronouns(text)), None)
                if first is not None:
                    values = _features(text, *first)
                    found.append(Pronoun(values, True, article["title"], "made", text))
                break
    return found


def without_leaning(data: Sequence[Pronoun], weights: Mapping[str, float]) -> list[Pronoun]:
    """``data`` without SQuAD's pronouns that ``weights`` find free and that show no sign of being bound."""
    return [
        one
        for one in data
        if one.source != "squad"
        or any(name.startswith(("reason", "it:")) for name in one.features)
        or chance(one.features, weights) < LEANING
    ]
