"""``citespan ask``: a question to an answer with its citations."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from rag.errors import ArticleNotFoundError
from ui.terminal.command import Command, Context, Outcome, percent, reference
from ui.terminal.filters import add_filter_arguments, filters_of
from ui.terminal.styling import Terminal, marked, visible

if TYPE_CHECKING:
    from rag.records import Alternative, Answer, Article, Citation, Related

Describe = Callable[[str], "Article | None"]
"""Looks an article up by its id; None when it has been removed meanwhile."""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", help="the question, in quotes")
    parser.add_argument(
        "--history",
        action="append",
        default=[],
        metavar="QUESTION",
        help="an earlier question of the conversation, oldest first; give it again for each",
    )
    add_filter_arguments(parser)


def _run(context: Context) -> Outcome:
    arguments = context.arguments
    with context.assistant() as assistant:
        answer = assistant.ask(arguments.question, arguments.history, filters_of(assistant, arguments))

        def describe(article_id: str) -> Article | None:
            try:
                return assistant.article(article_id)
            except ArticleNotFoundError:
                return None

        text = "" if arguments.json else describe_answer(answer, describe, context.terminal)
    return Outcome(document=answer.to_dict(), text=text)


def describe_answer(answer: Answer, describe: Describe, terminal: Terminal) -> str:
    """The answer with its quotes and numbered citations, or the abstention with its reason and closest passages.

    Several questions in one message are answered below each other, each under its own question.
    """
    if answer.parts:
        return "\n\n\n".join(
            f"{terminal.style('bold', terminal.fill(f'{number}. {visible(part.question)}'))}\n\n"
            f"{describe_answer(part, describe, terminal)}"
            for number, part in enumerate(answer.parts, start=1)
        )
    if answer.shape == "help":
        return terminal.fill(visible(answer.reason or ""))
    blocks = []
    if answer.searched_for != answer.question:
        blocks.append(terminal.style("dim", terminal.fill(f"Searched for: {visible(answer.searched_for)}")))
    blocks += _answer_blocks(answer, describe, terminal) if answer.answered else _abstention(answer, describe, terminal)
    return "\n\n".join(blocks)


def _answer_blocks(answer: Answer, describe: Describe, terminal: Terminal) -> list[str]:
    differing = [alternative for alternative in answer.alternatives if _differs(alternative)]
    others = [alternative for alternative in answer.alternatives if not _differs(alternative)]
    cited = _cited_places([answer.citations, *(alternative.citations for alternative in (*differing, *others))])
    numbers = {place: number for number, place in enumerate(cited, start=1)}

    if answer.shape == "passages":
        shown = [
            terminal.fill(f"{visible(' '.join(citation.text.split()))} [{numbers[_place(citation)]}]")
            for citation in answer.citations
        ]
        blocks = [terminal.style("dim", terminal.fill(_standing(answer))), *shown]
    else:
        first = terminal.fill(f"{visible(answer.answer or '')} {_marks(answer.citations, numbers)}")
        blocks = [f"{terminal.style('bold', first)}\n{terminal.style('dim', terminal.fill(_standing(answer)))}"]
    for heading, alternatives in (("Other accounts differ:", differing), ("Also considered:", others)):
        if alternatives:
            lines = [_alternative(alternative, numbers, terminal) for alternative in alternatives]
            blocks.append("\n".join([heading, *lines]))
    # A quote that stands above already, as an answer that is a whole sentence does, is not repeated.
    said = {answer.answer, *(alternative.answer for alternative in answer.alternatives)}
    quoted = {place for place, citation in cited.items() if citation.quote.text not in said}
    if answer.shape == "list":
        # The items share a quote: it stands below the first of them.
        firsts = {(one.article_id, one.quote.start): place for place, one in reversed(cited.items())}
        quoted &= set(firsts.values())
    listed = [
        _citation(numbers[place], citation, describe(citation.article_id), terminal, quoted=place in quoted)
        for place, citation in cited.items()
    ]
    return [*blocks, ("\n\n" if quoted else "\n").join(listed)]


def _standing(answer: Answer) -> str:
    """The line below the answer: how sure it is, or what it is when no probability applies."""
    if answer.shape == "evidence":
        return "The sentence that bears on the question. Whether it says yes or no is for you to judge."
    if answer.shape == "overview":
        return "How the article begins."
    if answer.shape == "passages":
        return f"What the articles say; that the answer is among it is {percent(answer.confidence)} sure."
    return f"{percent(answer.confidence)} sure"


def _differs(alternative: Alternative) -> bool:
    return any(citation.stance == "differs" for citation in alternative.citations)


def _place(citation: Citation) -> tuple[str, int, int]:
    return citation.article_id, citation.start, citation.end


def _cited_places(groups: Iterable[tuple[Citation, ...]]) -> dict[tuple[str, int, int], Citation]:
    """Each cited place once, in the order in which the citations are numbered."""
    cited: dict[tuple[str, int, int], Citation] = {}
    for group in groups:
        for citation in group:
            cited.setdefault(_place(citation), citation)
    return cited


def _marks(citations: tuple[Citation, ...], numbers: dict[tuple[str, int, int], int]) -> str:
    return "".join(f"[{number}]" for number in dict.fromkeys(numbers[_place(citation)] for citation in citations))


def _alternative(alternative: Alternative, numbers: dict[tuple[str, int, int], int], terminal: Terminal) -> str:
    marks = _marks(alternative.citations, numbers)
    return terminal.fill(f"{visible(alternative.answer)} {marks} {percent(alternative.confidence)}", indent="  ")


def _citation(number: int, citation: Citation, article: Article | None, terminal: Terminal, *, quoted: bool) -> str:
    facts = [
        citation.title,
        article.outlet if article else None,
        article.published if article else None,
        reference(citation.source, citation.start, citation.end, citation.page),
    ]
    line = f"[{number}] " + " · ".join(visible(fact) for fact in facts if fact)
    if citation.speaker:
        line += f" · according to {visible(citation.speaker)}"
    if citation.stance == "differs":
        line += " (differs)"
    if not quoted:
        return terminal.fill(line)
    quote = citation.quote
    text = marked(quote.text, citation.start - quote.start, citation.end - quote.start)
    return f"{terminal.fill(line)}\n{terminal.fill(text, indent='    ')}"


def _abstention(answer: Answer, describe: Describe, terminal: Terminal) -> list[str]:
    is_choice = answer.reason_kind == "ambiguous"
    blocks = [
        terminal.style("bold", "Which article is meant?" if is_choice else "No answer found in the articles."),
        terminal.fill(visible(answer.reason or "")),
    ]
    if answer.related:
        blocks.append("The articles begin like this:" if is_choice else "The closest passages:")
        blocks += [
            _related(number, related, describe(related.article_id), terminal)
            for number, related in enumerate(answer.related, start=1)
        ]
    return [block for block in blocks if block]


def _related(number: int, related: Related, article: Article | None, terminal: Terminal) -> str:
    source = article.source if article else related.article_id
    facts = [
        article.title if article else None,
        article.outlet if article else None,
        article.published if article else None,
        reference(source, related.start, related.end, article.page_of(related.start) if article else None),
    ]
    line = f"[{number}] " + " · ".join(visible(fact) for fact in facts if fact)
    return f"{terminal.fill(line)}\n{terminal.fill(visible(related.text), indent='    ')}"


COMMAND = Command(
    name="ask",
    summary="ask a question; the answer is a quote with its citation",
    description=(
        "Answers with the exact words of the articles and says where they stand, or says that the articles do not "
        "answer and shows the closest passages. Both are results: the exit status is 0."
    ),
    add_arguments=_add_arguments,
    run=_run,
)
