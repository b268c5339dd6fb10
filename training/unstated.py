"""Negatives: passages that name a person or an event and do not say what is asked; with positives put the same way."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.language.sentences import split_sentences
from rag.records import Span
from training.examples import Example
from training.exchanged_words import answer_sentences

SOURCE = "unstated"
STATED = "stated"


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A question about a person, and what a sentence that may answer it looks like (``NAME`` stands for the person).

    Attributes:
        hint: where the passage matches this, it may answer, so that no negative is made.
        stated: where it matches, its last group is the answer; None where no positives can be found by form.
    """

    questions: tuple[str, ...]
    hint: str
    stated: str | None = None


_SAYING = r"(?:said|stated|argued|claimed|wrote|noted|declared|announced|explained|added|believed|suggested)"
_PATTERNS = (
    _Pattern(
        ("Who is NAME?", "Who was NAME?", "Who is NAME"),
        r"NAME(?:,|\s*\(|\s+(?:is|was|who|became|served|had been)\b)|\b[a-z]{4,}\s+NAME|[A-Z][a-z]+\s+NAME",
        r"(?<!by )NAME(?:,| was| is) (an? [a-z][^,.;:()]{8,70}?|the [a-z][^,.;:()]{0,40} of [^,.;:()]{3,40}?)"
        r"(?=[,.;]| who\b| which\b| whose\b)",
    ),
    _Pattern(
        ("What did NAME say?", "What did NAME say about it?", "What does NAME say?"),
        rf"\b{_SAYING}\b|\bsays?\b|[\"“”]|according to|\bthat\b",
        rf"NAME (?:later |also |then )?{_SAYING} that ([^.;:\"“”]{{15,160}})(?=[.;])",
    ),
    _Pattern(
        ("How old is NAME?", "How old was NAME?", "What age was NAME?"), r"\baged?\b|\byears?[ -]old\b|\bborn\b|\bbirth"
    ),
    _Pattern(
        ("When did NAME die?", "How did NAME die?"),
        r"\bdie[ds]?\b|\bdeath|\bdead\b|\bkill|\bexecut|\bmurder|[–-]\s?\d{4}\)",
    ),
    _Pattern(
        ("Where was NAME born?", "Where does NAME live?", "Where did NAME live?"),
        r"\bborn\b|\bliv(?:e|ed|es|ing)\b|\bbirth|\bhome\b|\bnative\b|\breside|\bfrom\b",
    ),
    _Pattern(("Who is NAME married to?", "Who did NAME marry?"), r"\bmarri|\bwife|\bhusband|\bspouse|\bwed"),
)
_PERSON = re.compile(r"[A-Z][a-z]+(?: [A-Z]\.?)?(?: [A-Z][a-z’'-]+){1,2}")
_BEHIND_THE = re.compile(rf"\b[Tt]he ({_PERSON.pattern})")
_PLACES_BEGIN = frozenset("The New North South East West United Soviet San Saint Los Great".split())
_ASKS_WHEN = re.compile(
    r"^(?:When|In (?:what|which) year|On (?:what|which) (?:date|day)|Where) (?=(?:did|was|were|is|are|does)\b)"
)
_CAUSE = re.compile(
    r"\b(?:because|due|since|so|reason|cause[ds]?|result|led|to|for|as|after|following|therefore|thus|hence|by|"
    r"in order|avoid|prevent|allow|enable|ensure|aim|purpose|desire|want)\b",
    re.IGNORECASE,
)
_ASKS_WHERE = re.compile(r"^Where (?=(?:did|was|were)\b)")
_TIME = re.compile(
    r"\d{3,4}|century|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b",
    re.IGNORECASE,
)


def unstated(examples: Sequence[Example], people: frozenset[str], seed: int) -> Iterator[Example]:
    """Questions that look at home in a passage which does not answer them, drawn with ``seed``.

    One for a passage about a person it names in passing (who they are, what they said, how old they are …), where
    nothing in the passage looks like an answer; and one for a question about when or where, asked for the reason (or
    the time) instead, where the sentence holds none.
    """
    for context, group in _by_context(examples).items():
        chooser = random.Random(f"{seed} {group[0].identifier}")
        named = _named(context, people)
        if named:
            name = chooser.choice(named)
            usable = [pattern for pattern in _PATTERNS if not re.search(_about(pattern.hint, name), context)]
            if usable:
                question = chooser.choice(chooser.choice(usable).questions).replace("NAME", name)
                yield _negative(group[0], question, judges_sentences=True)
        others = [(example, other) for example in group if (other := _asked_otherwise(example)) is not None]
        if others:
            yield _negative(*chooser.choice(others), judges_sentences=False)


def stated(examples: Sequence[Example], people: frozenset[str], seed: int) -> Iterator[Example]:
    """The same kinds of question where the passage answers them by its form: an apposition, a reported clause."""
    for context, group in _by_context(examples).items():
        chooser = random.Random(f"{seed} {group[0].identifier}")
        for name in _named(context, people):
            for pattern in _PATTERNS:
                match = re.search(_about(pattern.stated, name), context) if pattern.stated else None
                if match is not None:
                    yield replace(
                        group[0],
                        identifier=f"{group[0].identifier}-stated-{name}",
                        question=chooser.choice(pattern.questions).replace("NAME", name),
                        answers=((match.group(1), match.start(1)),),
                        source=STATED,
                    )


def without_answer(examples: Sequence[Example]) -> Iterator[Example]:
    """Each answerable example with its passage less the sentences that hold the answer.

    Left out where less than two sentences would remain, or one of them holds the answer's text.
    """
    for example in examples:
        removed = answer_sentences(example)
        remaining = [s for s in split_sentences(example.context) if s not in removed]
        if not removed or len(remaining) < 2:
            continue
        passage = " ".join(sentence.of(example.context) for sentence in remaining)
        if not any(text.lower() in passage.lower() for text, _ in example.answers):
            yield replace(
                example,
                identifier=f"{example.identifier}-without",
                context=passage,
                answers=(),
                source="without_answer",
            )


def persons(examples: Sequence[Example]) -> frozenset[str]:
    """Names of people in the passages: those that begin as names do that answer questions with "who".

    What stands behind "the" is no person, nor what begins like a place.
    """
    answering = {
        text
        for example in examples
        if example.question.startswith("Who")
        for text, _ in example.answers
        if _PERSON.fullmatch(text)
    }
    beginnings = Counter(name.split()[0] for name in answering)
    given = {word for word, count in beginnings.items() if count > 1} - _PLACES_BEGIN
    contexts = dict.fromkeys(example.context for example in examples)
    named = {match.group() for context in contexts for match in _PERSON.finditer(context)}
    behind_the = {match.group(1) for context in contexts for match in _BEHIND_THE.finditer(context)}
    return frozenset(name for name in named - behind_the if name.split()[0] in given)


def _by_context(examples: Sequence[Example]) -> dict[str, list[Example]]:
    groups: dict[str, list[Example]] = {}
    for example in examples:
        groups.setdefault(example.context, []).append(example)
    return groups


def _named(context: str, people: frozenset[str]) -> list[str]:
    """The people whom a passage names by their full names, in order."""
    return [name for name in dict.fromkeys(match.group() for match in _PERSON.finditer(context)) if name in people]


def _about(pattern: str, name: str) -> str:
    return pattern.replace("NAME", re.escape(name))


def _asked_otherwise(example: Example) -> str | None:
    """A question about when or where, asked for the reason or the time, where its passage gives none."""
    if not example.answers:
        return None
    sentences = answer_sentences(example)
    around = _around(example.context, sentences)
    match = _ASKS_WHEN.match(example.question)
    if match is not None and not _CAUSE.search(around):
        return f"Why {example.question[match.end() :]}"
    match = _ASKS_WHERE.match(example.question)
    if match is not None and not _TIME.search(example.context):
        return f"When {example.question[match.end() :]}"
    return None


def _around(context: str, sentences: Sequence[Span]) -> str:
    """The sentences and the one after them, where a reason would stand."""
    every = split_sentences(context)
    last = max((number for number, sentence in enumerate(every) if sentence in sentences), default=-1)
    return " ".join(sentence.of(context) for sentence in [*sentences, *every[last + 1 : last + 2]])


def _negative(example: Example, question: str, *, judges_sentences: bool) -> Example:
    return replace(
        example,
        identifier=f"{example.identifier}-unstated",
        question=question,
        answers=(),
        source=SOURCE,
        judges_sentences=judges_sentences,
    )
