"""The question sets that can be chosen on the page: samples, saved from the chat, made from the articles, uploaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import QuestionSetError
from rag.evaluation.question_files import read_questions
from rag.evaluation.question_writing import write_questions
from rag.evaluation.questions import QuestionSet
from rag.evaluation.starter.starter import make_starter_set
from rag.presentation.html import shown
from rag.presentation.wording import counted
from rag.records import Article
from ui.web.chat.feedback import SAVED_QUESTIONS
from ui.web.chat.starters import SAMPLE_QUESTIONS

if TYPE_CHECKING:
    from rag.assistant import Assistant

STARTER_QUESTIONS = "starter-questions.jsonl"
"""Inside the store: the set that was made from its articles."""
WORDS_READ_AT_MOST = 400_000
"""Words of articles that questions are made from; enough for hundreds of questions, and read in seconds."""
ALL = "all"
"""The choice of every split."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A question set that one user uploaded; kept for that user's visit only."""

    name: str
    question_set: QuestionSet


@dataclass(frozen=True, slots=True)
class Choice:
    """A question set on offer.

    Attributes:
        key: what the page sends back when it is chosen.
        name: what the user reads.
    """

    key: str
    name: str


class QuestionSets:
    """Finds and reads the sets of one store; holds nothing of any user."""

    def __init__(self, assistant: Assistant, samples: Path = SAMPLE_QUESTIONS) -> None:
        self._assistant = assistant
        self._samples = samples

    @property
    def _files(self) -> dict[str, tuple[str, Path]]:
        store = Path(self._assistant.store_path)
        return {
            "saved": ("Saved from the chat", store / SAVED_QUESTIONS),
            "starter": ("Starter set made from your articles", store / STARTER_QUESTIONS),
            "sample": ("Questions on the sample articles", self._samples),
        }

    def choices(self, uploaded: Uploaded | None = None) -> list[Choice]:
        """The sets there are, the user's own first; the sample set only while a sample article is in the store."""
        found = [Choice("uploaded", uploaded.name)] if uploaded else []
        for key, (name, path) in self._files.items():
            if path.is_file() and (key != "sample" or self._has_samples(path)):
                found.append(Choice(key, name))
        return found

    def read(self, key: str | None, uploaded: Uploaded | None = None) -> tuple[str, QuestionSet]:
        """The name and the questions of a chosen set.

        Raises:
            QuestionSetError: it is gone, or its file has bad rows.
        """
        if key == "uploaded" and uploaded:
            return uploaded.name, uploaded.question_set
        if key not in self._files:
            raise QuestionSetError(["Choose a question set first."])
        name, path = self._files[key]
        return name, named(read_questions(path), path, path.name)

    def make_starter_set(self) -> QuestionSet:
        """Make a set from the articles, the newest first, and keep it in the store.

        Raises:
            QuestionSetError: no question could be made.
            OSError: it cannot be written.
        """
        made = make_starter_set(self._articles())
        if not len(made):
            raise QuestionSetError(
                [
                    "No question could be made: that needs plain sentences with a name and a date, place or number. "
                    "Add more articles, or save questions from the chat."
                ]
            )
        write_questions(made, Path(self._assistant.store_path) / STARTER_QUESTIONS)
        return made

    def _articles(self) -> Sequence[Article]:
        chosen: list[Article] = []
        words = 0
        for summary in sorted(self._assistant.articles(), key=lambda one: (one.added, one.title), reverse=True):
            words += summary.words
            if chosen and words > WORDS_READ_AT_MOST:
                break
            chosen.append(self._assistant.article(summary.article_id))
        return chosen

    def _has_samples(self, path: Path) -> bool:
        try:
            wanted = {question.source for question in read_questions(path)}
        except QuestionSetError:
            return False
        return any(article.source in wanted for article in self._assistant.articles())


def read_upload(path: Path, original: str) -> Uploaded:
    """The question set in an uploaded file.

    Raises:
        QuestionSetError: with every bad row; the file is called by the user's own name for it.
    """
    name = shown(original)
    try:
        question_set = read_questions(path)
    except QuestionSetError as error:
        raise QuestionSetError([problem.replace(str(path), name) for problem in error.problems]) from None
    return Uploaded(name, named(question_set, path, name))


def named(question_set: QuestionSet, path: Path, name: str) -> QuestionSet:
    """The set under the name that people know it by, instead of a path of this machine."""
    return replace(question_set, path=name) if question_set.path == str(path) else question_set


def splits(question_set: QuestionSet) -> list[tuple[str, str]]:
    """The splits to choose from as (what is shown, value), all questions first; empty when the set names none."""
    counts: dict[str, int] = {}
    for question in question_set:
        if question.split is not None:
            counts[question.split] = counts.get(question.split, 0) + 1
    if not counts:
        return []
    everything = (f"All ({len(question_set):,})", ALL)
    return [everything, *((f"{shown(split)} ({count:,})", split) for split, count in sorted(counts.items()))]


def summary(question_set: QuestionSet) -> str:
    """How many questions there are and how many of them the articles answer, as a sentence."""
    due = sum(question.answerable is True for question in question_set)
    none_due = sum(question.answerable is False for question in question_set)
    parts = [counted(len(question_set), "question")]
    if due and none_due:
        parts.append(f"{due:,} with an answer in the articles, {none_due:,} without")
    elif due or none_due:
        parts.append(f"all {'with' if due else 'without'} an answer in the articles")
    else:
        parts.append("without answers, so only the search is judged")
    return ": ".join(parts) + "."
