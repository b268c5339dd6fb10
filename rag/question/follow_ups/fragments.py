"""Questions that are a piece of one ("Why?", "And in 2019?", "What about Egypt?"), completed from the one before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.language.english.common_verbs import BASE_OF_PAST
from rag.language.english.countries import COUNTRIES, UNIONS
from rag.language.english.dates import DATE, MONTH, WEEKDAY
from rag.language.english.function_words import AUXILIARY, PREPOSITIONS, WH
from rag.language.english.nouns import RELATIONAL_NOUNS
from rag.question.follow_ups.agreement import is_calendar
from rag.question.follow_ups.history import Turn
from rag.question.follow_ups.phrases import Phrase, noun_phrases
from rag.question.follow_ups.words import Role, tokenize

_OPENER = re.compile(
    r"^(?:(?:and|but|so|or|ok|okay|also|then)\b[\s,]*)*(?:(?:what|how)\s+about|what\s+of)\b[\s,]*(?P<rest>.+?)[\s?.!]*$",
    re.IGNORECASE | re.DOTALL,
)
_AND = re.compile(r"^(?:and|but|or)\b[\s,]+(?:also\s+)?(?P<rest>.+?)[\s?.!]*$", re.IGNORECASE | re.DOTALL)
_BARE = re.compile(
    r"^(?:and|but|so|ok|okay)?[\s,]*(?P<wh>why|how|when|where|since when|how come|why not|why so|how so)"
    r"(?:\s+(?:was|is|did|does|do|were|are)?\s*(?:that|this|it|so))?[\s?.!]*$",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"^(?:and|but|so)?[\s,]*(?P<wh>how many|how much|how often|how long|who|whom|which|who else|"
    r"where else|what else|which ones?)[\s?.!]*$",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"^(?:and|but|so)?[\s,]*(?P<asked>(?:(?:in|on|at|to|from|by|for|with|under|since|until)\s+)?(?:which|what|whose)"
    r"\s+(?!about\b|of\b|else\b|ones?\b)(?:[\w-]+\s+)?[\w-]+|(?:in|on|at|to|from|by|for|with|under)\s+(?:whom|what|which))[\s?.!]*$",
    re.IGNORECASE,
)
"""A question word with its noun and nothing else: "And on which day?"."""
_WH_ASKED = re.compile(
    rf"^(?:(?:in|on|at|to|from|by|for|with)\s+)?(?:(?:which|what|whose)(?:\s+[\w-]+){{1,2}}?|how\s+(?:many|much|long|old|far)"
    rf"(?:\s+[\w-]+)?|{WH})\s+(?={AUXILIARY}\b)",
    re.IGNORECASE,
)
LONGEST_SUBJECT = 60
"""Code points of an answer that can be the subject of the next question."""
_WH_START = re.compile(
    rf"^(?P<wh>why|how|when|where)\s+(?={AUXILIARY}\b)",
    re.I,
)
_YES_NO = re.compile(rf"^{AUXILIARY}\b", re.IGNORECASE)
_SUBJECT_WH = re.compile(r"^(?:who|what|which\s+[\w-]+(?:\s+[\w-]+)?|how\s+many\s+[\w-]+)\s+(?=\w)", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:in|on|at|by|during|since|before|after|until|from)\s+(?:the\s+)?(?:early\s+|late\s+|mid-?)?"
    rf"(?:{MONTH}(?:\s+\d{{1,2}}\b,?)?(?:\s+\d{{4}})?"
    r"|\d{4}s?|\d{1,2}(?:st|nd|rd|th)\s+century|summer|winter|spring|autumn|fall|morning|evening|afternoon|night"
    r"|(?:last|this|next)\s+(?:year|month|week)|"
    rf"{WEEKDAY})"
    r"|\b(?:today|yesterday|tomorrow|now|last\s+(?:year|month|week)|this\s+(?:year|month|week))\b"
)
_YEAR = re.compile(r"\b(?:1\d{3}|20\d{2})s?\b")
_TIME_ANSWER = re.compile(r"^(?:" + _TIME.pattern + rf"|\d{{4}}s?|{MONTH}\b.*)$")


_OPEN_QUESTION = re.compile(r"^(?:(?:and|but|so)\s+)?(?:when|where|why|how)\b", re.IGNORECASE)
_HAPPENS = re.compile(r"\b(?P<that>that|this|it)\s+(?=(?:happen|occur|take\s+place|come\s+about)\b)", re.IGNORECASE)
_DATE = re.compile(DATE)


def moment(last: Turn) -> str:
    """The date that "before that" means: the last answer when it is one, or the last question's; "" without any."""
    answer = re.sub(r"^(?:in|on|since|by|until|from|around|about)\s+", "", last.answer.strip(" ."), flags=re.IGNORECASE)
    if _DATE.fullmatch(answer):
        return answer
    dates = _DATE.findall(last.resolved)
    return dates[0] if len(dates) == 1 else ""


@dataclass(frozen=True, slots=True)
class Completed:
    """A fragment made whole, and the earlier question's words it took over (as ranges of that question)."""

    question: str
    kept: tuple[tuple[int, int], ...]


def complete(question: str, last: Turn) -> Completed | None:
    """The fragment completed from the last turn, or None when ``question`` is not a fragment.

    The result may still hold pronouns of its own ("What about his wife?"): they are resolved before this is called.
    """
    text = question.strip()
    if match := _BARE.match(text):
        return _ask_again(match.group("wh"), last)
    if match := _COUNT.match(text):
        return _count(match.group("wh"), last)
    if match := _WHICH.match(text):
        return _which(match.group("asked"), last)
    rest = _rest(text)
    if rest is None:
        return None
    return swapped(rest, last.resolved)


def happening(question: str, last: Turn) -> Completed | None:
    """ "When did that happen?" with what happened, in the last question's words and its answer's; None otherwise."""
    match = _HAPPENS.search(question)
    previous = last.resolved.strip().rstrip("?.! ")
    if match is None or not _OPEN_QUESTION.match(question) or len(question.split()) > 6 or not previous:
        return None
    asked_again = _ask_again(question.split()[-4 if question.lower().startswith(("and", "but", "so")) else 0], last)
    if ":" not in asked_again.question and "(" not in asked_again.question:
        return asked_again
    subject = _SUBJECT_WH.match(previous)
    start = last.resolved.find(previous)
    told = previous
    if subject and last.answer and len(last.answer) <= 80:
        told = f"{last.answer.strip().rstrip('.')} {previous[subject.end() :]}"
        start += subject.end()
    end = len(question.rstrip().rstrip("?.! "))
    kept = ((start, last.resolved.find(previous) + len(previous)),)
    return Completed(f"{question[:end]} ({told}){question[end:]}", kept)


def is_fragment(question: str) -> bool:
    """Whether ``complete`` would take the question."""
    text = question.strip()
    return bool(_BARE.match(text) or _COUNT.match(text) or _WHICH.match(text) or _rest(text) is not None)


def _rest(text: str) -> str | None:
    """What the fragment is about ("Egypt", "in 2019"), or None when the text is a whole question."""
    match = _OPENER.match(text)
    if match is None:
        match = _AND.match(text)
        rest = match.group("rest") if match else text.rstrip("?.! ").strip()
        tokens = tokenize(rest)
        is_time = _TIME.fullmatch(_lower_first(rest)) is not None
        if not rest or not (text.endswith("?") or is_time) or len(tokens) > 6:
            return None
        first = tokens[0]
        if any(token.role in (Role.WH, Role.AUXILIARY, Role.VERB, Role.PUNCTUATION) for token in tokens):
            return None
        names = all(token.role in (Role.NAME, Role.NUMBER, Role.DETERMINER) for token in tokens)
        if match is None and first.role is not Role.PREPOSITION and not (names and len(tokens) <= 4):
            return None
        return rest
    rest = match.group("rest")
    tokens = tokenize(rest)
    if len(tokens) > 7 or any(token.role in (Role.WH, Role.VERB, Role.AUXILIARY) for token in tokens):
        return None
    return rest


def _lower_first(rest: str) -> str:
    """``rest`` with a small letter where it begins with a preposition: "In 2022" goes into a sentence."""
    word = rest.split(maxsplit=1)[0] if rest.split() else ""
    return rest[:1].lower() + rest[1:] if word.lower() in PREPOSITIONS else rest


def _ask_again(wh: str, last: Turn) -> Completed:
    """ "Why?" after "When did X resign?" gives "Why did X resign?"."""
    previous = last.resolved.strip()
    word = "Why" if wh.lower() in ("how come", "why so") else wh[:1].upper() + wh[1:].lower()
    offset = last.resolved.find(previous)
    body_start = 0
    if match := _WH_START.match(previous):
        body_start = match.end()
    elif not _YES_NO.match(previous):
        if (inverted := _inverted(word, last)) is not None:
            return inverted
        return Completed(f"{word} ({previous.rstrip('?.! ')})?", ((offset, offset + len(previous)),))
    body = previous[body_start:]
    lowered = body[:1].lower() + body[1:]
    return Completed(f"{word} {lowered}", ((offset + body_start, offset + len(previous)),))


def _inverted(word: str, last: Turn) -> Completed | None:
    """ "When?" after "Who took over the office?", "Ida Quill" gives "When did Ida Quill take over the office?"."""
    previous = last.resolved.strip()
    subject = _SUBJECT_WH.match(previous)
    answer = last.answer.strip().rstrip(".")
    if subject is None or not answer or len(answer) > LONGEST_SUBJECT or not answer[:1].isupper():
        return None
    verb, _, rest = previous[subject.end() :].partition(" ")
    offset = last.resolved.find(previous) + subject.end()
    kept = ((offset, last.resolved.find(previous) + len(previous)),)
    if _YES_NO.match(verb):
        return Completed(f"{word} {verb} {answer} {rest}", kept) if rest else None
    base = BASE_OF_PAST.get(verb.rstrip("?"))
    return Completed(f"{word} did {answer} {base} {rest}".rstrip("? ") + "?", kept) if base else None


def _which(asked: str, last: Turn) -> Completed | None:
    """ "And on which day?" after "Where did they meet?" gives "On which day did they meet?"."""
    if any(token.role in (Role.VERB, Role.AUXILIARY) for token in tokenize(asked)):
        return None
    match = _WH_ASKED.match(last.resolved)
    if match is None:
        return None
    return replaced(last.resolved, 0, match.end(), f"{asked[:1].upper()}{asked[1:]} ")


def _count(wh: str, last: Turn) -> Completed:
    """ "How many?" and "Who else?" keep their words and take the last question along."""
    previous = last.resolved.strip()
    offset = last.resolved.find(previous)
    word = wh[:1].upper() + wh[1:].lower()
    lead = word.lower().removesuffix(" else")
    if word.lower().endswith(" else") and previous.lower().startswith(lead + " "):
        tail = previous[len(lead) :]
        return Completed(word + tail, ((offset + len(lead), offset + len(previous)),))
    return Completed(f"{word} ({previous.rstrip('?.! ')})?", ((offset, offset + len(previous)),))


def swapped(rest: str, previous: str, *, prefers_subject: bool = False) -> Completed:
    """``previous`` with ``rest`` in the place of what it corresponds to."""
    rest = _lower_first(rest)
    tokens = tokenize(rest)
    end = len(previous.rstrip().rstrip("?.! "))
    if not tokens:
        return Completed(previous, ((0, len(previous)),))
    if _TIME.fullmatch(rest) or _TIME_ANSWER.match(rest):
        year, old_year = _YEAR.search(rest), _YEAR.search(previous)
        if year and old_year and re.fullmatch(r"(?:(?:in|during|by|of)\s+)?(?:the\s+)?\d{4}s?", rest, re.IGNORECASE):
            return replaced(previous, old_year.start(), old_year.end(), year.group())
        spot = next(iter(_TIME.finditer(previous)), None)
        lead = "" if _TIME.fullmatch(rest) else "in "
        if spot:
            return replaced(previous, spot.start(), spot.end(), lead + rest)
        return replaced(previous, end, end, f" {lead}{rest}")
    if tokens[0].role is Role.PREPOSITION:
        inner = rest[tokens[0].end :].strip()
        for token in tokenize(previous):
            if token.lower == tokens[0].lower and token.role is Role.PREPOSITION:
                after = [phrase for phrase in noun_phrases(previous) if token.end < phrase.start <= token.end + 6]
                same = [phrase for phrase in after if not phrase.joins]
                if same and inner:
                    longest = max(same, key=lambda phrase: phrase.end)
                    return replaced(previous, token.start, longest.end, rest)
        return replaced(previous, end, end, f" {rest}")
    new = noun_phrases(rest)
    spot_phrase = _slot(new[0] if new else None, previous, prefers_subject)
    if spot_phrase is None:
        return replaced(previous, end, end, f" ({rest})")
    start = spot_phrase.start
    for token in reversed([token for token in tokenize(previous) if token.end <= spot_phrase.start]):
        if token.role is not Role.DETERMINER or token.lower in ("other", "more", "most", "many", "much"):
            break
        start = token.start
    return replaced(previous, start, spot_phrase.end, rest)


def replaced(previous: str, start: int, end: int, new: str) -> Completed:
    """``previous`` with ``new`` in the place of ``previous[start:end]``."""
    kept = tuple(pair for pair in ((0, start), (end, len(previous))) if pair[0] < pair[1])
    return Completed(previous[:start] + new + previous[end:], kept)


def _sort(phrase: Phrase) -> str:
    """ "union" for a known union of states or an abbreviation, "country" for a known country, else ""."""
    word = phrase.text.lower()
    if word in UNIONS or (phrase.text.isupper() and 1 < len(word) < 6 and word not in COUNTRIES):
        return "union"
    return "country" if word in COUNTRIES else ""


def _slot(new: Phrase | None, previous: str, prefers_subject: bool = False) -> Phrase | None:
    """The phrase of ``previous`` that ``new`` takes the place of: of the same sort, a name before a common noun."""
    options = [
        phrase
        for phrase in noun_phrases(previous)
        if (is_calendar(phrase) <= (new is not None and is_calendar(new)))
        and not phrase.joins
        and phrase.before not in ("wh",)
        and phrase.head not in RELATIONAL_NOUNS
    ]
    if new is None or not options:
        return None
    if new.is_person and not any(phrase.is_person for phrase in options) and previous.lower().startswith("who"):
        return None

    def likeness(phrase: Phrase) -> float:
        return (
            2.0 * (phrase.is_name == new.is_name)
            + 1.0 * (phrase.is_person == new.is_person)
            + 0.5 * (phrase.is_plural == new.is_plural)
            + 1.5 * (phrase.head == new.head)
            + 0.7 * bool(_sort(phrase) and _sort(phrase) == _sort(new))
            - 1.0 * phrase.is_part
            - 1.0 * (phrase.determiner == "other")
            - 0.7 * (phrase.determiner == "a" and not phrase.is_name)
            + 0.6 * (prefers_subject and phrase.before == "subject")
        )

    return max(options, key=lambda phrase: (likeness(phrase), phrase.start))
