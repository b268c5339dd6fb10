"""Start and end scores of tokens to spans of the text: legal, whole words, exactly placed.

A span's score is the sum of its start and end logits, and "no answer" is the same sum at the [CLS] token, as in the
SQuAD recipe of BERT (Devlin et al. 2018, section 4.3). What is added here: spans begin and end at word boundaries,
several spans of one passage do not overlap, and marks that do not belong to an answer are trimmed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag.records import Span

Floats = npt.NDArray[np.float32]
Offsets = npt.NDArray[np.int64]

_PAIRS = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»"}
_SAME_ON_BOTH_SIDES = "\"'"
_LEADING = frozenset(" \t\n\r\u00a0,;:.!?…-–—/)]}»”’„•·")
_TRAILING = frozenset(" \t\n\r\u00a0,;:.!?…-–—/([{«“„‘•·")
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
    """

    first_token: int
    starts: Floats
    ends: Floats
    null: float


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A span of the article's text with its score (sum of start and end logit)."""

    span: Span
    score: float


def null_score(windows: Sequence[Window]) -> float:
    """The score of "this passage does not answer": the least of its windows', for one that answers is enough."""
    return min(window.null for window in windows)


def best_spans(
    text: str, offsets: Offsets, windows: Sequence[Window], *, start: int = 0, most_tokens: int = 30, count: int = 5
) -> list[ScoredSpan]:
    """The best spans of one passage, best first; no two of them overlap.

    A span lies within one window, has at most ``most_tokens`` tokens, and neither end cuts a word. Of several windows
    that hold it, the highest score counts. Equal scores are ordered by position, shorter first.

    Args:
        text: the passage's text.
        offsets: ``int[tokens, 2]``, half-open code point range of each passage token within ``text``.
        start: where the passage begins in its article; added to every span.
        count: most spans to return.
    """
    offsets = without_outer_space(text, offsets)
    scores = _span_scores(len(offsets), windows, most_tokens)
    _forbid_cut_words(scores, text, offsets)
    found: list[ScoredSpan] = []
    while len(found) < count and scores.size:
        first, length = divmod(int(np.argmax(scores)), scores.shape[1])
        score = float(scores[first, length])
        if score == -np.inf:
            break
        trimmed = trim(text, int(offsets[first, 0]), int(offsets[first + length, 1]))
        if trimmed is None or any(trimmed.overlaps(Span(s.span.start - start, s.span.end - start)) for s in found):
            scores[first, length] = -np.inf
            continue
        found.append(ScoredSpan(Span(trimmed.start + start, trimmed.end + start), score))
        _forbid_overlap(scores, offsets, trimmed)
    return found


def without_outer_space(text: str, offsets: Offsets) -> Offsets:
    """``offsets`` without the white space that some tokenizers count to a token; tokens of nothing become empty."""
    result = np.array(offsets, dtype=np.int64).reshape(-1, 2)
    for row in result:
        while row[0] < row[1] and text[row[0]].isspace():
            row[0] += 1
        while row[0] < row[1] and text[row[1] - 1].isspace():
            row[1] -= 1
    return result


def cuts_word(text: str, position: int) -> bool:
    """Whether a boundary at ``position`` lies inside a word or number: ``Ben|nett``, ``1,|000``, ``e|◌́``."""
    if not 0 < position < len(text):
        return False
    before, after = text[position - 1], text[position]
    if before == " " or after == " ":
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


def trim(text: str, start: int, end: int) -> Span | None:
    """The range without marks that do not belong to an answer, or None when nothing is left or a word is cut.

    Punctuation at the ends goes, except the full stop of an abbreviation and a sign or point before a number. A bracket
    or quotation mark without its partner goes when it stands at an end; when the partner is the very next character,
    it is taken in.
    """
    while True:
        before = (start, end)
        while start < end and text[start] in _LEADING and not _belongs_to_number(text, start, end):
            start += 1
        while start < end and text[end - 1] in _TRAILING and not _ends_abbreviation(text, start, end):
            end -= 1
        start, end = _balance(text, start, end)
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


def _forbid_cut_words(scores: Floats, text: str, offsets: Offsets) -> None:
    """Takes out spans that begin or end inside a word, or on a token that covers nothing."""
    starts, ends = offsets[:, 0].tolist(), offsets[:, 1].tolist()
    empty = [start >= end for start, end in zip(starts, ends, strict=True)]
    for token, start in enumerate(starts):
        if empty[token] or cuts_word(text, start):
            scores[token] = -np.inf
    for token, end in enumerate(ends):
        if empty[token] or cuts_word(text, end):
            for extra in range(min(scores.shape[1], token + 1)):
                scores[token - extra, extra] = -np.inf


def _forbid_overlap(scores: Floats, offsets: Offsets, taken: Span) -> None:
    """Takes out spans that share a character with ``taken``."""
    tokens, longest = scores.shape
    last = np.minimum(np.arange(tokens)[:, None] + np.arange(longest)[None, :], tokens - 1)
    scores[(offsets[:, :1] < taken.end) & (offsets[last, 1] > taken.start)] = -np.inf


def _balance(text: str, start: int, end: int) -> tuple[int, int]:
    """Mends one unpaired bracket or quotation mark, if there is one that can be mended."""
    if start >= end:
        return start, end
    first, last = text[start], text[end - 1]
    body = text[start:end]
    for opener, closer in _PAIRS.items():
        surplus = body.count(opener) - body.count(closer)
        if surplus > 0 and end < len(text) and text[end] == closer and first != opener:
            return start, end + 1
        if surplus > 0 and first == opener:
            return start + 1, end
        if surplus < 0 and last == closer:
            return start, end - 1
    for mark in _SAME_ON_BOTH_SIDES:
        if body.count(mark) % 2 == 1:
            if first == mark:
                return start + 1, end
            if last == mark:
                return start, end - 1
            if mark == '"' and end < len(text) and text[end] == mark:
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
