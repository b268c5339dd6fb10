"""What shape of answer a question asks for: a short span, a clause, a list, evidence, or an article's first sentences.

Regular expressions over the question alone, microseconds a question. A question of no recognised form asks for a span:
that is also what a wrong guess falls back to, for a list without a second item is shown as a span.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from rag.language.english.function_words import AUXILIARIES, AUXILIARY, WH
from rag.language.english.inflection import is_plural
from rag.language.english.numbers import NUMBER_WORDS
from rag.language.english.verbs import IRREGULAR_PAST, SAYING_FORMS, alternatives
from rag.question.topics import is_about_a_subject, is_keywords
from rag.records import Shape


class Explains(Enum):
    """What a clause has to hold besides the reader's span."""

    REASON = "reason"
    MANNER = "manner"
    SPEECH = "speech"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The shape a question asks for.

    Attributes:
        explains: for a clause, what it has to hold.
        count: for a list, how many items the question says there are; None when it does not.
    """

    shape: Shape
    explains: Explains | None = None
    count: int | None = None


SPAN = Wanted("span")
_ARTICLE = r"(?:articles?|text|document|story|stories|piece|report|page|file|paper)"

_OPENING = re.compile(
    rf"""^(?:(?:and|but|so|then|also|ok|okay|well|now|please|hi|hello|hey|good\s+(?:morning|day|evening|afternoon))\b[\s,!.:–-]*
    |(?:can|could|would|will)\s+you\s+(?:please\s+)?(?:tell|explain|say)\s+(?:me|us|to\s+me)?\s*(?={WH}\b)
    |(?:do|does)\s+(?:you|anyone|anybody)\s+know\s+(?={WH}\b)
    |(?:please\s+)?(?:tell|explain\s+to)\s+(?:me|us)\s+(?={WH}\b)
    |(?:can|could|would|will)\s+you\s+(?:please\s+)?(?=(?:name|list|enumerate|give|summari[sz]e)\b)
    |i(?:\s+would|['’]d)\s+like\s+to\s+know\s+(?={WH}\b)
    |i\s+(?:wonder|want\s+to\s+know)\s+(?={WH}\b)
    |(?:is|was)\s+it\s+(?:known|clear|said|stated)\s+(?={WH}\b)
    |(?:do|does|did)\s+(?:the|this|that|these|those|any)\s+{_ARTICLE}\s+(?:say|mention|tell|explain|state)\s+(?={WH}\b)
    )+""",
    re.IGNORECASE | re.VERBOSE,
)
_YES_OR_NO = re.compile(rf"{AUXILIARY}\s+\S", re.IGNORECASE)
_ENDS_IN_WH = re.compile(rf"\b{WH}\W*$", re.IGNORECASE)

_REASON = re.compile(
    r"\bwhy\b|^how\s+come\b|\b(?:for\s+)?what\s+(?:is|are|was|were)?\s*(?:the\s+)?reasons?\b", re.IGNORECASE
)
_MANNER = re.compile(rf"^how\s+(?:exactly\s+|else\s+)?(?:to\b|{AUXILIARY}\b)", re.IGNORECASE)
_CALLED = re.compile(r"\b(?:called|named|known|spelled|spelt|pronounced|old|abbreviated)\W*$", re.IGNORECASE)
_NO_NOUN = "".join(rf"(?<!\s{word}\s)" for word in ("the", "a", "an", "his", "her", "its", "their", "this", "that"))
"""What stands before a verb of saying is no determiner: "the state" is a noun."""
_SPEECH = re.compile(
    rf"^what\s+(?:else\s+|exactly\s+)?(?:do|does|did|has|have|had|will|would|could|should|may|might)\s+(?:\S+\s+){{1,14}}?"
    rf"{_NO_NOUN}(?:{alternatives(SAYING_FORMS)})\b"
    rf"|^what\s+(?:else\s+|exactly\s+)?(?:is|are|was|were|['’]s)\s+(?:\S+\s+){{1,14}}?"
    rf"{_NO_NOUN}(?:{alternatives(form for form in SAYING_FORMS if form.endswith('ing'))})\b"
    rf"|^what\s+(?:{AUXILIARY})\s+\S.*\b(?:reply|answer|response|reaction|tweet|comment|message|statement)\b.*\babout\b",
    re.IGNORECASE,
)

_OVERVIEW = re.compile(
    rf"""^(?:what(?:\s+is|\s+are|\s+was|['’]s)\s+(?:the|this|that|these|an?|my|latest|first|second)\s+(?:\S+\s+){{0,12}}?
        (?:{_ARTICLE})\b.*\babout
    |what\s+(?:does|do|did)\s+(?:the|this|that|these)\s+(?:\S+\s+){{0,4}}?{_ARTICLE}(?:\s+[“"].*[”"])?
        \s+(?:say|cover|discuss|deal\s+with|describe|treat|report)
    |(?:give|write)\s+(?:me\s+)?an?\s+(?:\w+\s+)?(?:summary|overview)\b.*
    |(?:summari[sz]e|sum\s+up)\b.*
    |what\s+is\s+the\s+(?:main\s+|central\s+|general\s+)?(?:topic|subject|point|gist|summary|theme)\s+of\s+
        (?:the|this|that)\s+(?:\S+\s+){{0,8}}?{_ARTICLE}
    )\W*(?:in\s+(?:short|brief)|overall|in\s+general|please)?\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_NUMBERS = {**{word: value for word, value in NUMBER_WORDS.items() if 2 <= value <= 20}, "both": 2}
_NUMBER = rf"(?:{'|'.join(_NUMBERS)}|[2-9]|1[0-9]|20)"
_STOP = frozenset(
    "of in on at by for from to with that who whom which whose when where about under over into as and or during since "
    "after before between against through there".split()
)
_SEVERAL = frozenset(("several", "many", "various", "different"))
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_WHICH = re.compile(r"\b(which|what)\s+(?:other\s+|of\s+the\s+|of\s+these\s+)?", re.IGNORECASE)
_ARE_THE = re.compile(
    r"^(?:what|who)\s+(?:are|were|else\s+are)\s+(?:all\s+)?(?:the|his|her|its|their|some|some\s+of\s+the|\w+['’]s?)\s+",
    re.IGNORECASE,
)
_NAME_THE = re.compile(
    rf"^(?:name|list|enumerate|give|mention|tell\s+me)\s+(?:me\s+)?(?:all\s+)?(?:of\s+)?(?:the|some|all|(?={_NUMBER}\b))\s*",
    re.IGNORECASE,
)
_KINDS = (
    "types kinds sorts parts examples causes symptoms names members components characteristics features functions "
    "advantages disadvantages benefits stages phases steps reasons ways effects roles duties countries states cities "
    "nations teams players actors characters books films movies songs colors colours layers branches groups elements "
    "ingredients sources signs principles"
)
_KEYWORDS = re.compile(
    rf"^(?:(?:list|names)\s+of\b|(?:the\s+|all\s+(?:the\s+)?|some\s+|different\s+|main\s+|{_NUMBER}\s+|[a-z]+\s+)?"
    rf"(?:{'|'.join(_KINDS.split())})\s+(?:of|in|that|who|which|for|to|with)\b"
    rf"|what\s+(?:are|were)\s+(?:\w+\s+){{0,2}}(?:{'|'.join(_KINDS.split())})\b)",
    re.IGNORECASE,
)
"""Search words instead of a question: "types of law in Egypt", "list of members"."""
_COMPOSED = re.compile(
    r"^(?:who|what|which\s+\w+)\s+(?:all\s+)?(?:makes?|made)\s+up\b"
    r"|\b(?:consists?|consisted)\s+of\W*$|\b(?:made\s+up|composed|comprised)\s+of\W*$"
    r"|^(?:who|what)\s+(?:does|do|did)\s+.*\b(?:consist\s+of|comprise|include)\W*$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"\b(?:which|what|the|are|were|all|these|name|list|give)\s+(?:the\s+)?({_NUMBER})\s", re.IGNORECASE
)


@lru_cache(maxsize=512)
def shape_of(question: str) -> Wanted:
    """What shape of answer ``question`` asks for, by its words alone."""
    asked = without_opening(question)
    if is_overview(asked):
        return Wanted("overview")
    if is_about_a_subject(asked):
        return Wanted("passages")
    if _YES_OR_NO.match(asked) and not _ENDS_IN_WH.search(asked):
        return Wanted("evidence")
    if re.match(r"how\s+(?:many|much|long|old|far|often|large|big|tall|high|deep|fast|soon)\b", asked, re.IGNORECASE):
        return SPAN
    if _REASON.search(asked):
        return Wanted("clause", Explains.REASON)
    if _SPEECH.search(asked):
        return Wanted("clause", Explains.SPEECH)
    if _MANNER.match(asked) and not _CALLED.search(asked):
        return Wanted("clause", Explains.MANNER)
    if _asks_for_several(asked):
        return Wanted("list", count=_count(asked))
    return Wanted("passages") if is_keywords(asked) else SPAN


def without_opening(question: str) -> str:
    """The question without "And", "Please", "Can you tell me" and the like before it."""
    asked = question.strip()
    return asked[match.end() :] if (match := _OPENING.match(asked)) else asked


def is_overview(question: str) -> bool:
    """Whether the question is about an article as a whole: "What is this article about?", "Summarize the text."."""
    return _OVERVIEW.match(question) is not None


def _asks_for_several(asked: str) -> bool:
    if _COMPOSED.search(asked) or _KEYWORDS.match(asked):
        return True
    for opening in (_ARE_THE, _NAME_THE):
        if match := opening.match(asked):
            return _has_plural_head(asked[match.end() :], is_direct=True)
    match = _WHICH.search(asked)
    if match is None or re.match(r"(?:is|are|was|were|do|does|did)\b", asked[match.end() :], re.IGNORECASE):
        return False
    return _has_plural_head(asked[match.end() :], is_direct=match[1].lower() == "which")


def _has_plural_head(phrase: str, *, is_direct: bool) -> bool:
    """Whether the noun phrase that begins here is plural.

    Args:
        is_direct: a plural form right at the beginning can only be a noun ("Which rivers …", not "What makes …").
    """
    tokens = [match.group() for match in _WORD.finditer(phrase)][:6]
    first = tokens[0].lower() if tokens else ""
    if first in _NUMBERS or first in _SEVERAL or (first.isdecimal() and 2 <= int(first) <= 20):
        return len(tokens) > 1
    for position, token in enumerate(tokens):
        before = tokens[position - 1] if position else ""
        word = token.lower()
        if word in _STOP or word in AUXILIARIES or (position and (word in IRREGULAR_PAST or word.endswith("ed"))):
            return False
        if not is_plural(token) or before == "United":
            continue
        after = tokens[position + 1].lower() if position + 1 < len(tokens) else ""
        if not after:
            return is_direct or position > 0
        if (
            after in AUXILIARIES
            or after in IRREGULAR_PAST
            or after.endswith("ed")
            or after in ("of", "that", "who", "which")
        ):
            return True
        if after in _STOP:
            return position == 0
        return is_direct and (position == 0 or before[0].isupper())
    return False


def _count(asked: str) -> int | None:
    match = _COUNTED.search(asked)
    if match is None:
        return None
    said = match[1].lower()
    return int(said) if said.isdecimal() else int(_NUMBERS[said])
