"""An answer or a conversation as text to take elsewhere: plain, Markdown with footnotes, JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from rag.presentation.html import shown
from rag.records import Answer, Citation
from ui.web.chat.conversation import Conversation, Source, Turn
from ui.web.pieces import without_answer

_MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]<>#+\-!|~&$])")


def markdown(text: str) -> str:
    """``text`` as one line of Markdown that shows exactly these words: every sign with a meaning is escaped."""
    return _MARKDOWN_SIGNS.sub(r"\\\1", shown(text))


def _reference(citation: Citation, sources: Mapping[str, Source]) -> list[str]:
    source = sources.get(citation.article_id) or Source(citation.title, citation.source)
    page = f"p. {citation.page}" if citation.page else ""
    parts = [source.title, source.outlet or "", source.published or "", source.source, page]
    return [shown(part) for part in parts if part] + [f"characters {citation.start}–{citation.end}"]


def all_citations(answer: Answer) -> list[Citation]:
    """The citations in the order of their numbers on the page: supporting first, then each differing account's."""
    supporting = [citation for citation in answer.citations if citation.stance == "supports"]
    differing = [citation for citation in answer.citations if citation.stance == "differs"]
    for alternative in answer.alternatives:
        if any(citation.stance == "differs" for citation in alternative.citations):
            differing.extend(alternative.citations)
    return supporting + differing


def turn_as_text(turn: Turn) -> str:
    """A question, its answer and its sources as plain text."""
    answer = turn.answer
    if answer is None or not answer.answered:
        return f"{_heading(turn)}\n{_nothing_found(turn)}\n"
    lines = [_heading(turn), "", answer.answer or ""]
    for number, citation in enumerate(all_citations(answer), start=1):
        prefix = "Differs: " if citation.stance == "differs" else ""
        lines += ["", f"[{number}] {prefix}“{' '.join(citation.quote.text.split())}”"]
        lines += [f"    {', '.join(_reference(citation, turn.sources))}"]
    return "\n".join(lines) + "\n"


def turn_as_markdown(turn: Turn, first: int = 1) -> str:
    """A question and its answer with footnotes numbered from ``first``."""
    answer = turn.answer
    if answer is None or not answer.answered:
        return f"**{markdown(_heading(turn))}**\n\n{markdown(_nothing_found(turn))}\n"
    cited = all_citations(answer)
    supporting = [number for number, citation in enumerate(cited, first) if citation.stance == "supports"]
    lines = [
        f"**{markdown(_heading(turn))}**",
        "",
        markdown(answer.answer or "") + "".join(f"[^{n}]" for n in supporting),
    ]
    for number, citation in enumerate(cited, first):
        if citation.stance == "differs":
            lines += ["", f"Another account: {markdown(citation.text)}[^{number}]"]
    lines.append("")
    for number, citation in enumerate(cited, first):
        reference = ", ".join(markdown(part) for part in _reference(citation, turn.sources))
        lines.append(f"[^{number}]: “{markdown(citation.quote.text)}” ({reference})")
    return "\n".join(lines) + "\n"


def conversation_as_markdown(conversation: Conversation) -> str:
    """The whole conversation with one run of footnote numbers."""
    written = [f"# {markdown(conversation.title or 'Conversation')}\n"]
    first = 1
    for turn in _asked(conversation.turns):
        written.append(turn_as_markdown(turn, first))
        first += len(all_citations(turn.answer)) if turn.answer and turn.answer.answered else 0
    return "\n".join(written)


def _asked(turns: Iterable[Turn]) -> Iterable[Turn]:
    return (turn for turn in turns if turn.answer is not None or turn.error is not None)


def _heading(turn: Turn) -> str:
    """The question, and the scope it was asked in when that was narrowed."""
    return f"{turn.question} (searched {turn.scope})" if turn.scope else turn.question


def _nothing_found(turn: Turn) -> str:
    if turn.error:
        return turn.error
    return without_answer(turn.answer) if turn.answer else ""
