"""Passages: consecutive whole sentences that fit the encoder's window.

How an article is cut:

- Boilerplate is never inside a passage: the text on either side of it is cut into passages by itself (a stretch).
- A passage is filled sentence by sentence up to ``max_tokens``. If the next sentence does not fit, the passage ends at
  its last paragraph end when that lies in its second half, else before the sentence that did not fit.
- A heading is a unit like a sentence, so that a passage may open with it or hold it, but no passage ends with one, and
  a passage that is already half full ends before it.
- Each passage but a stretch's first repeats the last ``overlap_sentences`` sentences of the one before, unless they
  leave no room for a new one, or a heading begins a new subject there.
- A stretch's last passage that came out short is widened backwards.
- A sentence longer than ``max_tokens`` is cut at clause or word ends; the pieces stand in ``Passage.sentences``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.language.paragraphs import LINE_BREAK, ends_like_a_sentence, lies_alone
from rag.language.reading_text import reading_text
from rag.records import Article, Passage, Span

CountTokens = Callable[[Sequence[str]], list[int]]

LONGEST_TITLE = 200
"""Characters of a title that are embedded with each passage: about 50 tokens, all that the encoder's window leaves."""
_CHARACTERS_PER_TOKEN = 12
"""A tokenizer may take any long word for one unknown token; no more characters than this are taken for one. English
has 4 to 5 characters per WordPiece token."""
_BATCH = 2048
_LONGEST_WORD = 48
_HALF = 0.5
_MOST_HEADINGS = 3
"""Headings in a row: a title, a chapter and a section."""
_SHORT = 0.35
"""Share of ``max_tokens`` below which a last passage is widened."""
_WORD = re.compile(rf"\S{{1,{_LONGEST_WORD}}}")
_CLAUSE_END = re.compile(r"[,;:)\]–—、，；]$")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, a heading or a piece of a long sentence, with its tokens."""

    span: Span
    tokens: int
    is_heading: bool
    is_piece: bool
    ends_paragraph: bool


def embedding_text(title: str, passage_text: str) -> str:
    """What the encoder reads for a passage: the article's title as context, then the passage, both as they are read.

    The title is left out when the passage begins with it.
    """
    title, passage_text = reading_text(title[:LONGEST_TITLE].strip()).text, reading_text(passage_text).text
    if not title or passage_text.startswith(title.rstrip("…")):
        return passage_text
    return f"{title}\n{passage_text}"


def split_passages(
    article: Article,
    sentences: Sequence[Span],
    count_tokens: CountTokens,
    max_tokens: int,
    overlap_sentences: int,
) -> list[Passage]:
    """Cut an article into passages, in order; every content sentence lies in at least one.

    Args:
        article: its boilerplate is left out.
        sentences: the article's sentences in order; those that touch boilerplate are skipped.
        count_tokens: tokens of each text, without special tokens, as the encoder counts them.
        max_tokens: most tokens of a passage. Only a single grapheme that has more of them may exceed it.
        overlap_sentences: whole sentences that a passage shares with the one before it.

    Returns:
        Passages with ``passage_id`` 0, their ``start`` and ``end`` those of their first and last sentence.
    """
    passages: list[Passage] = []
    for stretch in _stretches(article, sentences):
        units = _measured(article.text, stretch, count_tokens, max_tokens)
        for first, last in _cut(units, max_tokens, overlap_sentences):
            spans = tuple(unit.span for unit in units[first:last])
            passages.append(Passage(article.article_id, spans[0].start, spans[-1].end, spans))
    return passages


def _stretches(article: Article, sentences: Sequence[Span]) -> Iterator[list[Span]]:
    """Runs of sentences with no boilerplate between them."""
    marked = iter(article.boilerplate)
    current = next(marked, None)
    stretch: list[Span] = []
    for sentence in sentences:
        while current is not None and current.end <= sentence.start:
            current = next(marked, None)
            if stretch:
                yield stretch
                stretch = []
        if current is None or not current.overlaps(sentence):
            stretch.append(sentence)
    if stretch:
        yield stretch


def _measured(text: str, stretch: Sequence[Span], count_tokens: CountTokens, max_tokens: int) -> list[_Unit]:
    longest = max_tokens * _CHARACTERS_PER_TOKEN
    fitting = [span for span in stretch if len(span) <= longest]
    tokens = dict(zip(fitting, _count(text, fitting, count_tokens), strict=True))
    units: list[_Unit] = []
    for number, span in enumerate(stretch):
        following = stretch[number + 1].start if number + 1 < len(stretch) else len(text)
        ends_paragraph = following == len(text) or LINE_BREAK.search(text, span.end, following) is not None
        count = tokens.get(span)
        if count is not None and count <= max_tokens:
            units.append(_Unit(span, count, _is_heading(text, span), False, ends_paragraph))
            continue
        pieces = _pieces(text, span, count_tokens, max_tokens)
        units.extend(
            _Unit(piece, count, False, True, ends_paragraph and piece.end == span.end) for piece, count in pieces
        )
    return _without_list_lines(units)


def _without_list_lines(units: list[_Unit]) -> list[_Unit]:
    """The units, with many headings in a row taken for what they are: lines of a list or a poem."""
    first = 0
    while first < len(units):
        last = first
        while last < len(units) and units[last].is_heading:
            last += 1
        if last - first > _MOST_HEADINGS:
            units[first:last] = [replace(unit, is_heading=False) for unit in units[first:last]]
        first = max(last, first + 1)
    return units


def _count(text: str, spans: Sequence[Span], count_tokens: CountTokens) -> list[int]:
    counts: list[int] = []
    for first in range(0, len(spans), _BATCH):
        counts.extend(count_tokens([span.of(text) for span in spans[first : first + _BATCH]]))
    return counts


def _is_heading(text: str, span: Span) -> bool:
    """Whether the unit is a line of its own without a full stop, and no list item."""
    return len(span) <= 200 and not ends_like_a_sentence(span.of(text)) and lies_alone(text, span)


def _pieces(text: str, sentence: Span, count_tokens: CountTokens, max_tokens: int) -> list[tuple[Span, int]]:
    """A long sentence in pieces of at most ``max_tokens``, cut after a clause if one ends in the second half."""
    atoms = _atoms(text, sentence, count_tokens, max_tokens)
    longest = max_tokens * _CHARACTERS_PER_TOKEN
    pieces: list[tuple[Span, int]] = []
    first = 0
    while first < len(atoms):
        total, last = 0, first
        clause_end = clause_total = 0
        while last < len(atoms):
            span, count = atoms[last]
            if last > first and (total + count > max_tokens or span.end - atoms[first][0].start > longest):
                break
            total += count
            last += 1
            if total >= _HALF * max_tokens and _CLAUSE_END.search(text, span.start, span.end):
                clause_end, clause_total = last, total
        if last < len(atoms) and clause_end:
            last, total = clause_end, clause_total
        pieces.append((Span(atoms[first][0].start, atoms[last - 1][0].end), total))
        first = last
    return pieces


def _atoms(text: str, sentence: Span, count_tokens: CountTokens, max_tokens: int) -> list[tuple[Span, int]]:
    """The words of a sentence with their tokens; a word of more than ``max_tokens`` is halved until it fits."""
    spans = [Span(*match.span()) for match in _WORD.finditer(text, sentence.start, sentence.end)]
    spans = _with_whole_graphemes(text, spans)
    while True:
        counts = _count(text, spans, count_tokens)
        if all(count <= max_tokens or len(span) == 1 for span, count in zip(spans, counts, strict=True)):
            return list(zip(spans, counts, strict=True))
        halves: list[Span] = []
        for span, count in zip(spans, counts, strict=True):
            if count <= max_tokens or len(span) == 1:
                halves.append(span)
            else:
                middle = (span.start + span.end) // 2
                halves += [Span(span.start, middle), Span(middle, span.end)]
        spans = halves


def _with_whole_graphemes(text: str, spans: Sequence[Span]) -> list[Span]:
    """Hard cuts moved so that no word begins with a combining mark, a joiner or a variation selector."""
    moved: list[Span] = []
    for span in spans:
        start = span.start
        if moved and moved[-1].end == start:
            limit = min(span.end, start + 16)
            while start < limit and (
                unicodedata.combining(text[start]) or text[start] in "\u200d\ufe0e\ufe0f" or text[start - 1] == "\u200d"
            ):
                start += 1
            moved[-1] = Span(moved[-1].start, start)
        if start < span.end:
            moved.append(Span(start, span.end))
    return moved


def _cut(units: Sequence[_Unit], max_tokens: int, overlap_sentences: int) -> list[tuple[int, int]]:
    """Half-open ranges of ``units``, each a passage."""
    ranges: list[tuple[int, int]] = []
    first = new = 0
    while new < len(units):
        last = _fill(units, first, new, max_tokens)
        ranges.append((first, last))
        new = last
        first = _overlapping(units, ranges[-1], max_tokens, overlap_sentences)
    _widen_last(units, ranges, max_tokens)
    return ranges


def _fill(units: Sequence[_Unit], first: int, new: int, max_tokens: int) -> int:
    """Where the passage that begins at ``first`` ends; it takes at least the unit ``new``."""
    total = sum(unit.tokens for unit in units[first:new])
    last = new
    paragraph_end = 0
    while last < len(units):
        unit = units[last]
        if last > new and (
            total + unit.tokens > max_tokens
            or (unit.is_heading and total >= _HALF * max_tokens)
            or _too_many_characters(units[first], unit, max_tokens)
        ):
            break
        total += unit.tokens
        last += 1
        if unit.ends_paragraph and not unit.is_heading and total >= _HALF * max_tokens:
            paragraph_end = last
    if last == len(units):
        return last
    if paragraph_end > new:
        return paragraph_end
    return _without_last_headings(units, new, last)


def _without_last_headings(units: Sequence[_Unit], new: int, last: int) -> int:
    """The end of a passage without the headings at its end, which belong to what follows."""
    end = last
    while end > new and units[end - 1].is_heading:
        end -= 1
    return end if end > new else last


def _too_many_characters(first: _Unit, last: _Unit, max_tokens: int) -> bool:
    return last.span.end - first.span.start > max_tokens * _CHARACTERS_PER_TOKEN


def _overlapping(units: Sequence[_Unit], before: tuple[int, int], max_tokens: int, overlap_sentences: int) -> int:
    """Where the passage after ``before`` begins: some whole sentences back, if a new one fits after them."""
    begin, new = before
    if new >= len(units) or units[new].is_heading or units[new].is_piece:
        return new
    room = max_tokens - units[new].tokens
    first = new
    while first - 1 > begin and new - first < overlap_sentences:
        unit = units[first - 1]
        if unit.is_piece or unit.is_heading or unit.tokens > room:
            break
        room -= unit.tokens
        first -= 1
    return first


def _widen_last(units: Sequence[_Unit], ranges: list[tuple[int, int]], max_tokens: int) -> None:
    """Let a short last passage begin earlier, so that it is not a stub without context."""
    if len(ranges) < 2:
        return
    first, last = ranges[-1]
    total = sum(unit.tokens for unit in units[first:last])
    if total >= _SHORT * max_tokens:
        return
    while (
        first > 0
        and total < _HALF * max_tokens
        and total + units[first - 1].tokens <= max_tokens
        and not _too_many_characters(units[first - 1], units[last - 1], max_tokens)
    ):
        first -= 1
        total += units[first].tokens
    ranges.pop()
    while ranges and first <= ranges[-1][0]:
        ranges.pop()
    ranges.append((first, last))
