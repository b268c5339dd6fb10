"""Superscripts and subscripts as text: powers, note marks and ordinals told apart, none of them run into a number."""

from __future__ import annotations

import re

from rag.language.reading_text import POWER_BASES

_UP = str.maketrans("0123456789+-−()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ")
_DOWN = str.maketrans("0123456789+-−()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₍₎")
_EXPONENT = re.compile(r"[+\-−]?\d{1,4}|n")
_MARK = re.compile(r"[\[(]?(?:\d{1,4}(?:\s?[,–-]\s?\d{1,4})*|[a-z]{1,2}|[ivx]{1,5})[\])]?", re.IGNORECASE)
_ORDINAL = re.compile(r"(?:st|nd|rd|th|er|re|ère|ème|e|o|os|a|as|ª|º|me|lle|mes|de|te|eme)\.?", re.IGNORECASE)
_LAST_WORD = re.compile(r"(?:[^\W\d_]+|\d+(?:[.,]\d+)*)$")
_SIGNS = re.compile(r"[^\w\s]{1,4}|tm|sm|®|©|\(r\)|\(tm\)", re.IGNORECASE)


def raised(before: str, content: str, after: str = "", *, is_note: bool = False) -> str:
    """What a superscript is in running text.

    Args:
        before, after: the text on either side of it, at least the word that touches it.
        content: the superscript.
        is_note: whether the file says that it refers to a note.

    Returns:
        ``10³`` keeps its power as superscript characters, ``4th`` its ordinal, ``1958[3]`` its note mark in brackets;
        anything else is set apart by blanks.

    Example:
        >>> raised("built in 1958", "3"), raised("covers 10", "3"), raised("the 4", "th")
        ('[3]', '³', 'th')
    """
    content = " ".join(content.split())
    word = _LAST_WORD.search(before[-40:])
    base = word.group() if word else ""
    if not content or _SIGNS.fullmatch(content):
        return content
    if is_note:
        return content if content[0] in "[(" else f"[{content}]"
    if content.isdigit() and after[:1] in ("/", "⁄"):
        return f" {content}" if base.isdigit() else content
    if _EXPONENT.fullmatch(content) and (base in POWER_BASES or (len(base) == 1 and base.isalpha())):
        return content.translate(_UP)
    if _EXPONENT.fullmatch(content) and not content.isdigit():
        return content.translate(_UP)
    if _ORDINAL.fullmatch(content) and (base.isalpha() or (base and len(content) > 1)):
        return content
    if content.isdigit() and not before.strip() and after[:1].isalpha():
        return content
    if content.isdigit() and before[-1:].isspace() and after[:1].isalpha():
        return content
    if _MARK.fullmatch(content):
        return content if content[0] in "[(" else f"[{content}]"
    return content if content[0] in "[(" else f" {content} "


def lowered(before: str, content: str) -> str:
    """What a subscript is in running text: plain after a letter (``H2O``), subscript characters after a number."""
    content = " ".join(content.split())
    if before[-1:].isdigit() and content.translate(_DOWN) != content:
        return content.translate(_DOWN)
    return content
