"""The terms of a text: what its words are compared by, in search, coverage, refusals and everywhere else.

A term is a word in lower case without accents, its inflection and spelling undone (``inflection.py``), its number in
digits, its abbreviation without dots. A name that is spelled as a function word (US, WHO, May) has a term of its own.
The initials of long names are terms too, so that "the UN" is found in "the United Nations" and the other way round.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import tantivy

from rag.language.english.countries import ALIASES
from rag.language.english.function_words import FUNCTION_WORDS, NAMES_WHEN_CAPITALISED, is_name_like_function_word
from rag.language.english.inflection import base_spelling
from rag.language.english.names import GROUP_NOUNS
from rag.language.english.numbers import NUMBER_WORDS
from rag.language.english.words import LONGEST_ABBREVIATION, Word, words_of
from rag.language.reading_text import reading_text
from rag.records import Span

LONGEST_WORD = 40
"""Code points of a word that has a term; longer ones are noise."""
_MARK = "xname"
"""Ends the term of a name that is spelled as a function word."""
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_LINKS = frozenset("of for the and on de du".split())
LONGEST_NAME = 7
"""Capitalised words side by side that can be one name; more are a headline."""
_TWO_LETTER_HEADS = GROUP_NOUNS | frozenset(
    "nations union states kingdom authority office agency court bank commission force society labour".split()
)
"""Last words of names that are known by two initials."""


@lru_cache(maxsize=1)
def _folder() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    return builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold()).build()


@lru_cache(maxsize=1)
def _stemmer() -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer("english")).build()


def folded(text: str) -> str:
    """``text`` in lower case, Latin letters without accents ("Gülşen" is "gulsen")."""
    pieces = _folder().analyze(text)
    return str(pieces[0]) if pieces else text.lower()


@lru_cache(maxsize=131_072)
def _term(written: str, is_marked_name: bool, is_abbreviation: bool) -> str:
    plain = written.replace(".", "") if not written[0].isdecimal() else _THOUSANDS.sub("", written)
    lower = folded(plain)
    if is_marked_name:
        return lower + _MARK
    if (alias := ALIASES.get(lower)) is not None:
        return _term(alias, alias.isupper(), is_abbreviation)
    if is_abbreviation:
        return lower
    if lower in NUMBER_WORDS and NUMBER_WORDS[lower] != 1:
        return str(NUMBER_WORDS[lower])
    stems = _stemmer().analyze(base_spelling(lower))
    return str(stems[0]) if stems else lower


def stem(word: str) -> str:
    """The term of one word; a possessive ending does not count."""
    word = word.removesuffix("'s").removesuffix("’s")
    if not word:
        return ""
    plain = word.replace(".", "")
    is_abbreviation = 2 <= len(plain) <= LONGEST_ABBREVIATION and plain.isupper()
    return _term(word, is_name_like_function_word(plain), is_abbreviation)


def _read(text: str) -> list[Word]:
    return words_of(unicodedata.normalize("NFKC", reading_text(text).text))


def terms(text: str) -> list[str]:
    """The terms of all words of ``text``, function words too, in order; then those of its names' initials."""
    read = _read(text)
    return [*_terms_of(read), *(_abbreviation_term(letters) for letters, _ in _initials(read))]


def content_terms(text: str) -> list[str]:
    """The terms of the words of ``text`` that carry meaning, in order, repetitions kept; then of names' initials."""
    read = _read(text)
    content = [word for word in read if not word.is_function_word]
    return [*_terms_of(content), *(_abbreviation_term(letters) for letters, _ in _initials(read))]


def _terms_of(read: Sequence[Word]) -> list[str]:
    return [
        _term(word.text, word.is_marked_name, word.is_abbreviation) for word in read if len(word.text) <= LONGEST_WORD
    ]


def words(text: str) -> list[tuple[str, Span]]:
    """Each word of ``text`` as written, with its range (code points within ``text``); numbers keep their points."""
    return [(word.text, word.span) for word in words_of(text)]


def content_words(text: str) -> list[str]:
    """The words that carry meaning, as written, in order, repetitions kept; "the us" has its capitals back."""
    return [_written(word) for word in words_of(text) if not word.is_function_word]


def _written(word: Word) -> str:
    if not word.is_marked_name or word.is_capitalised:
        return word.text
    return word.text.capitalize() if word.text in NAMES_WHEN_CAPITALISED else word.text.upper()


def asked_terms(question: str) -> list[str]:
    """The content terms of a question, without the initials of its names: what an answer should cover."""
    return [stem(word) for word in content_words(question)]


@lru_cache(maxsize=2048)
def _held(text: str) -> frozenset[str]:
    return frozenset(content_terms(text))


def held_terms(text: str, question: str) -> set[str]:
    """The content terms that ``text`` holds, and those of the question's names whose initials it holds."""
    held = set(_held(text))
    for letters, parts in _initials(_read(question)):
        if _abbreviation_term(letters) in held:
            held |= parts
    return held


def initials_of(name: str) -> list[str]:
    """The abbreviations that a name of several words can have, in capitals."""
    return [letters for letters, _ in _initials(_read(name))]


def names_and_numbers(question: str) -> list[str]:
    """A question's capitalised words and numbers as written, in order; its first word, always capital, is left out."""
    return [_written(word) for position, word in enumerate(words_of(question)) if is_name_or_number(word, position)]


def is_name_or_number(word: Word, position: int) -> bool:
    """Whether the word at this position of a question is a number or a name; a first word is one only in capitals."""
    if word.is_number or word.is_marked_name:
        return True
    return word.is_capitalised and (position > 0 or word.is_abbreviation) and not word.is_function_word


def _initials(read: Sequence[Word]) -> Iterator[tuple[str, frozenset[str]]]:
    """The initials of each name of two and more words, with the terms of the name's words."""
    for run in _name_runs(read):
        for first in range(len(run) - 1):
            if not run[first].is_capitalised:
                continue
            letters, linked, capitals = run[first].text[0], run[first].text[0], 1
            for last in range(first + 1, len(run)):
                word = run[last]
                if not word.is_capitalised:
                    linked += "O" if word.text == "of" else ""
                    continue
                letters, linked, capitals = letters + word.text[0], linked + word.text[0], capitals + 1
                if capitals == 2 and word.text.lower() not in _TWO_LETTER_HEADS:
                    continue
                held = frozenset(_terms_of([part for part in run[first : last + 1] if part.is_capitalised]))
                yield letters, held
                if linked != letters:
                    yield linked, held


def _abbreviation_term(letters: str) -> str:
    return _term(letters, letters.lower() in FUNCTION_WORDS, True)


def _name_runs(read: Sequence[Word]) -> Iterator[list[Word]]:
    """Capitalised words side by side, with "of", "for" and the like inside; abbreviations and headlines are none."""
    run: list[Word] = []
    for word in read:
        is_part = word.is_capitalised and not word.is_abbreviation and not word.is_function_word
        if run:
            if word.start - run[-1].end == 1 and (is_part or word.text in _LINKS):
                run.append(word)
                continue
            if 2 <= len(run) <= LONGEST_NAME:
                yield run
        run = [word] if is_part else []
    if 2 <= len(run) <= LONGEST_NAME:
        yield run
