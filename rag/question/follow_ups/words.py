"""The words of a question: tokens with a light part of speech, and the terms that two texts can share.

No tagger is loaded: closed word classes are listed in ``rag.language.english``, everything else is told by position,
capitals and endings. That is enough to find noun phrases in questions and short answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from rag.language.english.common_verbs import COMMON_VERBS, VERB_OR_NOUN, VERBS
from rag.language.english.function_words import (
    ADVERBS,
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    DO_SUPPORT,
    OPENERS,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    VERB_LEADERS,
    WH_WORDS,
)
from rag.language.english.inflection import singular
from rag.language.english.nouns import COMMON_NOUNS, LY_NOUNS, PREDICATES
from rag.language.english.words import words_of

_TOKEN = re.compile(
    r"(?:[^\W_]\.){2,}|\d+(?:[.,/:]\d+)*%?|[^\W\d_](?:[^\W_]|[-&_.](?=[^\W_]))*|[^\w\s]|_",
    re.UNICODE,
)
_POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)
_LOWER_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'"})
TIME = re.compile(r"^(?:1[0-9]{3}|20[0-9]{2})s?$")


_HYPHENATED = frozenset("style led backed based born held made occupied owned sponsored wide like era speaking".split())
"""Endings that turn a name into an adjective: "Gaza-style"."""


class Role(Enum):
    """What a token does in its sentence."""

    DETERMINER = "determiner"
    PREPOSITION = "preposition"
    PRONOUN = "pronoun"
    AUXILIARY = "auxiliary"
    WH = "wh"
    CONJUNCTION = "conjunction"
    ADVERB = "adverb"
    VERB = "verb"
    NAME = "name"
    NOUN = "noun"
    NUMBER = "number"
    POSSESSIVE = "possessive"
    PUNCTUATION = "punctuation"


@dataclass(frozen=True, slots=True)
class Token:
    """One word or mark: ``text[start:end]`` of the text it was read from (code points), its lower form and its role."""

    start: int
    end: int
    lower: str
    role: Role

    @property
    def is_nominal(self) -> bool:
        """Whether the token can be part of a noun phrase's core."""
        return self.role in (Role.NAME, Role.NOUN, Role.NUMBER)


def _pieces(text: str) -> list[tuple[int, int]]:
    """Token ranges; a possessive ending is a token of its own, contractions stay whole (``don't``)."""
    pieces: list[tuple[int, int]] = []
    position = 0
    while match := _TOKEN.search(text, position):
        start, end = match.span()
        position = end
        if (
            text[start] in "'’‘`"
            and pieces
            and pieces[-1][1] == start
            and (tail := re.match(r"['’‘`](?:s|t|re|ve|ll|d|m)\b", text[start:], re.IGNORECASE))
        ):
            end = start + tail.end()
            position = end
            if tail.group()[1:].lower() == "t":
                pieces[-1] = (pieces[-1][0], end)
                continue
        pieces.append((start, end))
    return pieces


def _closed_role(lower: str, text: str) -> Role | None:
    """The role that the word's form alone decides, or None."""
    for words, role in (
        (PRONOUNS, Role.PRONOUN),
        (AUXILIARIES, Role.AUXILIARY),
        (WH_WORDS, Role.WH),
        (DETERMINERS, Role.DETERMINER),
        (PREPOSITIONS, Role.PREPOSITION),
        (CONJUNCTIONS, Role.CONJUNCTION),
        (ADVERBS, Role.ADVERB),
    ):
        if lower in words and (text == lower or text == text.capitalize() or len(text) == 1):
            return role
    return None


@lru_cache(maxsize=4096)
def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of ``text`` in order, with their roles."""
    pieces = _pieces(text)
    roles: list[Role] = []
    lowers: list[str] = []
    sentence_start = True
    for start, end in pieces:
        word = text[start:end]
        lower = word.lower().translate(_LOWER_APOSTROPHES)
        lowers.append(lower)
        closed = _closed_role(lower, word)
        if not (word[0].isalnum()):
            if len(word) > 1 and lower == "'s":
                before = lowers[-2] if len(lowers) > 1 else ""
                is_verb = before in WH_WORDS or before in PRONOUNS
                roles.append(Role.AUXILIARY if is_verb else Role.POSSESSIVE)
            else:
                roles.append(Role.AUXILIARY if len(word) > 1 else Role.PUNCTUATION)
            sentence_start = sentence_start or word in ".?!:;"
            continue
        capital = word[0].isupper() or any(letter.isupper() for letter in word[1:])
        if "-" in word and word.rsplit("-", 1)[-1] in _HYPHENATED:
            capital = False
        if closed is not None and (not capital or sentence_start or closed in (Role.PRONOUN, Role.AUXILIARY)):
            role = closed
        elif word[0].isdigit():
            role = Role.NUMBER
        elif capital and not sentence_start:
            role = Role.NAME
        elif capital and lower not in VERBS and lower not in OPENERS:
            role = Role.NAME if lower not in COMMON_NOUNS else Role.NOUN
        else:
            role = _open_role(lower, roles, lowers)
        roles.append(role)
        sentence_start = False
    _find_verbs(roles, lowers)
    _find_only_verb(roles, lowers)
    _find_predicates(roles, lowers)
    _find_participles(roles, lowers)
    return tuple(
        Token(start, end, lower, role) for (start, end), lower, role in zip(pieces, lowers, roles, strict=True)
    )


def _open_role(lower: str, roles: list[Role], lowers: list[str]) -> Role:
    """A lower-case word outside the closed classes: noun (adjectives count as nouns), verb or adverb."""
    before = roles[-1] if roles else None
    if lower.endswith("ing") and before in (Role.NOUN, Role.NAME):
        return Role.NOUN
    if lower in VERB_OR_NOUN:
        is_verb = before is Role.PRONOUN and lowers[-2] not in POSSESSIVES if before else False
        is_verb = is_verb or (len(lowers) > 1 and (lowers[-2] in VERB_LEADERS))
        return Role.VERB if is_verb or before is None else Role.NOUN
    if lower in VERBS and not (before is Role.DETERMINER and lower in COMMON_VERBS):
        return Role.VERB
    if lower.endswith("ly") and len(lower) > 4 and lower not in LY_NOUNS:
        return Role.ADVERB
    if lower.endswith("ed") and len(lower) > 3 and not lower.endswith("eed") and before is not Role.DETERMINER:
        return Role.VERB
    return Role.NOUN


_CLAUSE_END = {Role.PUNCTUATION, Role.PREPOSITION, Role.CONJUNCTION, Role.ADVERB, Role.WH, Role.PRONOUN}


def _find_verbs(roles: list[Role], lowers: list[str]) -> None:
    """After ``does``, ``did``, ``can`` … subject and verb stand in one run: the run's last lower word is the verb."""
    for index, lower in enumerate(lowers):
        if lower not in DO_SUPPORT:
            continue
        run: list[int] = []
        for position in range(index + 1, len(lowers)):
            if lowers[position].endswith(("ed", "ing")) and roles[position] is Role.VERB:
                break
            if roles[position] is Role.VERB or lowers[position] in DO_SUPPORT:
                run = []
                break
            if roles[position] in _CLAUSE_END and not (lowers[position] == "of" and run):
                break
            if roles[position] in (Role.NOUN, Role.NAME, Role.NUMBER):
                run.append(position)
            elif roles[position] is Role.DETERMINER and run:
                break
        if _verb_follows(roles, lowers, run[-1] if run else index):
            continue
        followers = [position for position in run[1:] if lowers[position] in VERB_OR_NOUN]
        if followers and roles[followers[-1]] is Role.NOUN:
            roles[followers[-1]] = Role.VERB
        elif len(run) > 1 and roles[run[-1]] is Role.NOUN:
            roles[run[-1]] = Role.VERB


def _find_only_verb(roles: list[Role], lowers: list[str]) -> None:
    """A question without any other verb has one among the words that can be both: "what causes throat cancer"."""
    if not roles or roles[0] is not Role.WH or Role.VERB in roles or Role.AUXILIARY in roles:
        return
    for position in range(1, len(lowers) - 1):
        follows = roles[position + 1] in (Role.NOUN, Role.NAME, Role.NUMBER, Role.DETERMINER, Role.PRONOUN)
        leads = roles[position - 1] in (Role.WH, Role.NOUN, Role.NAME)
        if lowers[position] in VERB_OR_NOUN and roles[position] is Role.NOUN and follows and leads:
            roles[position] = Role.VERB
            return


def _verb_follows(roles: list[Role], lowers: list[str], position: int) -> bool:
    """Whether the clause has its bare verb later on: "does the plan for Ukraine provide", but not "work to keep"."""
    for later in range(position + 1, len(lowers)):
        if roles[later] in (Role.PUNCTUATION, Role.CONJUNCTION, Role.WH):
            return False
        bare = roles[later] is Role.VERB and not lowers[later].endswith(("ing", "ed"))
        if bare and roles[later - 1] in (Role.NOUN, Role.NAME, Role.NUMBER, Role.ADVERB):
            return True
    return False


def _find_predicates(roles: list[Role], lowers: list[str]) -> None:
    """Adjectives that no noun follows leave the noun phrase before them ("is throat cancer treatable")."""
    for position in range(len(lowers) - 1, -1, -1):
        lower = lowers[position]
        adjective = lower in PREDICATES or lower.endswith(("able", "ible", "ous", "ful", "less"))
        following = roles[position + 1] if position + 1 < len(roles) else None
        if adjective and roles[position] is Role.NOUN and following not in (Role.NOUN, Role.NAME, Role.NUMBER):
            roles[position] = Role.ADVERB


def _find_participles(roles: list[Role], lowers: list[str]) -> None:
    """A participle between a preposition or determiner and a noun belongs to the noun ("to besieged Leningrad")."""
    for position in range(1, len(lowers) - 1):
        leads = roles[position - 1] in (Role.PREPOSITION, Role.DETERMINER)
        follows = roles[position + 1] in (Role.NOUN, Role.NAME)
        if roles[position] is Role.VERB and lowers[position].endswith(("ed", "en")) and leads and follows:
            roles[position] = Role.NOUN


@lru_cache(maxsize=8192)
def terms(text: str) -> frozenset[str]:
    """The normalised content words of ``text``: lower case, no possessives, plurals folded, no function words."""
    plain = _POSSESSIVE.sub(" ", text.translate(_LOWER_APOSTROPHES))
    return frozenset(singular(word.text.replace(".", "")) for word in words_of(plain) if not word.is_function_word)
