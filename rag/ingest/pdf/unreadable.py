"""Which pages hold nothing to read: pictures of text, a scanner's stamp, text that is no language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.ingest.pdf.glyphs import Page
from rag.ingest.pdf.legibility import is_legible

_DIGITS = re.compile(r"\d+")
_STAMP = re.compile(
    r"(?:scanned|digiti[sz]ed|created|converted|made|scan) (?:by|with|using|from)\b.{0,60}"
    r"|.{0,20}(?:camscanner|genius scan|adobe scan|tiny ?scanner|(?:microsoft|office) lens|scanner (?:pro|app)"
    r"|simple scan|swiftscan|notebloc).{0,40}|[\W\d#]*",
    re.IGNORECASE,
)
"""What scanning programs put on a page; or only numbers."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Pages, by their number from 0, from which nothing can be quoted.

    Attributes:
        pictures: pages that are pictures, but for a stamp or a page number.
        garbled: pages whose text layer is no language.
        unknown: characters without a stated meaning on the other pages.
    """

    pictures: frozenset[int]
    garbled: frozenset[int]
    unknown: int

    @property
    def pages(self) -> frozenset[int]:
        """All of them."""
        return self.pictures | self.garbled

    def warnings(self, pages: int) -> Iterable[str]:
        """What the user should know of a document of ``pages`` pages."""
        if self.pictures:
            yield (
                f"{len(self.pictures)} of {pages} pages hold no readable text, only pictures (page "
                f"{_listed(self.pictures)}); run text recognition to add them"
            )
        if self.garbled:
            yield (
                f"the text layer of {len(self.garbled)} of {pages} pages cannot be read (page {_listed(self.garbled)})"
                ": its letters do not have the meanings that are shown"
            )
        if self.unknown:
            what = "a character has" if self.unknown == 1 else f"{self.unknown} characters have"
            yield f"{what} no meaning in the file's text layer and cannot be read"


def find_unreadable(pages: Sequence[Page]) -> Unreadable:
    """Which of a document's pages cannot be read."""
    texts = ["\n".join(line.text for line in page.lines) for page in pages]
    stamps = Counter(_DIGITS.sub("#", text) for page, text in zip(pages, texts, strict=True) if page.is_picture)
    pictures = frozenset(
        number
        for number, (page, text) in enumerate(zip(pages, texts, strict=True))
        if page.is_picture and (stamps[_DIGITS.sub("#", text)] > 1 or _is_stamp(text))
    )
    garbled = frozenset(
        number
        for number, (page, text) in enumerate(zip(pages, texts, strict=True))
        if number not in pictures and not is_legible(text, page.unknown)
    )
    unknown = sum(page.unknown for number, page in enumerate(pages) if number not in pictures | garbled)
    return Unreadable(pictures, garbled, unknown)


def _is_stamp(text: str) -> bool:
    return all(_STAMP.fullmatch(line.strip()) for line in text.split("\n"))


def _listed(numbers: Iterable[int]) -> str:
    """``2–5, 9``: pages from 1, runs together, the first ten."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = [str(first + 1) if first == last else f"{first + 1}–{last + 1}" for first, last in runs[:10]]
    return ", ".join(shown) + (" …" if len(runs) > 10 else "")
