"""``citespan search``: the passages that a question finds, before anything is read in them."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from ui.terminal.command import Command, Context, Outcome, reference
from ui.terminal.filters import add_filter_arguments, filters_of
from ui.terminal.styling import Terminal, visible

if TYPE_CHECKING:
    from rag.records import Retrieved


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", help="a question or some words")
    parser.add_argument("--count", type=_positive, default=10, metavar="N", help="how many passages (default: 10)")
    add_filter_arguments(parser)


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _run(context: Context) -> Outcome:
    from ui.json_documents import SearchResult

    arguments = context.arguments
    with context.assistant() as assistant:
        found = assistant.retrieve(arguments.question, arguments.count, filters_of(assistant, arguments))
    return Outcome(
        document=asdict(SearchResult.of(arguments.question, found)),
        text=describe_passages(found, context.terminal),
    )


def describe_passages(found: list[Retrieved], terminal: Terminal) -> str:
    """The passages, best first, each with its fused score and the two scores it was made of."""
    blocks = []
    for number, retrieved in enumerate(found, start=1):
        article, passage = retrieved.article, retrieved.passage
        place = reference(article.source, passage.start, passage.end, article.page_of(passage.start))
        parts = f"words {_score(retrieved.word_score)}, vector {_score(retrieved.vector_score)}"
        scores = f"score {retrieved.score:.3f} ({parts})"
        line = terminal.fill(f"[{number}] {visible(article.title)} · {visible(place)} · {scores}")
        blocks.append(f"{line}\n{terminal.fill(visible(retrieved.text), indent='    ')}")
    return "\n\n".join(blocks) or "No passages found."


def _score(score: float | None) -> str:
    return "none" if score is None else f"{score:.2f}"


COMMAND = Command(
    name="search",
    summary="list the passages that a question finds, with their scores",
    description="Lists the passages that the word and the vector index find together, best first; nothing is answered.",
    add_arguments=_add_arguments,
    run=_run,
)
