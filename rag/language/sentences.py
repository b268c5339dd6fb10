"""Sentence ranges of a text, exact to the code point.

Written for news prose in English, with the full stops of other scripts. Each decision looks at a few words around one
mark, so the time is linear in the text's length. Sources: the test set beside it and the news styles it quotes;
compared there with pysbd.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.language.english.abbreviations import (
    AFTER_CLOCK,
    INSIDE,
    LETTER_LABELS,
    MONTHS_AND_DAYS,
    NOT_AFTER_INITIALS,
    NUMBERED,
    ORDINAL_MONTHS,
    REPORTING_VERBS,
    STARTERS,
    STATES,
    SUFFIXES,
    TITLES,
    UNITS,
)
from rag.language.paragraphs import find_paragraphs
from rag.records import Span

_CLOSERS = "\"'”’»›)\\]}」』）】〉》“‘"
_QUOTES = frozenset("\"'”’»›」』“‘")
_UNSPACED = frozenset("。！？｡．")
_PICTURES = "\u2600-\u27bf\U0001f000-\U0001faff"
_EMOJI = _PICTURES + "\ufe0f\u200d"
_MARK = re.compile(
    rf"(?P<mark>\.(?:[ \u00a0]\.){{2,}}|[.!?…‼⁇⁈⁉؟۔।॥։።。！？｡．][.!?…‼⁇⁈⁉؟۔।॥։።。！？｡．]*)"
    rf"(?P<closers>[.!?…。！？{_CLOSERS}]*(?:[ \u00a0\u202f]»)?)"
    rf"(?:\[\d{{1,3}}\]|[⁰¹²³⁴-⁹]{{1,3}})*(?:[ \u00a0]?[{_EMOJI}]+)?"
)
_NEXT = re.compile(r"(?P<openers>[^\w\s]{0,4}[ \u00a0\u202f]?)(?P<word>\w[\w'’&-]{0,40})(?P<stop>\.?)")
_BRAND = re.compile(
    r"[a-z]{1,3}[A-Z]|(?:al|el|ul|an|as)-[A-Z]|(?:van|von|de|bin|ibn|di|da|du|del|della|der|la|le)\s[A-Z]"
)
_ATTRIBUTION = re.compile(rf"(?:[A-Z][\w.'’-]*\s+){{1,4}}(?:later\s|then\s|also\s)?(?:{REPORTING_VERBS})\b")
_NICKNAME = re.compile(r"[\"“'‘]\w[\w ]{0,20}[\"”'’]\s+[^\W\d_a-z]")
_TOKEN = re.compile(r"[^\s(\[{\"“‘«„—–/…:]*$")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,3}")
_ROMAN = re.compile(r"[IVXLC]+")
_CONSONANTS = re.compile(r"[B-DF-HJ-NP-TV-XZb-df-hj-np-tv-xz][b-df-hj-np-tv-xz]{1,4}")
_SPACE = re.compile(r"\s*")
_WORD_BEFORE = 40
_BRACKET_REACH = 300


def split_sentences(text: str, headings: Sequence[Span] = ()) -> list[Span]:
    """The sentences of ``text`` in order: disjoint, without surrounding white space, list markers left out.

    A heading or another line without a full stop is returned as a range of its own. What holds no letter, digit or
    symbol (rules such as ``***``) is left out.

    Args:
        text: any text.
        headings: sorted, disjoint ranges that stand alone and never run into their neighbours.
    """
    sentences: list[Span] = []
    position = 0
    for heading in headings:
        sentences.extend(_split_range(text, position, heading.start))
        sentences.extend(_trimmed(text, heading.start, heading.end))
        position = heading.end
    sentences.extend(_split_range(text, position, len(text)))
    return sentences


def _split_range(text: str, start: int, end: int) -> Iterator[Span]:
    for paragraph in find_paragraphs(text, start, end):
        yield from _split_paragraph(text, paragraph.start, paragraph.end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end and holds_content(text, start, end):
        yield Span(start, end)


_CONTENT = re.compile(rf"[^\W_]|[{_PICTURES}$€£¥]")


def holds_content(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` has a letter, a digit, an emoji or a currency sign."""
    return _CONTENT.search(text, start, end) is not None


def _split_paragraph(text: str, start: int, end: int) -> Iterator[Span]:
    lower_case_style = text[start].islower() and not _BRAND.match(text, start, end)
    content_end = end
    while content_end > start and not _CONTENT.match(text, content_end - 1):
        content_end -= 1
    first = start
    for match in _MARK.finditer(text, start, end):
        after = match.end()
        if after >= end:
            break
        if not text[after].isspace():
            if match["mark"][-1] not in _UNSPACED:
                continue
            following = after
        else:
            space = _SPACE.match(text, after, end)
            following = space.end() if space else after
        if following >= content_end:
            break
        if not holds_content(text, first, min(match.start(), first + _WORD_BEFORE)):
            continue
        if _ends_sentence(text, first, end, match, following, lower_case_style):
            yield from _trimmed(text, first, after)
            first = following
    yield from _trimmed(text, first, end)


def _ends_sentence(
    text: str, first: int, end: int, match: re.Match[str], following: int, lower_case_style: bool
) -> bool:
    """Whether the mark ends the sentence that began at ``first``; ``following`` is where the next word begins."""
    mark, closers = match["mark"], match["closers"]
    if mark[-1] in _UNSPACED:
        return True
    ahead = _NEXT.match(text, following, end)
    if ahead is None:
        return True
    word, openers = ahead["word"], ahead["openers"]
    opens_quote = bool(openers.strip()) and openers[0] in "\"'“‘«„‹「『¿¡"
    starter = word in STARTERS and not ahead["stop"]
    if word[0].islower() and not opens_quote and not _BRAND.match(text, ahead.start("word"), end):
        token = _token_before(text, first, match.start())
        return mark == "." and not closers and lower_case_style and _is_plain(token)
    if _inside_brackets(text, first, end, match):
        return starter and ")" in closers
    quoted = any(closer in _QUOTES for closer in closers)
    if mark == ".":
        if opens_quote and _NICKNAME.match(text, following, end):
            return not _is_initial(_token_before(text, first, match.start()))
        return quoted or opens_quote or _stop_ends(text, first, end, match.start(), ahead)
    if "!" in mark or "?" in mark:
        if quoted and not starter and _ATTRIBUTION.match(text, following, min(end, following + 120)):
            return False
        return not (mark == "!" and not starter and _token_before(text, first, match.start()) in ("Yahoo", "Jeopardy"))
    if "…" in mark or ".." in mark or ". ." in mark:
        if quoted or len(mark.replace(" ", "").replace("\u00a0", "").replace("…", "...")) > 3:
            return True
        if match.start() > first and text[match.start() - 1].isspace():
            return False
        return _token_before(text, first, match.start()).lower() != word.lower()
    return True


def _token_before(text: str, first: int, stop: int) -> str:
    """The word that ends at ``stop``, without the bracket, quote, dash or colon it may follow."""
    found = _TOKEN.search(text[max(first, stop - _WORD_BEFORE) : stop])
    return found.group() if found else ""


def _is_initial(token: str) -> bool:
    return len(token) == 1 and token.isupper()


def _is_plain(token: str) -> bool:
    """Whether a full stop after this word is nothing but a full stop."""
    return len(token) > 1 and not (
        token in NUMBERED or token in INSIDE or token in SUFFIXES or token in TITLES or _DOTTED.fullmatch(token)
    )


def _inside_brackets(text: str, first: int, end: int, match: re.Match[str]) -> bool:
    """Whether the mark lies in brackets that opened within the sentence and are closed further on or by the mark."""
    opened = text.rfind("(", max(first, match.start() - _BRACKET_REACH), match.start())
    if opened <= first or text.find(")", opened, match.start()) >= 0:
        return False
    if ")" in match["closers"]:
        return not match["closers"].endswith(".")
    return text.find(")", match.end(), min(end, match.end() + _BRACKET_REACH)) >= 0


def _stop_ends(text: str, first: int, end: int, stop: int, ahead: re.Match[str]) -> bool:
    """Whether the full stop at ``stop`` ends a sentence, given the capitalised word or number ``ahead``."""
    token = _token_before(text, first, stop)
    if not token:
        return True
    begins = stop - len(token)
    word = ahead["word"]
    number_ahead = word[0].isdigit()
    starter = word in STARTERS and not ahead["stop"]
    if _is_list_number(text, first, begins, token):
        return False
    if token.isdigit():
        return not (len(token) <= 2 and word in ORDINAL_MONTHS)
    if len(token) == 1:
        return _initial_ends(text, first, begins, token, word, starter and not number_ahead)
    if token in INSIDE:
        return False
    if token.rsplit("-", 1)[-1] in TITLES and not number_ahead:
        return starter and word not in NOT_AFTER_INITIALS
    if token in NUMBERED and (number_ahead or _ROMAN.fullmatch(word) or len(word) == 1):
        return starter and token not in ("No", "Nos")
    if token in MONTHS_AND_DAYS:
        return not number_ahead
    if _DOTTED.fullmatch(token):
        return _dotted_ends(text, end, token, ahead, starter)
    if token in SUFFIXES:
        return starter
    tail = token.rsplit("-", 1)[-1]
    if tail in STATES and (tail != token or text[max(first, begins - 2) : begins].startswith(",")):
        return starter
    if _CONSONANTS.fullmatch(token) and begins > first and (number_ahead or token not in UNITS):
        return starter
    return True


def _is_list_number(text: str, first: int, begins: int, token: str) -> bool:
    """Whether the token numbers a list item: it opens the sentence, or follows a colon."""
    marker = (token.isdigit() and len(token) <= 3) or len(token) == 1 or (len(token) < 5 and _ROMAN.fullmatch(token))
    if not marker:
        return False
    if begins == first:
        return True
    return token.isdigit() and text[max(first, begins - 2) : begins] == ": "


def _initial_ends(text: str, first: int, begins: int, token: str, word: str, starter: bool) -> bool:
    """Whether the full stop after a single letter ends a sentence."""
    if not (token.isupper() or token.islower()):
        return True
    if starter and word not in NOT_AFTER_INITIALS:
        return True
    before = text[max(first, begins - _WORD_BEFORE) : begins].rsplit(maxsplit=1)
    return bool(before) and before[-1].lower() in LETTER_LABELS


def _dotted_ends(text: str, end: int, token: str, ahead: re.Match[str], starter: bool) -> bool:
    """Whether the full stop after "U.S", "p.m" or "Ph.D" ends a sentence."""
    word = ahead["word"]
    if token.lower() in ("a.m", "p.m"):
        rest = text[ahead.end() : min(end, ahead.end() + 20)].split(maxsplit=1)
        after = rest[0].strip(".,;") if rest else ""
        if word[0].isdigit():
            return after not in AFTER_CLOCK
        return word not in AFTER_CLOCK and after != "time"
    return starter
