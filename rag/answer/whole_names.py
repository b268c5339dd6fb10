"""A span that cuts a name, grown to the whole name: "Brightwater" to "Brightwater Construction"."""

from __future__ import annotations

from rag.language.english.dates import is_calendar
from rag.language.english.names import FEMALE_NAMES, MALE_NAMES, TITLES, proper_names
from rag.language.english.words import Word, words_of
from rag.records import Span

MOST_WORDS = 3
"""Words by which a name grows on either side; what is longer is a headline."""


def whole_name(text: str, sentence: Span, span: Span) -> Span:
    """``span`` with the capitalised words that stand right beside it, when it consists of a name; else ``span``.

    Titles and dates are not taken in, nor the word that opens the sentence unless it is a first name, nor anything
    across a mark.

    Args:
        text: the article's text.
        sentence: the sentences that hold the span.
    """
    names = proper_names(span.of(text))
    if not names or len(names) != len(words_of(span.of(text))):
        return span
    words = [
        (word, Span(word.span.start + sentence.start, word.span.end + sentence.start))
        for word in words_of(sentence.of(text))
    ]
    first = 0 if words and _is_first_name(words[0][0].text) else 1
    before = [pair for pair in words[first:] if pair[1].end <= span.start][-MOST_WORDS:]
    after = [pair for pair in words if pair[1].start >= span.end][:MOST_WORDS]
    start, end = span.start, span.end
    for word, place in reversed(before):
        if text[place.end : start] != " " or not _belongs(word) or word.text.lower() in TITLES:
            break
        start = place.start
    for word, place in after:
        if text[end : place.start] != " " or not _belongs(word):
            break
        end = place.end
    return Span(start, end)


def _is_first_name(word: str) -> bool:
    """Whether a word that opens a sentence is a name: a common first name, or one with a letter English has not."""
    return word.lower() in FEMALE_NAMES | MALE_NAMES or not word.isascii()


def _belongs(word: Word) -> bool:
    return word.is_capitalised and not word.is_function_word and not is_calendar(word.text)
