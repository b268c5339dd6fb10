"""Running headers, footers and page numbers: the lines at the edges of pages that come again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from rag.ingest.pdf.glyphs import Line, Page

_EDGE_LINES = 3
"""Lines from the top and from the bottom of a page that may be furniture."""
_REACH = 2
"""Pages on: left and right pages have headers of their own."""
_SAME_PLACE = 0.02
"""Share of the page's height by which a line may move from page to page."""
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"(?:page |p\. ?|[-–—] ?)?\d{1,4}(?: ?(?:of|/) ?\d{1,4})?(?: ?[-–—])?", re.IGNORECASE)
_PRINTED = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?\b.*|(?:https?|file)://\S+(?:\s+\d+/\d+)?"
)
"""What browsers print at the edges of a page: date, time and title; address and page."""
_MARGIN = 0.12
"""Share of the page's height that counts as its margin where only the wording tells."""


def find_furniture(pages: Sequence[Page]) -> list[tuple[frozenset[int], frozenset[int]]]:
    """For each page, which of its lines are headers and which are footers, by their numbers.

    A line at the edge is furniture when it comes again at the same height, its numbers aside, on one of the next two
    pages or the two before; or when it stands in the margin and is a page number or what browsers print there.
    """
    edges = [(_edge(page, from_top=True), _edge(page, from_top=False)) for page in pages]
    seen: dict[tuple[int, str], list[tuple[int, float]]] = defaultdict(list)
    for number, page in enumerate(pages):
        for side, edge in enumerate(edges[number]):
            for row in edge:
                for line in row:
                    seen[side, _key(page.lines[line])].append((number, page.lines[line].base / page.height))
    found = []
    for number, page in enumerate(pages):
        sides = []
        for side, edge in enumerate(edges[number]):
            marked: set[int] = set()
            for row in edge:  # inwards, until a row is not furniture
                lines = [page.lines[line] for line in row]
                if not (
                    _is_printed(page, lines)
                    or all(_comes_again(page, one, number, seen[side, _key(one)]) for one in lines)
                ):
                    break
                marked.update(row)
            sides.append(frozenset(marked))
        found.append((sides[0], sides[1] - sides[0]))
    return found


def _key(line: Line) -> str:
    """The line as it is compared: numbers differ from page to page."""
    return _NUMBER.sub("#", " ".join(line.text.split())).casefold()


def _edge(page: Page, *, from_top: bool) -> list[list[int]]:
    """The outermost rows of a page, from the edge inwards: the numbers of the lines of each."""
    order = sorted(range(len(page.lines)), key=lambda line: (page.lines[line].base, line), reverse=not from_top)
    rows: list[list[int]] = []
    for line in order:
        if rows and abs(page.lines[rows[-1][0]].base - page.lines[line].base) < page.lines[line].size / 2:
            rows[-1].append(line)
        elif len(rows) == _EDGE_LINES:
            break
        else:
            rows.append([line])
    return rows


def _comes_again(page: Page, line: Line, number: int, seen: Sequence[tuple[int, float]]) -> bool:
    place = line.base / page.height
    return any(0 < abs(other - number) <= _REACH and abs(there - place) <= _SAME_PLACE for other, there in seen)


def _is_printed(page: Page, row: Sequence[Line]) -> bool:
    """Whether a row is in the margin, and is a page number or what a browser prints."""
    place = row[0].base / page.height
    text = " ".join(" ".join(line.text for line in sorted(row, key=lambda line: line.left)).split())
    in_margin = place < _MARGIN or place > 1 - _MARGIN
    return in_margin and (_PAGE_NUMBER.fullmatch(text) is not None or _PRINTED.fullmatch(text) is not None)
