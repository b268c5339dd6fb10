"""One plain sentence to questions about it, by a few templates; what is not understood gives no question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.evaluation.starter.clauses import LOOSE_END, Clause, Vocabulary, inside_sentence, split_clause
from rag.evaluation.starter.names import PERSON_NAME, STATES, TITLES, is_place_like
from rag.evaluation.starter.verbs import LOCATED, REPORTING
from rag.language.english.common_verbs import BASE_OF_PAST, PARTICIPLES
from rag.language.english.dates import MONTH
from rag.language.english.names import PERSON_NOUNS
from rag.language.english.numbers import NUMBER_WORDS

DATE = rf"(?:(?:early |late |mid-)?(?:\d{{1,2}} )?{MONTH}(?: \d{{1,2}},?)?(?: \d{{4}})?|(?:early |late )?[12]\d{{3}})"
_FIRST_DATE = re.compile(rf"^(?:In|On) ({DATE}),? (?=\S)")
_LAST_DATE = re.compile(rf" (?:in|on) ({DATE})$")
_WORD_NUMBERS = "|".join(word for word, value in NUMBER_WORDS.items() if 2 <= value < 100)
_HEDGE = "about|around|almost|nearly|roughly|more than|over|at least|up to|some|fewer than|less than"
_TITLE_WORDS = frozenset("mr mrs ms dr Mr Mrs Ms Dr person Person man woman Man Woman".split())
_NUMBER = rf"(?:\d[\d,.]*|{_WORD_NUMBERS})(?: (?:hundred|thousand|million|billion))?"
_HEDGED = rf"^(?:(?P<hedge>{_HEDGE}) )?"
_THINGS = r"(?:[a-z-]+ ){0,2}(?:[a-z-]{2,}s|people|men|women|children)"
_COUNTED = re.compile(rf"{_HEDGED}(?P<number>{_NUMBER}) (?P<things>{_THINGS})(?= |$)(?P<rest>.*)$")
_MONEY = re.compile(
    rf"{_HEDGED}(?P<amount>[$£€]\d[\d,.]*(?: (?:million|billion))?|{_NUMBER} (?:dollars|pounds|euros|rubles))"
)
_PERSONAL = re.compile(
    r"^the (?:\w+ ){0,3}(?:president|minister|mayor|leader|king|queen|founder|author|winner|son|daughter|wife|husband|"
    r"director|chairman|head|secretary|governor|commander|woman|man|person|actor|player|member|speaker|captain)\b"
)
_ROLE = re.compile(
    rf"({PERSON_NAME}), (?:then )?the ((?:[a-z]+ ){{0,3}}[a-z]+ (?:of|for) (?:the )?[A-Z]\w+(?: [A-Z]\w+)*)(?=[,.])"
)
_OFFICE = re.compile(
    rf"(?:^|(?<=[\s(“\"]))((?:(?:the |former |current |outgoing )?(?:[A-Z][\w.]*(?:-[A-Z]\w*)? ){{0,4}}"
    rf"(?:{'|'.join(sorted({*PERSON_NOUNS, *(noun.capitalize() for noun in PERSON_NOUNS)} - _TITLE_WORDS))})"
    rf"(?: (?:for|to|of) (?:the )?[A-Z]\w+(?: [A-Z]\w+)*)?)) (?P<name>{PERSON_NAME})"
)
"""An office and the name of who holds it: "Russian President Ida Quill", "special envoy Ida Quill"."""
WHO_IS = "who is"
_NEVER_COUNTED = frozenset(
    "years months weeks days hours minutes seconds times percent decades centuries series".split()
)
_PREPOSITIONS = frozenset("on in at by to from with for into out up off over against after before".split())
_NOT_THINGS = frozenset("of by to in for on at and or with from than this these".split())
_STOPS = re.compile(r"[\"“”„«»\[\]…?!]|--|\b(?:I|we|our|my|me|us)\b|\d\. ")
_ASIDE = re.compile(r" \([^()]*\)")
_BREAK = re.compile(r"[;:(]| [–—-] |—")
_VAGUE = re.compile(
    r"\b(?:the|a) (?:city|town|village|country|state|area|region|meeting|signing|agreement|plan|draft|vote|war|group|"
    r"court|company|building|ceremony|conflict|attack|proposal|deal|move|measure|project|site|film|book|song|album|team|"
    r"game|match|party|government|president|minister|king|emperor|treaty|bill|law|act|case|church|school|university|"
    r"band|group|station|club|show|series|episode|event|process|system|program|programme|policy|decision|result|period|"
    r"same|first|second|third|work|idea|theory|paper|framework|resolution|summit|talks|pact|text|letter|speech|office)\b"
    r"(?! (?:of|in|for|on|between|against|with|to|at|from|that|[A-Z]))"
)
MOST_WORDS = 40
LONGEST_SENTENCE = 80
"""Words of a sentence in which an office may stand; what is longer is hardly one sentence."""
MOST_QUESTION_WORDS = 22
FEWEST_QUESTION_WORDS = 6


@dataclass(frozen=True, slots=True)
class Draft:
    """A question made from a sentence.

    Attributes:
        template: which template made it.
    """

    question: str
    answers: tuple[str, ...]
    template: str


def ask_about(sentence: str, words: Vocabulary) -> Iterator[Draft]:
    """The questions that the templates make of one sentence, each answered by a span of it."""
    text = " ".join(sentence.split())
    if len(text.split()) <= LONGEST_SENTENCE:
        yield from _offices(text, words.people)
    if not text.endswith(".") or not 5 <= len(text.split()) <= MOST_WORDS or not text[0].isupper():
        return
    drafts = [*_roles(text, words.people)]
    clause = _BREAK.split(_ASIDE.sub("", text[:-1]))[0].rstrip(", ")
    if not _STOPS.search(clause):
        drafts.extend(_from_clause(clause, words))
    for draft in drafts:
        count = len(draft.question.split())
        if FEWEST_QUESTION_WORDS <= count <= MOST_QUESTION_WORDS and _stands_alone(draft.question, words.proper):
            yield draft


def _from_clause(text: str, words: Vocabulary) -> Iterator[Draft]:
    first_date = _FIRST_DATE.match(text)
    if first_date:
        text = text[first_date.end() :]
    date = first_date[1].rstrip(",") if first_date else None
    parts = split_clause(text, words)
    if parts is None:
        return
    if parts.verb in BASE_OF_PAST:
        yield from _who(parts, words, _when(date))
    subject = inside_sentence(parts.subject, words)
    if subject is None:
        return
    if parts.verb in BASE_OF_PAST:
        yield from _did(parts, subject, date)
    elif parts.verb in {"was", "were"}:
        yield from _by(parts, subject, words.people)
        yield from _was(parts, subject, date)
    if parts.verb in {"is", "was"} and date is None:
        yield from _what(parts, words)
    if parts.verb in {"has", "have", "had"} and date is None:
        yield from _has(parts, subject)


def _who(parts: Clause, words: Vocabulary, when: str) -> Iterator[Draft]:
    first = parts.rest.split()[0]
    if parts.verb in REPORTING and first in {"in", "on", "at", "that"}:
        return
    name = re.sub(rf"^(?:[A-Z][a-z]+ )?(?:(?:{TITLES}) )+", "", parts.subject)
    if name in words.people or name in words.surnames:
        answers = (words.surnames.get(name, name), name, parts.subject)
        yield Draft(f"Who {parts.verb} {parts.rest}{when}?", tuple(dict.fromkeys(answers)), "who")
    elif parts.subject in STATES and parts.verb not in REPORTING and first not in _PREPOSITIONS:
        yield Draft(f"Which country {parts.verb} {parts.rest}{when}?", (parts.subject,), "which country")


def _what(parts: Clause, words: Vocabulary) -> Iterator[Draft]:
    """``X is the largest city in Y``, asked for X."""
    name = parts.subject.removeprefix("The ")
    if (
        not re.match(r"the (?:\w+ ){1,4}(?:of|in|for) ", parts.rest)
        or not set(name.split()) - {"of", "the"} <= words.proper
    ):
        return
    asked = "Who" if name in words.people else "What"
    if asked == "What" and _PERSONAL.search(parts.rest):
        asked = "Who"
    yield Draft(f"{asked} {parts.verb} {parts.rest}?", tuple(dict.fromkeys((name, parts.subject))), "what is")


def _has(parts: Clause, subject: str) -> Iterator[Draft]:
    counted = _COUNTED.match(parts.rest)
    if counted and _are_things(counted):
        do = {"has": "does", "have": "do", "had": "did"}[parts.verb]
        yield Draft(f"How many {counted['things']} {do} {subject} have{counted['rest']}?", _counts(counted), "how many")


def _did(parts: Clause, subject: str, first_date: str | None) -> Iterator[Draft]:
    base = BASE_OF_PAST[parts.verb]
    rest = parts.rest
    last_date = _LAST_DATE.search(f" {rest}")
    if parts.verb not in REPORTING:
        if first_date:
            yield Draft(f"When did {subject} {base} {rest}?", (first_date,), "when")
        elif last_date:
            before = f" {rest}"[: last_date.start()].rstrip(",")
            yield Draft(f"When did {subject} {base}{before}?", (last_date[1].rstrip(","),), "when")
        elif parts.verb in LOCATED and (place := _place(rest)) is not None:
            yield Draft(f"Where did {subject} {base}{place[0]}?", (place[1],), "where")
    counted = _COUNTED.match(rest)
    if base == "cost":
        money = _MONEY.match(rest)
        if money and first_date is None:
            yield Draft(f"How much did {subject} cost?", _hedged(money["hedge"], money["amount"]), "how much")
    elif counted and _are_things(counted) and parts.verb not in REPORTING | {"became", "remained"}:
        things = counted["things"]
        question = f"How many {things} did {subject} {base}{counted['rest']}"
        yield Draft(f"{question}{_when(first_date)}?", _counts(counted), "how many")


def _by(parts: Clause, subject: str, people: frozenset[str]) -> Iterator[Draft]:
    done = re.match(rf"(\w+) by (?:(?:{TITLES}) )?({PERSON_NAME})(?= (?:in|on|at)\b|,|$)", parts.rest)
    if done and done[1] in PARTICIPLES and done[2] in people:
        yield Draft(f"By whom {parts.verb} {subject} {done[1]}?", (done[2],), "by whom")


def _was(parts: Clause, subject: str, first_date: str | None) -> Iterator[Draft]:
    words = parts.rest.split()
    if not words or words[0] not in PARTICIPLES or words[0] in REPORTING:
        return
    last_date = _LAST_DATE.search(f" {parts.rest}")
    counted = _COUNTED.match(parts.subject[0].lower() + parts.subject[1:])
    if counted and not counted["rest"] and _are_things(counted):
        yield Draft(f"How many {counted['things']} were {parts.rest}{_when(first_date)}?", _counts(counted), "how many")
    elif first_date:
        yield Draft(f"When {parts.verb} {subject} {parts.rest}?", (first_date,), "when")
    elif last_date:
        before = f" {parts.rest}"[: last_date.start()].rstrip(",")
        yield Draft(f"When {parts.verb} {subject}{before}?", (last_date[1].rstrip(","),), "when")
    elif words[0] in LOCATED and (place := _place(parts.rest)) is not None:
        yield Draft(f"Where {parts.verb} {subject}{_spaced(words[0], place[0])}?", (place[1],), "where")


def _roles(text: str, people: frozenset[str]) -> Iterator[Draft]:
    for match in _ROLE.finditer(text):
        if match[1] in people:
            yield Draft(f"Who is described as the {match[2]}?", (match[1],), "role")


def _offices(text: str, people: frozenset[str]) -> Iterator[Draft]:
    """ "Who is X?" for an office that stands right before a full name; one word alone says too little."""
    for match in _OFFICE.finditer(text):
        office = match[1].strip()
        if match["name"] in people and len(office.split()) > 1:
            yield Draft(f"Who is {match['name']}?", (office.removeprefix("the "),), WHO_IS)


def _place(rest: str) -> tuple[str, str] | None:
    """What stands before "in PLACE" at the end of ``rest``, and the place."""
    before, found, place = f" {rest}".rpartition(" in ")
    if not found or not is_place_like(place) or re.search(DATE, place):
        return None
    return before, place.removeprefix("the ") if place.startswith("the ") else place


def _spaced(verb: str, before: str) -> str:
    return before if before.strip() else f" {verb}"


def _are_things(counted: re.Match[str]) -> bool:
    words = counted["things"].split()
    joined = counted["rest"].split()[:1] in (["and"], ["or"], ["ago"], ["later"])
    return words[-1] not in _NEVER_COUNTED and not _NOT_THINGS & set(words) and not joined


def _stands_alone(question: str, proper: frozenset[str]) -> bool:
    """Whether it can be understood away from its article: it names something, and refers to no "the town" before it."""
    if _VAGUE.search(question) or LOOSE_END.search(question.rstrip("?")):
        return False
    words = [re.sub(r"['’]s?$|\W+$", "", word) for word in question.split()[1:]]
    return any(word in proper or (len(word) > 1 and word.isupper()) for word in words)


def _hedged(hedge: str | None, amount: str) -> tuple[str, ...]:
    return (f"{hedge} {amount}", amount) if hedge else (amount,)


def _when(date: str | None) -> str:
    """``date`` as the end of a question: "in 1926", "on 14 March"."""
    if date is None:
        return ""
    is_day = re.search(rf"\d {MONTH}|{MONTH} \d{{1,2}}\b(?!\d)", date)
    return f" {'on' if is_day else 'in'} {date}"


def _counts(counted: re.Match[str]) -> tuple[str, ...]:
    number = counted["number"].rstrip(",.")
    exact = (number, f"{number} {counted['things']}")
    return (f"{counted['hedge']} {number}", *exact) if counted["hedge"] else exact
