"""A plain sentence as subject, verb and rest, by word lists; what is not plainly that is not understood.

The verb is the first listed one (``verbs.py``); the subject must be a short noun phrase without commas, pronouns and
clauses; the rest ends at its first clause.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rag.evaluation.starter.verbs import FINITE, UNMISTAKABLE
from rag.language.english.function_words import FINITE_AUXILIARIES

_PRONOUNS = frozenset(
    "i we you he she it they me us him her them my our your his its their this these those that there here such one "
    "himself herself itself themselves who which what whose both another others latter former".split()
)
_CLAUSE = frozenset(
    "who which that whose whom when while after before because although though since until unless if where whether "
    "but so saying making leaving including adding calling following despite".split()
)
_NOT_FIRST = frozenset("In On At By For With From Under During To Of About Yet But And Or As Despite Even Only".split())
_DETERMINERS = frozenset(
    "The A An Some Many Most Several Few Both All Each Every Two Three Four Five Six Seven".split()
)
_NOT_BEFORE_VERB = frozenset(
    "last also then later never not only first once soon had has have to will would could".split()
)
LOOSE_END = re.compile(
    r" (?:part|hopes?|order|beginning|in|on|at|by|to|for|with|from|of|into|out|up|and|or|the|a|as|than)$"
)
MOST_SUBJECT_WORDS = 9


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is known about the words of a collection.

    Attributes:
        people: full names of people.
        proper: words that keep their capital inside a sentence.
        common: words that are more often written in lower case.
        surnames: last names that only one of the people has, to the full name.
    """

    people: frozenset[str]
    proper: frozenset[str]
    common: frozenset[str]
    surnames: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause cut at its verb."""

    subject: str
    verb: str
    rest: str


def split_clause(text: str, vocabulary: Vocabulary) -> Clause | None:
    """Subject, verb and rest at the first listed verb, or None when the sentence is not plainly that."""
    words = text.split()
    at = next((number for number, word in enumerate(words) if word in FINITE), 0)
    if not 0 < at <= MOST_SUBJECT_WORDS:
        return None
    subject, verb = words[:at], words[at]
    lowered = {word.lower() for word in subject}
    if any("," in word for word in subject) or lowered & (_PRONOUNS | _CLAUSE | {"not", "no"}):
        return None
    if subject[-1] in _NOT_BEFORE_VERB | {"and", "or"} or subject[-1].endswith("ly") or subject[0] in _NOT_FIRST:
        return None
    is_name = all(word in vocabulary.proper or word in {"of", "the", "The", "and"} for word in subject)
    rest = _until_clause(words[at + 1 :], certain=is_name or verb in UNMISTAKABLE or verb in FINITE_AUXILIARIES)
    if not rest or rest[0] == "by" or {word.lower().rstrip(",") for word in rest} & _PRONOUNS:
        return None
    return Clause(" ".join(subject), verb, " ".join(rest))


def _until_clause(words: list[str], *, certain: bool) -> list[str] | None:
    """The words up to the first clause, or None where it is unclear how the sentence goes on.

    Args:
        certain: the verb before them is surely the sentence's, so that a second past form is a participle.
    """
    verbs = FINITE_AUXILIARIES if certain else FINITE
    kept: list[str] = []
    for number, word in enumerate(words):
        following = words[number + 1 :]
        if word in {"that", "as"} and not (kept and kept[-1].endswith(",")):
            return None
        after = [
            other for other in following[:2] if not other.endswith("ly") and other not in {"then", "later", "also"}
        ]
        joins = word in {"and", "or"} and after and (_is_verb(after[0]) or after[0] in _PRONOUNS)
        if word in _CLAUSE or joins:
            return kept if len(kept) >= 2 and not LOOSE_END.search(" " + " ".join(kept)) else None
        if word.rstrip(",") in verbs:
            return None
        if word.endswith(",") and (set(following) & (FINITE_AUXILIARIES | _CLAUSE | _PRONOUNS) or len(following) > 6):
            return (
                [*kept, word.rstrip(",")]
                if following[0] not in {"and", "or"} and not following[0][0].isupper()
                else None
            )
        kept.append(word)
    return [*kept[:-1], kept[-1].rstrip(",")] if kept else kept


def _is_verb(word: str) -> bool:
    return word in FINITE or (word.endswith("ed") and len(word) > 4)


def inside_sentence(subject: str, words: Vocabulary) -> str | None:
    """``subject`` as it is written inside a sentence; None when its first word may or may not be a name."""
    first, _, others = subject.partition(" ")
    stem = re.sub(r"['’]s?$", "", first)
    if stem in words.proper or (len(stem) > 1 and stem.isupper()) or stem[:1].isdigit():
        return subject
    if first.lower() not in words.common:
        return None
    if first == "The" and not any(re.sub(r"['’]s?$", "", word) in words.proper for word in others.split()):
        return None
    second = others.partition(" ")[0]
    is_title = first not in _DETERMINERS and (second in words.proper or second[:1].isdigit())
    return subject if is_title else f"{first.lower()} {others}".strip()
