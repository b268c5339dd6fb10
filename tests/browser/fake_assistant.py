"""An assistant for the page's tests: real articles and offsets, answers decided by the test, no models."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from types import SimpleNamespace

from rag.errors import ArticleNotFoundError, CollectionError, InputError, QuestionError
from rag.index.filters import matching_articles
from rag.originals import PagePicture
from rag.records import (
    AddReport,
    Alternative,
    Answer,
    Article,
    ArticleSummary,
    Citation,
    Collection,
    FileOutcome,
    Filters,
    Passage,
    Progress,
    Quote,
    Related,
    Retrieved,
    Span,
)
from rag.settings import AnswerSettings, Settings
from rag.table.draft.check import check_draft
from rag.table.draft.records import DraftCheck
from rag.table.filling import TableFilling
from rag.table.records import RowKind

_SENTENCE = re.compile(r"[^.!?\n][^.!?]*[.!?]?")
ADDED = "2026-01-05T09:30:00+00:00"


@dataclass(frozen=True)
class Known:
    """What the fake answers to a question: verbatim texts of articles, the first one the answer."""

    spans: tuple[tuple[str, str], ...]
    """``(file name, text in that article)``."""
    differing: tuple[tuple[str, str], ...] = ()
    confidence: float = 0.91


class FakeAssistant:
    """Keeps articles in memory. A question it was not told about is searched for word for word."""

    def __init__(self, store: Path) -> None:
        self.store_path = store
        self.settings = Settings()
        self._lock = Lock()
        self.reset()

    def reset(self) -> None:
        """Forget all articles and answers."""
        self.known: dict[str, Known] = {}
        self.before_asking: Callable[[str], None] = lambda question: None
        self.before_adding: Callable[[str], None] = lambda name: None
        self.groups: dict[str, set[str]] = {}
        """The article ids in each collection."""
        self._articles: dict[str, Article] = {}

    def load(self) -> None:
        pass

    def close(self) -> None:
        pass

    def put(self, source: str, title: str, text: str, path: str | None = None, **fields: object) -> Article:
        """Store an article in place of the one at the same path."""
        article_id = hashlib.sha256(text.encode()).hexdigest()[:16]
        path = path or f"/articles/{source}"
        article = Article(article_id, title, source, path, text, **fields)  # type: ignore[arg-type]
        with self._lock:
            self._articles = {k: a for k, a in self._articles.items() if a.path != path} | {article_id: article}
        return article

    def add(
        self,
        paths: Iterable[Path | str] | Path | str,
        *,
        progress: Callable[[Progress], None] | None = None,
        collection: str | None = None,
    ) -> AddReport:
        outcomes = []
        if collection is not None and collection not in self.groups:
            self.create_collection(collection)
        for path in [Path(paths)] if isinstance(paths, (str, Path)) else [Path(path) for path in paths]:
            self.before_adding(path.name)
            text = path.read_bytes().decode()
            if progress:
                progress(Progress("reading", 0, 1, path.name))
            if not text.strip():
                outcomes.append(FileOutcome(str(path), "failed", message=f"{path.name}: it is empty. Add some text"))
                continue
            article = self.put(path.name, text.strip().splitlines()[0][:80], text, str(path))
            if collection is not None:
                self.groups[collection].add(article.article_id)
            outcomes.append(FileOutcome(str(path), "added", article.article_id, article.title, passages=1))
        return AddReport(tuple(outcomes))

    def page_picture(
        self, article_id: str, page: int, spans: Sequence[Span] = (), *, width: int = 1_000
    ) -> PagePicture:
        raise InputError(f"{self.article(article_id).source} has no pages to show: only PDF files have")

    encoder = SimpleNamespace(fingerprint="fake")
    reader = SimpleNamespace(name="fake")

    def fill_table(
        self,
        questions: Sequence[str],
        filters: Filters | None = None,
        *,
        rows: RowKind = "article",
        thorough: bool = False,
    ) -> TableFilling:
        return TableFilling(self, questions, filters, rows, thorough=thorough)  # type: ignore[arg-type]

    def check(self, draft: str, filters: Filters | None = None) -> DraftCheck:
        return check_draft(self, draft, filters)

    def remove(self, article_id: str) -> ArticleSummary:
        summary = next((one for one in self.articles() if one.article_id == article_id), None)
        if summary is None:
            raise ArticleNotFoundError(article_id)
        with self._lock:
            del self._articles[article_id]
        return summary

    def collections(self) -> list[Collection]:
        stored = self._articles.keys()
        return [Collection(name, len(ids & stored), ADDED) for name, ids in sorted(self.groups.items())]

    def create_collection(self, name: str) -> Collection:
        if not name.strip():
            raise CollectionError("a collection's name is empty. Give it one")
        if any(name.casefold() == known.casefold() for known in self.groups):
            raise CollectionError(f"a collection is named {name!r} already. Choose another name")
        self.groups[name] = set()
        return Collection(name, 0, ADDED)

    def rename_collection(self, name: str, new_name: str) -> Collection:
        ids = self._group(name)
        created = self.create_collection(new_name)
        self.groups[new_name] = ids
        del self.groups[name]
        return replace(created, articles=len(ids))

    def delete_collection(self, name: str) -> Collection:
        ids = self._group(name)
        del self.groups[name]
        return Collection(name, len(ids), ADDED)

    def put_in_collection(self, article_ids: Iterable[str], name: str) -> int:
        ids = set(article_ids)
        for article_id in ids:
            self.article(article_id)
        new = ids - self._group(name)
        self.groups[name] |= ids
        return len(new)

    def take_out(self, article_ids: Iterable[str], name: str) -> int:
        gone = self._group(name) & set(article_ids)
        self.groups[name] -= gone
        return len(gone)

    def _group(self, name: str) -> set[str]:
        if name not in self.groups:
            raise CollectionError(f"no collection is named {name!r}")
        return self.groups[name]

    def articles(self, filters: Filters | None = None) -> list[ArticleSummary]:
        rows = [(n, a.article_id, a.source, a.outlet, a.published) for n, a in enumerate(self._articles.values())]
        grouped = {one for name in filters.collections for one in self._group(name)} if filters else set()
        members = (
            {n for n, article_id, *_ in rows if article_id in grouped} if filters and filters.collections else None
        )
        wanted = set(matching_articles(rows, filters or Filters(), members))
        return [
            ArticleSummary(
                a.article_id,
                a.title,
                a.source,
                a.path,
                a.published,
                a.author,
                a.outlet,
                a.about,
                words=len(a.text.split()),
                passages=len(self.passages(a.article_id)),
                added=ADDED,
                collections=tuple(sorted(name for name, ids in self.groups.items() if a.article_id in ids)),
            )
            for number, a in enumerate(self._articles.values())
            if number in wanted
        ]

    def article(self, article_id: str) -> Article:
        try:
            return self._articles[article_id]
        except KeyError:
            raise ArticleNotFoundError(article_id) from None

    def passages(self, article_id: str) -> list[Passage]:
        text = self.article(article_id).text
        found, start = [], 0
        for paragraph in text.split("\n\n"):
            if paragraph:
                found.append((start, start + len(paragraph)))
            start += len(paragraph) + 2
        return [Passage(article_id, start, end, passage_id=n) for n, (start, end) in enumerate(found, start=1)]

    def retrieve(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Retrieved]:
        self._check(question)
        words = set(re.findall(r"\w{4,}", question.lower()))
        inside = {article.article_id for article in self.articles(filters)}
        found = []
        for article_id, article in list(self._articles.items()):
            if article_id not in inside:
                continue
            for passage in self.passages(article_id):
                text = passage.span.of(article.text).lower()
                score = sum(1 for word in words if word in text)
                if score:
                    found.append(Retrieved(passage, float(score), article))
        return sorted(found, key=lambda one: -one.score)[:k]

    def ask(
        self,
        question: str,
        history: Sequence[Answer | str] = (),
        filters: Filters | None = None,
        *,
        answering: AnswerSettings | None = None,
        on_retrieved: Callable[[Sequence[Retrieved]], None] | None = None,
    ) -> Answer:
        self._check(question)
        if on_retrieved is not None:
            on_retrieved(self.retrieve(question, 8, filters))
        self.before_asking(question)
        inside = {article.source for article in self.articles(filters)}
        searched = question
        if history and re.search(r"\b(he|she|it|they)\b", question):
            last = history[-1]
            about = (last.answer if isinstance(last, Answer) else None) or "it"
            searched = re.sub(r"\b(he|she|it|they)\b", about, question)
        known = self.known.get(searched) or self.known.get(question)
        spans = [(source, text) for source, text in (known.spans if known else ()) if source in inside]
        citations = [c for source, text in spans if (c := self._cite(source, text, known))]
        if known is None or not citations:
            related = [
                Related(r.article.article_id, r.passage.start, r.passage.end, r.text)
                for r in self.retrieve(question, 3, filters)
            ]
            reason = "No passage answers this question; the closest ones are below."
            return Answer(question, searched, False, None, 0.08, related=tuple(related), reason=reason)
        others = []
        for source, text in known.differing:
            citation = self._cite(source, text, known)
            if citation and source in inside:
                others.append(Alternative(text, 0.4, (replace(citation, stance="differs", confidence=0.4),)))
        return Answer(
            question,
            searched,
            True,
            citations[0].text,
            known.confidence,
            citations=tuple(citations),
            alternatives=tuple(others),
            timings_ms={"retrieve": 1.0, "read": 2.0, "total": 3.0},
        )

    def _cite(self, source: str, text: str, known: Known) -> Citation | None:
        article = next((a for a in self._articles.values() if a.source == source), None)
        if article is None:
            return None
        start = article.text.index(text)
        end = start + len(text)
        left, right = start, end
        for match in _SENTENCE.finditer(article.text):
            if match.start() < end and start < match.end():
                left, right = min(left, match.start()), max(right, match.end())
        sentence = Span(left, right)
        return Citation(
            article.article_id,
            article.title,
            source,
            article.page_of(start),
            start,
            end,
            text,
            Quote(sentence.start, sentence.end, sentence.of(article.text)),
            known.confidence,
        )

    def _check(self, question: str) -> None:
        if not question.strip():
            raise QuestionError("the question is empty. Type one and ask again")
        if len(question) > self.settings.answer.max_question_characters:
            raise QuestionError(f"the question has {len(question):,} characters; at most 2,000 are read. Shorten it")
