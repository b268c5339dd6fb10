"""Questions to begin with and to go on with, each tried on the store first so that none disappoints."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from rag.errors import CiteSpanError
from rag.records import Answer

if TYPE_CHECKING:
    from rag.assistant import Assistant

_LOG = logging.getLogger(__name__)
SAMPLE_QUESTIONS = Path(__file__).resolve().parent.parent / "seeds" / "questions.jsonl"
SHOWN_AT_START = 4
SHOWN_NEXT = 3
TRIED_AT_MOST = 24
"""Questions asked of the engine to find the few that are shown."""


def read_sample_questions(path: Path = SAMPLE_QUESTIONS) -> list[tuple[str, str]]:
    """``(question, source)`` of the answerable development questions that stand alone; empty when there is no file."""
    if not path.is_file():
        return []
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [
        (str(row["question"]), str(row["source"]))
        for row in rows
        if row.get("split") == "dev" and row.get("answers") and row.get("source") and not row.get("history")
    ]


class StarterQuestions:
    """Questions that the articles in the store are known to answer; safe to share between threads."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._finding = Lock()
        self._articles: frozenset[str] = frozenset()
        self._known: tuple[tuple[str, frozenset[str]], ...] = ()

    def find(self) -> tuple[str, ...]:
        """Up to four questions about different articles; asks the engine, once per change of the store."""
        self._find_answerable()
        chosen: list[str] = []
        seen: set[str] = set()
        for question, cited in self._known:
            if not cited & seen:
                chosen.append(question)
                seen |= cited
        return tuple(chosen[:SHOWN_AT_START])

    def after(self, answer: Answer, asked: Iterable[str]) -> tuple[str, ...]:
        """Up to three questions answered by the articles that ``answer`` cites and not among ``asked``; instant."""
        cited = {citation.article_id for citation in answer.citations}
        known = {question.casefold() for question in asked}
        near = [q for q, articles in self._known if articles & cited and q.casefold() not in known]
        return tuple(near[:SHOWN_NEXT])

    def _find_answerable(self) -> None:
        with self._finding:
            articles = self._assistant.articles()
            identity = frozenset(article.article_id for article in articles)
            if identity != self._articles:
                sources = {article.source for article in articles}
                self._known = tuple(self._try(q for q, source in read_sample_questions() if source in sources))
                self._articles = identity

    def _try(self, questions: Iterable[str]) -> Iterator[tuple[str, frozenset[str]]]:
        for question in list(questions)[:TRIED_AT_MOST]:
            try:
                answer = self._assistant.ask(question)
            except CiteSpanError as error:
                _LOG.info("the starter question %r was left out: %s", question, error)
                return
            if answer.answered:
                yield question, frozenset(citation.article_id for citation in answer.citations)
