"""The quotations of a draft: between marks of any style, nested or not, and in block quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.records import Span

_CLOSERS = {
    "“": "”",
    "„": "“”",
    "‟": "”",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "「": "」",
    "『": "』",
    '"': '"',
    "‘": "’",
    "‚": "‘’",
    "'": "'",
}
_SINGLE = "‘'‚"
"""Marks that are apostrophes too: they open only before a word and close only after one."""
_BLANK_LINE = re.compile(r"\n[ \t>]*\n")
_BLOCK = re.compile(r"(?:^[ ]{0,3}>[^\n]*(?:\n|$))+", re.MULTILINE)
_CODE = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)[^\n]*$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_OPENS_BEFORE = ' \t\n\r([{—–-/>*_"“„«»‘'
_QUOTED = re.compile(r"\w")


def find_quotations(draft: str) -> list[Span]:
    """The ranges of the quotations in ``draft``, marks left out, in order and disjoint.

    A mark inside another quotation belongs to the outer one. A quotation ends with its paragraph at the latest, also
    one that goes on with a new opening mark in the next. Code is no quotation.
    """
    code = [Span(*match.span()) for match in _CODE.finditer(draft)]
    blocks = [
        span
        for match in _BLOCK.finditer(draft)
        if (span := _block(draft, *match.span())) is not None and not _within(span.start, code)
    ]
    found = [*blocks, *_marked(draft, [*code, *(Span(*match.span()) for match in _BLOCK.finditer(draft))])]
    return sorted(span for span in found if _QUOTED.search(span.of(draft)))


def quoted_text(draft: str, span: Span) -> str:
    """The words of a quotation: those of a block quote without its ``>`` marks."""
    return re.sub(r"\n[ ]{0,3}>[ ]?", "\n", span.of(draft))


def _block(draft: str, start: int, end: int) -> Span | None:
    """A block quote's text: no attribution line ("— Jane Doe"), and no marks around it."""
    lines = draft[start:end].rstrip("\n").split("\n")
    while lines and re.match(r"[ ]{0,3}>\s*(?:[—–]|--|$)", lines[-1]):
        lines.pop()
    inside = "\n".join(lines)
    first = re.match(r"[ ]{0,3}>[\s>]*[“”„«»\"‟]?", inside)
    last = re.search(r"[“”«»\"\s]*$", inside)
    begin = first.end() if first else 0
    stop = last.start() if last else len(inside)
    return Span(start + begin, start + stop) if begin < stop else None


def _marked(draft: str, taken: list[Span]) -> Iterator[Span]:
    position = 0
    while position < len(draft):
        inside = next((span for span in taken if span.start <= position < span.end), None)
        if inside is not None:
            position = inside.end
            continue
        end = _closing(draft, position) if draft[position] in _CLOSERS and _opens(draft, position) else None
        if end is None:
            position += 1
            continue
        start = position + 1
        text = draft[start:end]
        if text.strip():
            yield Span(start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip())))
        position = end + 1


def _opens(draft: str, position: int) -> bool:
    """Whether the mark can open: it touches what follows, and what precedes does not end a word."""
    before, after = draft[position - 1 : position], draft[position + 1 : position + 2]
    if not after or after.isspace():
        return False
    if draft[position] in "\"'‘‚»›":
        return not before or before in _OPENS_BEFORE
    return True


def _closing(draft: str, opening: int) -> int | None:
    """Where the quotation that opens at ``opening`` ends, or None when nothing closes it in its paragraph."""
    mark = draft[opening]
    closers = _CLOSERS[mark]
    blank = _BLANK_LINE.search(draft, opening)
    paragraph_end = blank.start() if blank else len(draft)
    depth = 0
    for position in range(opening + 1, paragraph_end):
        character = draft[position]
        if character in closers and not (mark in _SINGLE and not _closes_single(draft, position)):
            if depth == 0:
                return position
            depth -= 1
        elif character == mark and character not in closers and mark not in _SINGLE:
            depth += 1
    goes_on = blank is not None and draft[blank.end() :].lstrip()[:1] == mark
    return paragraph_end if goes_on and mark not in _SINGLE else None


def _closes_single(draft: str, position: int) -> bool:
    """A single mark closes when a word ends before it and none goes on after it."""
    before, after = draft[position - 1 : position], draft[position + 1 : position + 2]
    return not before.isspace() and not (after.isalnum() or after == "_")


def _within(position: int, spans: list[Span]) -> bool:
    return any(span.start <= position < span.end for span in spans)
