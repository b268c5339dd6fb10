"""Test questions: the values, and saving one from a conversation. ``question_files.py`` reads them from
disk and ``question_writing.py`` writes them.

The JSONL form, one object a line (CSV has the same columns)::

    {"id": "q1", "question": "Who …?", "answers": ["Ida Quill"], "source": "bridge.md", "history": [], "split": "dev"}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rag.errors import QuestionSetError
from rag.records import Answer


@dataclass(frozen=True, slots=True)
class Question:
    """One test question.

    Attributes:
        id: unique within its set.
        answers: acceptable answers; empty when the articles do not answer; None when nobody wrote answers down and
            only retrieval can be judged (``relevant`` or ``source`` then says what should be found).
        source: the file name of the article that answers, or None when any article will do.
        history: the earlier questions of the conversation, oldest first.
        split: the part of the set it belongs to ("dev", "test"), or None.
        relevant: graded judgements, file name to grade; 0 is not relevant. Empty when there are none.
        extra: every other column, kept as it was read.
        line: where it stands in its file, from 1; 0 when it was not read from a file. Not part of equality.
    """

    id: str
    question: str
    answers: tuple[str, ...] | None = ()
    source: str | None = None
    history: tuple[str, ...] = ()
    split: str | None = None
    relevant: Mapping[str, int] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    line: int = field(default=0, compare=False, repr=False)

    @property
    def answerable(self) -> bool | None:
        """Whether the articles answer it; None when that is not known."""
        return None if self.answers is None else bool(self.answers)

    def to_dict(self) -> dict[str, Any]:
        """The JSONL object; optional columns are left out while empty."""
        row: dict[str, Any] = {
            "id": self.id,
            "question": self.question,
            "answers": None if self.answers is None else list(self.answers),
            "source": self.source,
        }
        if self.history:
            row["history"] = list(self.history)
        if self.split is not None:
            row["split"] = self.split
        if self.relevant:
            row["relevant"] = dict(self.relevant)
        return {**row, **self.extra}


@dataclass(frozen=True, slots=True)
class SetArticle:
    """An article that comes with a question set (BEIR's corpus, SQuAD's paragraphs).

    Attributes:
        source: the name that questions call it by.
    """

    source: str
    title: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions in the order of their file.

    Attributes:
        path: where they were read from, or "" for a set made in memory.
        articles: the articles that came with them; empty for JSONL and CSV.
    """

    questions: tuple[Question, ...]
    path: str = ""
    articles: tuple[SetArticle, ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        return len(self.questions)

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions)

    @property
    def fingerprint(self) -> str:
        """16 hex digits of a SHA-256 over every question; the same questions give the same fingerprint."""
        digest = hashlib.sha256()
        for question in self.questions:
            digest.update(json.dumps(question.to_dict(), sort_keys=True, default=str).encode("utf-8", "replace"))
        return digest.hexdigest()[:16]

    def with_split(self, split: str) -> QuestionSet:
        """The questions of one split.

        Raises:
            QuestionSetError: no question has this split; the message lists the splits there are.
        """
        chosen = tuple(question for question in self.questions if question.split == split)
        if not chosen:
            splits = sorted({question.split for question in self.questions if question.split is not None})
            known = f"it has {', '.join(splits)}" if splits else "no row names a split"
            raise QuestionSetError([f"{self.path or 'question set'}: split: no question is in {split!r}; {known}"])
        return replace(self, questions=chosen)

    def first(self, count: int) -> QuestionSet:
        """The first ``count`` questions (all of them when there are fewer).

        Raises:
            ValueError: ``count`` is not positive.
        """
        if count < 1:
            raise ValueError(f"count must be at least 1, got {count}")
        return replace(self, questions=self.questions[:count])


def names_source(named: str, source: str, path: str = "") -> bool:
    """Whether a question set's ``named`` source is the article with this ``source`` name and ``path``.

    A plain name is the file's name; ``folder/name`` also matches by the end of the path, for files that share a name.
    Upper and lower case do not count: people retype names, and spreadsheets change them.
    """
    named = named.casefold()
    return named == source.casefold() or ("/" in named and path.casefold().endswith("/" + named.lstrip("./")))


def unknown_sources(question_set: QuestionSet, known: Collection[str], paths: Collection[str] = ()) -> list[str]:
    """One problem (``file:line: source: what is wrong``) for every question that names an article nobody added.

    Args:
        known: the file names of the stored articles.
        paths: their full paths, for sources written as ``folder/name``.
    """
    names = {name.casefold() for name in known}
    cache: dict[str, bool] = {}

    def exists(named: str) -> bool:
        if named not in cache:
            is_in_folder = "/" in named and any(names_source(named, "", path) for path in paths)
            cache[named] = named.casefold() in names or is_in_folder
        return cache[named]

    return [
        f"{question_set.path or 'question set'}:{question.line}: source: no article is named {question.source!r}; "
        "add it first, with citespan add or on the Articles tab"
        for question in question_set
        if question.source is not None and not exists(question.source)
    ]


def question_of_turn(
    answer: Answer, history: Sequence[Answer | str] = (), *, answers: Sequence[str] | None = None
) -> Question:
    """A test question made from a turn of a conversation; the same turn gives the same id.

    Args:
        history: the turns before it, oldest first.
        answers: what the user says is right: None confirms the answer that was given, empty means that the articles do
            not answer.

    Raises:
        QuestionSetError: None was given for an abstention: there is no answer to confirm.
    """
    if answers is None:
        if answer.answer is None:
            raise QuestionSetError(["answers: there is none to confirm; give one, or say it is not in the articles"])
        answers = (answer.answer,)
    earlier = tuple(turn if isinstance(turn, str) else turn.question for turn in history)
    source = answer.citations[0].source if answers and answer.citations else None
    identity = json.dumps([*earlier, answer.question], ensure_ascii=False).encode("utf-8", "surrogatepass")
    return Question(
        id=f"chat-{hashlib.sha256(identity).hexdigest()[:10]}",
        question=answer.question,
        answers=tuple(answers),
        source=source,
        history=earlier,
        extra={"kind": "chat"},
    )
