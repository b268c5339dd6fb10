"""A quotation beside the stretch of an article that is most like it, word by word.

Approximate matching with the edit distance (Sellers 1980): the quotation is aligned as a whole, the article begins and
ends wherever it costs least.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.language.english.terms import folded
from rag.records import Span
from rag.table.draft.records import Difference, DifferenceKind

_TOKEN = re.compile(r"\w+(?:['’.,:]\w+)*|[^\w\s]")
_SAME_MARKS = str.maketrans({**dict.fromkeys('‘’‚‛′`´“”„‟″«»‹›"', "'"), **dict.fromkeys("‐‑‒–—―−", "-")})
MARK_COST = 0.25
"""What a punctuation mark counts beside a word."""
ONLY_THEIRS = 0.9
"""What an article's word that the quotation leaves out counts: so that the quotation's own words are kept."""
CASE_COST = 0.25
"""What another case counts beside another word."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark with its range in its text."""

    text: str
    start: int
    end: int
    is_word: bool

    @property
    def cost(self) -> float:
        """What leaving it out or putting it in costs."""
        return 1.0 if self.is_word else MARK_COST


@dataclass(frozen=True, slots=True)
class Alignment:
    """The best alignment of a quotation in a text.

    Attributes:
        likeness: 1 when word for word the same, 0 when nothing agrees.
        span: the article's stretch.
        difference: from the quotation's first word to its last.
        shared: the words that agree.
    """

    likeness: float
    span: Span
    difference: tuple[Difference, ...]
    shared: tuple[str, ...]


def tokens_of(text: str) -> list[Token]:
    """The words and marks of ``text`` in order."""
    return [
        Token(match.group().translate(_SAME_MARKS), *match.span(), is_word=match.group()[0].isalnum())
        for match in _TOKEN.finditer(text)
    ]


def align(quotation: str, text: str) -> Alignment | None:
    """The stretch of ``text`` most like ``quotation``; None when they share no word."""
    ours, theirs = tokens_of(quotation), tokens_of(text)
    if not ours or not theirs:
        return None
    steps, cost = _best_path(ours, theirs)
    matched = [(i, j) for i, j in steps if i is not None and j is not None]
    shared = tuple(ours[i].text for i, j in matched if ours[i].is_word and _distance(ours[i], theirs[j]) < 1)
    if not shared:
        return None
    total = sum(token.cost for token in ours)
    first, last = matched[0][1], matched[-1][1]
    inner = [(i, j) for i, j in steps if j is None or first <= j <= last]
    return Alignment(
        max(0.0, 1.0 - cost / total),
        Span(theirs[first].start, theirs[last].end),
        _differences(inner, ours, theirs, quotation, text),
        shared,
    )


Step = tuple[int | None, int | None]


def _distance(one: Token, other: Token) -> float:
    if one.text == other.text:
        return 0.0
    if one.is_word != other.is_word:
        return 2.0
    if not one.is_word:
        return MARK_COST
    return CASE_COST if folded(one.text) == folded(other.text) else 1.0


def _best_path(ours: list[Token], theirs: list[Token]) -> tuple[list[Step], float]:
    """The cheapest path of steps (both, only ours, only theirs), and its cost."""
    width = len(theirs) + 1
    costs = [[0.0] * width]
    for token in ours:
        before = costs[-1]
        row = [before[0] + token.cost]
        for j in range(1, width):
            other = theirs[j - 1]
            row.append(
                min(
                    before[j - 1] + _distance(token, other),
                    before[j] + token.cost,
                    row[j - 1] + ONLY_THEIRS * other.cost,
                )
            )
        costs.append(row)
    last = costs[-1]
    j = min(range(width), key=lambda place: (last[place], place))
    while j + 1 < width and last[j + 1] == last[j]:
        j += 1  # another word in the last word's place says more than none
    total, i = last[j], len(ours)
    steps: list[Step] = []
    while i > 0:
        here = costs[i][j]
        if j > 0 and here == costs[i - 1][j - 1] + _distance(ours[i - 1], theirs[j - 1]):
            i, j = i - 1, j - 1
            steps.append((i, j))
        elif here == costs[i - 1][j] + ours[i - 1].cost:
            i -= 1
            steps.append((i, None))
        else:
            j -= 1
            steps.append((None, j))
    return steps[::-1], total


def _differences(
    steps: list[Step], ours: list[Token], theirs: list[Token], quotation: str, text: str
) -> tuple[Difference, ...]:
    """Neighbouring steps of the same kind joined, each with the words of both sides as they are written."""
    groups: list[tuple[bool, list[int], list[int]]] = []
    for i, j in steps:
        same = i is not None and j is not None and ours[i].text == theirs[j].text
        if not groups or groups[-1][0] != same:
            groups.append((same, [], []))
        if i is not None:
            groups[-1][1].append(i)
        if j is not None:
            groups[-1][2].append(j)
    return tuple(
        Difference(_kind(same, mine, other), _written(mine, ours, quotation), _written(other, theirs, text))
        for same, mine, other in groups
    )


def _kind(same: bool, mine: list[int], other: list[int]) -> DifferenceKind:
    if same:
        return "same"
    if mine and other:
        return "replaced"
    return "added" if mine else "left_out"


def _written(numbers: list[int], tokens: list[Token], text: str) -> str:
    return text[tokens[numbers[0]].start : tokens[numbers[-1]].end] if numbers else ""
