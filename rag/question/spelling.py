"""Near spellings: words of a question that no article holds, put right by the articles' own words.

A typing error is mended by the nearest word within one or two edits (optimal string alignment: a swap of neighbours is
one edit); another spelling of a name by one with the same consonants ("Zelenskiy", "Zelensky"). Right words are never
touched: not what some article holds, nor what the encoder's vocabulary holds whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.language.english.common_verbs import VERBS
from rag.language.english.countries import COUNTRIES, NATIONALITIES
from rag.language.english.dates import CALENDAR
from rag.language.english.function_words import FUNCTION_WORDS
from rag.language.english.nouns import ASKING_WORDS
from rag.language.english.terms import folded
from rag.language.english.words import Word, words_of

SHORTEST = 3
"""Letters of a word that can be put right; of three, only a function word can be meant."""
TWO_EDITS_FROM = 7
"""Letters from which two edits are allowed."""
SHORTEST_NAME = 4
_KNOWN = FUNCTION_WORDS | VERBS | ASKING_WORDS | CALENDAR | COUNTRIES | NATIONALITIES
_COMMON = FUNCTION_WORDS | VERBS | ASKING_WORDS
_VOWELS = re.compile(r"(?<!^)[aeiouyjw]")
_DOUBLED = re.compile(r"(.)\1")
_SAME_SOUND = str.maketrans("cqz", "kks")


def suspects(question: str, frequency: Callable[[Sequence[str]], list[int]]) -> list[Word]:
    """The words of ``question`` that no article holds and that could be a near spelling of one.

    Args:
        frequency: for each word, how many passages hold it or its inflections.
    """
    words = [
        word
        for word in words_of(question)
        if len(word.text) >= SHORTEST and word.text.isalpha() and word.text.lower() not in _KNOWN
    ]
    counts = frequency([word.text for word in words])
    return [word for word, count in zip(words, counts, strict=True) if not count]


def put_right(question: str, unknown: Sequence[Word], texts: Iterable[str], is_word: Callable[[str], bool]) -> str:
    """``question`` with each of its ``unknown`` words replaced by the word of ``texts`` that it nearly spells.

    Args:
        texts: texts of the articles that the question may be about: their words are those to choose from.
        is_word: whether a lower-case word is a right one whatever the articles hold.
    """
    vocabulary = Spellings(texts)
    corrected = question
    for word in reversed(unknown):
        must_be_name = word.is_capitalised and word.start > 0
        nearest = vocabulary.nearest(word.text, is_word=is_word(folded(word.text)), must_be_name=must_be_name)
        if nearest is not None:
            corrected = corrected[: word.start] + nearest + corrected[word.end :]
    return corrected[:1].upper() + corrected[1:] if question[:1].isupper() else corrected


class Spellings:
    """The words of some texts, to find those that another word nearly spells."""

    def __init__(self, texts: Iterable[str]) -> None:
        written = Counter(word.text for text in texts for word in words_of(text) if word.text.isalpha())
        self._forms: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        for form, count in written.most_common():
            lower = folded(form)
            self._forms.setdefault(lower, form)
            self._counts[lower] += count
        self._names = [lower for lower, form in self._forms.items() if form[0].isupper()]
        self._any = list(self._forms.keys() | _COMMON)

    def nearest(self, written: str, *, is_word: bool, must_be_name: bool) -> str | None:
        """The word that ``written`` nearly spells, None when there is none.

        Args:
            is_word: it is a right word: only a name that is spelled with other vowels or doubled letters is meant.
            must_be_name: it is written as a name.
        """
        lower = folded(written)
        if not is_word and (closest := self._closest(lower, must_be_name)) is not None:
            return closest if closest in FUNCTION_WORDS else self._forms.get(closest, closest)
        alike = self._alike(lower, is_word) if len(lower) >= SHORTEST_NAME else []
        if not alike:
            return None
        return self._forms[min(alike, key=lambda name: (OSA.distance(name, lower), -self._counts[name], name))]

    def _closest(self, lower: str, must_be_name: bool) -> str | None:
        """The best word within reach of a typing error."""
        most = 2 if len(lower) >= TWO_EDITS_FROM else 1
        among: Sequence[str] = self._names if must_be_name else self._any
        if len(lower) == SHORTEST:
            among = list(FUNCTION_WORDS)
        found = process.extract(lower, among, scorer=OSA.distance, score_cutoff=most, limit=None)
        near = [
            (distance, word)
            for word, distance, _ in found
            if len(word) >= SHORTEST and (word[0] == lower[0] or (distance == 1 and not must_be_name))
        ]
        return min(near, key=lambda pair: (pair[0], *self._rank(pair[1], lower)))[1] if near else None

    def _rank(self, word: str, lower: str) -> tuple[bool, bool, bool, bool, int, str]:
        """Better first: the same letters, consonants, first letter; function words; frequent words."""
        same_letters, same_sound = sorted(word) == sorted(lower), _skeleton(word) == _skeleton(lower)
        common = word in FUNCTION_WORDS
        return (not same_letters, not same_sound, word[0] != lower[0], not common, -self._counts[word], word)

    def _alike(self, lower: str, is_word: bool) -> list[str]:
        """Names that begin and sound like the word."""
        most = 2 if len(lower) >= TWO_EDITS_FROM else 1
        found = process.extract(lower, self._names, scorer=OSA.distance, score_cutoff=most, limit=None)
        names = [name for name, _, _ in found if name[0] == lower[0] and _skeleton(name) == _skeleton(lower)]
        if is_word:
            names = [name for name in names if len(name) != len(lower) and min(len(name), len(lower)) > SHORTEST_NAME]
        return names


def _skeleton(word: str) -> str:
    """The word's consonants: first letter kept, vowels and doubled letters gone, "c" and "ph" as they sound."""
    return _DOUBLED.sub(r"\1", _VOWELS.sub("", word.replace("ph", "f").translate(_SAME_SOUND)))
