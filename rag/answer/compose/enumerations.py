"""The items of the enumeration in which an answer stands: "Morocco, Sudan, Bahrain and the United Arab Emirates".

Rules over one sentence: from the reader's span outwards, item by item, across commas and "and". What is taken in has to
look like the span (a name beside names, a common phrase beside common phrases) and some "and" or "or" has to close the
enumeration; else the span stays alone. Items of a bulleted list are the lines around the one that holds the span.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.answer.compose.bullets import bulleted
from rag.language.english.function_words import ARTICLES, AUXILIARIES, FUNCTION_WORDS
from rag.language.english.numbers import NUMBER_WORDS
from rag.language.english.verbs import IRREGULAR_PAST, SAYING_FORMS
from rag.records import Span

MOST_ITEMS = 40
LONGEST_ITEM = 9
"""Words of an item that is taken in; longer stretches between two commas are clauses."""

_BESIDE = r"(?:as\s+well\s+as|alongside|along\s+with|together\s+with|in\s+addition\s+to|plus)"
_ALONGSIDE = re.compile(rf"\s*,?\s+{_BESIDE}\s")
"""What joins one enumeration to the next: "Russia and the U.S. alongside the European Union"."""
_JOIN = rf"(?:and\s+also|and|or|{_BESIDE})"
_SEPARATOR = re.compile(rf"\s*(?:[,;]\s*{_JOIN}?\s+|\s{_JOIN}\s+)(?:finally\s+|lastly\s+|then\s+)?")
_SEPARATOR_BEFORE = re.compile(rf"(?:\s*[,;]\s*(?:{_JOIN}\s+)?|\s+{_JOIN}\s+)$")
_CLOSING = re.compile(rf"\b(?:and|or|{_BESIDE})\b")
_BETWEEN = re.compile(rf"\s*(?:[,;]\s*(?:{_JOIN})?|\s{_JOIN})\s+")
_ASIDE = re.compile(r"\s*\([^()]{0,80}\)|\s+in\s+\d{4}\b|\s+\(?\d{4}[–-]\d{2,4}\)?")
_RELATIVE = re.compile(r",\s+(?:who|whose|which|a|an|the)\s[^,;.]{3,90}(?=,\s+and\s)")
_WHOLE_NAME = re.compile(r"(?:[^\W\d_][\w.’'-]*\s+){1,5}[^\W\d_][\w.’'-]*")
"""At least two words: a first name or an office, and a surname."""
_TOKEN = re.compile(r"[^\W_]+(?:[.,:]\d+)*(?:['’.&-][^\W_]+)*%?|[^\w\s]")
_PARTICLES = frozenset("of the de del della di da la le van von bin ibn al el du den der for on upon y e in".split())
_DETERMINERS = frozenset("the a an its their his her both some".split())
_VERBS = (
    AUXILIARIES
    | SAYING_FORMS
    | IRREGULAR_PAST
    | frozenset("signed joined agreed include includes included including".split())
)
_STOP = (FUNCTION_WORDS | _VERBS) - frozenset(("of", "own", "more", "most", "other", "same", "the", "a", "an"))
_NOT_FIRST = frozenset("of thus hence then also particularly especially mainly namely".split())
_SINGULAR_VERBS = frozenset("is was has does".split())


def list_items(text: str, sentence: Span, span: Span) -> tuple[Span, ...]:
    """The items of the enumeration around ``span``, in text order, each within ``sentence``; ``(span,)`` if none.

    Args:
        text: the article's text.
        sentence: the whole sentences that hold the span.
    """
    lines = bulleted(text, span)
    if len(lines) > 1:
        return lines
    said = sentence.of(text)
    seed = Span(span.start - sentence.start, span.end - sentence.start)
    items = enumerated(said, seed)
    return tuple(Span(one.start + sentence.start, one.end + sentence.start) for one in items)


def people_in(text: str, span: Span) -> tuple[Span, ...]:
    """The people that a span names side by side, ``(span,)`` unless every piece reads as a whole name.

    For questions that do not say that they ask for several: "Trinidad and Tobago" and the like stay one.
    """
    said = span.of(text)
    pieces = _split(said, Span(0, len(said)), is_name=True)
    whole = all(_WHOLE_NAME.fullmatch(piece.of(said)) for piece in pieces)
    return tuple(Span(one.start + span.start, one.end + span.start) for one in pieces) if whole else (span,)


def join_items(text: str, items: Sequence[Span]) -> str:
    """The items as one line: between two that stand side by side the text's own words, else "; "."""
    said = items[0].of(text) if items else ""
    for before, item in pairwise(items):
        gap = text[before.end : item.start]
        said += (re.sub(r"\s+", " ", gap) if _BETWEEN.fullmatch(gap) else "; ") + item.of(text)
    return said


def enumerated(said: str, seed: Span) -> list[Span]:
    """The items of the enumeration around ``seed`` within the sentence ``said``, in order; ``[seed]`` when none."""
    is_name = _is_name(seed.of(said))
    items = _split(said, seed, is_name)
    joins: list[str] = [said[a.end : b.start] for a, b in pairwise(items)]
    if any(_CLOSING.search(join) for join in joins):
        return items
    before = _SEPARATOR_BEFORE.search(said[: seed.start])
    so_far = [before.group()] if before and _CLOSING.search(before.group()) else []
    while len(items) < MOST_ITEMS:
        found = _item_after(said, items[-1].end, is_name, [*so_far, *joins])
        if found is None or not _is_alike(found.of(said), seed.of(said)):
            break
        items.append(found)
        joins.append(said[items[-2].end : found.start])
    while len(items) < MOST_ITEMS:
        found = _item_before(said, items[0].start, is_name)
        if found is None or not _is_alike(found.of(said), seed.of(said)):
            break
        joins.insert(0, said[found.end : items[0].start])
        items.insert(0, found)
    if len(items) < 2 or not any(_CLOSING.search(join) for join in joins):
        return [seed]
    after = _TOKEN.search(said, items[-1].end)
    if after and after.group().lower() in _SINGULAR_VERBS and len(items) == 2:
        return [seed]
    return items


def _is_name(text: str) -> bool:
    """Whether the text reads as a name: its last word, and the first that is no determiner, have capitals or digits."""
    found = [match.group() for match in _TOKEN.finditer(text) if match.group()[0].isalnum()]
    while found and found[0].lower() in _DETERMINERS:
        found.pop(0)
    return bool(found) and _is_capital(found[-1]) and any(_is_capital(one) for one in found[:3])


def _is_alike(item: str, seed: str) -> bool:
    """Whether both begin with a number or neither does: a date is no neighbour of names."""
    return item[0].isdecimal() == seed[0].isdecimal()


def _is_capital(word: str) -> bool:
    return word[0].isupper() or word[0].isdecimal()


def _split(said: str, seed: Span, is_name: bool) -> list[Span]:
    """The items inside the reader's own span; the span alone unless every piece is an item."""
    pieces: list[Span] = []
    start = seed.start
    joins: list[str] = []
    for match in _SEPARATOR.finditer(said, seed.start, seed.end):
        if match.start() <= start or _inside_number(said, match.start()):
            continue
        pieces.append(Span(start, match.start()))
        joins.append(match.group())
        start = match.end()
    if start >= seed.end or not any(_CLOSING.search(join) for join in joins):
        return [seed]
    pieces.append(Span(start, seed.end))
    fit = all(
        (not is_name or any(_is_capital(m.group()) for m in _TOKEN.finditer(piece.of(said))))
        and len(piece.of(said).split()) <= LONGEST_ITEM
        for piece in pieces
    )
    return pieces if fit else [seed]


def _inside_number(said: str, position: int) -> bool:
    return 0 < position < len(said) - 1 and said[position - 1].isdigit() and said[position + 1 : position + 2].isdigit()


def _item_after(said: str, position: int, is_name: bool, joins: Sequence[str]) -> Span | None:
    """The item after a separator at ``position``; None when the enumeration has been closed or none follows."""
    # "A and B and C" goes on; after "A, B and C" the enumeration is over.
    is_closed = bool(joins) and _CLOSING.search(joins[-1]) is not None
    goes_on = all(map(_CLOSING.search, joins)) and re.match(r"\s+(?:and|or)\s", said[position:])
    if is_closed and not goes_on and not _ALONGSIDE.match(said, position):
        return None
    if aside := _ASIDE.match(said, position):
        position = aside.end()
    if is_name and (relative := _RELATIVE.match(said, position)):
        position = relative.end()
    separator = _SEPARATOR.match(said, position)
    if separator is None:
        return None
    return _name_at(said, separator.end()) if is_name else _phrase_at(said, separator.end())


def _name_at(said: str, position: int) -> Span | None:
    """The name that begins at ``position``, with its determiner and up to three describing words."""
    tokens = list(_tokens(said, position, 16))
    begin = 0
    while begin < len(tokens) and tokens[begin][0].lower() in ARTICLES:
        begin += 1
    described = begin
    while described < len(tokens) and described - begin <= 3 and not _is_capital(tokens[described][0]):
        if tokens[described][0].lower() in _STOP or not tokens[described][0][0].isalpha():
            return None
        described += 1
    if described >= len(tokens) or not _is_capital(tokens[described][0]):
        return None
    last = described
    for index in range(described + 1, len(tokens)):
        word, start, _ = tokens[index]
        if said[tokens[index - 1][2] : start].strip() or not word[0].isalnum():
            break
        if _is_capital(word):
            if word[0].isdecimal() and tokens[index - 1][0].lower() in _PARTICLES:
                break
            last = index
        elif word.lower() not in _PARTICLES:
            break
    return Span(tokens[0][1], tokens[last][2])


def _phrase_at(said: str, position: int) -> Span | None:
    """The common phrase that begins at ``position``: up to the next separator, mark or word that opens a clause."""
    end = None
    count = 0
    for word, _, stop in _tokens(said, position, LONGEST_ITEM + 1):
        if not (word[0].isalnum() or word in "\"“”'’‘$€£") or word.lower() in ("and", "or"):
            break
        if word.lower() in _STOP and not (
            count == 0 and word.lower() in ("to", "by", "in", "no", "not", "their", "its")
        ):
            break
        count += 1
        if word[0].isalnum():
            end = stop
    if end is None or count > LONGEST_ITEM:
        return None
    first = said[position:end].split()[0].lower()
    return (
        None if first in _STOP and first not in ("to", "by", "in", "no", "not", "their", "its") else Span(position, end)
    )


def _item_before(said: str, position: int, is_name: bool) -> Span | None:
    """The item before a separator that ends at ``position``."""
    separator = _SEPARATOR_BEFORE.search(said[:position])
    if separator is None or separator.start() == 0:
        return None
    end = separator.start()
    for aside in _ASIDE.finditer(said, 0, end):
        if aside.end() == end:
            end = aside.start()
    tokens = [token for token in _tokens(said, 0, 400) if token[2] <= end]
    if not tokens or tokens[-1][2] != end:
        return None
    return _name_before(said, tokens) if is_name else _phrase_before(tokens)


def _name_before(said: str, tokens: Sequence[tuple[str, int, int]]) -> Span | None:
    if not _is_capital(tokens[-1][0]):
        return None
    first = len(tokens) - 1
    index = first
    while index > 0:
        word, _, stop = tokens[index - 1]
        if said[stop : tokens[index][1]].strip() or not word[0].isalnum():
            break
        if _is_capital(word):
            first = index - 1
        elif word.lower() not in _PARTICLES or word.lower() in ("in", "on", "for"):
            break
        index -= 1
    while first < len(tokens) - 1 and tokens[first][0].lower() in FUNCTION_WORDS:
        first += 1
    if first > 0 and tokens[first - 1][0].lower() == "the":
        first -= 1
    if tokens[first][0].lower() in FUNCTION_WORDS - {"the"}:
        return None
    return Span(tokens[first][1], tokens[-1][2])


def _phrase_before(tokens: Sequence[tuple[str, int, int]]) -> Span | None:
    first = None
    for index in range(len(tokens) - 1, max(-1, len(tokens) - 1 - LONGEST_ITEM), -1):
        word = tokens[index][0]
        lowered = word.lower()
        is_verb = lowered in IRREGULAR_PAST or lowered.endswith("ed")
        if not word[0].isalnum() or lowered in _STOP or (first is not None and is_verb):
            break
        first = index
    if first is None:
        return None
    while first < len(tokens) and tokens[first][0].lower() in _NOT_FIRST:
        first += 1
    if first == len(tokens) or tokens[first][0].lower() in NUMBER_WORDS:
        return None
    return Span(tokens[first][1], tokens[-1][2])


def _tokens(said: str, position: int, most: int) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(said, position):
        found.append((match.group(), *match.span()))
        if len(found) >= most:
            break
    return found
