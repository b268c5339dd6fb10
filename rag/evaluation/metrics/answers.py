"""How close an answer is to the acceptable ones: SQuAD's rules.

Normalisation, exact match and F1 follow the evaluation of SQuAD v1.1 (Rajpurkar et al. 2016, section 6.1): lower case,
no punctuation, no articles, single spaces; F1 over the bag of words; the best over all acceptable answers counts. The
v2 figures (Rajpurkar et al. 2018) add the unanswerable questions: 1 for abstaining, 0 for answering.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(text: str) -> str:
    """``text`` in lower case without ASCII punctuation and the words a, an, the; words separated by one space."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split())


def exact_match(answer: str | None, acceptable: Sequence[str]) -> float:
    """1.0 when the normalised answer equals a normalised acceptable one, else 0.0.

    No answer (None or "") against no acceptable answers is a match: that is an abstention where one was due.
    """
    if not acceptable or not answer:
        return float(not acceptable and not answer)
    found = normalise(answer)
    return float(any(found == normalise(expected) for expected in acceptable))


def f1(answer: str | None, acceptable: Sequence[str]) -> float:
    """The best F1 (0 to 1) of the normalised answer's words against those of an acceptable answer.

    Abstentions as in ``exact_match``.
    """
    if not acceptable or not answer:
        return float(not acceptable and not answer)
    words = normalise(answer).split()
    return max(_overlap(words, normalise(expected).split()) for expected in acceptable)


def contains(answer: str | None, acceptable: Sequence[str]) -> float:
    """1.0 when an acceptable answer's normalised words stand together in the normalised answer, else 0.0.

    Whole words: "12" is not in "2012". Abstentions as in ``exact_match``.
    """
    if not acceptable or not answer:
        return float(not acceptable and not answer)
    return float(answer_finder(acceptable)(answer))


def answer_finder(acceptable: Sequence[str]) -> Callable[[str], bool]:
    """A test whether a text holds one of the acceptable answers, as ``contains``; each is normalised once."""
    wanted = [f" {expected} " for expected in map(normalise, acceptable) if expected]

    def holds(text: str) -> bool:
        words = f" {normalise(text)} "
        return any(expected in words for expected in wanted)

    return holds


def _overlap(words: Sequence[str], expected: Sequence[str]) -> float:
    if not words or not expected:
        return float(words == expected)
    shared = sum((Counter(words) & Counter(expected)).values())
    if shared == 0:
        return 0.0
    precision, recall = shared / len(words), shared / len(expected)
    return 2 * precision * recall / (precision + recall)
