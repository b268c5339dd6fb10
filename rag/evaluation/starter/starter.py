"""A starter question set from one's own articles, made by templates instead of a generative model.

Questions ask who, when, where, how many and how much about plain sentences (``templates.py``). Near misses, which the
articles do not answer, are such questions with one name replaced by a name of the same kind from another article.
Everything is marked ``"generated": true``: it is a place to start from, to be read and mended.

How good they are: of 50 questions drawn at random from the 218 that 50 encyclopaedia articles gave (articles that were
not looked at while the templates were written), one reader found 45 well formed: grammatical, understandable on their
own, and rightly answered or plainly not answered. That is 90 %, with a 95 % interval of 79 to 96 %. The other five were
cut short, lost their sense by the swap, or asked "what" for "who". Templates prefer silence to a bad question: expect
about one question for every 1,200 words of an encyclopaedia and every 700 of short news.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rag.evaluation.questions import Question, QuestionSet
from rag.evaluation.starter.clauses import Vocabulary
from rag.evaluation.starter.names import STATES, common_words, find_people, is_place_like, proper_words, surnames
from rag.evaluation.starter.templates import WHO_IS, Draft, ask_about
from rag.language.sentences import split_sentences
from rag.records import Article

ANSWERABLE_PER_NEAR_MISS = 3
_COMMON = frozenset(
    "who when where how many much did was were the a an of in on at to for and by from with as is described".split()
)


@dataclass(frozen=True, slots=True)
class _Made:
    draft: Draft
    source: str


def make_starter_set(articles: Sequence[Article], count: int = 60) -> QuestionSet:
    """At most ``count`` questions about ``articles``, about a quarter of them near misses, spread over the articles.

    The same articles in the same order give the same set. Questions that two sentences answer differently are left
    out. An article that no template fits gives no question; the set may be empty.

    Raises:
        ValueError: ``count`` is not positive.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1, got {count}")
    texts = [_content(article) for article in articles]
    people = find_people(texts)
    common = common_words(texts)
    names = frozenset(word for word in _words(people) if word.lower() not in common)
    words = Vocabulary(people, proper_words(texts) | names, common, surnames(people))
    made: list[list[_Made]] = []
    for article, text in zip(articles, texts, strict=True):
        drafts = (draft for span in split_sentences(text) for draft in ask_about(span.of(text), words))
        made.append([_Made(draft, article.source) for draft in drafts])
    answerable = _unambiguous(one for row in zip_longest(*made) for one in row if one is not None)
    misses = list(_near_misses(answerable, articles, texts, words))
    wanted = min(len(misses), max(count // (ANSWERABLE_PER_NEAR_MISS + 1), count - len(answerable)))
    chosen = answerable[: count - wanted]
    return QuestionSet(
        tuple(
            [_question(one, "answerable") for one in chosen] + [_question(one, "near_miss") for one in misses[:wanted]]
        )
    )


def _content(article: Article) -> str:
    """The article's text with its boilerplate blanked out; offsets stay."""
    text = article.text
    for span in article.boilerplate:
        text = text[: span.start] + "\n" * len(span) + text[span.end :]
    return text


def _words(people: frozenset[str]) -> frozenset[str]:
    return frozenset(word for name in people for word in name.split())


def _unambiguous(made: Iterator[_Made]) -> list[_Made]:
    """Each question once; none that has two different answers."""
    first: dict[str, _Made] = {}
    unclear: set[str] = set()
    for one in made:
        key = one.draft.question.lower()
        other = first.setdefault(key, one)
        if other.draft.answers[0].lower() != one.draft.answers[0].lower():
            unclear.add(key)
    return [one for key, one in first.items() if key not in unclear]


def _near_misses(
    answerable: Sequence[_Made], articles: Sequence[Article], texts: Sequence[str], words: Vocabulary
) -> Iterator[_Made]:
    """Questions with one name (else one year) replaced so that no sentence of the articles answers them."""
    kinds = _names_by_kind(texts, words)
    sentences = [_content_words(span.of(text)) for text in texts for span in split_sentences(text)]
    by_source = {article.source: text for article, text in zip(articles, texts, strict=True)}
    seen: set[str] = set()
    for number, one in enumerate(made for made in answerable if made.draft.template != WHO_IS):
        question, own = one.draft.question, by_source[one.source]
        old, others = next(
            (
                (name, [other for other in names if other.split()[-1] not in own])
                for names in kinds
                for name in names
                if _stands_free(name, question)
            ),
            ("", []),
        )
        if not others:
            continue
        new = others[number % len(others)]
        swapped = question.replace(old, new)
        asked, named = _content_words(swapped), _content_words(new)
        if swapped in seen or any(named & told and len(asked & told) >= 3 for told in sentences):
            continue
        seen.add(swapped)
        yield _Made(Draft(swapped, (), f"{one.draft.template}, {old} → {new}"), one.source)


def _stands_free(name: str, question: str) -> bool:
    """Whether ``question`` holds ``name``, and not as a part of a longer name."""
    if name not in question:
        return False
    match = re.search(rf"(\S+) {re.escape(name)}(?: (\S+)|\?)", question)
    return match is not None and match[1][0].islower() and not (match[2] or "x")[0].isupper()


def _names_by_kind(texts: Sequence[str], words: Vocabulary) -> list[list[str]]:
    """People, countries, places and years of the articles: names that may stand in for another of their kind."""
    countries = {name for text in texts for name in re.findall(r"[A-Z][a-z]+", text) if name in STATES}
    places = {
        name
        for text in texts
        for name in re.findall(r"\b(?:in|near) ([A-Z][a-z]{3,})(?=[.,])", text)
        if name in words.proper and name not in countries and is_place_like(name)
    }
    years = {year for text in texts for year in re.findall(r"\bin (1[5-9]\d\d|20\d\d)\b", text)}
    return [sorted(words.people), sorted(countries), sorted(places - _words(words.people)), sorted(years)]


def _content_words(text: str) -> frozenset[str]:
    """The words of a text without endings, articles and question words."""
    words = re.findall(r"\w+", text.lower())
    return frozenset(re.sub(r"(?<=\w{3})(?:ed|s|ing)$", "", word) for word in words if word not in _COMMON)


def _question(one: _Made, kind: str) -> Question:
    draft = one.draft
    digest = hashlib.sha256(f"{draft.question}\n{one.source}".encode("utf-8", "surrogatepass")).hexdigest()[:10]
    extra = {"kind": kind, "generated": True, "template": draft.template}
    if not draft.answers:
        extra["near"] = one.source
    return Question(
        id=f"starter-{digest}",
        question=draft.question,
        answers=draft.answers,
        source=one.source if draft.answers else None,
        extra=extra,
    )
