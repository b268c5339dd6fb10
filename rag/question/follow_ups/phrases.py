"""The noun phrases of a question, an answer or a title: what a follow-up can refer back to."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from rag.language.english.function_words import BE, DO_SUPPORT, POSSESSIVES
from rag.language.english.inflection import is_plural, singular
from rag.language.english.names import FEMALE_NAMES, GROUP_NOUNS, MALE_NAMES, PERSON_NOUNS
from rag.language.english.nouns import GENERIC_NOUNS, RELATIONAL_NOUNS
from rag.question.follow_ups.words import Role, Token, terms, tokenize

_LINKS = frozenset({"of", "in", "for", "on", "between", "and", "from", "at", "with", "to"})
_MAX_WORDS = 9
_REFLEXIVES = {"himself": "he", "herself": "she"}
_QUOTES = frozenset("\"'“”‘’«»")


@dataclass(frozen=True)
class Phrase:
    """A noun phrase of some text.

    Attributes:
        text: as written, without its determiner.
        start: where ``text`` begins in the text it was read from (code points).
        end: where it ends.
        determiner: "the", "a", "other" (some, many, these …) or "" before it.
        head: the head noun, lower case, singular.
        is_plural: plural by its form, or coordinated.
        is_name: holds a capitalised word.
        before: what precedes it: "about", "of", "preposition", "subject" (an auxiliary or the sentence's start),
            "verb", "wh" (which country, how many votes), "possessive", "link".
        joins: what links its parts: "of", "and", "other" (another preposition) or "".
        is_part: a longer phrase of the same text holds it.
        is_gerund: begins with a verb in -ing ("learning a second language").
        is_modifier: a noun follows it in its own run ("Gaza" in "Gaza plan").
        clause: for what a question asked for ("which king … when the treaty was signed?"): the rest of that question,
            shown beside the noun while the answer is unknown; "" otherwise.
        reflexive: "he" or "she" when "himself" or "herself" follows, "" otherwise.
    """

    text: str
    start: int
    end: int
    determiner: str
    head: str
    is_plural: bool
    is_name: bool
    before: str
    joins: str
    is_part: bool
    is_gerund: bool = False
    is_modifier: bool = False
    clause: str = ""
    reflexive: str = ""

    @cached_property
    def terms(self) -> frozenset[str]:
        """Its normalised content words."""
        return terms(f"{self.text} {self.clause}")

    @cached_property
    def is_person(self) -> bool:
        """Whether a title, a role or a first name says that this is one person."""
        words = self.text.lower().replace("'", " ").split()
        if not words:
            return False
        if self.is_name and any(word in GROUP_NOUNS for word in words):
            return False
        if self.before == "who" or self.reflexive:
            return True
        named = self.is_name and (words[0] in FEMALE_NAMES or words[0] in MALE_NAMES)
        return named or self.head in PERSON_NOUNS or words[0] in PERSON_NOUNS

    @cached_property
    def key(self) -> str:
        """What makes two phrases the same."""
        return f"{self.text} {self.clause}".strip().lower()

    @cached_property
    def traits(self) -> Mapping[str, float]:
        """What the model of referents sees of the phrase by itself; absent names are zero."""
        values = {
            f"joins {self.joins or 'nothing'}": 1.0,
            "name": float(self.is_name),
            "gerund": float(self.is_gerund),
            "words": math.log(max(1, len(self.text.split()))),
            "relational head": float(self.head in RELATIONAL_NOUNS),
            "generic head": float(self.head in GENERIC_NOUNS),
            "adjective head": float(self.head.endswith(("able", "ible", "ous", "ful", "ive", "al"))),
            "a digit": float(any(character.isdigit() for character in self.text)),
            "determiner the": float(self.determiner == "the"),
            "determiner other": float(self.determiner == "other"),
        }
        return {name: value for name, value in values.items() if value}

    @cached_property
    def gender(self) -> str:
        """ "he", "she" or "" as far as the words tell."""
        if self.reflexive:
            return self.reflexive
        words = self.text.lower().replace("'", " ").split()
        female = any(word in FEMALE_NAMES for word in words)
        male = any(word in MALE_NAMES for word in words)
        return "" if female == male else "she" if female else "he"

    def with_determiner(self) -> str:
        """The phrase as it reads inside a sentence: with "the" where it had an article or needs one."""
        if self.before == "who":
            return f"the one who {self.text}"
        if self.clause:
            return f"the {self.text} ({self.clause})"
        if self.determiner == "the" or (self.determiner == "a" and not self.is_plural):
            article = "the" if self.determiner == "the" or self.is_name else self.determiner_word
            return f"{article} {self.text}"
        if self.before == "wh" and not self.is_plural and not self.text[0].isupper():
            return f"the {self.text}"
        return self.text

    @property
    def determiner_word(self) -> str:
        """ "a" or "an", as the phrase's first letter asks."""
        return "an" if self.text[:1].lower() in "aeio" else "a"


@dataclass(frozen=True, slots=True)
class _Base:
    """A noun phrase without links, as token positions ``[first, last)``, determiner outside."""

    first: int
    last: int
    determiner: str
    before: str
    is_gerund: bool = False


def _context(tokens: tuple[Token, ...], first: int) -> tuple[str, str]:
    """The determiner and the position of a phrase that begins at token ``first``."""
    determiner, position = "", first - 1
    if position > 0 and tokens[position].lower in _QUOTES:
        position -= 1
    while position >= 0 and tokens[position].role is Role.DETERMINER:
        word = tokens[position].lower
        determiner = word if word == "the" else "a" if word in ("a", "an") else determiner or "other"
        position -= 1
    if position < 0:
        return determiner, "subject"
    token = tokens[position]
    if token.role is Role.PRONOUN and token.lower in POSSESSIVES:
        return determiner, "possessive"
    if token.role is Role.POSSESSIVE:
        return determiner, "possessive"
    if token.lower == "about":
        return determiner, "about"
    if token.lower == "of":
        return determiner, "of"
    if token.role is Role.PREPOSITION:
        return determiner, "preposition"
    if token.role is Role.WH:
        return determiner, "wh"
    if token.role in (Role.AUXILIARY, Role.PUNCTUATION):
        return determiner, "subject"
    if token.role is Role.CONJUNCTION:
        return determiner, "link"
    return determiner, "verb"


def _bases(tokens: tuple[Token, ...]) -> list[_Base]:
    """Maximal runs of nouns, names and numbers; a possessive joins two runs."""
    bases: list[_Base] = []
    index = 0
    while index < len(tokens):
        gerund = _is_gerund(tokens, index)
        if not tokens[index].is_nominal and not gerund:
            index += 1
            continue
        first, last = index, index + 1
        if gerund:
            while last < len(tokens) and tokens[last].role is Role.DETERMINER:
                last += 1
        while last < len(tokens) and (
            tokens[last].is_nominal
            or (tokens[last].role is Role.POSSESSIVE and last + 1 < len(tokens) and tokens[last + 1].is_nominal)
        ):
            last += 1
        determiner, before = _context(tokens, first)
        bases.append(_Base(first, last, determiner, before, gerund))
        if gerund and last > first + 1:
            inner = next(i for i in range(first + 1, last + 1) if i == last or tokens[i].is_nominal)
            if inner < last:
                determiner, before = _context(tokens, inner)
                bases.append(_Base(inner, last, determiner, before))
        index = last
    return bases


def _is_gerund(tokens: tuple[Token, ...], index: int) -> bool:
    """Whether a verb in -ing stands as a noun: after a preposition or as the subject, not in "is going"."""
    if not index or tokens[index].role is not Role.VERB or not tokens[index].lower.endswith("ing"):
        return False
    before = tokens[index - 1].role
    opens = index == 1 or tokens[index - 2].role in (Role.WH, Role.PUNCTUATION)
    return before is Role.PREPOSITION or (before is Role.AUXILIARY and opens)


def _phrase(
    text: str, tokens: tuple[Token, ...], span: tuple[int, int], base: _Base, joins: str, head: Token
) -> Phrase:
    inner = tokens[span[0] : span[1]]
    return Phrase(
        text=text[inner[0].start : inner[-1].end],
        start=inner[0].start,
        end=inner[-1].end,
        determiner=base.determiner,
        head=singular(head.lower),
        is_plural=joins == "and" or is_plural(head.lower),
        is_name=any(token.role is Role.NAME for token in inner),
        before=base.before,
        joins=joins,
        is_part=False,
        is_gerund=base.is_gerund,
        is_modifier=span[1] < base.last and tokens[span[1]].is_nominal,
        reflexive=_REFLEXIVES.get(tokens[span[1]].lower, "") if span[1] < len(tokens) else "",
    )


def _useful(phrase: Phrase) -> bool:
    return bool(phrase.terms) and any(letter.isalpha() for letter in phrase.text)


@lru_cache(maxsize=2048)
def noun_phrases(text: str) -> tuple[Phrase, ...]:
    """The noun phrases of ``text``, in order, short ones and the longer ones that hold them.

    A run of names inside a longer run is offered on its own as well ("horse Artax" and "Artax"), and so is what stands
    before and after a possessive.
    """
    tokens = tokenize(text)
    bases = _bases(tokens)
    found: dict[tuple[int, int], Phrase] = {}

    def add(first: int, last: int, base: _Base, joins: str) -> None:
        head = tokens[(base.last if last > base.last else last) - 1]
        phrase = _phrase(text, tokens, (first, last), base, joins, head)
        if _useful(phrase) and len(phrase.text.split()) <= _MAX_WORDS:
            found.setdefault((first, last), phrase)

    for number, base in enumerate(bases):
        add(base.first, base.last, base, "")
        last, joins = base.last, ""
        for following in bases[number + 1 : number + 3]:
            words = [token.lower for token in tokens[last : following.first] if token.role is not Role.DETERMINER]
            if len(words) != 1 or words[0] not in _LINKS:
                break
            kind = words[0] if words[0] in ("of", "and") else "other"
            joins = "other" if "other" in (kind, joins) else "and" if "and" in (kind, joins) else "of"
            last = following.last
            add(base.first, last, base, joins)
        for inner_first, inner_last in _inner(tokens, base):
            add(inner_first, inner_last, base, "")
    phrases = sorted(found.values(), key=lambda phrase: (phrase.start, -phrase.end))
    return tuple(replace(phrase, is_part=any(_holds(longer, phrase) for longer in phrases)) for phrase in phrases)


_ASKED = re.compile(
    r"^(?:\W*(?:and|but|so)\b)?\W*(?:in|on|at|by|for|to|from|with)?\s*(?P<wh>who|which|what)\s+", re.IGNORECASE
)


@lru_cache(maxsize=512)
def asked_phrase(question: str) -> Phrase | None:
    """What a who, which or what question asks for, described by the rest of the question; None when it does not say."""
    match = _ASKED.match(question)
    end = len(question.rstrip().rstrip("?.! "))
    if match is None or end <= match.end() or len(question.split()) > 30:
        return None
    if match.group("wh").lower() == "who":
        rest = question[match.end() : end]
        first = tokenize(rest)[:1]
        if not terms(rest) or not first or first[0].lower in DO_SUPPORT:
            return None
        if first[0].lower in BE and any(phrase.end == end for phrase in noun_phrases(question)[:1]):
            return None
        return Phrase(rest, match.end(), end, "", "person", False, False, "who", "", False)
    named = [phrase for phrase in noun_phrases(question) if phrase.start == match.end()]
    if not named:
        return None
    noun = next((phrase for phrase in named if phrase.joins == "of"), min(named, key=lambda phrase: bool(phrase.joins)))
    tail = noun.end + re.match(r"\s*(?:(?:do|does|did)\s+)?", question[noun.end :], re.IGNORECASE).end()  # type: ignore[union-attr]
    clause = question[tail:end].strip()
    return replace(noun, clause=clause, is_part=False) if terms(clause) else None


def _holds(longer: Phrase, phrase: Phrase) -> bool:
    """Whether ``phrase`` is a lesser part of ``longer``: not the head that "for …", "in …" only adds to."""
    inside = longer.start <= phrase.start and phrase.end <= longer.end and len(phrase.text) < len(longer.text)
    return inside and not (longer.joins == "other" and longer.start == phrase.start)


def _inner(tokens: tuple[Token, ...], base: _Base) -> list[tuple[int, int]]:
    """Parts of a run worth offering: runs of names, and the sides of a possessive."""
    ranges: list[tuple[int, int]] = []
    run_start: int | None = None
    for position in range(base.first, base.last + 1):
        is_name = position < base.last and tokens[position].role is Role.NAME
        if is_name and run_start is None:
            run_start = position
        if not is_name and run_start is not None:
            ranges.append((run_start, position))
            run_start = None
    for position in range(base.first, base.last):
        if tokens[position].role is Role.POSSESSIVE:
            ranges += [(base.first, position), (position + 1, base.last)]
    if tokens[base.last - 1].role is Role.NOUN and base.last - base.first > 1 and not base.is_gerund:
        ranges.append((base.first, base.last - 1))
    return [pair for pair in ranges if pair[0] < pair[1] and pair != (base.first, base.last)]
