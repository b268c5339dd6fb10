"""What a message holds: one question, several, or only a greeting."""

from __future__ import annotations

import re

from rag.language.english.function_words import AUXILIARY, WH

HELP = (
    "Ask a question about your articles, for example “Who signed the agreement?” or “Why was the bridge closed?”. The "
    "answer is quoted word for word from the article that gives it. Several questions may stand in one message."
)
MOST_QUESTIONS = 8
"""Questions of one message that are answered apart; what comes after them stays with the last."""

_GREETING_WORDS = (
    r"(?:hi|hiya|hello|hey|howdy|yo|greetings|welcome|good\s+(?:morning|afternoon|evening|day|night)|goodbye|bye|"
    r"see\s+you(?:\s+(?:later|soon))?|thanks?(?:\s+(?:you|a\s+lot|so\s+much|very\s+much|again))*|thank\s+you|thx|cheers|"
    r"many\s+thanks|ok(?:ay)?|cool|great|nice|perfect|wonderful|awesome|lovely|well\s+done|good\s+(?:job|bot|work)|"
    r"got\s+it|i\s+see|sure|yes|no|yeah|yep|nope|please|hmm+|huh|wow|lol|haha+|test(?:ing)?|help(?:\s+me)?|sorry|"
    r"never\s*mind|nice\s+to\s+meet\s+you|nothing)"
)
_ADDRESSED = (
    r"(?:there|all|everyone|everybody|again|you|friend|citespan|assistant|bot|sir|madam|mate|so\s+much|very\s+much)"
)
_ABOUT_THE_PROGRAM = (
    r"(?:how\s+are\s+you(?:\s+(?:doing|today))*|how\s+is\s+it\s+going|how['’]s\s+it\s+going|what['’]s\s+up|"
    r"who\s+(?:are|made)\s+you|what\s+are\s+you|what(?:['’]s|\s+is)\s+your\s+name|are\s+you\s+(?:a\s+bot|human|there)|"
    r"what\s+can\s+(?:you|i)\s+(?:do|ask)(?:\s+(?:you|here))?|how\s+(?:do|does)\s+(?:you|this|it|i)\s+(?:work|use\s+this)|"
    r"(?:can|could)\s+you\s+help(?:\s+me)?|tell\s+me\s+a\s+joke|i\s+(?:have|had)\s+(?:a|another|some|one\s+more)\s+"
    r"questions?(?:\s+for\s+you)?|(?:can|may|could)\s+i\s+ask\s+(?:you\s+)?(?:a\s+question|something)|"
    r"i\s+need\s+(?:some\s+)?help|let['’]s\s+(?:start|begin|go))"
)
_SMALL_TALK = re.compile(
    rf"^(?:(?:{_GREETING_WORDS}(?:\s+{_ADDRESSED})*|{_ABOUT_THE_PROGRAM})[\s,.!?…:;()–-]*)+$", re.IGNORECASE
)
_LETTER = re.compile(r"[^\W_]")
_END = re.compile(
    rf"[?？]+[\"'”’)]*(?:\s+(?=[A-Z0-9“\"]|(?i:{WH}|{AUXILIARY}|and|but|so|also|thanks?|please)\b)|(?=[A-Z]))"
)
_GREETED = re.compile(rf"(?:{_GREETING_WORDS}(?:\s+{_ADDRESSED})*\s*[,.!…]+\s*)+(?=\S)", re.IGNORECASE)
_STARTS_ASKING = re.compile(rf"(?:and\s+|but\s+|so\s+|also\s+)?(?:{WH}|{AUXILIARY})\b", re.IGNORECASE)
_PREPOSITION = r"(?:in|on|at|to|from|by|for|with|of|under|since|until)"
_JOINED = re.compile(rf"(?:,\s*|\s+)(?:and|but)\s+(?:also\s+)?(?=(?:{_PREPOSITION}\s+)?{WH}\b)", re.IGNORECASE)
_DEGREE = (
    r"(?:how\s+(?:long|high|tall|wide|deep|old|big|large|heavy|far|fast|often)|(?:how\s+many|how\s+much|what)\s+\w+)"
)
_TWO_WORDS = re.compile(
    rf"^((?:{_PREPOSITION}\s+)?(?:{_DEGREE}|{WH}))\s+and\s+((?:{_PREPOSITION}\s+)?(?:{_DEGREE}|{WH}))"
    rf"\s+(?={AUXILIARY}\b)",
    re.IGNORECASE,
)
_WAY = r"(?:for|against|in\s+favou?r(?:\s+of)?|abstained|abstaining)"
_COUNTS = re.compile(
    rf"^(?P<asked>how\s+many\s+(?:\w+\s+){{0,3}}?)(?P<verb>voted|were|are|spoke|decided)\s+"
    rf"(?P<first>for|against|in\s+favou?r(?:\s+of)?)\b(?P<object>[^,?]{{0,120}}?)"
    rf"(?P<others>(?:\s*,?\s*(?:and\s+|or\s+)?(?:how\s+many\s+)?(?:voted\s+|were\s+)?{_WAY}\b)+)"
    rf"(?P<end>[^,?]{{0,80}})\?*$",
    re.IGNORECASE,
)
"""The ways to vote, counted in one question."""
_CLAUSE = re.compile(
    rf"(?:{_PREPOSITION}\s+)?{WH}\s+(?:(?:many|much|long|old|far|often|other|else|exactly|the|\w+s?)\s+){{0,4}}?{AUXILIARY}\s+\S"
    rf"|how\s+(?:many|much)\s+(?:\w+\s+){{0,4}}?\w+ed\b"
    rf"|(?:who|what|which(?:\s+\w+){{1,3}})\s+\w+(?:ed|s)\s+\S|(?:who|what)\s+(?:{AUXILIARY})\s+\S",
    re.IGNORECASE,
)
_LEFT_OPEN = re.compile(r"\b(?:for|of|on|by|to|with|from|about|against|at|into)$", re.IGNORECASE)
_BARE_WH = re.compile(r"(?:when|where|why|how|by\s+whom)\W*$", re.IGNORECASE)


def is_small_talk(message: str) -> bool:
    """Whether the message only greets, thanks or asks about the program; also when it holds no letter or digit."""
    said = " ".join(message.split())
    return _LETTER.search(said) is None or _SMALL_TALK.match(said) is not None


def split_questions(message: str) -> tuple[str, ...]:
    """The questions of ``message`` in order, as written; the message itself when it holds one question.

    A question ends at its question mark; greetings between questions are left out, and a statement stays with the
    question after it. "Who proposed it and when did it end?" and "When and where was he born?" are two questions.
    """
    said = " ".join(message.split())
    sentences = [one for one in _sentences(said) if not is_small_talk(one)]
    found = [question for sentence in sentences for question in _joined_questions(sentence)]
    if len(found) < 2:
        return (message,)
    head, tail = found[: MOST_QUESTIONS - 1], found[MOST_QUESTIONS - 1 :]
    return (*head, *([" ".join(tail)] if tail else []))


def _sentences(said: str) -> list[str]:
    """The message cut after its question marks; what follows the last one stays with it unless it begins to ask."""
    parts: list[str] = []
    start = 0
    for match in _END.finditer(said):
        parts.append(said[start : match.end()].strip())
        start = match.end()
    rest = said[start:].strip()
    if parts and rest and not is_small_talk(rest) and not _STARTS_ASKING.match(rest) and not rest.endswith(("?", "？")):
        parts[-1] += f" {rest}"
    elif rest:
        parts.append(rest)
    return [_without_greetings(part) for part in parts]


def _without_greetings(part: str) -> str:
    """The part without greetings in front of it."""
    return part[match.end() :] if (match := _GREETED.match(part)) else part


def _joined_questions(sentence: str) -> list[str]:
    """The questions that "and" joins in one sentence; the sentence itself unless each part can stand as a question."""
    if match := _COUNTS.match(sentence):
        return _counts(match)
    if match := _TWO_WORDS.match(sentence):
        rest = sentence[match.end() :]
        return [f"{match[1]} {rest}", f"{match[2][0].upper()}{match[2][1:]} {rest}"]
    if not _CLAUSE.match(sentence):
        return [sentence]
    for match in _JOINED.finditer(sentence):
        first, second = sentence[: match.start()].rstrip(" ,"), sentence[match.end() :]
        is_question = _CLAUSE.match(second) or _BARE_WH.match(second)
        if is_question and not _is_embedded(first) and not _LEFT_OPEN.search(first):
            return [f"{first}?", *_joined_questions(second[0].upper() + second[1:])]
    return [sentence]


def _counts(match: re.Match[str]) -> list[str]:
    """ "How many voted for the plan, against it and abstained?" as one question for each way to vote."""
    counted, verb, about = match["asked"], match["verb"], f"{match['object']}{match['end']}".rstrip()
    questions = [f"{counted}{verb} {match['first']}{about}?"]
    for way in re.findall(_WAY, match["others"], re.IGNORECASE):
        is_abstaining = way.lower().startswith("abst")
        questions.append(f"{counted}abstained?" if is_abstaining else f"{counted}{verb} {way}{about}?")
    return questions


def _is_embedded(first: str) -> bool:
    """Whether what stands before "and" already holds a question word as part of a clause: "know who came"."""
    return (
        re.search(rf"\S\s+(?:about|of|on|know|say|tell|explain|show|decide|see)\s+{WH}\b", first, re.IGNORECASE)
        is not None
    )
