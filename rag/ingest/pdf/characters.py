"""PDFium's characters of a page, cut into lines. For the worker process: PDFium is not safe between threads."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from rag.ingest.pdf.glyphs import Glyph, Line, Page
from rag.ingest.pdf.lines import (
    as_line,
    goes_on_beside,
    is_elsewhere,
    line_size,
    with_drop_caps,
    with_marks,
    with_values,
    without_doubles,
)

_WIDE_GAP = 2.2
"""Multiple of the font's size from which a gap in a line separates cells or columns, unless the line's other gaps are
nearly as wide: it is a justified line then."""
_WIDER_THAN_OTHERS = 1.8
_BOLD = re.compile(rb"bold|black|heavy|CM\w*BX|-Medi(?:Ital)?\b", re.IGNORECASE)
"""Names of bold fonts, TeX's among them. The weight that PDFium computes from the width of stems is often wrong."""
_LONGEST_FONT_NAME = 200
_SAMPLED = 200
"""Characters of a page that are asked how they are turned."""
_DOUBLE = 0.3
"""Share of its width by which a letter that is drawn again may stand beside the first."""
_LEAST_SPACE = 0.15
"""Font sizes between a mark and what follows it from which there is a blank."""
_MOST_STAMP = 150
"""Characters that a scanner or a page's number puts on a picture."""
_FULL_PAGE = 0.5
_MANY_SHAPES = 300
"""Shapes of a page whose letters are drawn as outlines."""
_MOST_OBJECTS = 5_000
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

    @classmethod
    def upright(cls, page: pdfium.PdfPage, text: pdfium.PdfTextPage, count: int) -> View:
        """The view of ``page`` in which most of its text stands upright, however the page itself is turned."""
        view = cls.of(page)
        step = max(1, count // _SAMPLED)
        turns = Counter(
            -round(math.degrees(pdfium_c.FPDFText_GetCharAngle(text, index)) / 90) * 90 % 360
            for index in range(0, count, step)
            if pdfium_c.FPDFText_GetUnicode(text, index) > 0x20
        )
        if not turns:
            return view
        turn, times = turns.most_common(1)[0]
        if 2 * times <= turns.total():
            return view
        return replace(view, rotation=turn)

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


def read_page(page: pdfium.PdfPage, text: pdfium.PdfTextPage, count: int, values_from: int | None = None) -> Page:
    """The first ``count`` characters of a page as lines, in the order in which the file draws them.

    Args:
        values_from: the number of the first character that a form's fields hold; they are read beside their labels.
    """
    view = View.upright(page, text, count)
    reading = _Reading(text, view, count)
    lines: list[Line] = []
    values: list[Line] = []
    for glyphs, hyphenated in reading.runs():
        is_value = values_from is not None and any(glyph.index >= values_from for glyph in glyphs)
        shown = (line for line in _cells(text, glyphs, hyphenated) if _is_on_page(line, view))
        (values if is_value else lines).extend(shown)
    if view.rotation and 2 * sum(below.base < line.base for line, below in pairwise(lines)) > len(lines):
        lines.reverse()  # PDFium sorts lines that stand beside each other from left to right, turned or not
    lines = with_drop_caps(without_doubles(lines))
    return Page(*view.size, tuple(with_values(lines, values)), reading.unknown, _is_picture(page, view, lines))


class _Reading:
    """Reads a page's glyphs, cut where a line ends."""

    def __init__(self, text: pdfium.PdfTextPage, view: View, count: int) -> None:
        self._text = text
        self._view = view
        self._count = count
        self._matrix = pdfium_c.FS_MATRIX()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self.unknown = 0

    def runs(self) -> Iterator[tuple[list[Glyph], bool]]:
        """Glyphs up to each line break, with whether a hyphen stood there.

        PDFium breaks a line at a raised character; what goes on beside it on the same line is the same run.
        """
        run: list[Glyph] = []
        breaks = False
        index = 0
        while index < self._count:
            code, taken = code_at(self._text, index)
            if pdfium_c.FPDFText_IsHyphen(self._text, index) == 1:
                yield run, True
                run, breaks = [], False
            elif code in (0x0A, 0x0D):
                breaks = True
            else:
                glyph = self._glyph(code, index)
                if glyph is not None and not breaks and is_elsewhere(run, glyph):
                    yield run, False
                    run = []
                if glyph is not None and breaks and glyph.text != " ":
                    if goes_on_beside(run, glyph):
                        if run[-1].text != " " and glyph.left - run[-1].right > _LEAST_SPACE * glyph.size:
                            run.append(Glyph(" ", -1, *(4 * [0.0])))
                    else:
                        yield run, False
                        run = []
                    breaks = False
                if glyph is not None and not _is_double(run, glyph):
                    run.append(glyph)
            index += taken
        yield run, False

    def _glyph(self, code: int, index: int) -> Glyph | None:
        """The character, or None when it has no shape of its own."""
        character = meaning(code)
        if code < 0x20 and pdfium_c.FPDFText_HasUnicodeMapError(self._text, index) == 1:
            character = "\ufffd"
        self.unknown += character == "\ufffd" or (0x80 <= code < 0xA0) or 0xE000 <= code < 0xF8FF
        if not character:
            return None
        box = character_box(self._text, index, self._view)
        if character == " ":
            return Glyph(" ", index, *box)
        return Glyph(character, index, *box, self._base(index, box[3]), self._size(index, box))

    def _size(self, index: int, box: tuple[float, float, float, float]) -> float:
        """The font size as drawn."""
        scale = 1.0
        if pdfium_c.FPDFText_GetMatrix(self._text, index, self._matrix):
            scale = math.hypot(self._matrix.c, self._matrix.d) or 1.0
        size = pdfium_c.FPDFText_GetFontSize(self._text, index) * scale
        return max(0.1, size) if math.isfinite(size) and size > 0 else max(1.0, box[3] - box[1])

    def _base(self, index: int, otherwise: float) -> float:
        if not pdfium_c.FPDFText_GetCharOrigin(self._text, index, self._x, self._y):
            return otherwise
        base = self._view.point(self._x.value, self._y.value)[1]
        return base if math.isfinite(base) else otherwise


def _is_double(run: Sequence[Glyph], glyph: Glyph) -> bool:
    """Whether a glyph is no further one: a second space, or drawn over the last to make it bold."""
    if not run:
        return glyph.text == " "
    last = run[-1]
    if glyph.text != last.text:
        return False
    width = glyph.right - glyph.left
    # At the very same place it is a part of a ligature: PDFium itself leaves out what is drawn twice there.
    return glyph.text == " " or 0.001 * width < abs(glyph.left - last.left) < _DOUBLE * width


def _cells(text: pdfium.PdfTextPage, glyphs: list[Glyph], hyphenated: bool) -> Iterator[Line]:
    """A run cut where its gaps are wide; the hyphen stands at the end of the last part."""
    while glyphs and glyphs[-1].text == " ":
        glyphs.pop()
    if not glyphs:
        return
    seen = [place for place, glyph in enumerate(glyphs) if glyph.text != " "]
    gaps = [(place, glyphs[place].left - glyphs[before].right) for before, place in pairwise(seen)]
    usual = [gap for place, gap in gaps if glyphs[place - 1].text == " "]
    least = max(_WIDE_GAP * line_size(glyphs), _WIDER_THAN_OTHERS * min(usual) if len(usual) > 1 else 0.0)
    start = 0
    for place, gap in gaps:
        if gap > least:
            yield _line(text, glyphs[start:place], hyphenated=False)
            start = place
    yield _line(text, glyphs[start:], hyphenated)


def _line(text: pdfium.PdfTextPage, glyphs: list[Glyph], hyphenated: bool) -> Line:
    while glyphs[-1].text == " ":
        glyphs.pop()
    is_bold = all(_is_bold(text, glyph) for glyph in (glyphs[0], glyphs[-1]))
    return as_line(with_marks(glyphs), is_bold, hyphenated)


def _is_on_page(line: Line, view: View) -> bool:
    """Whether a part of a line is within the page's edges; what the file does not place counts as that."""
    width, height = view.size
    boxes = [glyph for glyph in line.glyphs if glyph.right > glyph.left]
    return not boxes or any(
        glyph.right > 0 and glyph.left < width and glyph.bottom > 0 and glyph.top < height for glyph in boxes
    )


def _is_picture(page: pdfium.PdfPage, view: View, lines: Sequence[Line]) -> bool:
    """Whether a page is a scan, or text drawn as shapes: it shows something, and has next to no text."""
    if sum(len(line.glyphs) for line in lines) > _MOST_STAMP:
        return False
    shapes = 0
    width, height = view.size
    for number, shape in enumerate(page.get_objects(max_depth=3)):
        if shape.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = shape.get_bounds()
            if (right - left) * (top - bottom) > _FULL_PAGE * width * height:
                return True
        shapes += shape.type in (pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_SHADING)
        if shapes > _MANY_SHAPES or number > _MOST_OBJECTS:
            return shapes > _MANY_SHAPES
    return False


def _is_bold(text: pdfium.PdfTextPage, glyph: Glyph) -> bool:
    name = ctypes.create_string_buffer(_LONGEST_FONT_NAME)
    pdfium_c.FPDFText_GetFontInfo(text, glyph.index, name, _LONGEST_FONT_NAME, ctypes.c_int())
    return _BOLD.search(name.value) is not None
