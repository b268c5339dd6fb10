"""An answer as safe HTML: one function per card.

Every text from an article, a file name or a question goes through ``ui.web.escaping`` or
``ui.web.highlight``; the only markup is what this file writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.records import Alternative, Answer, Citation, Related
from ui.web.chat.conversation import Source, Turn
from ui.web.chat.copying import turn_as_markdown, turn_as_text
from ui.web.chat.feedback import verdict_buttons, verdict_form
from ui.web.escaping import attributes, escape, label
from ui.web.highlight import flowing
from ui.web.pieces import chips, confidence_badge, place, quote, source_line

LONG_ANSWER = 60
"""Code points above which an answer is a sentence rather than a name, and is set smaller."""
CARD_NAMES = {"evidence": "Evidence", "overview": "What the article is about"}
STANDING = {
    "evidence": "This bears on the question. Whether it says yes or no is for you to judge.",
    "overview": "How the article begins.",
}
"""What is said instead of a probability, by the answer's shape."""
EXCERPT_LENGTH = 280
"""Code points of a closest passage that an abstention shows; the whole of it opens in the source panel."""


def answer_card(turn: Turn, answer: Answer, *, with_tools: bool = True) -> str:
    """The answer in large letters, the sentence it stands in, how sure it is, and where to check it.

    Without ``with_tools`` it cannot be judged or copied by itself: it is one of several answers to a message.
    """
    supporting = [citation for citation in answer.citations if citation.stance == "supports"]
    text = answer.answer or ""
    size = " long" if len(text) > LONG_ANSWER else ""
    tools = f"{verdict_buttons(turn)}{copy_buttons(turn)}" if with_tools else ""
    form = verdict_form(turn) if with_tools else ""
    return (
        f'<section class="card answer{size}"{attributes(aria_label=CARD_NAMES.get(answer.shape, "Answer"))}>'
        f'<p class="answer-text" dir="auto">{flowing(text)}</p>'
        f"{quote_unless_said(_as_one(answer, supporting))}{said_by(supporting)}"
        f'<div class="foot">{standing(answer)}<span class="tools">{tools}</span></div>{form}'
        f'<div class="citations">{_all_chips(turn, answer, supporting)}</div></section>'
    )


def standing(answer: Answer) -> str:
    """How sure the answer is; for a shape that no probability fits, what it is."""
    told = STANDING.get(answer.shape)
    return f'<span class="note">{escape(told)}</span>' if told else confidence_badge(answer.confidence)


def said_by(citations: Sequence[Citation]) -> str:
    """Who the quoted sentence says it has the claim from; empty when it does not say."""
    if not citations or citations[0].speaker is None:
        return ""
    return f'<p class="note" dir="auto">According to {escape(citations[0].speaker)}</p>'


def _as_one(answer: Answer, citations: Sequence[Citation]) -> list[Citation]:
    """The items of a list that share the first one's quote as one citation, from the first to the last of them."""
    if answer.shape != "list" or not citations:
        return list(citations)
    first = citations[0]
    end = max(one.end for one in citations if one.article_id == first.article_id and one.quote == first.quote)
    within = first.quote.text[first.start - first.quote.start : end - first.quote.start]
    return [replace(first, end=end, text=within)]


def _all_chips(turn: Turn, answer: Answer, supporting: Sequence[Citation]) -> str:
    """The chips of the citations; those that only repeat an answer stand apart."""
    if answer.shape in ("list", "overview") or len(supporting) < 2:
        return chips(1, supporting, turn.sources)
    told = "Also bearing on it:" if answer.shape == "evidence" else "Also said by"
    more = f'<p class="also">{told} {len(supporting) - 1} more</p>'
    return chips(1, supporting[:1], turn.sources) + more + chips(2, supporting[1:], turn.sources)


def quote_unless_said(citations: Sequence[Citation]) -> str:
    """The first citation's quote; empty when the answer above it already is the whole sentence."""
    if not citations or citations[0].text.strip() == citations[0].quote.text.strip():
        return ""
    return quote(citations[0])


def copy_buttons(turn: Turn) -> str:
    """Buttons that copy the answer with its citations; the texts travel with them, because a copy must be instant."""
    texts = {"Copy": turn_as_text(turn), "Markdown": turn_as_markdown(turn)}
    buttons = (
        f'<button type="button" class="quiet"{attributes(data_copy=text)}>{name}</button>'
        for name, text in texts.items()
    )
    return "".join(buttons)


def differing(answer: Answer) -> tuple[Alternative, ...]:
    """The accounts that contradict the answer, whether they were listed as citations or as alternatives."""
    own = tuple(Alternative(c.text, c.confidence, (c,)) for c in answer.citations if c.stance == "differs")
    return own + tuple(
        alternative
        for alternative in answer.alternatives
        if any(citation.stance == "differs" for citation in alternative.citations)
    )


def differ_card(turn: Turn, answer: Answer) -> str:
    """What other articles say instead; empty when none does."""
    accounts = differing(answer)
    if not accounts:
        return ""
    number = 1 + sum(1 for citation in answer.citations if citation.stance == "supports")
    items = []
    for account in accounts:
        cited = account.citations
        items.append(
            f'<li class="account"><p class="account-text" dir="auto">{flowing(account.answer)}</p>'
            f"{quote_unless_said(cited)}{chips(number, cited, turn.sources)}</li>"
        )
        number += len(cited)
    return (
        '<section class="card differ" aria-label="Accounts differ"><h3>Accounts differ</h3>'
        f'<p class="note">Another article says something else. Both are quoted; read both.</p>'
        f'<ul class="accounts">{"".join(items)}</ul></section>'
    )


def related_item(related: Related, sources: Mapping[str, Source]) -> str:
    """A closest passage as a button that opens it in its article."""
    source = sources.get(related.article_id) or Source("Article", "")
    text = " ".join(related.text.split())
    excerpt = text if len(text) <= EXCERPT_LENGTH else text[:EXCERPT_LENGTH].rsplit(" ", 1)[0] + " …"
    return (
        f'<li><button type="button" class="passage-card"{place(related.article_id, related.start, related.end)}>'
        f'<span class="passage-source"><b>{label(source.title)}</b> {source_line(source)}</span>'
        f'<span class="passage-text" dir="auto">{escape(excerpt)}</span></button></li>'
    )


def abstain_card(turn: Turn, answer: Answer, *, with_tools: bool = True) -> str:
    """That the articles do not answer the question, why it is thought so, and the passages that came closest."""
    is_choice = answer.reason_kind == "ambiguous"
    heading = "Which article?" if is_choice else "Not in these articles"
    items = "".join(related_item(related, turn.sources) for related in answer.related)
    listed = "They begin like this" if is_choice else "Closest passages"
    closest = f'<h4>{listed}</h4><ul class="closest">{items}</ul>' if items else ""
    reason = escape(answer.reason or "No passage answers this question.")
    tools = f'<div class="foot"><span class="tools">{verdict_buttons(turn)}</span></div>{verdict_form(turn)}'
    return (
        f'<section class="card abstain" aria-label="{heading}"><h3>{heading}</h3>'
        f'<p class="note" dir="auto">{reason}</p>{closest}{tools if with_tools else ""}</section>'
    )


def help_card(answer: Answer) -> str:
    """What can be asked here, in reply to a greeting."""
    return f'<section class="card help" aria-label="Help"><p class="note">{escape(answer.reason or "")}</p></section>'


def parts_cards(turn: Turn, answer: Answer) -> str:
    """The answers to several questions, each below its question; they are judged and copied together."""
    shown = "".join(
        f'<section class="part" aria-label="Question {number}"><h3 class="part-question" dir="auto">'
        f"{escape(part.question)}</h3>{body_of(turn, part, with_tools=False)}</section>"
        for number, part in enumerate(answer.parts, start=1)
    )
    tools = f'<span class="tools">{verdict_buttons(turn)}{copy_buttons(turn) if answer.answered else ""}</span>'
    return f'{shown}<div class="foot">{tools}</div>{verdict_form(turn)}'


def body_of(turn: Turn, answer: Answer, *, with_tools: bool = True) -> str:
    """Everything below the question that an answer shows."""
    if answer.parts:
        return parts_cards(turn, answer)
    if answer.shape == "help":
        return help_card(answer)
    if answer.answered:
        card = answer_card(turn, answer, with_tools=with_tools)
        return searched_for(answer, with_tools=with_tools) + card + differ_card(turn, answer)
    return searched_for(answer, with_tools=with_tools) + abstain_card(turn, answer, with_tools=with_tools)


def searched_for(answer: Answer, *, with_tools: bool = True) -> str:
    """How a follow-up was understood, with the way back to its literal words; empty when it was searched as asked."""
    if answer.searched_for == answer.question:
        return ""
    literally = '<button type="button" class="quiet" data-action="literal">Search literally</button>'
    told = f'Searched for: <q dir="auto">{label(answer.searched_for)}</q>'
    return f'<p class="searched">{told} {literally if with_tools else ""}</p>'
