"""The file an article came from, kept so that its pages can be shown, and a page as it is shown. All frozen."""

from __future__ import annotations

from dataclasses import dataclass, field

Place = tuple[int, int, int, int]
"""Where consecutive characters of a text stand: their start in the text, the page (from 0), the number of the first on
that page, and how many there are, one to one."""


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was added, with where the characters of its article's text stand on its pages.

    Attributes:
        data: the file's bytes.
        places: by start in the text; what is in none of them is not on a page (a blank between two lines).
    """

    data: bytes = field(repr=False)
    places: tuple[Place, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class PageArea:
    """A rectangle on a page, in shares (0 to 1) of the page's width and height from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page of an article as its file shows it, with where spans stand on it.

    Attributes:
        page: from 1.
        pages: how many the article has.
        png: the picture, an opaque PNG.
        width, height: its size in pixels.
        areas: for each span that was asked for, in order, an area for each line that it touches on this page; none
            where it stands on another page.
    """

    article_id: str
    page: int
    pages: int
    png: bytes = field(repr=False)
    width: int
    height: int
    areas: tuple[tuple[PageArea, ...], ...] = field(default=(), repr=False)
