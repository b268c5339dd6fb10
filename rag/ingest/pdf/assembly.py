"""Pages to one text: paragraphs on one line each, words mended at line ends, and where every character stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag.ingest.pdf.columns import in_reading_order
from rag.ingest.pdf.furniture import find_furniture
from rag.ingest.pdf.glyphs import Line, Page
from rag.ingest.pdf.paragraphs import Paragraph, Style, goes_on, split_paragraphs
from rag.language.english.compounds import FIRST_PARTS
from rag.language.paragraphs import ends_like_a_sentence

_LAST_LETTERS = re.compile(r"[^\W\d_]+$")
_FIRST_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_TITLE_SIZE = 1.15

Range = tuple[int, int]
Place = tuple[int, int, int, int]
"""Start in the text, page (from 0), first of PDFium's characters on that page, how many: one to one."""


@dataclass(frozen=True, slots=True)
class PdfText:
    """A document's text. Offsets are code points, ranges half-open.

    Attributes:
        pages: start of each page's text.
        headings, boilerplate: sorted, disjoint ranges.
        places: where the characters stand, by start in the text; what is in none was put in between lines.
        title: the largest heading of the first page that holds text, or None.
    """

    text: str = field(repr=False)
    pages: tuple[int, ...]
    headings: tuple[Range, ...]
    boilerplate: tuple[Range, ...]
    places: tuple[Place, ...] = field(repr=False)
    title: str | None


def assemble(pages: Sequence[Page]) -> PdfText:
    """The text of a document's pages.

    The lines of a paragraph are joined by blanks, paragraphs and pages are set apart by an empty line. A sentence that
    goes on over the end of a page stays whole: the furniture of the two pages stands elsewhere on its page.
    """
    edges = find_furniture(pages)
    bodies = [
        in_reading_order([line for number, line in enumerate(page.lines) if number not in header | footer])
        for page, (header, footer) in zip(pages, edges, strict=True)
    ]
    style = Style.of(bodies)
    blocks = [_Blocks(split_paragraphs(lines, style), style) for lines in bodies]
    filled = [number for number, block in enumerate(blocks) if block.paragraphs]
    for before, after in pairwise(filled):
        if goes_on(blocks[before].running[-1], blocks[after].running[0]):
            blocks[before].is_open = True
            blocks[after].is_continued = True
    writer = _Writer(_words(bodies))
    for number, (page, (header, footer)) in enumerate(zip(pages, edges, strict=True)):
        writer.begin_page(number)
        for paragraph, is_furniture in blocks[number].ordered(_furniture(page, header), _furniture(page, footer)):
            writer.write(
                paragraph,
                is_furniture=is_furniture or paragraph.is_contents,
                goes_on=blocks[number].goes_on_with(paragraph),
            )
    return writer.finish(_title(blocks, style))


class _Blocks:
    """The paragraphs of one page, with how they hang together with those of its neighbours."""

    def __init__(self, paragraphs: list[Paragraph], style: Style) -> None:
        self.paragraphs = paragraphs
        self.is_open = False
        """Whether the last running paragraph goes on on the next page."""
        self.is_continued = False
        """Whether the first paragraph goes on from the page before."""
        end = len(paragraphs)
        while end > 1 and paragraphs[end - 1].size * 1.12 < style.body and not paragraphs[end - 1].is_heading:
            end -= 1
        self.running = paragraphs[:end]
        self.notes = paragraphs[end:]
        """Footnotes: smaller type at the page's end."""

    def goes_on_with(self, paragraph: Paragraph) -> bool:
        """Whether ``paragraph`` goes on with the page before."""
        return self.is_continued and bool(self.running) and paragraph is self.running[0]

    def ordered(self, header: list[Paragraph], footer: list[Paragraph]) -> list[tuple[Paragraph, bool]]:
        """Everything on the page in the order of the text, with whether it is furniture."""
        running = self.running
        if self.is_continued and self.is_open and len(running) == 1 and (header or footer or self.notes):
            running[:] = _in_two(running[0])
        first = running[:1] if self.is_continued and not (self.is_open and len(running) == 1) else []
        last = running[-1:] if self.is_open else []
        between = running[len(first) : len(running) - len(last)]
        after = [(one, False) for one in self.notes] + [(one, True) for one in footer]
        return [
            *((one, False) for one in first),
            *((one, True) for one in header),
            *((one, False) for one in between),
            *(after if last else []),
            *((one, False) for one in last),
            *([] if last else after),
        ]


def _in_two(paragraph: Paragraph) -> list[Paragraph]:
    """A paragraph cut below a line that ends a sentence, so that furniture finds a place; whole if none does."""
    for number, line in enumerate(paragraph.lines[:-1], start=1):
        if ends_like_a_sentence(line.text):
            breaks = {one - number for one in paragraph.breaks if one > number}
            before = Paragraph(paragraph.lines[:number], {one for one in paragraph.breaks if one < number})
            return [before, Paragraph(paragraph.lines[number:], breaks)]
    return [paragraph]


def _furniture(page: Page, numbers: frozenset[int]) -> list[Paragraph]:
    lines = sorted((page.lines[number] for number in numbers), key=lambda line: (round(line.base), line.left))
    return [Paragraph([line]) for line in lines]


def _words(bodies: Iterable[Sequence[Line]]) -> frozenset[str]:
    """The words of a document, those cut at line ends left out."""
    words: set[str] = set()
    for lines in bodies:
        after_hyphen = False
        for line in lines:
            found = _WORD.findall(line.text.casefold())
            words.update(found[1 if after_hyphen else 0 : len(found) - 1 if line.is_hyphenated else None])
            after_hyphen = line.is_hyphenated
    return frozenset(words)


def _title(blocks: Sequence[_Blocks], style: Style) -> str | None:
    first = next((block.paragraphs for block in blocks if block.paragraphs), [])
    large = [one for one in first if one.is_heading and one.size >= _TITLE_SIZE * style.body]
    largest = max((round(one.size, 1) for one in large), default=0.0)
    return next((one.text for one in large if round(one.size, 1) == largest), None)


class _Writer:
    """Writes paragraphs one after the other and keeps where their characters stand."""

    def __init__(self, words: frozenset[str]) -> None:
        self._words = words
        self._parts: list[str] = []
        self._length = 0
        self._page = 0
        self._starts: list[int | None] = []
        self._headings: list[Range] = []
        self._furniture: list[Range] = []
        self._places: list[list[int]] = []
        self._open: Line | None = None
        """The last line, while a hyphen at its end waits for what follows."""

    def begin_page(self, number: int) -> None:
        """What is written from now on stands on page ``number``, from 0."""
        self._page = number
        self._starts.append(None)

    def write(self, paragraph: Paragraph, *, is_furniture: bool, goes_on: bool) -> None:
        """Append a paragraph; ``goes_on`` when it continues the last one."""
        if goes_on and self._open is not None:
            self._put(self._joint(self._open, paragraph.lines[0]))
        else:
            self._end_paragraph()
            self._put("\n\n" if self._length else "")
        start = self._length
        if self._starts[-1] is None:
            self._starts[-1] = start
        for number, line in enumerate(paragraph.lines):
            if number:
                before = paragraph.lines[number - 1]
                is_break = number in paragraph.breaks and not paragraph.is_heading
                self._put(_hyphen(before) + "\n" if is_break else self._joint(before, line))
            self._write_line(line)
        self._open = paragraph.lines[-1]
        if is_furniture or paragraph.is_heading:
            self._end_paragraph()
            (self._furniture if is_furniture else self._headings).append((start, self._length))

    def finish(self, title: str | None) -> PdfText:
        """What was written."""
        self._end_paragraph()
        starts: list[int] = []
        following = self._length
        for start in reversed(self._starts):
            following = following if start is None else start
            starts.append(following)
        places = tuple((start, page, index, count) for start, page, index, count in self._places)
        return PdfText(
            "".join(self._parts),
            tuple(reversed(starts)),
            tuple(self._headings),
            tuple(self._furniture),
            places,
            title,
        )

    def _end_paragraph(self) -> None:
        if self._open is not None:
            self._put(_hyphen(self._open))
            self._open = None

    def _joint(self, before: Line, after: Line) -> str:
        """What stands between two lines of a paragraph: a blank, or after a hyphen nothing or the hyphen."""
        if not before.is_hyphenated:
            return " "
        left, right = _LAST_LETTERS.search(before.text), _FIRST_LETTERS.match(after.text)
        if left is None or right is None or not right[0][0].islower():
            return "-"
        start, end = left[0].casefold(), right[0].casefold()
        is_compound = f"{start}-{end}" in self._words or start in FIRST_PARTS
        return "-" if is_compound and start + end not in self._words else ""

    def _write_line(self, line: Line) -> None:
        for glyph in line.glyphs:
            if glyph.index >= 0:
                self._place(glyph.text, glyph.index)
            self._put(glyph.text)

    def _place(self, text: str, index: int) -> None:
        last = self._places[-1] if self._places else None
        for offset in range(len(text)):
            start = self._length + offset
            follows = last is not None and last[1] == self._page and last[0] + last[3] == start
            if last is not None and follows and last[2] + last[3] == index and len(text) == 1:
                last[3] += 1
            else:
                last = [start, self._page, index, 1]
                self._places.append(last)

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def _hyphen(line: Line) -> str:
    return "-" if line.is_hyphenated else ""
