"""PDF bytes to text, and to the picture of a page. Runs in the worker process only."""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from rag.ingest.pdf.assembly import PdfText, assemble
from rag.ingest.pdf.characters import View, character_box, code_at, meaning, read_page
from rag.ingest.pdf.unreadable import find_unreadable

MOST_PAGES = 2_000
MOST_CHARACTERS = 5_000_000
"""Characters of a whole document: about thirty novels."""
MOST_PAGE_CHARACTERS = 200_000
LARGEST_PICTURE = 12_000_000
"""Pixels of a page's picture."""
_NEW_AREA_GAP = 2.0
"""Multiple of a character's height from which a gap divides an area in two."""

_OPENING_ERRORS = {
    pdfium_c.FPDF_ERR_PASSWORD: "password",
    pdfium_c.FPDF_ERR_SUCCESS: "no pages",
    pdfium_c.FPDF_ERR_FILE: "no pages",
}
"""Why a document cannot be opened; without pages, PDFium refuses it though it finds no error."""

Area = tuple[float, float, float, float]
Wanted = Sequence[tuple[int, str]]
"""Runs of characters on a page: the first one's number, and what they mean in the text."""


REASONS: dict[str, tuple[str, str]] = {
    "password": ("it can only be opened with a password", "Save a copy without a password and add that"),
    "damaged": ("it is not a PDF file, or is damaged", "Open it in a PDF viewer, print it into a new PDF and add that"),
    "no pages": ("it holds no pages", "Add a file that holds text"),
    "no text": (
        "it holds no text, only pictures of pages (a scan)",
        "Run text recognition first, for example: ocrmypdf in.pdf out.pdf; then add the result",
    ),
    "garbled": (
        "its text layer cannot be read: the letters in it do not have the meanings that are shown",
        "Run text recognition over it, for example: ocrmypdf --force-ocr in.pdf out.pdf; then add the result",
    ),
    "many pages": ("it has more than 2,000 pages", "Split it and add the parts"),
    "much text": ("it holds more text than a document of 2,000 pages", "Split it and add the parts"),
}
"""What is wrong and what to do, by a word for it."""


class PdfError(Exception):
    """A document cannot be used; ``str(error)`` is one of ``REASONS``.

    Attributes:
        problem, remedy: two halves of a message for the user.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.problem, self.remedy = REASONS[reason]


@dataclass(frozen=True, slots=True)
class ReadPdf:
    """What a document holds; the four facts are as its properties state them."""

    content: PdfText
    title: str
    author: str
    created: str
    producer: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page as PNG, its size in pixels, and for each list of wanted runs the areas (shares of width and height)."""

    png: bytes
    width: int
    height: int
    areas: list[list[Area]]


@contextmanager
def _opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    # PDFium remembers its last error, and names none for a document without pages.
    pdfium_c.FPDF_LoadDocument(b"", None)
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise PdfError(_OPENING_ERRORS.get(error.err_code, "damaged")) from error
    with suppress(pdfium.PdfiumError):
        document.init_forms()
    try:
        yield document
    finally:
        document.close()


def read(data: bytes) -> ReadPdf:
    """The text of a document.

    Raises:
        PdfError: it needs a password, is damaged, holds no pages or no text, or too much of either.
    """
    with _opened(data) as document:
        if len(document) > MOST_PAGES:
            raise PdfError("many pages")
        pages = []
        total = 0
        for number in range(len(document)):
            with _page(document, number) as (page, text, values_from):
                count = text.count_chars()
                total += count
                if count > MOST_PAGE_CHARACTERS or total > MOST_CHARACTERS:
                    raise PdfError("much text")
                pages.append(read_page(page, text, count, values_from))
        unreadable = find_unreadable(pages)
        content = _without(assemble(pages), unreadable.pages)
        if not _holds_words(content):
            raise PdfError("garbled" if unreadable.garbled else "no text")
        facts: dict[str, Any] = document.get_metadata_dict()
        return ReadPdf(
            content,
            facts.get("Title", ""),
            facts.get("Author", ""),
            _created(facts),
            facts.get("Producer", ""),
            tuple(unreadable.warnings(len(pages))),
        )


def _without(content: PdfText, pages: frozenset[int]) -> PdfText:
    """``content`` with the text of these pages marked as boilerplate, and none of its headings among them."""
    if not pages:
        return content
    ends = [*content.pages[1:], len(content.text)]
    ranges = sorted([*content.boilerplate, *((content.pages[page], ends[page]) for page in pages)])
    united: list[tuple[int, int]] = []
    for start, end in ranges:
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        elif start < end:
            united.append((start, end))
    headings = [span for span in content.headings if not any(start <= span[0] < end for start, end in united)]
    title = content.title if any(content.text[start:end] == content.title for start, end in headings) else None
    return replace(content, boilerplate=tuple(united), headings=tuple(headings), title=title)


def _holds_words(content: PdfText) -> bool:
    """Whether there is a letter or digit outside what is marked as boilerplate, or, if all of it is, at all."""
    position = 0
    for start, end in [*content.boilerplate, (len(content.text), len(content.text))]:
        if any(character.isalnum() for character in content.text[position:start]):
            return True
        position = end
    return False


@contextmanager
def _page(document: pdfium.PdfDocument, number: int) -> Iterator[tuple[pdfium.PdfPage, pdfium.PdfTextPage, int | None]]:
    """A page, its text with the values of form fields in it, and the number of the first of their characters."""
    try:
        values_from = _fill_in(document, number)
        page = document[number]
        try:
            text = page.get_textpage()
            try:
                yield page, text, values_from
            finally:
                text.close()
        finally:
            page.close()
    except (pdfium.PdfiumError, IndexError) as error:
        raise PdfError("damaged") from error


def _fill_in(document: pdfium.PdfDocument, number: int) -> int | None:
    """Make the values of a page's form fields part of the page; where they begin, or None if it has no form."""
    if not document.formenv:
        return None
    page = document[number]
    text = page.get_textpage()
    try:
        before = int(text.count_chars())
        with suppress(pdfium.PdfiumError):
            page.flatten()
        return before
    finally:
        text.close()
        page.close()


def _created(facts: dict[str, Any]) -> str:
    """The day in ``D:20250816…``; empty when the properties contradict themselves."""
    created, changed = (str(facts.get(name, "")).removeprefix("D:")[:8] for name in ("CreationDate", "ModDate"))
    return "" if changed and changed < created else created


def draw(data: bytes, number: int, width: int, wanted: Sequence[Wanted]) -> Drawing:
    """The picture of page ``number`` (from 0), ``width`` pixels wide unless that makes it too large.

    The areas of a run whose characters are no longer those of the text are left out.

    Raises:
        PdfError: the document or the page cannot be opened.
    """
    with _opened(data) as document, _page(document, number) as (page, text, _):
        view = View.of(page)
        page_width, page_height = view.size
        if not (page_width > 0 and page_height > 0 and math.isfinite(page_width * page_height)):
            raise PdfError("damaged")
        scale = min(width / page_width, math.sqrt(LARGEST_PICTURE / (page_width * page_height)))
        image = page.render(scale=scale).to_pil().convert("RGB")
        count = text.count_chars()
        areas = [_areas(text, view, count, runs) for runs in wanted]
        written = io.BytesIO()
        image.save(written, "PNG")
        return Drawing(written.getvalue(), image.width, image.height, areas)


def _areas(text: pdfium.PdfTextPage, view: View, count: int, runs: Wanted) -> list[Area]:
    """One area for each line, or part of one, that the runs cover."""
    boxes: list[list[float]] = []
    width, height = view.size
    for first, meant in runs:
        if not all(0 <= index < count and _means(text, index, one) for index, one in enumerate(meant, start=first)):
            return []
        for index, one in enumerate(meant, start=first):
            left, top, right, bottom = character_box(text, index, view)
            if one.isspace() or right <= left or bottom <= top:
                continue
            last = boxes[-1] if boxes else None
            if last is not None and _is_beside(last, left, top, bottom):
                last[:] = min(last[0], left), min(last[1], top), max(last[2], right), max(last[3], bottom)
            else:
                boxes.append([left, top, right, bottom])
    return [
        (left / width, top / height, (right - left) / width, (bottom - top) / height)
        for left, top, right, bottom in boxes
    ]


def _is_beside(box: Sequence[float], left: float, top: float, bottom: float) -> bool:
    """Whether a character stands on the line of ``box``, not before it and not far behind it."""
    height = bottom - top
    shared = min(box[3], bottom) - max(box[1], top)
    return shared > height / 2 and box[0] - height < left < box[2] + _NEW_AREA_GAP * height


def _means(text: pdfium.PdfTextPage, index: int, character: str) -> bool:
    shown = meaning(code_at(text, index)[0]) or " "
    return character in shown or unicodedata.normalize("NFKC", character) == shown or character == "\ufffd"
