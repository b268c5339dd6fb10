"""Start and end scores of tokens to spans of the text: legal, whole words, exactly placed.

A span's score is the sum of its start and end logits, and "no answer" is the same sum at the [CLS] token, as in the
SQuAD recipe of BERT (Devlin et al. 2018, section 4.3). What is added here: spans begin and end at word boundaries,
several spans of one passage do not overlap, none crosses the end of a paragraph or the edge of boilerplate, and marks
that do not belong to an answer are trimmed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from rag.language.paragraphs import BREAKS
from rag.records import Retrieved, Span

Floats = npt.NDArray[np.float32]
Offsets = npt.NDArray[np.int64]

_PAIRS = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»"}
_SAME_ON_BOTH_SIDES = "\"'"
_LEADING = frozenset(" \t\n\r\u00a0,;:.!?…-–—/)]}»”’„•·")
_TRAILING = frozenset(" \t\n\r\u00a0,;:.!?…-–—/([{«“„‘•·")
_LINE_BREAKS = re.compile(rf"[{BREAKS}]")
_BLANK_LINE = re.compile(rf"\s*(?:\r\n|[{BREAKS}])[^\S{BREAKS}]*(?:\r\n|[{BREAKS}])\s*")
_TAB = re.compile(r"\t+")
_IS_SPACE = np.array([chr(code).isspace() for code in range(0x3002)])
"""By code point; white space ends at U+3000."""
_ABBREVIATION = re.compile(
    r"(?:(?:^|\W)(?:\w\.)+|\b(?:Jr|Sr|Inc|Corp|Ltd|Co|Bros|St|Dr|Mr|Mrs|Ms|Prof|Gen|Sen|Rep|Gov|etc|al|vs|No|Ph\.D)\.)$"
)
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "IDEOGRAPHIC")
"""Scripts written without spaces, by the first word of a character's Unicode name: each character may begin a word."""


@dataclass(frozen=True, slots=True)
class Window:
    """A reader's logits for consecutive tokens of one passage.

    Attributes:
        first_token: position of the window's first token among the passage's tokens.
        starts, ends: ``float32[tokens]``, logits of a span's first and last token.
        null: start plus end logit of the [CLS] token.
        bearing: ``float32[tokens]``, logits whose mean over a sentence says whether it bears on the question; None
            where the reader has no such output.
    """

    first_token: int
    starts: Floats
    ends: Floats
    null: float
    bearing: Floats | None = None


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A span of the article's text with its score (sum of start and end logit)."""

    span: Span
    score: float


def null_score(windows: Sequence[Window]) -> float:
    """The score of "this passage does not answer": the least of its windows', for one that answers is enough."""
    return min(window.null for window in windows)


def barriers(found: Retrieved) -> tuple[int, ...]:
    """Positions in the passage's text that no span may cross, ascending: of paragraphs, table cells and boilerplate.

    A paragraph ends at a blank line, and at a line break between two sentences; a line break inside a sentence is only
    a wrapped line.
    """
    passage, text = found.passage, found.text
    blank = [match.span() for match in _BLANK_LINE.finditer(text)]
    positions = {start for start, _ in blank}
    for before, after in pairwise(passage.sentences):
        gap = text[before.end - passage.start : max(before.end, after.start) - passage.start]
        if _LINE_BREAKS.search(gap):
            positions.add(before.end - passage.start)
    cells = [tab.span() for tab in _TAB.finditer(text)]
    positions |= {edge for cell in cells if not any(start <= cell[0] < end for start, end in blank) for edge in cell}
    for one in found.article.boilerplate:
        positions |= {one.start - passage.start, one.end - passage.start}
    return tuple(sorted(position for position in positions if 0 < position < len(text)))


def crosses(span: Span, found: Retrieved) -> bool:
    """Whether ``span``, in the article's text, crosses one of the passage's :func:`barriers`."""
    start = found.passage.start
    return any(span.start < position + start < span.end for position in barriers(found))


def best_spans(
    text: str,
    offsets: Offsets,
    windows: Sequence[Window],
    *,
    start: int = 0,
    most_tokens: int = 30,
    count: int = 5,
    barriers: Sequence[int] = (),
    prior: Floats | None = None,
) -> list[ScoredSpan]:
    """The best spans of one passage, best first; no two of them overlap.

    A span lies within one window, has at most ``most_tokens`` tokens, and neither end cuts a word. Of several windows
    that hold it, the highest score counts. Equal scores are ordered by position, shorter first.

    Args:
        text: the passage's text.
        offsets: ``int[tokens, 2]``, half-open code point range of each passage token within ``text``.
        start: where the passage begins in its article; added to every span.
        count: most spans to return.
        barriers: positions in ``text`` that no span may cross.
        prior: ``float32[most_tokens]``, preference for spans of 1, 2, … tokens; it helps to choose, the scores that are
            returned are without it.
    """
    offsets = without_outer_space(text, offsets)
    scores = _span_scores(len(offsets), windows, most_tokens)
    _forbid_cut_words(scores, text, offsets)
    cuts = np.asarray([0, *sorted(barriers), len(text)], dtype=np.int64)
    if barriers:
        _forbid_crossing(scores, offsets, cuts)
    preferred = scores if prior is None else scores + prior[: scores.shape[1]]
    found: list[ScoredSpan] = []
    while len(found) < count and scores.size:
        first, length = divmod(int(np.argmax(preferred)), scores.shape[1])
        score = float(scores[first, length])
        if preferred[first, length] == -np.inf:
            break
        begin, end = int(offsets[first, 0]), int(offsets[first + length, 1])
        lowest = int(cuts[np.searchsorted(cuts, begin, side="right") - 1])
        highest = int(cuts[np.searchsorted(cuts, end, side="left")])
        trimmed = trim(text, begin, end, Span(lowest, highest))
        if trimmed is None or any(trimmed.overlaps(Span(s.span.start - start, s.span.end - start)) for s in found):
            preferred[first, length] = -np.inf
            continue
        found.append(ScoredSpan(Span(trimmed.start + start, trimmed.end + start), score))
        _forbid_overlap(preferred, offsets, trimmed)
    return found


def without_outer_space(text: str, offsets: Offsets) -> Offsets:
    """``offsets`` without the white space that some tokenizers count to a token; tokens of nothing become empty."""
    result = np.array(offsets, dtype=np.int64).reshape(-1, 2)
    space = _spaces(text)
    filled = result[:, 0] < result[:, 1]
    for token in np.flatnonzero(filled & (space[result[:, 0]] | space[result[:, 1] - 1])):
        start, end = result[token].tolist()
        piece = text[start:end]
        result[token] = (start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()))
        result[token, 1] = max(result[token])
    return result


def cuts_word(text: str, position: int) -> bool:
    """Whether a boundary at ``position`` lies inside a word or number: ``Ben|nett``, ``1,|000``, ``e|◌́``."""
    if not 0 < position < len(text):
        return False
    before, after = text[position - 1], text[position]
    if before.isspace() or after.isspace():
        return False
    if unicodedata.category(after).startswith("M") or "\u200d" in (before, after):
        return True
    if _is_word(before) and _is_word(after):
        return not (_is_unspaced(before) or _is_unspaced(after))
    if before.isdigit() and after in ".,:":
        return position + 1 < len(text) and text[position + 1].isdigit()
    if after.isdigit() and before in ".,:":
        return position > 1 and text[position - 2].isdigit()
    return False


def trim(text: str, start: int, end: int, within: Span | None = None) -> Span | None:
    """The range without marks that do not belong to an answer, or None when nothing is left or a word is cut.

    Punctuation at the ends goes, except the full stop of an abbreviation and a sign or point before a number. A bracket
    or quotation mark without its partner goes when it stands at an end; when the partner is the very next character
    outside, and lies ``within`` (by default anywhere), it is taken in.
    """
    within = within or Span(0, len(text))
    while True:
        before = (start, end)
        while start < end and text[start] in _LEADING and not _belongs_to_number(text, start, end):
            start += 1
        while start < end and text[end - 1] in _TRAILING and not _ends_abbreviation(text, start, end):
            end -= 1
        start, end = _balance(text, start, end, within)
        if (start, end) == before:
            break
    if start >= end or not any(_is_word(character) or _is_symbol(character) for character in text[start:end]):
        return None
    if cuts_word(text, start) or cuts_word(text, end):
        return None
    return Span(start, end)


def _span_scores(tokens: int, windows: Sequence[Window], most_tokens: int) -> Floats:
    """``float32[tokens, longest]``: the score of the span from token i over l + 1 tokens; -inf if in no window."""
    scores = np.full((tokens, min(most_tokens, tokens)), -np.inf, dtype=np.float32)
    for window in windows:
        size = len(window.starts)
        for extra in range(min(scores.shape[1], size)):
            part = scores[window.first_token : window.first_token + size - extra, extra]
            np.maximum(part, window.starts[: size - extra] + window.ends[extra:], out=part)
    return scores


def _spaces(text: str) -> npt.NDArray[np.bool_]:
    """``bool[len(text) + 1]``: which characters are white space; one False more, so that -1 and the end are allowed."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return np.append(_IS_SPACE[np.minimum(codes, len(_IS_SPACE) - 1)], False)


def _forbid_cut_words(scores: Floats, text: str, offsets: Offsets) -> None:
    """Takes out spans that begin or end inside a word, or on a token that covers nothing."""
    positions = np.unique(offsets)
    space = _spaces(text)
    cut = ~(space[positions] | space[positions - 1])
    cut[cut] = [cuts_word(text, position) for position in positions[cut].tolist()]
    inside = cut[np.searchsorted(positions, offsets)]
    empty = offsets[:, 0] >= offsets[:, 1]
    scores[empty | inside[:, 0]] = -np.inf
    ends = np.flatnonzero(empty | inside[:, 1])
    extras = np.arange(scores.shape[1])
    starts = ends[:, None] - extras[None, :]
    legal = starts >= 0
    scores[starts[legal], np.broadcast_to(extras, starts.shape)[legal]] = -np.inf


def _forbid_crossing(scores: Floats, offsets: Offsets, barriers: Offsets) -> None:
    """Takes out spans with a barrier strictly inside."""
    passed = np.searchsorted(barriers, offsets[:, 0], side="right")
    reached = np.searchsorted(barriers, offsets[:, 1], side="left")
    for extra in range(scores.shape[1]):
        size = len(offsets) - extra
        scores[:size, extra][reached[extra:] > passed[:size]] = -np.inf


def _forbid_overlap(scores: Floats, offsets: Offsets, taken: Span) -> None:
    """Takes out spans that share a character with ``taken``."""
    longest = scores.shape[1]
    # Tokens follow each other in the text: those that begin before its end and end after its start are consecutive.
    before = int(np.searchsorted(offsets[:, 0], taken.end, side="left"))
    after = int(np.searchsorted(offsets[:, 1], taken.start, side="right"))
    begin = max(0, after - longest + 1)
    last = np.arange(begin, before)[:, None] + np.arange(longest)[None, :]
    scores[begin:before][last >= after] = -np.inf


def _balance(text: str, start: int, end: int, within: Span) -> tuple[int, int]:
    """Mends one unpaired bracket or quotation mark, if there is one that can be mended ``within``."""
    if start >= end:
        return start, end
    first, last = text[start], text[end - 1]
    body = text[start:end]
    for opener, closer in _PAIRS.items():
        surplus = body.count(opener) - body.count(closer)
        if surplus > 0 and end < within.end and text[end] == closer and first != opener:
            return start, end + 1
        if surplus > 0 and first == opener:
            return start + 1, end
        if surplus < 0 and start > within.start and text[start - 1] == opener and last != closer:
            return start - 1, end
        if surplus < 0 and last == closer:
            return start, end - 1
    for mark in _SAME_ON_BOTH_SIDES:
        if body.count(mark) % 2 == 1:
            if first == mark:
                return start + 1, end
            if last == mark:
                return start, end - 1
            if mark == '"' and end < within.end and text[end] == mark:
                return start, end + 1
    return start, end


def _belongs_to_number(text: str, start: int, end: int) -> bool:
    """Whether the mark at ``start`` is the sign or decimal point of a number: ``-5``, ``.5``, ``–3``."""
    return text[start] in ".-–" and start + 1 < end and text[start + 1].isdigit()


def _ends_abbreviation(text: str, start: int, end: int) -> bool:
    return text[end - 1] == "." and _ABBREVIATION.search(text[start:end]) is not None


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")


def _is_symbol(character: str) -> bool:
    """Currency, percent-like and pictographic signs, which can be an answer by themselves."""
    return unicodedata.category(character).startswith("S")


def _is_unspaced(character: str) -> bool:
    return not character.isascii() and unicodedata.name(character, "").startswith(_UNSPACED)
