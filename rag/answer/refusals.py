"""Why there is no answer: what kind of gap it looks like, and a sentence the user can act on.

Three kinds are told apart by the question's words. A subject is **absent** when no article holds one of its names, or
when most of the question's weight lies in words that no article holds. A **near miss** has its subject in the articles,
but not the fact. A question looks like a **false premise** when the articles hold everything it names, yet no passage
found holds its names together, or none of those about its subject holds the year or number it gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Indel

from rag.language.english.dates import CALENDAR
from rag.language.english.nouns import ASKING_WORDS
from rag.language.english.numbers import NUMBER_WORDS
from rag.language.english.terms import (
    asked_terms,
    content_words,
    held_terms,
    initials_of,
    is_name_or_number,
    stem,
    words,
)
from rag.language.english.words import words_of
from rag.language.foreign import is_foreign
from rag.question.computations import computation
from rag.read.document_frequency import Vocabulary
from rag.records import ReasonKind, Related, Retrieved

MOST_LISTED = 3
"""Words or names that a reason lists; more make no sentence."""
_ASKING_WORDS = frozenset(map(stem, ASKING_WORDS))
"""Words that say what kind of answer is wanted; that no article holds one of them says nothing about the subject."""
ABSENT_SHARE = 0.5
"""Share of a question's content words, asking words aside, that no article holds, above which its subject is absent."""
SURE = 0.7
"""Probability of an answer from which words that no article holds do not speak against it."""
RESEMBLES = 0.8
"""Normalised indel similarity from which a name in a passage is taken for one that the question misspells."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What kind of reason there is for not answering, and the sentence that says it.

    Attributes:
        offered: what the sentence speaks of: lines outside the passages, captions and the like.
    """

    kind: ReasonKind
    reason: str
    offered: tuple[Related, ...] = ()


def refusal(question: str, passages: Sequence[Retrieved], vocabulary: Vocabulary) -> Refusal:
    """Why ``question`` gets no answer from ``passages`` (those found for it, best first)."""
    if not passages:
        return Refusal("empty", "There is nothing to search: no article was added, or the chosen limits leave none.")
    names = subjects(question)
    if (worked_out := computation(question)) is not None and not unknown_names(question, vocabulary):
        return Refusal("near_miss", worked_out.reason)
    if is_foreign(question):
        return Refusal("unclear", "The question does not seem to be in English; the articles are searched in English.")
    if unknown := unknown_names(question, vocabulary):
        if (outside := _outside(unknown, vocabulary)) is not None:
            return outside
        meant = [name for part in " ".join(unknown).split() if (name := _resembling(part, passages)) is not None]
        hint = f"; perhaps {_listed(meant)} is meant" if meant else ""
        return Refusal("absent", f"No article mentions {_listed(unknown)}{hint}.")
    rare = [word for word in unknown_words(question, vocabulary) if not vocabulary.outside_passages(word)]
    own = list(dict.fromkeys(_own_words(question)))
    if not names and rare and len(rare) == len(own):
        return Refusal("absent", "None of the question's words occur in the articles.")
    if is_absent(question, passages, vocabulary):
        return Refusal("absent", f"The articles do not mention {_listed(rare)}: this seems to be about something else.")
    held = [held_terms(f"{found.article.title} {found.text}", question) for found in passages]
    unread = [name for name in names if not _is_date(name) and not any(_terms(name) <= one for one in held)]
    if unread and len(unread) == len([name for name in names if not _is_date(name)]):
        return Refusal("absent", f"No passage read mentions {_listed(unread)}.")
    if (premise := _unmet_premise(names, held)) is not None:
        return Refusal("false_premise", premise)
    if names and rare:
        known = _listed([name for name in names if not name[0].isdecimal()] or names)
        return Refusal("near_miss", f"The articles mention {known}, but nowhere {_listed(rare)}.")
    if names:
        return Refusal("near_miss", f"The articles mention {_listed(names)}, but no passage read states the answer.")
    if rare:
        return Refusal(
            "near_miss", f"The articles have passages close to this, but none of them mentions {_listed(rare)}."
        )
    return Refusal("unclear", "No passage in these articles states the answer clearly enough.")


def _outside(names: Sequence[str], vocabulary: Vocabulary) -> Refusal | None:
    """What to say when names stand outside the passages only: in captions, credits, teasers, by-lines."""
    places = {name: vocabulary.outside_passages(name) for name in names}
    if not all(places.values()):
        return None
    lines = [places[name][0] for name in names]
    shown = "; ".join(f"“{span.of(article.text)}”" for article, span in lines[:MOST_LISTED])
    offered = tuple(Related(article.article_id, span.start, span.end, span.of(article.text)) for article, span in lines)
    return Refusal("near_miss", f"{_listed(names)} stands only in a caption, a by-line or a link: {shown}.", offered)


def unknown_names(question: str, vocabulary: Vocabulary) -> list[str]:
    """The names of the question of which some word is in no article; years and numbers are not names."""
    found = []
    for name in subjects(question):
        parts = [part for part in name.split() if not part[0].isdecimal() and part.lower() not in CALENDAR]
        if not parts or all(vocabulary.document_frequencies(parts)):
            continue
        if not any(vocabulary.document_frequencies(initials_of(name))):
            found.append(name)
    return found


def unknown_words(question: str, vocabulary: Vocabulary) -> list[str]:
    """The question's other content words that are in no article, in order, each once."""
    asked = dict.fromkeys(_own_words(question))
    counts = vocabulary.document_frequencies(list(asked))
    return [word for word, count in zip(asked, counts, strict=True) if not count]


def is_absent(question: str, passages: Sequence[Retrieved], vocabulary: Vocabulary, confidence: float = 0.0) -> bool:
    """Whether the question's subject is in no article, by its words alone.

    So it is when none of its names occurs anywhere and none resembles a name of the passages; without names, when more
    than ``ABSENT_SHARE`` of its content words occur nowhere, unless the reader is ``SURE`` all the same.
    """
    names = [name for name in subjects(question) if not _is_date(name)]
    if names:
        unknown = unknown_names(question, vocabulary)
        missing = [part for name in unknown for part in name.split() if not vocabulary.document_frequencies([part])[0]]
        return len(unknown) == len(names) and not any(_resembling(part, passages) for part in missing)
    if confidence >= SURE:
        return False
    asked = list(dict.fromkeys(_own_words(question)))
    return len(unknown_words(question, vocabulary)) > ABSENT_SHARE * len(asked)


def subjects(question: str) -> list[str]:
    """The names and numbers of a question as written, each once; capitalised words side by side are one name."""
    found: list[str] = []
    last_end = -1
    for position, word in enumerate(words_of(question)):
        if not is_name_or_number(word, position):
            continue
        follows = bool(found) and question[last_end : word.start] == " " and not word.is_number
        if follows and not found[-1][-1].isdecimal():
            found[-1] += f" {word.text}"
        else:
            found.append(word.text)
        last_end = word.end
    return list(dict.fromkeys(found))


def _is_date(name: str) -> bool:
    return all(part[0].isdecimal() or part.lower() in CALENDAR for part in name.split())


def _resembling(part: str, passages: Sequence[Retrieved]) -> str | None:
    """The passages' capitalised word that the question seems to misspell, or None; itself is none."""
    known = {
        word
        for found in passages
        for word, _ in words(f"{found.article.title} {found.text}")
        if word[0].isupper() and word != part
    }
    close = process.extractOne(part, sorted(known), scorer=Indel.normalized_similarity, score_cutoff=RESEMBLES)
    return close[0] if close and len(part) > 3 else None


def _own_words(question: str) -> list[str]:
    """The content words of the question that neither ask for a kind of thing nor name a number or a month."""
    return [
        word
        for word in content_words(question)
        if stem(word) not in _ASKING_WORDS
        and not word[0].isdecimal()
        and word.lower() not in NUMBER_WORDS
        and word.lower() not in CALENDAR
    ]


def _terms(name: str) -> set[str]:
    return set(asked_terms(name))


def _unmet_premise(names: Sequence[str], held: Sequence[set[str]]) -> str | None:
    """What the question assumes that no passage holds together; None when nothing of the kind shows.

    Args:
        held: the terms of each passage and its title.
    """
    terms = {name: _terms(name) for name in names}
    years = [name for name in names if _is_date(name)]
    named = [name for name in names if name not in years and terms[name]]
    about = [one for one in held if named and all(terms[name] <= one for name in named)]
    if len(named) > 1 and not about:
        apart = [name for name in named if any(terms[name] <= one for one in held)]
        if len(apart) > 1:
            return (
                f"The articles mention {_listed(apart)}, but no passage read mentions them together: "
                "the question may assume something that the articles do not say."
            )
    missing = [year for year in years if terms[year] and about and not any(terms[year] <= one for one in about)]
    if missing:
        return (
            f"The passages about {_listed(named)} do not mention {_listed(missing)}: "
            "the question may assume something that the articles do not say."
        )
    return None


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names[:MOST_LISTED]]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
