"""Why there is no answer, in a sentence the user can act on."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.terms import content_words, is_name_or_number, words
from rag.answer.vocabulary import Vocabulary
from rag.records import Retrieved


def refusal_reason(question: str, passages: Sequence[Retrieved], vocabulary: Vocabulary) -> str:
    """One sentence: nothing to search, a name no article holds, or a subject the articles treat without this fact."""
    if not passages:
        return "There is nothing to search: no article was added, or the chosen limits leave none."
    names = subjects(question)
    unknown = [name for name in names if not all(vocabulary.document_frequencies(name.split()))]
    if unknown:
        return f"No article mentions {_listed(unknown)}."
    if names:
        return f"The articles mention {_listed(names)}, but no passage read states the answer."
    content = content_words(question)
    if content and not any(vocabulary.document_frequencies(content)):
        return "None of the question's words occur in the articles."
    return "No passage in these articles states the answer clearly enough."


def subjects(question: str) -> list[str]:
    """The names and numbers of a question as written, each once; capitalised words side by side are one name."""
    found: list[str] = []
    last_end = -1
    for position, (word, span) in enumerate(words(question)):
        if not is_name_or_number(word, position):
            continue
        follows = question[last_end : span.start] == " " and not word[0].isdecimal() if found else False
        if follows and not found[-1][-1].isdecimal():
            found[-1] += f" {word}"
        else:
            found.append(word)
        last_end = span.end
    return list(dict.fromkeys(found))


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
