"""The author line of an article as names."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BETWEEN = re.compile(r"\s*;\s*|\s+(?:and|und|et|&)\s+", re.IGNORECASE)
_BY = re.compile(r"^\s*by\s+", re.IGNORECASE)
_PARTICLES = frozenset("al bin da de del della den der di dos du el ibn la le ten van von".split())


@dataclass(frozen=True, slots=True)
class Name:
    """One author; a name that is not "given family", as an agency's, is all ``family``."""

    family: str
    given: str = ""


def author_names(author: str | None) -> list[Name]:
    """The names in an author line such as "By Jane Doe and Ali el-Amin", in order."""
    if not author or not author.strip():
        return []
    parts = [part.strip(" ,") for part in _BETWEEN.split(_BY.sub("", author))]
    names = [name for part in parts for name in _split_at_commas(part)]
    return [_name(name) for name in names if name]


def _split_at_commas(part: str) -> list[str]:
    """Commas separate authors where each side is a whole name; "Doe, Jane" is one."""
    pieces = [piece.strip() for piece in part.split(",")]
    return pieces if len(pieces) > 1 and all(len(piece.split()) > 1 for piece in pieces) else [part]


def _name(text: str) -> Name:
    family, comma, given = text.partition(",")
    if comma:
        return Name(family.strip(), given.strip())
    words = text.split()
    if not 2 <= len(words) <= 4 or not all(word[:1].isupper() or word.lower() in _PARTICLES for word in words):
        return Name(" ".join(words))
    first = len(words) - 1
    while first > 1 and words[first - 1].lower() in _PARTICLES:
        first -= 1
    return Name(" ".join(words[first:]), " ".join(words[:first]))
