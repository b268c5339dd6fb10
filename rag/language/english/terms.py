"""The content words of a text, as the reader, the confidence and the comparison of answers see them."""

from __future__ import annotations

import re
from functools import lru_cache

import tantivy

from rag.records import Span

FUNCTION_WORDS = frozenset(
    """a about after again all also although am an and any are as at be because been before being between both but by
    can could did do does doing down during each few for from further had has have having he her here hers herself him
    himself his how i if in into is it its itself just many may me might more most much must my myself no nor not now of
    off on once only or other our ours ourselves out over own s same shall she should so some such t than that the their
    theirs them themselves then there these they this those through to too under until up upon us very was we were what
    when where whether which while who whom whose why will with would yet you your yours yourself yourselves""".split()
)
"""English function words: they say how a question is put, not what it is about."""

_WORD = re.compile(r"[^\W_]+(?:[.,:][0-9]+)*", re.UNICODE)


@lru_cache(maxsize=1)
def _stemmer() -> tantivy.TextAnalyzer:
    """The word index's own English stemmer, so that both see the same words."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    return builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer("english")).build()


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The lower-cased English stem of one word."""
    stems = _stemmer().analyze(word.removesuffix("'s").removesuffix("’s"))
    return str(stems[0]) if stems else word.lower()


def words(text: str) -> list[tuple[str, Span]]:
    """Each word of ``text`` as written, with its range (code points within ``text``); numbers keep their points."""
    return [(match.group(), Span(*match.span())) for match in _WORD.finditer(text)]


def content_words(text: str) -> list[str]:
    """The words that carry meaning, as written, in order, repetitions kept."""
    return [word for word, _ in words(text) if word.lower() not in FUNCTION_WORDS]


def content_terms(text: str) -> list[str]:
    """The stems of :func:`content_words`."""
    return [stem(word) for word in content_words(text)]


def names_and_numbers(question: str) -> list[str]:
    """A question's capitalised words and numbers as written, in order; its first word, always capital, is left out."""
    return [word for position, (word, _) in enumerate(words(question)) if is_name_or_number(word, position)]


def is_name_or_number(word: str, position: int) -> bool:
    """Whether the word at this position of a question is a number, or capitalised without beginning the question."""
    return word[0].isdecimal() or (word[0].isupper() and position > 0 and word.lower() not in FUNCTION_WORDS)
