"""What a question leaves to its conversation: pronouns, demonstratives, "there", "one", bare definites."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from rag.language.english.function_words import DEMONSTRATIVES, HE, SHE, THEY, THIRD_PERSON
from rag.language.english.inflection import singular
from rag.language.english.nouns import UNIQUE_NOUNS
from rag.question.follow_ups.binding import clause_start, is_free, is_relational
from rag.question.follow_ups.phrases import noun_phrases
from rag.question.follow_ups.words import Role, Token, tokenize

Kind = Literal["pronoun", "possessive", "demonstrative", "article", "place", "one", "definite", "implicit", "moment"]


@dataclass(frozen=True, slots=True)
class Gap:
    """One place of a question that needs something from the conversation.

    Attributes:
        kind: how it shows.
        start: begin of the words it shows by, code points in the question (the end of the question for "implicit").
        end: their end.
        who: "he", "she", "it" or "they" for pronouns, "" otherwise.
        noun: the noun of "this tradition", "the symptoms"; "" otherwise.
        is_subject: the pronoun stands where a subject stands.
    """

    kind: Kind
    start: int
    end: int
    who: str = ""
    noun: str = ""
    is_subject: bool = False


_ARTICLES = frozenset("article articles page text story passage report piece document".split())
_TIMES = frozenset(
    "year years season month week day days morning century decade way time times period era point moment".split()
)
_SORTS = frozenset("type types kind kinds sort sorts form forms part parts".split())
_AFTER_A_PLACE = frozenset("first before today now then still anymore".split())
_REFLEXIVE = frozenset("himself herself itself themselves".split())


def find_gaps(question: str) -> list[Gap]:
    """The explicit gaps of ``question`` in order; bare definites come last, as they may be no gap at all."""
    tokens = tokenize(question)
    gaps = [gap for position in range(len(tokens)) if (gap := _gap_at(question, tokens, position)) is not None]
    return [replace(gap, kind="moment") if _is_moment(question, gap) else gap for gap in gaps]


def _is_moment(question: str, gap: Gap) -> bool:
    """ "before that", "after this": a point in time rather than a thing."""
    words = question[: gap.end].lower().split()
    is_that = gap.kind == "pronoun" and not gap.is_subject and words[-1:] in (["that"], ["this"])
    return is_that and words[-2:-1] in (["before"], ["after"], ["since"])


def _gap_at(question: str, tokens: tuple[Token, ...], position: int) -> Gap | None:
    token = tokens[position]
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    before = tokens[position - 1] if position else None
    if (gap := pronoun_at(tokens, position)) is not None:
        free = is_free(question, tokens, position, gap.who, gap.kind == "possessive", gap.is_subject)
        return gap if free else None
    if token.lower in DEMONSTRATIVES and token.role in (Role.DETERMINER, Role.PRONOUN):
        return _demonstrative(question, tokens, position)
    if token.lower == "there" and before is not None:
        # "Who lived there before 1900?" names a place; "is there evidence", "of there no longer being" do not.
        is_place = before.role is not Role.AUXILIARY and (
            following is None
            or following.role in (Role.PUNCTUATION, Role.PREPOSITION, Role.CONJUNCTION)
            or following.lower in _AFTER_A_PLACE
        )
        return Gap("place", token.start, token.end) if is_place and before.lower != "out" else None
    if token.lower in ("one", "ones") and before is not None and token.role in (Role.NOUN, Role.DETERMINER):
        is_general = following is not None and following.role in (Role.VERB, Role.DETERMINER)
        if following is not None and (following.is_nominal or following.lower == "of" or is_general):
            return None
        if before.lower == "that" and following is not None and following.role is Role.AUXILIARY:
            return None
        is_pronoun = before.role in (Role.DETERMINER, Role.NOUN, Role.NAME, Role.WH, Role.VERB)
        return Gap("one", token.start, token.end) if is_pronoun and before.lower not in ("no", "number") else None
    return None


def pronoun_at(tokens: tuple[Token, ...], position: int) -> Gap | None:
    """The third-person pronoun at ``tokens[position]`` as a gap, whether or not the question says what it means."""
    token = tokens[position]
    if token.role is not Role.PRONOUN or token.lower not in THIRD_PERSON or token.lower in _REFLEXIVE:
        return None
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    before = tokens[position - 1] if position else None
    who = "he" if token.lower in HE else "she" if token.lower in SHE else "it"
    who = "they" if token.lower in THEY else who
    possessive = token.lower in ("his", "its", "their", "hers", "theirs") or (
        token.lower == "her" and following is not None and (following.is_nominal or following.role is Role.ADVERB)
    )
    is_subject = not possessive and before is not None and before.role in (Role.AUXILIARY, Role.WH, Role.CONJUNCTION)
    is_subject = is_subject or (following is not None and following.role in (Role.AUXILIARY, Role.VERB))
    end = token.end
    if following is not None and following.lower == "'s" and following.start == token.end and token.lower == "it":
        later = tokens[position + 2] if position + 2 < len(tokens) else None
        if later is not None and later.is_nominal:
            possessive, end = True, following.end
    return Gap("possessive" if possessive else "pronoun", token.start, end, who, is_subject=is_subject)


def _demonstrative(question: str, tokens: tuple[Token, ...], position: int) -> Gap | None:
    token = tokens[position]
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    before = tokens[position - 1] if position else None
    if following is not None and following.role in (Role.NOUN, Role.NAME, Role.NUMBER):
        last = position + 1
        while last + 1 < len(tokens) and tokens[last + 1].is_nominal:
            last += 1
        noun = tokens[last].lower
        later = tokens[last + 1] if last + 1 < len(tokens) else None
        sorts = noun in _SORTS and later is not None and later.lower == "of"
        if following.role is Role.NAME or following.lower == "days" or noun in _TIMES or sorts:
            return None
        if token.lower == "that" and before is not None and (before.is_nominal or before.role is Role.VERB):
            return None
        if token.lower == "that" and before is not None and before.lower in ("have", "has", "had"):
            return None
        if token.lower in ("these", "those") and last > position + 1 and noun.endswith("ing"):
            return None  # "those people taking the test"
        kind: Kind = "article" if noun in _ARTICLES else "demonstrative"
        return Gap(kind, token.start, tokens[last].end, "", noun)
    if any(later.lower in (".", "?", "!") for later in tokens[position : len(tokens) - 1]):
        return None
    if token.lower == "that" and before is not None and (before.is_nominal or before.role is Role.VERB):
        is_last = following is None or following.role is Role.PUNCTUATION
        if not is_last:
            return None
    if following is not None and (following.role is Role.PRONOUN or following.lower in ("who", "in", "of", "with")):
        return None
    if token.lower == "that" and following is not None and _is_relative(tokens, position):
        return None
    if token.lower in ("these", "those") and following is not None and following.role is Role.ADVERB:
        return None
    asks = before is not None and before.role is Role.AUXILIARY
    if following is not None and not asks and token.lower != "this" and following.role in (Role.VERB, Role.DETERMINER):
        return None
    if position and token.lower in ("this", "that") and tokens[position - 1].lower in (",",):
        return None
    earlier = [phrase for phrase in noun_phrases(question) if phrase.end <= token.start and phrase.before != "wh"]
    if any(not is_relational(phrase) for phrase in earlier) and clause_start(tokens, position) > 0:
        return None
    who = "they" if token.lower in ("these", "those") else "it"
    return Gap("pronoun", token.start, token.end, who, is_subject=before is not None and before.role is Role.AUXILIARY)


def _is_relative(tokens: tuple[Token, ...], position: int) -> bool:
    """Whether "that" opens a relative clause: "what did Britain do that helped", "the word it comes from that has"."""
    before = tokens[position - 1] if position else None
    later = [token for token in tokens[position + 1 : position + 3] if token.role is not Role.ADVERB]
    if before is None or not later or later[0].role not in (Role.VERB, Role.AUXILIARY):
        return False
    does = before.lower in ("do", "does", "did") and position > 1 and tokens[position - 2].is_nominal
    return does or before.role is Role.PREPOSITION


def bare_definites(question: str) -> list[Gap]:
    """The places where "the N" stands without anything that says which."""
    tokens = tokenize(question)
    gaps: list[Gap] = []
    for position, token in enumerate(tokens):
        if token.lower != "the" or token.role is not Role.DETERMINER:
            continue
        last = position
        while last + 1 < len(tokens) and (
            tokens[last + 1].is_nominal or (last == position and tokens[last + 1].role is Role.ADVERB)
        ):
            last += 1
        core = tokens[position + 1 : last + 1]
        if not core or any(part.role in (Role.NAME, Role.NUMBER) for part in core):
            continue
        following = tokens[last + 1] if last + 1 < len(tokens) else None
        if following is not None and (
            following.lower in ("of", "that", "who", "which", "'s", "between", "for", "behind")
            or following.role is Role.POSSESSIVE
        ):
            continue
        noun = singular(core[-1].lower)
        if noun in UNIQUE_NOUNS:
            continue
        gaps.append(Gap("definite", token.start, core[-1].end, "", noun))
    return gaps
