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
