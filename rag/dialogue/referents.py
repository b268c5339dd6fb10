"""Which phrase of the conversation fills a gap: candidates, their features, and a small conditional logistic model.

The model gives each candidate a weight ``exp(w · f)``; the phrase with the largest is carried over. ``w`` comes from
``coefficients.json``, made by ``rag/training/follow_ups.py``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rag.dialogue import lexicon
from rag.dialogue.history import Mention, Turn, known_texts, mentions
from rag.dialogue.missing import Gap, agrees
from rag.dialogue.phrases import Phrase
from rag.dialogue.words import terms, tokenize

COEFFICIENTS = Path(__file__).with_name("coefficients.json")
MOST_CANDIDATES = 80


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase with all its mentions in the conversation, latest first."""

    phrase: Phrase
    mentions: tuple[Mention, ...]
    turns: int
    carried_last: bool
    asked_who: bool

    @property
    def key(self) -> str:
        """What makes two phrases the same."""
        return _key(self.phrase)


def _key(phrase: Phrase) -> str:
    return f"{phrase.text} {phrase.clause}".strip().lower()


def candidates(turns: Sequence[Turn]) -> list[Candidate]:
    """The distinct phrases of the conversation that stand verbatim in it, the most recent first."""
    known = [text.lower() for text in known_texts(turns)]
    grouped: dict[str, list[Mention]] = {}
    for mention in mentions(turns):
        grouped.setdefault(_key(mention.phrase), []).append(mention)
    last = turns[-1] if turns else None
    carried = {phrase.lower() for phrase in last.carried} if last else set()
    found: list[Candidate] = []
    for key, group in grouped.items():
        parts = (group[0].phrase.text.lower(), group[0].phrase.clause.lower())
        if not all(any(part in text for text in known) for part in parts):
            continue
        phrase = next((mention.phrase for mention in group if mention.phrase.determiner == "the"), group[0].phrase)
        asked_who = any(
            mention.source == "answer"
            and turns[mention.turn].question.lower().lstrip().startswith(("who", "whom", "which"))
            for mention in group
        )
        found.append(
            Candidate(phrase, tuple(group), len({mention.turn for mention in group}), key in carried, asked_who)
        )
        if len(found) == MOST_CANDIDATES:
            break
    return found


def features(gap: Gap, candidate: Candidate, question: str, turns: Sequence[Turn]) -> dict[str, float]:
    """What the model sees of one candidate for one gap; absent names are zero."""
    phrase, group = candidate.phrase, candidate.mentions
    own, asked = phrase.terms, terms(question)
    nearest = min(mention.distance for mention in group)
    first = min(group, key=lambda mention: (mention.distance, mention.order))
    in_questions = [mention for mention in group if mention.source == "question"]
    values: dict[str, float] = {
        f"distance {min(nearest, 3)}": 1.0,
        "in the first question": float(any(mention.turn == 0 and mention.source == "question" for mention in group)),
        "turns": math.log(candidate.turns),
        "carried last": float(candidate.carried_last),
        "only in answers": float(not in_questions and any(mention.source == "answer" for mention in group)),
        "answer to who": float(candidate.asked_who and nearest == 0),
        "the whole last answer": float(nearest == 0 and _key(phrase) == turns[-1].answer.strip(" .").lower()),
        "carried by this pronoun": float(candidate.carried_last and _used(gap.who, turns[-1].question)),
        "known to the last question": float(nearest == 0 and first.source in ("question", "asked")),
        "share of the title": _share(own, terms(turns[-1].title)),
        "in a title": float(any(mention.source == "title" for mention in group)),
        "only in quotes": float(all(mention.source == "quote" for mention in group)),
        "name": float(phrase.is_name),
        "part": float(all(mention.phrase.is_part for mention in group)),
        f"joins {phrase.joins or 'nothing'}": 1.0,
        "asked for": float(bool(phrase.clause) or phrase.before == "who"),
        "asked for last": float((bool(phrase.clause) or phrase.before == "who") and nearest == 0),
        "modifier": float(all(mention.phrase.is_modifier for mention in group)),
        "gerund": float(phrase.is_gerund),
        "words": math.log(len(phrase.text.split())),
        "relational head": float(phrase.head in lexicon.RELATIONAL_NOUNS),
        "generic head": float(phrase.head in lexicon.GENERIC_NOUNS),
        "adjective head": float(phrase.head.endswith(("able", "ible", "ous", "ful", "ive", "al"))),
        "a digit": float(any(character.isdigit() for character in phrase.text)),
        "known already": len(own & asked) / max(1, len(own)),
        "nothing new": float(own <= asked),
        "first in its text": float(first.order == 0),
        f"after {first.phrase.before}": 1.0,
        "determiner the": float(phrase.determiner == "the"),
        "determiner other": float(phrase.determiner == "other"),
    }
    values.update(_agreement(gap, candidate))
    if any(turn.answer for turn in turns):
        values["answered first question"] = values["in the first question"]
        values[f"answered distance {min(nearest, 3)}"] = 1.0
        values["answered carried"] = values["carried last"]
    if gap.kind in ("implicit", "definite"):
        values["implicit first question"] = values["in the first question"]
        values["implicit carried"] = values["carried last"]
        values["implicit name"] = values["name"]
        values[f"implicit distance {min(nearest, 3)}"] = 1.0
    return {name: value for name, value in values.items() if value}


def _share(own: frozenset[str], title: frozenset[str]) -> float:
    """How much of the title the phrase is, when all of it stands there: 1 for "Chopin" in "Chopin"."""
    return len(own) / len(title) if own and own <= title else 0.0


_SAME_PRONOUN = {"he": lexicon.HE, "she": lexicon.SHE, "it": lexicon.IT, "they": lexicon.THEY}


def _used(who: str, question: str) -> bool:
    """Whether ``question`` used the same pronoun."""
    return bool(who) and any(token.lower in _SAME_PRONOUN[who] for token in tokenize(question))


def _agreement(gap: Gap, candidate: Candidate) -> dict[str, float]:
    """How the phrase fits what the gap says about its referent."""
    phrase = candidate.phrase
    values: dict[str, float] = {}
    if gap.who:
        values[f"{'person' if gap.who in ('he', 'she') else gap.who} disagrees"] = float(not agrees(phrase, gap.who))
    if gap.who in ("he", "she"):
        values["known person"] = float(phrase.is_person)
        values["known gender"] = float(phrase.gender == gap.who)
        words = phrase.text.split()
        values["person shaped"] = float(2 <= len(words) <= 3 and all(word[:1].isupper() for word in words))
        values["person plural"] = float(phrase.is_plural)
        values["person name"] = float(phrase.is_name)
    if gap.who == "it":
        values["it plural"] = float(phrase.is_plural and not phrase.is_name)
        values["it plural name"] = float(phrase.is_plural and phrase.is_name)
        values["it plural name with the"] = float(phrase.is_plural and phrase.is_name and phrase.determiner == "the")
        values["it name"] = float(phrase.is_name)
        values["it person"] = float(phrase.is_person)
    if gap.who == "they":
        values["they plural"] = float(phrase.is_plural)
        values["they and"] = float(phrase.joins == "and")
        values["they group"] = float(phrase.head in lexicon.GROUP_NOUNS)
    if gap.kind == "place":
        values["place after in"] = float(any(mention.phrase.before == "preposition" for mention in candidate.mentions))
        values["place name"] = float(phrase.is_name)
    if gap.kind == "one":
        values["one common noun"] = float(not phrase.is_name)
    if gap.noun:
        head = gap.noun.rstrip("s")
        values["same noun"] = float(phrase.head.rstrip("s") == head and len(phrase.text.split()) > 1)
        values["noun inside"] = float(head in {term.rstrip("s") for term in phrase.terms})
        values["noun person"] = float(phrase.is_person and head in lexicon.PERSON_NOUNS)
        values["noun place"] = float(phrase.is_name and head in lexicon.PLACE_NOUNS)
    values[f"{gap.kind} subject"] = float(
        gap.is_subject and any(m.phrase.before == "subject" for m in candidate.mentions)
    )
    return values


def options(gap: Gap, found: Sequence[Candidate], question: str) -> list[Candidate]:
    """The candidates that can fill ``gap`` and would add a term to ``question``; all that add one when none fits."""
    asked = terms(question)
    adding = [candidate for candidate in found if not candidate.phrase.terms <= asked]
    return [candidate for candidate in adding if _possible(gap, candidate.phrase)] or adding


def _possible(gap: Gap, phrase: Phrase) -> bool:
    """False where a pronoun cannot mean the phrase: "he" a treaty, "it" a known person, "they" one person."""
    if gap.who in ("he", "she"):
        return agrees(phrase, gap.who) and phrase.joins not in ("and", "other")
    one_word = " " not in phrase.text
    if gap.who == "it" and phrase.is_plural and phrase.is_name and one_word and phrase.determiner == "the":
        return False
    return not (gap.who in ("it", "they") and phrase.is_person and not phrase.is_plural)


@cache
def coefficients() -> Mapping[str, Mapping[str, float]]:
    """The fitted weights: "referent" by feature name, "need" by feature name, "threshold" …"""
    fitted: dict[str, dict[str, float]] = json.loads(COEFFICIENTS.read_text(encoding="utf-8"))
    return fitted


def score(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """``w · f``."""
    return sum(value * weights.get(name, 0.0) for name, value in values.items())


def rank(gap: Gap, found: Sequence[Candidate], question: str, turns: Sequence[Turn]) -> list[tuple[float, Candidate]]:
    """Candidates with their probability for ``gap``, best first; equal ones keep their order."""
    found = options(gap, found, question)
    if not found:
        return []
    weights = coefficients()["referent"]
    scores = [score(features(gap, candidate, question, turns), weights) for candidate in found]
    top = max(scores)
    exponents = [math.exp(value - top) for value in scores]
    total = sum(exponents)
    ranked = sorted(((value / total, -index) for index, value in enumerate(exponents)), reverse=True)
    return [(probability, found[-index]) for probability, index in ranked]
