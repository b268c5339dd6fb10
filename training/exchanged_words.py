"""Negatives: questions that a name, number, date, opposite or negation in them makes their passage fail to answer."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.language.english.function_words import FUNCTION_WORDS
from rag.language.sentences import split_sentences
from rag.records import Span
from training.examples import Example

SOURCE = "exchanged"
NEGATED_SHARE = 0.5
"""How many of the possible negations are made: more would teach that a question with "not" has no answer."""
_NAME = re.compile(r"\b[A-Z][\w.'’-]*(?:\s+(?:of |the |de |von |van )?[A-Z][\w.'’-]*)*")
_BEFORE = re.compile(r"([A-Za-z]+)\s+$")
_NUMBER = re.compile(r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?![\w.,-]*\d)")
_MONTHS = "January February March April May June July August September October November December".split()
_OPPOSITES = [
    pair.split("/")
    for pair in (
        "before/after first/last for/against largest/smallest most/least won/lost win/lose increase/decrease "
        "increased/decreased rise/fall north/south northern/southern east/west eastern/western male/female "
        "accept/reject accepted/rejected support/oppose supported/opposed begin/end began/ended oldest/youngest "
        "highest/lowest more/fewer include/exclude minimum/maximum open/close opened/closed buy/sell bought/sold "
        "father/mother son/daughter brother/sister husband/wife men/women winner/loser best/worst early/late "
        "left/right arrive/leave arrived/left join/leave joined/left allowed/forbidden longest/shortest"
    ).split()
]
_OPPOSITE_OF: Mapping[str, list[str]] = {
    word: [other for pair in _OPPOSITES if word in pair for other in pair if other != word]
    for pair in _OPPOSITES
    for word in pair
}
_NEGATABLE = re.compile(
    r"^(?:Who|What|Which(?: \w+){1,2}) (?:was|were|is|are|has|had|can|could|will|would|did)\b"
    r"(?! not\b|n't| the\b| an?\b| [A-Z]| he\b| she\b| they\b| it\b| his\b| her\b| their\b| its\b| this\b| that\b)"
)


def exchange(examples: Sequence[Example], people: frozenset[str], seed: int) -> Iterator[Example]:
    """One unanswerable example for each answerable one whose question can be spoilt with words of its article.

    A name, number or month gives way to another of its kind that stands in the article, but not in the sentence with
    the answer nor in the answer; a word to its opposite, where the sentence lacks it; a verb to its negation. The
    sentences of the passage are judged (none bears on the question) only where the new word is not in the passage.

    Args:
        people: as :func:`training.unstated.persons` gives them; their names give way to names of people only.
    """
    surnames = frozenset(name.split()[-1] for name in people)
    by_title: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        if example.answers:
            by_title[example.title].append(example)
    for title, group in by_title.items():
        article = _Article(title, _names_by_neighbour(group), _numbers(group), surnames)
        for example in group:
            spoilt = _spoil(example, article, random.Random(f"{seed} {example.identifier}"))
            if spoilt is not None:
                yield spoilt


@dataclass(frozen=True, slots=True)
class _Article:
    """What may take a word's place: the article's names by the word before them, and its numbers."""

    title: str
    names: Mapping[str, Sequence[str]]
    numbers: Sequence[str]
    surnames: frozenset[str]


def _spoil(example: Example, article: _Article, chooser: random.Random) -> Example | None:
    """The example spoilt in the first way, in random order, that can be gone."""
    for way in chooser.sample(_WAYS, len(_WAYS)):
        spoilt = way(example, article, chooser)
        if spoilt is not None:
            question, new = spoilt
            return replace(
                example,
                identifier=f"{example.identifier}-exchanged",
                question=question,
                answers=(),
                source=SOURCE,
                judges_sentences=new.lower() not in example.context.lower(),
            )
    return None


def answer_sentences(example: Example) -> list[Span]:
    """The sentences of the passage that its answers touch."""
    return [
        sentence
        for sentence in split_sentences(example.context)
        if any(sentence.start < start + len(text) and start < sentence.end for text, start in example.answers)
    ]


def _names(text: str) -> Iterator[re.Match[str]]:
    """Runs of capitalised words that do not begin the text and are no function words."""
    for match in _NAME.finditer(text):
        if match.start() > 0 and match.group().lower() not in FUNCTION_WORDS and len(match.group()) > 2:
            yield match


def _neighbour(question: str, start: int) -> str:
    """The word before a name: names that follow the same word are mostly of the same kind."""
    before = _BEFORE.search(question[:start])
    return before.group(1).lower() if before else ""


def _names_by_neighbour(examples: Sequence[Example]) -> dict[str, list[str]]:
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for example in examples:
        for match in _names(example.question):
            names[_neighbour(example.question, match.start())][_bare(match.group())] = None
    return {word: list(group) for word, group in names.items()}


def _numbers(examples: Sequence[Example]) -> list[str]:
    contexts = dict.fromkeys(example.context for example in examples)
    return list(dict.fromkeys(number for context in contexts for number in _NUMBER.findall(context)))


def _held(example: Example) -> str:
    """The sentences with the answer, in lower case."""
    return " ".join(sentence.of(example.context) for sentence in answer_sentences(example)).lower()


def _other_name(example: Example, article: _Article, chooser: random.Random) -> tuple[str, str] | None:
    question, context, held = example.question, example.context.lower(), _held(example)
    answers = " ".join(text for text, _ in example.answers).lower()
    places = [match for match in _names(question) if _bare(match.group()).lower() in context]
    chooser.shuffle(places)
    for match in places:
        old = _bare(match.group())
        near = article.names.get(_neighbour(question, match.start()), ())
        near = [name for name in near if _may_replace(name, old, article.title)]
        is_person = old.split()[-1] in article.surnames
        alike = [name for name in near if (name.split()[-1] in article.surnames) == is_person]
        usable = [name for name in alike if name.lower() not in held and name.lower() not in answers]
        if usable:
            in_passage = [name for name in usable if name.lower() in context]
            new = chooser.choice(in_passage or usable)
            return question[: match.start()] + new + question[match.start() + len(old) :], new
    return None


def _bare(name: str) -> str:
    """A name without the mark that follows it, and without a genitive."""
    return re.sub(r"['’]s?$", "", name.rstrip(".,'’"))


def _may_replace(new: str, old: str, title: str) -> bool:
    """Whether two names share no word and neither is the article's subject, which has many names, or initials."""
    words, others = set(new.lower().split()), set(old.lower().split())
    subject = set(title.lower().split())
    initials = "".join(word[0] for word in re.split(r"[\s-]+", title) if word).lower()
    return not (words & others or words & subject or {new.lower(), old.lower()} & {initials})


def _other_number(example: Example, article: _Article, chooser: random.Random) -> tuple[str, str] | None:
    question, held = example.question, _held(example)
    months = [match for match in re.finditer(r"\b(?:" + "|".join(_MONTHS) + r")\b", question) if match.start() > 0]
    for match in months:
        usable = [month for month in _MONTHS if month != match.group() and month not in example.context]
        if match.group().lower() in held and usable:
            new = chooser.choice(usable)
            return question[: match.start()] + new + question[match.end() :], new
    for match in _NUMBER.finditer(question):
        old = match.group()
        alike = [new for new in article.numbers if new != old and len(new) == len(old)]
        alike = [new for new in alike if not re.search(rf"\b{re.escape(new)}\b", held)]
        if alike and re.search(rf"\b{re.escape(old)}\b", held):
            new = chooser.choice(alike)
            return question[: match.start()] + new + question[match.end() :], new
    return None


def _opposite(example: Example, _: _Article, chooser: random.Random) -> tuple[str, str] | None:
    held = _held(example)
    places = [
        (match, new)
        for match in re.finditer(r"\b[a-z]+\b", example.question)
        for new in _OPPOSITE_OF.get(match.group(), ())
        if re.search(rf"\b{match.group()}\b", held) and not re.search(rf"\b{new}\b", example.context.lower())
    ]
    if not places:
        return None
    match, new = chooser.choice(places)
    return example.question[: match.start()] + new + example.question[match.end() :], new


def _negation(example: Example, _: _Article, chooser: random.Random) -> tuple[str, str] | None:
    match = _NEGATABLE.match(example.question)
    if match is None or chooser.random() >= NEGATED_SHARE:
        return None
    if re.search(r"\b(?:not|never|no)\b|n't", _held(example)):
        return None
    return f"{match.group()} not{example.question[match.end() :]}", " not "


_WAYS: Sequence[Callable[[Example, _Article, random.Random], tuple[str, str] | None]] = (
    _other_name,
    _other_number,
    _opposite,
    _negation,
)
"""Each gives a question with one word or phrase exchanged, and what was put in its place."""
