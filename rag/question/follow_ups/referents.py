"""Which phrase of the conversation fills a gap: candidates, their features, and a small conditional logistic model.

The model gives each candidate a weight ``exp(w · f)``; the phrase with the largest is carried over. ``w`` comes from
``coefficients.json``, made by ``training/follow_ups.py``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.language.english.countries import COUNTRIES
from rag.language.english.function_words import HE, IT, SHE, THEY
from rag.language.english.names import GROUP_NOUNS, PERSON_NOUNS, PLACE_NOUNS
from rag.question.follow_ups.agreement import agrees, is_nationality
from rag.question.follow_ups.history import Mention, Turn, mentions
from rag.question.follow_ups.missing import Gap
from rag.question.follow_ups.model import coefficients, score
from rag.question.follow_ups.phrases import Phrase
from rag.question.follow_ups.words import Role, terms, tokenize

_WHO = re.compile(
    r"\W*(?:(?:and|but|so)\W+)?(?:(?:by|to|with|from|for|of)\s+)?(?:who|whom|whose|which)\b", re.IGNORECASE
)
MOST_CANDIDATES = 60
LONGEST_TITLE = 5
"""Terms of a title that names a topic; a longer one is a headline, which names many things."""


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
        return self.phrase.key


def candidates(turns: Sequence[Turn]) -> list[Candidate]:
    """The distinct phrases of the conversation, the most recent first; the first turn's are never dropped."""
    grouped: dict[str, list[Mention]] = {}
    for mention in mentions(turns):
        group = grouped.get(mention.phrase.key)
        if group is not None:
            group.append(mention)
        elif len(grouped) < MOST_CANDIDATES or mention.turn == 0:
            grouped[mention.phrase.key] = [mention]
    carried = {phrase.lower() for phrase in turns[-1].carried} if turns else set()
    found: list[Candidate] = []
    for key, group in grouped.items():
        phrase = next((mention.phrase for mention in group if mention.phrase.determiner == "the"), group[0].phrase)
        reflexive = next((mention.phrase.reflexive for mention in group if mention.phrase.reflexive), "")
        if reflexive and not phrase.is_plural:
            phrase = replace(phrase, reflexive=reflexive)
        asked_who = any(mention.source == "answer" and _asks_who(turns[mention.turn].question) for mention in group)
        said_in = len({mention.turn for mention in group})
        found.append(Candidate(phrase, tuple(group), said_in, key in carried, asked_who))
    return found


def _asks_who(question: str) -> bool:
    return question.lstrip()[:5].lower().startswith(("who", "which"))


def _asks_what(question: str) -> bool:
    return question.lstrip()[:5].lower().startswith(("what", "which"))


def _shares_a_verb(question: str, earlier: str) -> bool:
    """Whether both questions hold the same verb: "When was it opened?", "Which operation opened it?"."""
    return bool(_verbs(question) & _verbs(earlier))


@lru_cache(maxsize=1024)
def _verbs(question: str) -> frozenset[str]:
    """The first letters of the question's verbs, which their inflected forms share."""
    return frozenset(
        token.lower[:5] for token in tokenize(question) if token.role is Role.VERB and len(token.lower) > 3
    )


def features(gap: Gap, candidate: Candidate, question: str, turns: Sequence[Turn]) -> dict[str, float]:
    """What the model sees of one candidate for one gap; absent names are zero."""
    phrase, group = candidate.phrase, candidate.mentions
    own, asked = phrase.terms, terms(question)
    first = group[0] if len(group) == 1 else min(group, key=lambda mention: (mention.distance, mention.order))
    sources = {mention.source for mention in group}
    nearest = group[0].distance
    last = turns[-1]
    is_answer = nearest == 0 and bool(last.answer) and own == terms(last.answer)
    is_asked = bool(phrase.clause) or phrase.before == "who"
    opened = "question" in sources and any(mention.turn == 0 and mention.source == "question" for mention in group)
    flags = {
        f"distance {min(nearest, 3)}": True,
        f"after {first.phrase.before}": True,
        "in the first question": opened,
        "carried last": candidate.carried_last,
        "only in answers": "question" not in sources and "answer" in sources,
        "answer to who": candidate.asked_who and nearest == 0,
        "the whole last answer": is_answer,
        f"{gap.who or gap.kind} the whole last answer": is_answer,
        f"{gap.who or gap.kind} answers what": is_answer and _asks_what(last.question),
        "its question shares a verb": any(
            mention.source in ("question", "asked") and _shares_a_verb(question, turns[mention.turn].question)
            for mention in group[:4]
        ),
        "nationality": is_nationality(phrase),
        "it country": gap.who == "it" and phrase.text.lower() in COUNTRIES,
        "carried by this pronoun": candidate.carried_last and _used(gap.who, last.question),
        "known to the last question": nearest == 0 and first.source in ("question", "asked"),
        "in a title": "title" in sources,
        "only in quotes": sources == {"quote"},
        "part": all(mention.phrase.is_part for mention in group),
        "modifier": all(mention.phrase.is_modifier for mention in group),
        "asked for": is_asked,
        "asked for last": is_asked and nearest == 0,
        "nothing new": own <= asked,
        "first in its text": first.order == 0,
    }
    if any(turn.answer for turn in turns):
        flags["answered first question"] = opened
        flags[f"answered distance {min(nearest, 3)}"] = True
        flags["answered carried"] = candidate.carried_last
    if gap.kind in ("implicit", "definite"):
        flags["implicit first question"] = opened
        flags["implicit carried"] = candidate.carried_last
        flags["implicit name"] = phrase.is_name
        flags[f"implicit distance {min(nearest, 3)}"] = True
    values = dict(phrase.traits)
    values.update({name: 1.0 for name, holds in flags.items() if holds})
    amounts = {
        "turns": math.log(candidate.turns),
        "share of the title": _share(own, terms(last.title)) if last.title else 0.0,
        "known already": len(own & asked) / max(1, len(own)),
        **_agreement(gap, candidate),
    }
    values.update({name: value for name, value in amounts.items() if value})
    return values


def _share(own: frozenset[str], title: frozenset[str]) -> float:
    """How much of the title the phrase is, when all of it stands there: 1 for "Chopin" in "Chopin"; 0 in headlines."""
    return len(own) / len(title) if own and own <= title and len(title) <= LONGEST_TITLE else 0.0


_SAME_PRONOUN = {"he": HE, "she": SHE, "it": IT, "they": THEY}


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
        values["they group"] = float(phrase.head in GROUP_NOUNS)
    if gap.kind == "place":
        values["place after in"] = float(any(mention.phrase.before == "preposition" for mention in candidate.mentions))
        values["place name"] = float(phrase.is_name)
    if gap.kind == "one":
        values["one common noun"] = float(not phrase.is_name)
    if gap.noun:
        head = gap.noun.rstrip("s")
        values["same noun"] = float(phrase.head.rstrip("s") == head and len(phrase.text.split()) > 1)
        values["noun inside"] = float(head in {term.rstrip("s") for term in phrase.terms})
        values["noun person"] = float(phrase.is_person and head in PERSON_NOUNS)
        values["noun place"] = float(phrase.is_name and head in PLACE_NOUNS)
    values[f"{gap.kind} subject"] = float(
        gap.is_subject and any(m.phrase.before == "subject" for m in candidate.mentions)
    )
    return values


def options(gap: Gap, found: Sequence[Candidate], question: str) -> list[Candidate]:
    """The candidates that can fill ``gap`` and would add a term to ``question``; all that add one when none fits."""
    asked = terms(question)
    adding = [candidate for candidate in found if not candidate.phrase.terms <= asked]
    fitting = [one for one in adding if _possible(gap, one.phrase) and not _only_modifies(one)]
    return fitting if gap.kind == "place" else fitting or adding


def _only_modifies(candidate: Candidate) -> bool:
    """Whether the phrase is never more than the first part of a longer common noun ("popular" in "popular stories")."""
    return all(mention.phrase.is_modifier and not mention.phrase.is_name for mention in candidate.mentions)


def _possible(gap: Gap, phrase: Phrase) -> bool:
    """False where a pronoun cannot mean the phrase: "he" a treaty, "it" a known person, "they" one person."""
    if gap.who in ("he", "she"):
        return agrees(phrase, gap.who) and phrase.joins not in ("and", "other") and not is_nationality(phrase)
    if gap.kind == "place":
        somewhere = phrase.is_name or phrase.head in PLACE_NOUNS or phrase.before == "preposition"
        return somewhere and not phrase.is_person
    one_word = " " not in phrase.text
    if gap.who == "it" and (is_nationality(phrase) or phrase.joins == "and"):
        return False
    if gap.who == "it" and phrase.is_plural and phrase.is_name and one_word and phrase.determiner == "the":
        return False
    return not (gap.who in ("it", "they") and phrase.is_person and not phrase.is_plural)


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
    order = sorted(((value / total, -index) for index, value in enumerate(exponents)), reverse=True)
    ranked = [(probability, found[-index]) for probability, index in order]
    person = _last_person(found, turns) if gap.who in ("he", "she") else None
    if person is None:
        return ranked
    return [(1.0, person), *((probability, other) for probability, other in ranked if other is not person)]


def _last_person(found: Sequence[Candidate], turns: Sequence[Turn]) -> Candidate | None:
    """The person that the latest turn answered a who-question with; None when it did not."""
    last = len(turns) - 1
    answer = terms(turns[last].answer) if turns and _WHO.match(turns[last].question) else frozenset()
    for candidate in found:
        phrase = candidate.phrase
        named = phrase.is_name and not phrase.is_plural and not is_nationality(phrase)
        if (
            answer
            and named
            and phrase.terms == answer
            and any(mention.turn == last and mention.source == "answer" for mention in candidate.mentions)
        ):
            return candidate
    return None
