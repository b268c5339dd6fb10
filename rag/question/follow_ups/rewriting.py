"""A question that leans on its conversation, made to stand alone without generating text.

Pronouns give way to the phrase they stand for, fragments ("And in 2019?") are completed from the question before, and a
question that misses its topic ("What are the symptoms?") gets it back. What is carried over is always a phrase of the
conversation; a question that needs nothing comes through unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.language.english.inflection import singular
from rag.language.english.names import PERSON_NOUNS
from rag.language.english.nouns import OFFICE_NOUNS
from rag.language.foreign import is_foreign
from rag.question.follow_ups import need
from rag.question.follow_ups.corrections import corrected
from rag.question.follow_ups.fragments import complete, happening, moment
from rag.question.follow_ups.history import LONGEST_HISTORY, LONGEST_TEXT, Turn, known_texts
from rag.question.follow_ups.missing import Gap, bare_definites, find_gaps
from rag.question.follow_ups.model import coefficients
from rag.question.follow_ups.phrases import Phrase, noun_phrases
from rag.question.follow_ups.referents import Candidate, candidates, rank
from rag.question.follow_ups.words import Role, terms, tokenize
from rag.records import Answer

_BEGINS_ODDLY = re.compile(r"(?:and\s+|but\s+)?\w+(?:\s+\w+)?\s*(?::|\()|(?:no|sorry)\b", re.IGNORECASE)
"""A question word with the whole question before it behind it, or a correction that was not understood."""
_DOUBLED = re.compile(r"\b(?:the|an?|his|her|its|their)\s+(?:the|an?)\s|\bthe\s+\w+\s+the\s", re.IGNORECASE)
_THE_TWO = re.compile(
    r"\bthe\s+two(?:\s+(?:of\s+them|men|women|people|leaders|presidents|sides|countries))?\b", re.IGNORECASE
)
LONGEST_QUESTION = 600
"""Questions longer than this (code points) are taken to stand alone."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A question that stands alone.

    Attributes:
        question: the question to search for; the asked one, unchanged, when it needs nothing.
        carried: the phrases of the conversation that were put in, in their order; empty when nothing was.
    """

    question: str
    carried: tuple[str, ...] = ()


def stand_alone(question: str, history: Sequence[Answer | str]) -> Rewrite:
    """``question`` as it reads without its conversation.

    ``history`` holds the earlier answers, oldest first; a plain string is an earlier question whose answer is unknown
    and may itself be a follow-up. The same input gives the same rewrite; nothing raises for any text.
    """
    if not question.strip() or len(question) > LONGEST_QUESTION:
        return Rewrite(question)
    told = [item for item in history if _said(item).strip()]
    said = tuple(_turn(item) for item in (*told[:1], *told[1:][-2 * LONGEST_HISTORY :]))
    found = rewrite(question, _turns(said))
    if found.question == question:
        return Rewrite(question)
    raw = [text.lower() for text in known_texts(said)]
    carried = tuple(dict.fromkeys(piece for phrase in found.carried for piece in _verbatim(phrase, raw)))
    if carried and not is_sentence(found.question):
        return Rewrite(f"{question} ({', '.join(carried)})", carried)
    return Rewrite(found.question, carried)


def is_sentence(question: str) -> bool:
    """Whether a rewrite reads as one question: no question within another, no two determiners side by side."""
    return not (_BEGINS_ODDLY.match(question) or _DOUBLED.search(question))


def _said(item: Answer | str) -> str:
    return item if isinstance(item, str) else item.question


def _turn(item: Answer | str) -> Turn:
    """One item of the history; ``resolved`` is still empty for a plain question."""
    if isinstance(item, str):
        return Turn(item[:LONGEST_QUESTION], "")
    citation = item.citations[0] if item.citations else None
    return Turn(
        item.question[:LONGEST_QUESTION],
        (item.searched_for or item.question)[:LONGEST_QUESTION],
        (item.answer or "")[:LONGEST_TEXT],
        citation.title[:LONGEST_TEXT] if citation else "",
        citation.quote.text[:LONGEST_TEXT] if citation else "",
    )


@lru_cache(maxsize=256)
def _turns(said: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """The turns with every plain question resolved from the ones before it; only the first and the latest are kept."""
    if not said:
        return ()
    earlier, last = _turns(said[:-1]) if len(said) > 1 else (), said[-1]
    if len(earlier) >= LONGEST_HISTORY:
        earlier = (earlier[0], *earlier[-(LONGEST_HISTORY - 2) :])
    if not last.resolved:
        found = rewrite(last.question, earlier)
        last = Turn(last.question, found.question, carried=found.carried)
    elif last.resolved != last.question:
        carried = tuple(
            phrase.text for phrase in noun_phrases(last.resolved) if phrase.text.lower() not in last.question.lower()
        )
        last = Turn(last.question, last.resolved, last.answer, last.title, last.quote, carried)
    return (*earlier, last)


def rewrite(question: str, turns: Sequence[Turn]) -> Rewrite:
    """``question`` made to stand alone, given the resolved turns before it."""
    if not turns:
        return Rewrite(question)
    if is_foreign(question):
        return Rewrite(question)
    last = turns[-1]
    if (mended := corrected(question, last)) is not None:
        kept = _content([last.resolved[start:end] for start, end in mended.kept])
        filled = _fill(mended.question, find_gaps(mended.question), turns)
        return Rewrite(filled.question, tuple(dict.fromkeys((*kept, *filled.carried))))
    completed = complete(question, last) or happening(question, last)
    if completed is not None:
        kept = _content([last.resolved[start:end] for start, end in completed.kept])
        filled = _fill(completed.question, find_gaps(completed.question), turns)
        if kept or filled.carried:
            return Rewrite(filled.question, tuple(dict.fromkeys((*kept, *filled.carried))))
        return Rewrite(question)
    gaps = find_gaps(question)
    if gaps:
        return _fill(question, gaps, turns)
    if (pair := _the_two(question, last)) is not None:
        return pair
    if not need.is_asking(question) or need.probability(question, turns) < coefficients()["threshold"]["need"]:
        return Rewrite(question)
    return _fill(question, bare_definites(question)[:1] or [_implicit(question)], turns)


def _the_two(question: str, last: Turn) -> Rewrite | None:
    """ "the two" as the one whom the last question was about and the one who answered it; None without both."""
    match = _THE_TWO.search(question)
    subject = next(
        (phrase for phrase in noun_phrases(last.resolved) if phrase.is_name and phrase.before == "subject"), None
    )
    whole = [phrase for phrase in noun_phrases(last.answer) if phrase.is_name and phrase.terms == terms(last.answer)]
    if match is None or subject is None or not whole:
        return None
    pair = f"{subject.text} and {whole[0].text}"
    return Rewrite(question[: match.start()] + pair + question[match.end() :], (subject.text, whole[0].text))


def _implicit(question: str) -> Gap:
    """The gap at the end of a question, before its final marks."""
    end = len(question.rstrip().rstrip("?.! "))
    return Gap("implicit", end, end)


def _verbatim(text: str, known: Sequence[str]) -> list[str]:
    """``text`` as its longest pieces that stand verbatim in a text of ``known`` (lower case) and hold a term.

    A phrase that was itself put together by an earlier rewrite comes in several pieces.
    """
    tokens = tokenize(text)
    pieces: list[str] = []
    first = 0
    while first < len(tokens):
        last = len(tokens)
        while last > first and not any(
            text[tokens[first].start : tokens[last - 1].end].lower() in one for one in known
        ):
            last -= 1
        piece = text[tokens[first].start : tokens[last - 1].end] if last > first else ""
        if terms(piece):
            pieces.append(piece)
        first = max(last, first + 1)
    return pieces


def _content(texts: Sequence[str]) -> list[str]:
    """The runs of content words in ``texts``."""
    found: list[str] = []
    for text in texts:
        start: int | None = None
        end = 0
        for token in tokenize(text):
            if terms(text[token.start : token.end]):
                start, end = (token.start if start is None else start), token.end
            elif start is not None:
                found.append(text[start:end])
                start = None
        if start is not None:
            found.append(text[start:end])
    return found


def _fill(question: str, gaps: Sequence[Gap], turns: Sequence[Turn]) -> Rewrite:
    """``question`` with each gap filled by its likeliest phrase; gaps that nothing fits stay."""
    found = candidates(turns)
    pieces: list[str] = []
    carried: list[str] = []
    chosen: dict[str, Candidate] = {}
    position = 0
    for gap in gaps:
        if gap.kind == "article":
            title = next((turn.title for turn in reversed(turns) if turn.title), "")
            if title and not terms(title) <= terms(question):
                pieces.append(f"{question[position : gap.end]} ({title})")
                position = gap.end
                carried.append(title)
            continue
        if gap.kind == "moment":
            date = moment(turns[-1])
            if date and gap.start >= position:
                pieces += [question[position : gap.start], date]
                position = gap.end
                carried.append(date)
            if date or len(gaps) > 1:
                continue
        if gap.noun in OFFICE_NOUNS and gap.kind == "demonstrative":
            office = _office(question, turns)
            if office is not None and gap.start >= position:
                pieces += [question[position : gap.end], f" ({office.text})"]
                position = gap.end
                carried.append(office.text)
                continue
        ranked = rank(gap, found, question, turns)
        if gap.who in chosen or (gap.kind == "demonstrative" and chosen and not _names_it(gap, ranked)):
            continue
        taken = {candidate.key for who, candidate in chosen.items() if who != gap.who}
        best = next((candidate for _, candidate in ranked if candidate.key not in taken), None)
        if best is None or gap.start < position:
            continue
        chosen[gap.who or gap.kind] = best
        replaced, start, end = _wording(question, gap, best.phrase)
        pieces += [question[position:start], _capital(replaced, question, start)]
        position = end
        carried += [text for text in (best.phrase.text, best.phrase.clause) if text]
    if not carried:
        return Rewrite(question)
    return Rewrite("".join([*pieces, question[position:]]), tuple(dict.fromkeys(carried)))


def _office(question: str, turns: Sequence[Turn]) -> Phrase | None:
    """The office ("special envoy") that the latest question to name one named: what "that role" means."""
    asked = terms(question)
    for turn in reversed(turns[-3:]):
        for phrase in noun_phrases(turn.resolved):
            is_office = phrase.head in PERSON_NOUNS
            if is_office and not phrase.joins and phrase.head in phrase.text.lower() and not phrase.terms <= asked:
                return phrase
    return None


def _names_it(gap: Gap, ranked: Sequence[tuple[float, Candidate]]) -> bool:
    """Whether the likeliest phrase has the noun of "this tradition" as its head."""
    return bool(ranked) and ranked[0][1].phrase.head == singular(gap.noun)


def _capital(text: str, question: str, start: int) -> str:
    """``text`` with a capital where it begins the question."""
    return text[:1].upper() + text[1:] if not question[:start].strip() and text else text


def _possessive(text: str, is_plural: bool) -> str:
    return text + ("’" if "’" in text else "'") + ("" if text.endswith("s") and is_plural else "s")


def _wording(question: str, gap: Gap, phrase: Phrase) -> tuple[str, int, int]:
    """How ``phrase`` reads in the gap: the new words and the range of ``question`` that they replace."""
    full = phrase.with_determiner()
    shown = question[gap.start : gap.end]
    before = [token for token in tokenize(question) if token.end <= gap.start]
    if gap.kind == "possessive":
        return _possessive(full, phrase.is_plural), gap.start, gap.end
    if gap.kind == "place":
        follows = bool(before) and before[-1].role is Role.PREPOSITION
        return (full if follows else f"in {full}"), gap.start, gap.end
    if gap.kind == "one":
        noun = phrase.text
        if before and before[-1].role in (Role.WH, Role.VERB, Role.AUXILIARY):
            return f"{shown} ({noun})", gap.start, gap.end
        if shown == "one" and phrase.is_plural and singular(noun.split()[-1]) != noun.split()[-1].lower():
            noun = noun.removesuffix("s")
        return noun, gap.start, gap.end
    if gap.kind in ("demonstrative", "definite") and gap.noun:
        if phrase.head.rstrip("s") == singular(gap.noun).rstrip("s"):
            return f"the {phrase.text}", gap.start, gap.end
        tail = question[gap.end :].strip(" ?.!")
        if gap.kind == "definite" and not tail:
            return f"{shown} of {full}", gap.start, gap.end
        if gap.kind == "definite":
            end = _implicit(question).end
            return f"{question[gap.start : end]} ({phrase.text})", gap.start, end
        return f"{shown} ({phrase.text})", gap.start, gap.end
    if gap.kind == "implicit":
        return f" ({phrase.text})", gap.start, gap.end
    return full, gap.start, gap.end
