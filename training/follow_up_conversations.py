"""Conversations made from SQuAD articles: a question names something said before, and a pronoun is put in its place.

People's own follow-ups with answers are rare in the training data; here the truth is known because the name stood in
the question before it was replaced. Which pronoun fits is read from the article: what its next sentences call it.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.question.follow_ups import referents
from rag.question.follow_ups.history import Turn
from rag.question.follow_ups.missing import Gap, pronoun_at
from rag.question.follow_ups.phrases import Phrase, noun_phrases
from rag.question.follow_ups.words import Role, terms, tokenize

_SUBJECT = {"he": "he", "she": "she", "it": "it", "they": "they"}
_OBJECT = {"he": "him", "she": "her", "it": "it", "they": "them"}
_OWNER = {"he": "his", "she": "her", "it": "its", "they": "their"}
_CENTRAL = ("subject", "verb", "about", "wh")
"""Where a phrase stands that people go on to mention by a pronoun: subjects and objects."""
LONGEST = 7
"""Turns of a made conversation."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One gap: the features of its candidates and how well each agrees with the truth (0 to 1)."""

    features: tuple[dict[str, float], ...]
    worth: tuple[float, ...]


def articles(path: Path) -> list[dict[str, Any]]:
    """The articles of a gzipped file in SQuAD's format."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        data: list[dict[str, Any]] = json.load(stream)["data"]
    return data


def agreement(offered: frozenset[str], wanted: frozenset[str]) -> float:
    """F1 of two sets of terms."""
    common = len(offered & wanted)
    return 2 * common / (len(offered) + len(wanted)) if common else 0.0


def conversations(article: Mapping[str, Any], most: int) -> Iterator[tuple[tuple[Turn, ...], tuple[str, ...]]]:
    """At most ``most`` conversations of the article with their answers; in every third the turns do not know them.

    In another third the title is a headline, the paragraph's first words, as in news, rather than the topic's name.
    """
    title = article["title"].replace("_", " ")
    paragraphs = [paragraph for paragraph in article["paragraphs"] if len(_answered(paragraph)) >= 3]
    step = max(1, len(paragraphs) // most)
    for number, paragraph in enumerate(paragraphs[::step][:most]):
        turns = []
        for asked in _answered(paragraph)[:LONGEST]:
            answer = asked["answers"][0]
            if number % 3 == 2:
                turns.append(Turn(asked["question"], asked["question"]))
            else:
                quote = _sentence(paragraph["context"], answer["answer_start"])
                shown = " ".join(paragraph["context"].split()[:9]) if number % 3 == 1 else title
                turns.append(Turn(asked["question"], asked["question"], answer["text"], shown, quote))
        yield tuple(turns), tuple(asked["answers"][0]["text"] for asked in _answered(paragraph)[:LONGEST])


def _answered(paragraph: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [asked for asked in paragraph["qas"] if asked["answers"]]


def _sentence(context: str, offset: int) -> str:
    """The sentence of ``context`` around ``offset``, roughly."""
    start = max(context.rfind(". ", 0, offset) + 2, 0) if ". " in context[:offset] else 0
    end = context.find(". ", offset)
    return context[start : end + 1 if end >= 0 else len(context)]


def pronoun_of(phrase: Phrase, text: str) -> str:
    """ "he", "she", "it" or "they" by what the article's next sentences begin with after naming the phrase, else ""."""
    if phrase.gender and phrase.is_person and not phrase.is_plural:
        return phrase.gender
    pattern = re.escape(phrase.text) + r"[^.?!]{0,150}[.?!]\s+(He|His|She|Her|It|Its|They|Their)\b"
    votes = Counter(match.lower() for match in re.findall(pattern, text))
    sums = {
        "he": votes["he"] + votes["his"],
        "she": votes["she"] + votes["her"],
        "it": votes["it"] + votes["its"],
        "they": votes["they"] + votes["their"],
    }
    best = max(sums, key=lambda who: sums[who])
    if sums[best] and sums[best] >= 2 * sorted(sums.values())[-2]:
        return best
    if phrase.is_plural:
        return "they"
    return "" if phrase.is_name or phrase.is_person else "it"


def replaced(question: str, phrase: Phrase, who: str) -> str | None:
    """``question`` with the pronoun in the phrase's place, or None where none reads well."""
    start, end = phrase.start, phrase.end
    for token in reversed([token for token in tokenize(question) if token.end <= start]):
        if token.lower not in ("the", "a", "an") or question[token.end : start].strip():
            break
        start = token.start
    if match := re.match(r"['’]s?\b", question[end:]):
        return f"{question[:start]}{_OWNER[who]}{question[end + match.end() :]}"
    word = _SUBJECT[who] if phrase.before == "subject" else _OBJECT[who]
    return f"{question[:start]}{word}{question[end:]}"


def shortened(question: str, last: Turn) -> str | None:
    """``question`` without a phrase that the turn before it already gave ("the capital of Estonia": "the capital").

    None when it holds no such phrase, when another name stays, or when nothing stays to ask about.
    """
    title = terms(last.title) if len(last.title.split()) <= 5 else frozenset()
    given = [title, terms(last.answer), *(one.terms for one in noun_phrases(last.question) if not one.is_part)]
    tokens = tokenize(question)
    for phrase in noun_phrases(question):
        if phrase.joins or not phrase.terms or not any(phrase.terms <= one for one in given):
            continue
        if match := re.match(r"['’]s?\b", question[phrase.end :]):
            text = f"{question[: phrase.start]}the{question[phrase.end + match.end() :]}"
            text = re.sub(r"\bthe the\b", "the", text)
        elif phrase.before in ("of", "preposition"):
            leads = [token for token in tokens if token.end <= phrase.start and token.role is Role.PREPOSITION]
            text = question[: leads[-1].start].rstrip() + question[phrase.end :]
        else:
            continue
        others = [one for one in noun_phrases(text) if one.is_name]
        if not others and terms(text) and len(text.split()) >= 3:
            return text
    return None


def choices(article: Mapping[str, Any], most: int = 3) -> Iterator[Choice]:
    """The gaps of the article's conversations."""
    text = " ".join(paragraph["context"] for paragraph in article["paragraphs"])
    for turns, answers in conversations(article, most):
        for number in range(1, len(turns)):
            yield from _choices_at(turns[:number], turns[number], answers[number - 1], text)


def _choices_at(earlier: Sequence[Turn], turn: Turn, answer: str, text: str) -> Iterator[Choice]:
    last = earlier[-1]
    central = [one.terms for one in noun_phrases(last.question) if one.before in _CENTRAL and not one.is_part]
    carried = tuple(
        phrase.text
        for phrase in noun_phrases(last.question)
        if len(earlier) > 1 and phrase.terms <= terms(f"{earlier[-2].question} {earlier[-2].answer}")
    )
    turns = (*earlier[:-1], Turn(last.question, last.resolved, last.answer, last.title, last.quote, carried))
    title = terms(last.title) if len(last.title.split()) <= 5 else frozenset()
    for phrase in noun_phrases(turn.question):
        is_salient = phrase.terms <= title or phrase.terms <= terms(answer) or phrase.terms in central
        if phrase.before in ("wh", "possessive", "link") or phrase.is_part or phrase.is_gerund or not is_salient:
            continue
        if phrase.determiner not in ("", "the") or not (phrase.is_name or phrase.determiner == "the"):
            continue
        who = pronoun_of(phrase, text)
        asked = replaced(turn.question, phrase, who) if who else None
        if asked is None:
            continue
        tokens = tokenize(asked)
        shown = [pronoun_at(tokens, position) for position in range(len(tokens))]
        gaps = [gap for gap in shown if gap and gap.start <= phrase.start <= gap.end + 4 and gap.who == who]
        if not gaps:
            continue
        yield from _choice(asked, gaps[0], phrase.terms, turns, terms(answer))


def _choice(
    question: str, gap: Gap, wanted: frozenset[str], turns: Sequence[Turn], answer: frozenset[str]
) -> Iterator[Choice]:
    options = referents.options(gap, referents.candidates(turns), question)
    title = terms(turns[-1].title)
    worth = []
    for one in options:
        value = agreement(one.phrase.terms, wanted)
        if len(title) <= 4 and title and wanted <= title and one.phrase.terms == title:
            value = 1.0
        if wanted <= answer and one.mentions[0].source == "asked" and one.mentions[0].distance == 0:
            value = 1.0
        worth.append(value)
    if worth and max(worth) > 0.6:
        yield Choice(tuple(referents.features(gap, one, question, turns) for one in options), tuple(worth))
