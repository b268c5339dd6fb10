"""Why there is no answer, in a sentence the user can act on."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.terms import content_words, names_and_numbers
from rag.answer.vocabulary import Vocabulary
from rag.records import Retrieved


def refusal_reason(question: str, passages: Sequence[Retrieved], vocabulary: Vocabulary) -> str:
    """One sentence: nothing to search, a word no article holds, or a subject the articles treat without this fact."""
    if not passages:
        return "There is nothing to search: no article was added, or the chosen limits leave none."
    names = list(dict.fromkeys(names_and_numbers(question)))
    counts = vocabulary.document_frequencies(names)
    unknown = [name for name, count in zip(names, counts, strict=True) if count == 0]
    if unknown:
        return f"No article mentions {_listed(unknown)}."
    if names:
        return f"The articles mention {_listed(names)}, but no passage read states the answer."
    content = content_words(question)
    held = vocabulary.document_frequencies(content)
    if content and not any(held):
        return "None of the question's words occur in the articles."
    return "No passage in these articles states the answer clearly enough."


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
