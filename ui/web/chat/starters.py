"""Questions to begin with and to go on with, each tried on the store first so that none disappoints."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from rag.errors import CiteSpanError
from rag.evaluation.starter.starter import make_starter_set
from rag.records import Answer, Article, ArticleSummary

if TYPE_CHECKING:
    from rag.assistant import Assistant

_LOG = logging.getLogger(__name__)
SAMPLE_QUESTIONS = Path(__file__).resolve().parents[3] / "seeds" / "questions.jsonl"
SHOWN_AT_START = 4
SHOWN_NEXT = 3
TRIED_AT_MOST = 16
"""Questions asked of the engine to find the few that are shown."""
SECONDS_AT_MOST = 5.0
"""No further question is tried after this long: a slow machine has better things to do."""
WORDS_READ_AT_MOST = 60_000
"""Words of articles that questions are made from."""


@dataclass(frozen=True, slots=True)
class Try:
    """A question to try on the engine, with the answers that would show it is answered rightly."""

    question: str
    answers: tuple[str, ...]

    def fits(self, answer: Answer) -> bool:
        """Whether the engine's answer holds one of the right ones."""
        given = (answer.answer or "").casefold()
        return answer.answered and any(right.casefold() in given for right in self.answers)


def sample_questions(sources: Collection[str], path: Path = SAMPLE_QUESTIONS) -> list[Try]:
    """The sample set's answerable development questions that stand alone, from each of ``sources`` in turn."""
    if not path.is_file():
        return []
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    by_source: dict[str, list[Try]] = {}
    for row in rows:
        if row.get("split") == "dev" and row.get("answers") and row.get("source") in sources and not row.get("history"):
            one = Try(str(row["question"]), tuple(map(str, row["answers"])))
            by_source.setdefault(row["source"], []).append(one)
    in_turns = zip_longest(*by_source.values())
    return [one for round_ in in_turns for one in round_ if one is not None]


def made_questions(articles: Sequence[Article]) -> list[Try]:
    """Questions made from plain sentences of the articles."""
    made = make_starter_set(articles, TRIED_AT_MOST) if articles else ()
    return [Try(one.question, one.answers) for one in made if one.answers]


class StarterQuestions:
    """Questions that the articles in the store are known to answer; safe to share between threads."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._finding = Lock()
        self._articles: frozenset[str] = frozenset()
        self._known: tuple[tuple[str, frozenset[str]], ...] = ()

    def find(self, within: Set[str] | None = None) -> tuple[str, ...]:
        """Up to four questions about different articles; asks the engine, once per change of the store.

        With ``within``, only questions whose answers lie wholly in these articles.
        """
        self._find_answerable()
        chosen: list[str] = []
        seen: set[str] = set()
        for question, cited in self._known:
            if not cited & seen and (within is None or cited <= within):
                chosen.append(question)
                seen |= cited
        return tuple(chosen[:SHOWN_AT_START])

    def after(self, answer: Answer, asked: Iterable[str], within: Set[str] | None = None) -> tuple[str, ...]:
        """Up to three questions answered by the articles that ``answer`` cites and not among ``asked``; instant.

        With ``within``, only questions whose answers lie wholly in these articles.
        """
        cited = {citation.article_id for citation in answer.citations}
        known = {question.casefold() for question in asked}
        near = [
            q
            for q, articles in self._known
            if articles & cited and q.casefold() not in known and (within is None or articles <= within)
        ]
        return tuple(near[:SHOWN_NEXT])

    def _find_answerable(self) -> None:
        with self._finding:
            articles = self._assistant.articles()
            identity = frozenset(article.article_id for article in articles)
            if identity != self._articles:
                tries = sample_questions({article.source for article in articles}) or made_questions(
                    self._some(articles)
                )
                self._known = tuple(self._answered(tries[:TRIED_AT_MOST]))
                self._articles = identity

    def _some(self, articles: Sequence[ArticleSummary]) -> list[Article]:
        """The newest articles, as many as can be read through in a moment."""
        words, chosen = 0, []
        for summary in sorted(articles, key=lambda article: article.added, reverse=True):
            words += summary.words
            if words > WORDS_READ_AT_MOST:
                break
            chosen.append(self._assistant.article(summary.article_id))
        return chosen

    def _answered(self, tries: Iterable[Try]) -> Iterator[tuple[str, frozenset[str]]]:
        started = monotonic()
        for one in tries:
            if monotonic() - started > SECONDS_AT_MOST:
                return
            try:
                answer = self._assistant.ask(one.question)
            except CiteSpanError as error:
                _LOG.info("the starter question %r was left out: %s", one.question, error)
                return
            if one.fits(answer):
                yield one.question, frozenset(citation.article_id for citation in answer.citations)
