"""What stands on a page, as the layout sees it. Lengths are points; the origin is the upper left corner as viewed."""

from __future__ import annotations

from dataclasses import dataclass, field

HYPHENS = "-\u00ad\u2010"


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character of a page.

    Attributes:
        text: what it stands for: one code point, or several for a ligature.
        index: its number among PDFium's characters of the page; -1 for what was put in.
        left, top, right, bottom: the box around it, with the ascent and descent of its font.
        base: where it stands, from the page's upper edge; 0 for spaces.
        size: its font's size as drawn; 0 for spaces.
    """

    text: str
    index: int
    left: float
    top: float
    right: float
    bottom: float
    base: float = 0.0
    size: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """Glyphs beside each other, spaces among them, in reading order; neither the first nor the last is a space.

    Attributes:
        base: where the line stands, from the page's upper edge.
        size: the font's size.
        is_bold: whether all of it is in bold type.
        is_hyphenated: whether a hyphen that is not among the glyphs stood at its end.
        is_row: whether it is a row of a table; its cells are separated by tabs without a glyph of their own.
    """

    glyphs: tuple[Glyph, ...] = field(repr=False)
    base: float
    size: float
    is_bold: bool = False
    is_hyphenated: bool = False
    is_row: bool = False

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(glyph.text for glyph in self.glyphs)

    @property
    def left(self) -> float:
        """The left edge of its first glyph."""
        return self.glyphs[0].left

    @property
    def right(self) -> float:
        """The right edge of its last glyph."""
        return self.glyphs[-1].right

    @property
    def first_word_width(self) -> float:
        """How much room its first word takes."""
        end = self.left
        for glyph in self.glyphs:
            if glyph.text.isspace():
                break
            end = glyph.right
        return end - self.left


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of one page in the order in which the file draws them.

    Attributes:
        width, height: as viewed, a rotated page turned.
        unknown: how many characters the file does not say the meaning of.
        is_picture: whether a picture or drawing fills it and next to no text stands on it.
    """

    width: float
    height: float
    lines: tuple[Line, ...] = field(repr=False)
    unknown: int = 0
    is_picture: bool = False
