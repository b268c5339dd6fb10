"""Turns that correct or doubt the one before: "No, I meant the transport minister", "Are you sure?"."""

from __future__ import annotations

import re

from rag.language.english.countries import NATIONALITIES
from rag.language.english.function_words import AUXILIARY, WH
from rag.language.english.numbers import ORDINALS
from rag.question.follow_ups.fragments import Completed, replaced, swapped
from rag.question.follow_ups.history import Turn
from rag.question.follow_ups.phrases import noun_phrases
from rag.question.follow_ups.words import Role, tokenize

_CORRECTS = re.compile(
    r"^(?:(?:no|nope|nah|sorry|pardon|oops|wait|actually|rather|not\s+(?:that|him|her|them|it|this)(?:\s+one)?)\b[\s,.!;:–-]*)+"
    r"(?:but\s+)?(?:(?:i|we)\s+(?:actually\s+|really\s+)?(?:mean|meant|was\s+asking\s+(?:about|for)|am\s+asking\s+(?:about|for)|"
    r"wanted|want)\b[\s,:]*)?(?P<rest>.+?)[\s?.!]*$"
    r"|^(?:(?:i|we)\s+(?:actually\s+|really\s+)?(?:mean|meant|was\s+asking\s+about|am\s+asking\s+about)\b[\s,:]*|i\s+said\s+)(?P<meant>.+?)[\s?.!]*$",
    re.IGNORECASE,
)
_DOUBTS = re.compile(
    r"^(?:(?:but|and|hm+|oh|no)[\s,]+)*(?:are\s+you\s+(?:really\s+|quite\s+)?(?:sure|certain)(?:\s+(?:about|of)\s+(?:that|this|it))?"
    r"|(?:that|this|it)(?:\s+is|['’]s|\s+was|\s+can(?:['’]t|not)\s+be)\s+(?:not\s+)?(?:wrong|false|incorrect|right|true|correct)"
    r"|(?:is|was)\s+(?:that|this|it)\s+(?:really\s+)?(?:right|true|correct)|really|wrong|that['’]s\s+not\s+(?:it|right|true))[\s?.!]*$",
    re.IGNORECASE,
)
_ALSO = re.compile(r"^(?:and|but|or)\b[\s,]*(?:how\s+many\s+)?(?P<rest>\S.{0,20}?)[\s?.!]*$", re.IGNORECASE)
_QUESTION = re.compile(rf"^(?:{WH}|{AUXILIARY})\b", re.IGNORECASE)
_ONE = re.compile(
    r"^(?:the\s+)?(?P<which>[\w-]+)\s+ones?$|^(?:the\s+)?ones?\s+(?P<tail>(?:of|from|in|by|on|at|for)\s+.+)$",
    re.IGNORECASE,
)
_STANCES = re.compile(r"\b(?:voted\s+)?(?:against|for|in\s+favou?r(?:\s+of)?)\b|\babstain(?:ed)?\b", re.IGNORECASE)
_STANCE = re.compile(r"^(?:(?:voted\s+)?(?:for|against|in\s+favou?r)|abstain(?:ed)?|abstentions)$", re.IGNORECASE)


def corrected(question: str, last: Turn) -> Completed | None:
    """The last question with what ``question`` corrects in it; None when it is no correction.

    A doubt asks the last question again.
    """
    text = question.strip()
    previous = last.resolved
    if _DOUBTS.match(text):
        return Completed(previous, ((0, len(previous)),))
    if (also := _ALSO.match(text)) and (other := stance(also["rest"], previous)) is not None:
        return other
    match = _CORRECTS.match(text)
    if match is None:
        return None
    rest = (match["rest"] or match["meant"]).strip(" ,.!?")
    if not rest or len(rest.split()) > 12:
        return None
    if _QUESTION.match(rest):
        return Completed(f"{rest[0].upper()}{rest[1:]}?", ())
    special = stance(rest, previous) or _other_one(rest, previous) or _other_role(rest, previous)
    return special or swapped(rest, previous, prefers_subject=True)


def stance(rest: str, previous: str) -> Completed | None:
    """How a vote went the other way: "against" after "How many voted for it?"."""
    if not _STANCE.match(rest):
        return None
    old = _STANCES.search(previous)
    if old is None:
        return None
    new = "abstained" if rest.lower().startswith("abst") else rest.lower().removeprefix("voted ")
    had_verb = old.group().lower().startswith(("voted", "abst"))
    votes = had_verb and new != "abstained"
    if new == "abstained" and not had_verb:
        voted = re.search(r"\bvoted\s+$", previous[: old.start()])
        return replaced(previous, voted.start() if voted else old.start(), old.end(), new)
    return replaced(previous, old.start(), old.end(), f"voted {new}" if votes else new)


def _other_one(rest: str, previous: str) -> Completed | None:
    """ "the Russian one" after "the Chinese envoy", "the second one" after "the first president", "the one of X"."""
    match = _ONE.match(rest)
    if match is None:
        return None
    end = len(previous.rstrip().rstrip("?.! "))
    if match["tail"]:
        return replaced(previous, end, end, f" ({match['tail']})")
    which = match["which"]
    for words in (NATIONALITIES, ORDINALS):
        if which.lower() not in words:
            continue
        for token in tokenize(previous):
            if token.lower in words:
                return replaced(previous, token.start, token.end, which)
    phrases = [phrase for phrase in noun_phrases(previous) if not phrase.is_part and not phrase.joins]
    if not phrases:
        return None
    head = phrases[-1].text.split()[-1]
    return replaced(previous, phrases[-1].start, phrases[-1].end, f"{which} {head}")


def _other_role(rest: str, previous: str) -> Completed | None:
    """ "the footballer" after "the mayor John Smith": another noun before the same name."""
    noun = re.sub(r"^(?:the|an?)\s+", "", rest, flags=re.IGNORECASE)
    if len(noun.split()) > 2 or noun[:1].isupper():
        return None
    tokens = tokenize(previous)
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if before.role is Role.DETERMINER and token.role is Role.NOUN and after.role is Role.NAME:
            return replaced(previous, token.start, token.end, noun)
    return None
