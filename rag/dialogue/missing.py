"""What a question leaves to its conversation: pronouns, demonstratives, "there", "one", bare definites."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from rag.dialogue import lexicon
from rag.dialogue.phrases import Phrase, noun_phrases
from rag.dialogue.words import Role, Token, stem, tokenize

Kind = Literal["pronoun", "possessive", "demonstrative", "article", "place", "one", "definite", "implicit"]


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
_SAYING = frozenset("say says said think thinks thought believe believed claim claimed hope hoped know knew".split())
_REFLEXIVE = frozenset("himself herself itself themselves".split())
_WEATHER = frozenset("rain rains raining snow snows snowing".split())
_SUBORDINATORS = frozenset(
    "if when while because after before since although though unless until as that whether and but or so".split()
)


def find_gaps(question: str) -> list[Gap]:
    """The explicit gaps of ``question`` in order; bare definites come last, as they may be no gap at all."""
    tokens = tokenize(question)
    gaps = [gap for position in range(len(tokens)) if (gap := _gap_at(question, tokens, position)) is not None]
    moments = [gap for gap in gaps if gap.kind == "pronoun" and not gap.is_subject and _is_moment(question, gap)]
    return gaps if len(moments) == len(gaps) else [gap for gap in gaps if gap not in moments]


def _is_moment(question: str, gap: Gap) -> bool:
    """ "before that", "after this": a point in time rather than a thing."""
    words = question[: gap.end].lower().split()
    return words[-1:] in (["that"], ["this"]) and words[-2:-1] in (["before"], ["after"], ["since"], ["than"])


def _gap_at(question: str, tokens: tuple[Token, ...], position: int) -> Gap | None:
    token = tokens[position]
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    before = tokens[position - 1] if position else None
    if token.lower in _REFLEXIVE:
        return None
    if token.role is Role.PRONOUN and token.lower in lexicon.THIRD_PERSON:
        return _pronoun(question, tokens, position)
    if token.lower in lexicon.DEMONSTRATIVES and token.role in (Role.DETERMINER, Role.PRONOUN):
        return _demonstrative(question, tokens, position)
    if token.lower == "there" and before is not None:
        existential = before.role is Role.AUXILIARY or (following is not None and following.role is Role.AUXILIARY)
        return None if existential or before.lower == "out" else Gap("place", token.start, token.end)
    if token.lower in ("one", "ones") and before is not None and token.role in (Role.NOUN, Role.DETERMINER):
        if following is not None and (following.is_nominal or following.lower == "of"):
            return None
        is_pronoun = before.role in (Role.DETERMINER, Role.NOUN, Role.NAME, Role.WH, Role.VERB, Role.AUXILIARY)
        return Gap("one", token.start, token.end) if is_pronoun and before.lower != "no" else None
    return None


def _pronoun(question: str, tokens: tuple[Token, ...], position: int) -> Gap | None:
    token = tokens[position]
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    who = "he" if token.lower in lexicon.HE else "she" if token.lower in lexicon.SHE else "it"
    who = "they" if token.lower in lexicon.THEY else who
    before = tokens[position - 1] if position else None
    possessive = token.lower in ("his", "its", "their", "hers", "theirs", "whose") or (
        token.lower == "her" and following is not None and (following.is_nominal or following.role is Role.ADVERB)
    )
    if token.lower == "it" and _is_expletive(tokens, position):
        return None
    is_subject = not possessive and before is not None and before.role in (Role.AUXILIARY, Role.WH, Role.CONJUNCTION)
    is_subject = is_subject or (following is not None and following.role in (Role.AUXILIARY, Role.VERB))
    end = token.end
    if following is not None and following.lower == "'s" and following.start == token.end and token.lower == "it":
        later = tokens[position + 2] if position + 2 < len(tokens) else None
        if later is not None and later.is_nominal:
            possessive, end = True, following.end
    if _bound_inside(question, tokens, position, who, possessive, is_subject):
        return None
    return Gap("possessive" if possessive else "pronoun", token.start, end, who, is_subject=is_subject)


def _is_expletive(tokens: tuple[Token, ...], position: int) -> bool:
    """Whether "it" stands for nothing: "is it true that", "how long does it take to", "it rains"."""
    after = tokens[position + 1 : position + 14]
    words = [token.lower for token in after]
    if tokens[position - 1].lower in ("make", "makes", "made") and words[:1] != ["?"] and position:
        return words[:1] in (["to"], ["on"], ["through"])
    if not words:
        return bool(position >= 1 and [token.lower for token in tokens[:position]][-2:] == ["time", "is"])
    if words[0] in _WEATHER or words[:2] == ["mean", "to"] or (words[0] in ("possible", "true") and len(words) > 2):
        return True
    for lead in ("take", "cost", "like", "feel", "matter"):
        if lead in words[:2] and "to" in words:
            return _has_object(after, words.index("to"))
    if words[0] in ("that", "like") and len(words) > 2:
        return words[0] == "that" or "to" in words
    if "to" in words[:4] and after[0].role is not Role.VERB:
        return _has_object(after, words.index("to"))
    return "that" in words[1:3] and words[-1] not in ("that",) and words.index("that") + 2 < len(words)


def _has_object(after: tuple[Token, ...], to: int) -> bool:
    """Whether a noun follows the verb after "to": then "it" only announces the infinitive."""
    return any(token.is_nominal for token in after[to + 2 :]) and not any(
        token.lower == "than" for token in after[to + 1 : to + 4]
    )


def _bound_inside(
    question: str, tokens: tuple[Token, ...], position: int, who: str, possessive: bool, is_subject: bool
) -> bool:
    """Whether the question itself names what the pronoun stands for."""
    pronoun = tokens[position]
    earlier = [phrase for phrase in noun_phrases(question) if phrase.end <= pronoun.start]
    boundary = _clause_start(tokens, position)
    before = tokens[position - 1] if position else None
    in_relative = is_subject and before is not None and (before.is_nominal or before.lower in _SAYING)
    follows_auxiliary = before is not None and before.role is Role.AUXILIARY
    for phrase in earlier:
        if not (agrees(phrase, who) or (who == "they" and _can_be_they(phrase))) or phrase.before == "possessive":
            continue
        if in_relative and before is not None and phrase.end <= before.start and phrase.before != "wh":
            return True
        if possessive and phrase.before == "wh" and who != "it" and not follows_auxiliary and _leads(tokens, phrase):
            return True
        if who in ("he", "she") and phrase.is_name and _has_infinitive(tokens, phrase.end, pronoun.start):
            return True
        asked = phrase.before == "wh" or (phrase.determiner == "other" and tokens[0].role is Role.WH)
        other_clause = phrase.end <= boundary
        if other_clause and not (asked and not possessive):
            return True
        if possessive and phrase.is_name and not asked and not follows_auxiliary:
            return True
        if possessive and phrase.before in ("subject", "about") and not asked and not _is_relational(phrase):
            return True
    later = [phrase for phrase in noun_phrases(question) if phrase.start > pronoun.end and phrase.is_name]
    opening = tokens[0].lower in _SUBORDINATORS and is_subject
    comma = next((token.start for token in tokens[position:] if token.lower == ","), None)
    return opening and comma is not None and any(phrase.start > comma and agrees(phrase, who) for phrase in later)


def _can_be_they(phrase: Phrase) -> bool:
    """A singular that "they" often stands for: "a player", "each team"."""
    return not phrase.is_name and (phrase.determiner == "a" or phrase.head in lexicon.PERSON_NOUNS)


def _leads(tokens: tuple[Token, ...], phrase: Phrase) -> bool:
    """Whether a verb follows the phrase, so that it is the subject: "which countries changed their vote"."""
    following = next((token for token in tokens if token.start >= phrase.end), None)
    return following is not None and following.lower not in lexicon.DO_SUPPORT


def _has_infinitive(tokens: tuple[Token, ...], start: int, end: int) -> bool:
    inner = [token for token in tokens if start <= token.start < end]
    return any(one.lower == "to" and two.role is Role.VERB for one, two in pairwise(inner))


def _is_relational(phrase: Phrase) -> bool:
    return phrase.head in lexicon.RELATIONAL_NOUNS or phrase.head in lexicon.GENERIC_NOUNS


def _clause_start(tokens: tuple[Token, ...], position: int) -> int:
    """Where the pronoun's clause begins: after the last conjunction, comma or sentence end before it, else 0."""
    for earlier in range(position - 1, 0, -1):
        token = tokens[earlier]
        if token.lower in (".", "?", "!", ";", ",", ":"):
            return token.start
        if token.role is Role.WH and tokens[earlier - 1].role is not Role.PREPOSITION:
            return token.start
        if token.lower in _SUBORDINATORS and token.lower not in ("as", "that"):
            joins_nouns = token.role is Role.CONJUNCTION and earlier + 1 == position and token.lower in ("and", "or")
            if not joins_nouns:
                return token.start
    return 0


def agrees(phrase: Phrase, who: str) -> bool:
    """Whether a pronoun can stand for ``phrase`` at all."""
    if who in ("he", "she"):
        if phrase.gender and phrase.gender != who:
            return False
        return phrase.is_person or (
            phrase.is_name and not _is_no_person(phrase) and not phrase.is_plural and not is_calendar(phrase)
        )
    if who == "it":
        return not phrase.is_plural and not phrase.is_person and not is_calendar(phrase)
    return phrase.is_plural or phrase.head in lexicon.GROUP_NOUNS or (phrase.is_name and not phrase.is_person)


def _is_no_person(phrase: Phrase) -> bool:
    """Whether the name is known as a country's, a place's or a group's."""
    return any(head in words for words in _NO_PERSONS for head in (phrase.head, phrase.text.lower()))


_NO_PERSONS = (lexicon.COUNTRIES, lexicon.PLACE_NOUNS, lexicon.GROUP_NOUNS, lexicon.RELATIONAL_NOUNS)
_CALENDAR = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday today yesterday tomorrow".split()
)


def is_calendar(phrase: Phrase) -> bool:
    """Whether the phrase is only a month, a day or a number."""
    words = phrase.text.lower().split()
    return all(word in _CALENDAR or word.strip(",.").isdigit() for word in words)


def _demonstrative(question: str, tokens: tuple[Token, ...], position: int) -> Gap | None:
    token = tokens[position]
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    before = tokens[position - 1] if position else None
    if following is not None and following.role in (Role.NOUN, Role.NAME, Role.NUMBER):
        last = position + 1
        while last + 1 < len(tokens) and tokens[last + 1].is_nominal:
            last += 1
        noun = tokens[last].lower
        if (
            following.role is Role.NAME
            or following.lower == "days"
            or noun
            in ("year", "week", "day", "days", "years", "season", "month", "morning", "century", "decade", "way")
        ):
            return None
        if token.lower == "that" and before is not None and (before.is_nominal or before.role is Role.VERB):
            return None
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
    if position and token.lower in ("this", "that") and tokens[position - 1].lower in (",",):
        return None
    earlier = [phrase for phrase in noun_phrases(question) if phrase.end <= token.start and phrase.before != "wh"]
    if any(not _is_relational(phrase) for phrase in earlier) and _clause_start(tokens, position) > 0:
        return None
    who = "they" if token.lower in ("these", "those") else "it"
    return Gap("pronoun", token.start, token.end, who, is_subject=before is not None and before.role is Role.AUXILIARY)


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
        noun = stem(core[-1].lower)
        if noun in lexicon.UNIQUE_NOUNS:
            continue
        gaps.append(Gap("definite", token.start, core[-1].end, "", noun))
    return gaps
