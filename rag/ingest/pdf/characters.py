"""PDFium's characters of a page, cut into lines. For the worker process: PDFium is not safe between threads."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from rag.ingest.pdf.glyphs import HYPHENS, Glyph, Line, Page

_WIDE_GAP = 2.2
"""Multiple of the font's size from which a gap in a line separates cells or columns, unless the line's other gaps are
nearly as wide: it is a justified line then."""
_WIDER_THAN_OTHERS = 1.8
_BOLD = re.compile(rb"bold|black|heavy|CM\w*BX|-Medi(?:Ital)?\b", re.IGNORECASE)
"""Names of bold fonts, TeX's among them. The weight that PDFium computes from the width of stems is often wrong."""
_LONGEST_FONT_NAME = 200
_UNSEEN = frozenset("\u00ad\ufeff\ufffe\uffff\u200b")
_LIGATURES = {
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st",
    "\uf0b7": "•", "\uf0a7": "▪",
}  # fmt: skip
"""Ligatures (Unicode's alphabetic presentation forms) as letters; the two bullets of the Symbol and Wingdings fonts."""


@dataclass(frozen=True, slots=True)
class View:
    """How a page's own coordinates become those of the page as viewed: cropped, turned, measured from the top."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @classmethod
    def of(cls, page: pdfium.PdfPage) -> View:
        """The view of ``page``."""
        left, bottom, right, top = page.get_bbox()
        return cls(left, bottom, right, top, page.get_rotation())

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.rotation in (90, 270) else (width, height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point, from the viewed page's upper left corner."""
        if self.rotation == 90:
            return y - self.bottom, x - self.left
        if self.rotation == 180:
            return self.right - x, y - self.bottom
        if self.rotation == 270:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """A box as left, top, right, bottom."""
        (x0, y0), (x1, y1) = self.point(left, bottom), self.point(right, top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def meaning(code: int) -> str:
    """What PDFium's character ``code`` is in the text; empty for what is not seen."""
    if code in (0x09, 0x20, 0x0A, 0x0D):
        return " "
    if code < 0x20 or 0x7F <= code < 0xA0 or code > 0x10FFFF:
        return ""
    if 0xD800 <= code < 0xE000:
        return "\ufffd"
    character = chr(code)
    return "" if character in _UNSEEN else _LIGATURES.get(character, character)


def character_box(text: pdfium.PdfTextPage, index: int, view: View) -> tuple[float, float, float, float]:
    """The box of a character in ``view``: left, top, right, bottom; without extent when PDFium knows none."""
    rectangle = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFText_GetLooseCharBox(text, index, rectangle):
        return 0.0, 0.0, 0.0, 0.0
    box = view.box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
    return box if all(map(math.isfinite, box)) else (0.0, 0.0, 0.0, 0.0)


def code_at(text: pdfium.PdfTextPage, index: int) -> tuple[int, int]:
    """The code point of a character, and how many of PDFium's characters it takes: two for a surrogate pair."""
    code = int(pdfium_c.FPDFText_GetUnicode(text, index))
    if 0xD800 <= code < 0xDC00:
        low = int(pdfium_c.FPDFText_GetUnicode(text, index + 1))
        if 0xDC00 <= low < 0xE000:
            return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00), 2
    return code, 1


def read_page(page: pdfium.PdfPage, text: pdfium.PdfTextPage, count: int) -> Page:
    """The first ``count`` characters of a page as lines, in the order in which the file draws them."""
    view = View.of(page)
    lines: list[Line] = []
    for glyphs, hyphenated in _runs(text, count, view):
        lines.extend(_cells(text, view, glyphs, hyphenated))
    return Page(*view.size, tuple(lines))


def _runs(text: pdfium.PdfTextPage, count: int, view: View) -> Iterator[tuple[list[Glyph], bool]]:
    """Glyphs up to each line break that PDFium found, with whether a hyphen stood there."""
    run: list[Glyph] = []
    index = 0
    while index < count:
        code, taken = code_at(text, index)
        if pdfium_c.FPDFText_IsHyphen(text, index) == 1:
            yield run, True
            run = []
        elif code in (0x0A, 0x0D):
            yield run, False
            run = []
        else:
            character = meaning(code)
            if character and (character != " " or (run and run[-1].text != " ")):
                run.append(Glyph(character, index, *character_box(text, index, view)))
        index += taken
    yield run, False


def _cells(text: pdfium.PdfTextPage, view: View, glyphs: list[Glyph], hyphenated: bool) -> Iterator[Line]:
    """A run cut where its gaps are wide; the hyphen stands at the end of the last part."""
    while glyphs and glyphs[-1].text == " ":
        glyphs.pop()
    if not glyphs:
        return
    seen = [place for place, glyph in enumerate(glyphs) if glyph.text != " "]
    gaps = [(place, glyphs[place].left - glyphs[before].right) for before, place in pairwise(seen)]
    size = _size(text, glyphs)
    usual = [gap for place, gap in gaps if glyphs[place - 1].text == " "]
    least = max(_WIDE_GAP * size, _WIDER_THAN_OTHERS * min(usual) if len(usual) > 1 else 0.0)
    start = 0
    for place, gap in gaps:
        if gap > least:
            yield _line(text, view, glyphs[start:place], hyphenated=False)
            start = place
    yield _line(text, view, glyphs[start:], hyphenated)


def _line(text: pdfium.PdfTextPage, view: View, glyphs: list[Glyph], hyphenated: bool) -> Line:
    while glyphs[-1].text == " ":
        glyphs.pop()
    size = _size(text, glyphs)
    is_bold = all(_is_bold(text, glyph) for glyph in (glyphs[0], glyphs[-1]))
    if not hyphenated and len(glyphs) > 1 and glyphs[-1].text in HYPHENS and glyphs[-2].text.isalnum():
        hyphenated = True
        glyphs = glyphs[:-1]
    return Line(tuple(glyphs), _base(text, view, glyphs[0]), size, is_bold, hyphenated)


def _size(text: pdfium.PdfTextPage, glyphs: list[Glyph]) -> float:
    """The font size as drawn, of the characters at both ends and in the middle."""
    matrix = pdfium_c.FS_MATRIX()
    sizes = []
    for glyph in (glyphs[0], glyphs[len(glyphs) // 2], glyphs[-1]):
        scale = 1.0
        if pdfium_c.FPDFText_GetMatrix(text, glyph.index, matrix):
            scale = math.hypot(matrix.c, matrix.d) or 1.0
        size = pdfium_c.FPDFText_GetFontSize(text, glyph.index) * scale
        if math.isfinite(size) and size > 0:
            sizes.append(size)
    return max(0.1, median(sizes)) if sizes else max(1.0, glyphs[0].bottom - glyphs[0].top)


def _is_bold(text: pdfium.PdfTextPage, glyph: Glyph) -> bool:
    name = ctypes.create_string_buffer(_LONGEST_FONT_NAME)
    pdfium_c.FPDFText_GetFontInfo(text, glyph.index, name, _LONGEST_FONT_NAME, ctypes.c_int())
    return _BOLD.search(name.value) is not None


def _base(text: pdfium.PdfTextPage, view: View, glyph: Glyph) -> float:
    x, y = ctypes.c_double(), ctypes.c_double()
    if not pdfium_c.FPDFText_GetCharOrigin(text, glyph.index, x, y):
        return glyph.bottom
    base = view.point(x.value, y.value)[1]
    return base if math.isfinite(base) else glyph.bottom
