"""Compounds: whether a hyphen at a line's end belongs to the word or only cuts it."""

from __future__ import annotations

FIRST_PARTS = frozenset(
    "well self half high low long short full far ill so first second third two three four five six seven eight nine "
    "ten twenty thirty forty fifty sixty seventy eighty ninety year left right middle north south east west".split()
)
"""First parts of English compounds that keep their hyphen."""


def keeps_hyphen(before: str, after: str, text: str) -> bool:
    """Whether ``before`` and ``after``, cut by a hyphen at a line's end, are a compound that is written with it.

    Args:
        before, after: the letters on either side of the hyphen.
        text: the text around them: a word that stands in it elsewhere is taken as written there.
    """
    if not after[0].islower():
        return True
    if before + after in text:
        return False
    return f"{before}-{after}" in text or before.casefold() in FIRST_PARTS
