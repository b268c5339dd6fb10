"""An answer as cards: what each of them shows; ``cards.html`` says how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from markupsafe import Markup

from rag.presentation.highlight import flowing
from rag.records import Alternative, Answer, Citation
from ui.web.chat.conversation import Source, Turn
from ui.web.chat.copying import turn_as_markdown, turn_as_text
from ui.web.pieces import confidence_badge, quote
from ui.web.templates import macro

TEMPLATE = "chat/cards.html"
LONG_ANSWER = 60
"""Code points above which an answer is a sentence rather than a name, and is set smaller."""
CARD_NAMES = {
    "evidence": "Evidence",
    "passages": "What the articles say",
    "overview": "What the article is about",
}
STANDING = {
    "evidence": "This bears on the question. Whether it says yes or no is for you to judge.",
    "overview": "How the article begins.",
}
"""What is said instead of a probability, by the answer's shape."""
SENTENCE_SHAPES: tuple[str, ...] = ("passages",)
"""Shapes whose answer is sentences, article by article."""
EXCERPT_LENGTH = 280
"""Code points of a closest passage that an abstention shows; the whole of it opens in the source panel."""


@dataclass(frozen=True, slots=True)
class CitedArticle:
    """An article with its numbered citations: one chip."""

    source: Source
    citations: tuple[tuple[int, Citation], ...]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What the card of an answer shows.

    Attributes:
        leading: how many of ``articles`` stand before the line that says that others ``also`` bear on it.
        standing: what is said instead of a probability; empty where ``badge`` has one.
        copies: the names of the buttons that copy, and the texts, which travel along because a copy must be instant.
        passages: the articles of an answer that is sentences bearing on the question; then nothing else is shown.
    """

    name: str
    text: Markup
    is_long: bool
    quote: Markup
    speaker: str | None
    standing: str
    badge: Markup
    articles: Sequence[CitedArticle]
    leading: int
    also: str
    copies: Mapping[str, str]
    passages: Sequence[CitedArticle] = ()


def answer_view(turn: Turn, answer: Answer) -> AnswerView:
    """The answer, the sentence it stands in, how sure it is, and where to check it."""
    supporting = [citation for citation in answer.citations if citation.stance == "supports"]
    articles = cited_articles(supporting, turn.sources)
    text, standing = answer.answer or "", STANDING.get(answer.shape, "")
    leading = len(articles) if answer.shape in ("list", "overview") else 1
    told = "Also bearing on it:" if answer.shape == "evidence" else "Also said by"
    return AnswerView(
        name=CARD_NAMES.get(answer.shape, "Answer"),
        text=flowing(text),
        is_long=len(text) > LONG_ANSWER,
        quote=quote_unless_said(_as_one(answer, supporting)),
        speaker=supporting[0].speaker if supporting else None,
        standing=standing,
        badge=Markup() if standing else confidence_badge(answer.confidence),
        articles=articles,
        leading=leading,
        also=f"{told} {len(articles) - leading} more",
        copies=copies_of(turn),
        passages=articles if answer.shape in SENTENCE_SHAPES else (),
    )


def copies_of(turn: Turn) -> dict[str, str]:
    """A turn as text to take elsewhere."""
    return {"Copy": turn_as_text(turn), "Markdown": turn_as_markdown(turn)}


def cited_articles(citations: Sequence[Citation], sources: Mapping[str, Source], first: int = 1) -> list[CitedArticle]:
    """The citations, numbered from ``first``, by article; articles in the order in which they are first cited."""
    by_article: dict[str, list[tuple[int, Citation]]] = {}
    for number, citation in zip(count(first), citations, strict=False):
        by_article.setdefault(citation.article_id, []).append((number, citation))
    return [
        CitedArticle(sources.get(article_id) or Source(cited[0][1].title, cited[0][1].source), tuple(cited))
        for article_id, cited in by_article.items()
    ]


def _as_one(answer: Answer, citations: Sequence[Citation]) -> list[Citation]:
    """The items of a list that share the first one's quote as one citation, from the first to the last of them."""
    if answer.shape != "list" or not citations:
        return list(citations)
    first = citations[0]
    shared = [one for one in citations if one.article_id == first.article_id and one.quote == first.quote]
    end = max(citation.end for citation in shared)
    within = first.quote.text[first.start - first.quote.start : end - first.quote.start]
    return [replace(first, end=end, text=within)]


def quote_unless_said(citations: Sequence[Citation]) -> Markup:
    """The first citation's quote; empty when the answer above it already is the whole sentence."""
    if not citations or citations[0].text.strip() == citations[0].quote.text.strip():
        return Markup()
    return quote(citations[0])


def differing(answer: Answer) -> tuple[Alternative, ...]:
    """The accounts that contradict the answer, whether they were listed as citations or as alternatives."""
    own = tuple(Alternative(c.text, c.confidence, (c,)) for c in answer.citations if c.stance == "differs")
    return own + tuple(
        alternative
        for alternative in answer.alternatives
        if any(citation.stance == "differs" for citation in alternative.citations)
    )


def differ_card(turn: Turn, answer: Answer) -> Markup:
    """What other articles say instead; empty when none does."""
    number = 1 + sum(1 for citation in answer.citations if citation.stance == "supports")
    accounts = []
    for account in differing(answer):
        accounts.append(
            {
                "text": flowing(account.answer),
                "quote": quote_unless_said(account.citations),
                "articles": cited_articles(account.citations, turn.sources, number),
            }
        )
        number += len(account.citations)
    return macro(TEMPLATE, "differ", accounts) if accounts else Markup()


def abstain_card(turn: Turn, answer: Answer, *, with_tools: bool = True) -> Markup:
    """That the articles do not answer the question, why it is thought so, and the passages that came closest."""
    is_choice = answer.reason_kind == "ambiguous"
    heading = "Which article?" if is_choice else "Not in these articles"
    listed = "They begin like this" if is_choice else "Closest passages"
    reason = answer.reason or "No passage answers this question."
    related = [
        (passage, turn.sources.get(passage.article_id) or Source("Article", ""), _excerpt(passage.text))
        for passage in answer.related
    ]
    return macro(TEMPLATE, "abstain", turn, heading, reason, listed, related, with_tools)


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT_LENGTH else line[:EXCERPT_LENGTH].rsplit(" ", 1)[0] + " …"


def body_of(turn: Turn, answer: Answer, *, with_tools: bool = True) -> Markup:
    """Everything below the question that an answer shows.

    Without ``with_tools`` it cannot be judged or copied by itself: it is one of several answers to a message.
    """
    if answer.parts:
        parts = [(part.question, body_of(turn, part, with_tools=False)) for part in answer.parts]
        return macro(TEMPLATE, "parts", turn, parts, copies_of(turn) if answer.answered else {})
    if answer.shape == "help":
        return macro(TEMPLATE, "help", answer.reason)
    searched = Markup()
    if answer.searched_for != answer.question:
        searched = macro(TEMPLATE, "searched_for", answer.searched_for, with_tools)
    if not answer.answered:
        return searched + abstain_card(turn, answer, with_tools=with_tools)
    return searched + macro(TEMPLATE, "answer", turn, answer_view(turn, answer), with_tools) + differ_card(turn, answer)
