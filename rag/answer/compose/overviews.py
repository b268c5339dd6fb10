"""Questions about an article as a whole: which article is meant, and its first sentences as the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.language.english.terms import content_terms, words
from rag.language.paragraphs import ends_like_a_sentence, lies_alone
from rag.question.shapes import is_overview, without_opening
from rag.records import Answer, Article, ArticleSummary, Citation, Passage, Quote, Related, Span

LEAD_SENTENCES = 3
LEAD_CHARACTERS = 700
"""Code points of a lead after which no further sentence is taken in."""
FEWEST_WORDS = 5
"""Words of a line that is a sentence; a shorter one is a heading, a byline or a label."""
CANDIDATES_OFFERED = 5

_TITLE_ASKED = re.compile(r"^what(?:\s+is|['’]s|\s+was)\s+(?P<title>.+?)\s+about\W*$", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"«](?P<title>[^“”\"«»]{3,})[”\"»]")
_GENERIC = frozenset(
    content_terms(
        "article articles text document story stories piece report page file paper summary overview summarize "
        "summarise sum write give short brief main central general topic subject point gist theme say says cover "
        "covers discuss discusses deal deals describe describes treat treats latest first second whole please titled "
        "entitled called about tell"
    )
)


def names_title(question: str, articles: Sequence[ArticleSummary]) -> bool:
    """Whether "What is X about?" names an article by its whole title, so that it asks about the article."""
    match = _TITLE_ASKED.match(without_opening(question))
    return match is not None and any(_plain(one.title) == _plain(match["title"]) for one in articles)


def may_ask_for_overview(question: str) -> bool:
    """Whether the question's form allows that it is about an article as a whole; titles may have to decide."""
    asked = without_opening(question)
    return is_overview(asked) or _TITLE_ASKED.match(asked) is not None


def articles_meant(
    question: str, articles: Sequence[ArticleSummary], history: Sequence[Answer | str]
) -> list[ArticleSummary]:
    """The articles of the scope that the question can mean, by title; exactly one when it is clear.

    An article whose title the question names, else the one the conversation cited last, else the scope's only one.
    An empty list: the question names a subject that no title holds.
    """
    asked = " ".join(match["title"] for match in _QUOTED.finditer(question)) or question
    exact = [one for one in articles if _plain(one.title) and _plain(one.title) in _plain(asked)]
    if exact:
        longest = max(len(_plain(one.title)) for one in exact)
        return [one for one in exact if len(_plain(one.title)) == longest]
    wanted = set(content_terms(asked)) - _GENERIC
    if wanted:
        return [one for one in articles if wanted <= set(content_terms(f"{one.title} {one.source} {one.outlet or ''}"))]
    if len(articles) > 1 and (last := _last_cited(history)) is not None:
        meant = [one for one in articles if one.article_id == last]
        if meant:
            return meant
    return list(articles)


def overview(question: str, article: Article, passages: Sequence[Passage]) -> Answer | None:
    """The article's first sentences as an answer of shape "overview"; None when it has no sentence.

    Args:
        passages: the article's own, in text order: they hold no boilerplate.
    """
    spans = lead(article, passages)
    if not spans:
        return None
    citations = tuple(
        Citation(
            article_id=article.article_id,
            title=article.title,
            source=article.source,
            page=article.page_of(span.start),
            start=span.start,
            end=span.end,
            text=span.of(article.text),
            quote=Quote(span.start, span.end, span.of(article.text)),
            confidence=1.0,
        )
        for span in spans
    )
    text = " ".join(citation.text for citation in citations)
    return Answer(question, question, True, text, 1.0, citations, shape="overview")


def lead(article: Article, passages: Sequence[Passage]) -> list[Span]:
    """The first sentences of the article, headings and labels left out; sentences of one paragraph are one span."""
    chosen: list[Span] = []
    taken = 0
    seen = -1
    for sentence in (one for passage in passages for one in passage.sentences):
        if sentence.start <= seen:
            continue
        seen = sentence.start
        text = sentence.of(article.text)
        is_label = len(words(text)) < FEWEST_WORDS and lies_alone(article.text, sentence)
        if is_label or not ends_like_a_sentence(text):
            if chosen:
                break
            continue
        gap = article.text[chosen[-1].end : sentence.start] if chosen else ""
        if chosen and not gap.strip() and not re.search(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", gap):
            chosen[-1] = Span(chosen[-1].start, sentence.end)
        else:
            chosen.append(sentence)
        taken += 1
        if taken == LEAD_SENTENCES or sum(map(len, chosen)) >= LEAD_CHARACTERS:
            break
    return chosen


def ambiguous(question: str, candidates: Sequence[ArticleSummary], leads: Sequence[Related]) -> Answer:
    """The abstention that says it is not clear which article is meant; ``leads`` are the candidates' beginnings."""
    titles = [f"“{one.title}”" for one in candidates[:CANDIDATES_OFFERED]]
    more = len(candidates) - len(titles)
    listed = ", ".join(titles) + (f" or {more:,} more" if more > 0 else "")
    return Answer(
        question,
        question,
        False,
        None,
        0.0,
        related=tuple(leads),
        reason=f"It is not clear which article is meant. Name one by its title: {listed}.",
        shape="overview",
        reason_kind="ambiguous",
    )


def beginning(article: Article, passages: Sequence[Passage]) -> Related | None:
    """The first range of the article's :func:`lead`; None when it has no sentence."""
    spans = lead(article, passages)
    if not spans:
        return None
    return Related(article.article_id, spans[0].start, spans[0].end, spans[0].of(article.text))


def _last_cited(history: Sequence[Answer | str]) -> str | None:
    for earlier in reversed(history):
        if isinstance(earlier, Answer) and earlier.citations:
            return earlier.citations[0].article_id
    return None


def _plain(text: str) -> str:
    return " ".join(word.lower() for word, _ in words(text))
