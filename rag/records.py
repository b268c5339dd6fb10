"""The values that travel between the rooms of the engine; all frozen, all offsets Unicode code points, half-open.

``article.text[span.start:span.end]`` is the span's text, always; nothing here stores a second copy of an article.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Stance = Literal["supports", "differs"]
Shape = Literal["span", "clause", "list", "evidence", "overview", "passages", "parts", "help"]
ReasonKind = Literal["empty", "absent", "near_miss", "false_premise", "unclear", "ambiguous"]
FileStatus = Literal["added", "updated", "unchanged", "duplicate", "failed"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A non-empty range ``[start, end)`` of code points in an article's text.

    Raises:
        ValueError: when the range is empty or negative.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, got [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The span's text within its article's ``text``."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two ranges share at least one code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether ``other`` lies wholly inside this range."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Article:
    """One ingested document.

    Attributes:
        article_id: 16 hex digits of the text's SHA-256: the same text has the same id everywhere.
        title: from the file's own metadata, else its first heading or line, else the file's name.
        source: the file's name as added (``003.txt``); unique within a store unless folders differ.
        path: where the file lay, as an absolute POSIX path; the identity that an update replaces.
        published: ISO 8601 date (``2025-08-16``) or None.
        author: as the file states it, or None.
        outlet: who published it (front matter ``outlet``, ``publisher`` or ``source``; HTML ``og:site_name``), or None.
        about: what the article is about or derived from, as front matter ``about`` states it, or None.
        text: the full text that every span points into; never changes once stored.
        boilerplate: sorted, disjoint ranges that are not content (navigation, captions, offers).
        pages: for paged files, the start offset of each page's text in order; empty otherwise.
    """

    article_id: str
    title: str
    source: str
    path: str
    text: str = field(repr=False)
    published: str | None = None
    author: str | None = None
    outlet: str | None = None
    about: str | None = None
    boilerplate: tuple[Span, ...] = field(default=(), repr=False)
    pages: tuple[int, ...] = field(default=(), repr=False)

    def page_of(self, offset: int) -> int | None:
        """The 1-based page that holds ``offset``, or None when the file has no pages."""
        if not self.pages:
            return None
        return max(1, sum(1 for start in self.pages if start <= offset))


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """A stored article without its text, as lists show it.

    Attributes:
        words: whitespace-separated words of the text.
        passages: how many passages are indexed.
        added: ISO 8601 UTC time of the last add or update.
        collections: the names of the collections it is in, in their order.
    """

    article_id: str
    title: str
    source: str
    path: str
    published: str | None
    author: str | None
    outlet: str | None
    about: str | None
    words: int
    passages: int
    added: str
    collections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemovedArticle:
    """An article that is no longer stored and can be brought back for a while.

    Attributes:
        path: where its file lay.
        removed: ISO 8601 UTC time.
        why: "removed" by somebody, or "overwritten" by another text of its file.
    """

    article_id: str
    title: str
    source: str
    path: str
    removed: str
    why: Literal["removed", "overwritten"]


@dataclass(frozen=True, slots=True)
class Collection:
    """A named group of articles.

    Attributes:
        name: as it is shown; unique whatever the case.
        articles: how many are in it.
        created: ISO 8601 UTC time.
    """

    name: str
    articles: int
    created: str


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is embedded and retrieved: consecutive whole sentences of one article.

    Attributes:
        passage_id: the catalog's row number, or 0 before it is stored. Never reused after a removal.
        sentences: the sentence ranges it is made of, in order; they give ``start`` and ``end``.
    """

    article_id: str
    start: int
    end: int
    sentences: tuple[Span, ...] = field(default=(), repr=False)
    passage_id: int = 0

    @property
    def span(self) -> Span:
        """The passage's range in its article's text."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage found for a question.

    Attributes:
        score: the fused score, higher is better; comparable within one question only.
        word_score: BM25, or None when the word index did not return it.
        vector_score: cosine similarity, or None when the vector index did not return it.
        article: the article that holds the passage.
    """

    passage: Passage
    score: float
    article: Article = field(repr=False)
    word_score: float | None = None
    vector_score: float | None = None

    @property
    def text(self) -> str:
        """The passage's text."""
        return self.article.text[self.passage.start : self.passage.end]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles a question may be answered from; empty or None means no limit.

    Attributes:
        article_ids: only these articles.
        sources: only these file names (exact, case-insensitive).
        outlets: only these outlets (exact, case-insensitive).
        published_from: ISO date, inclusive; articles without a date are left out when either bound is set.
        published_to: ISO date, inclusive.
        collections: only articles in at least one of these collections (by name, case-insensitive).
    """

    article_ids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    published_from: str | None = None
    published_to: str | None = None
    collections: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether every article passes."""
        return self == Filters()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span a reader proposes as the answer, before answers are compared across passages.

    Attributes:
        retrieved: the passage it was read in.
        span: the answer's range in the article's text; lies inside one passage.
        score: the reader's own score; higher is better; comparable between passages of one question.
        null_score: the reader's score for "this passage does not answer", on the same scale.
        bearing: logit of the span's sentence bearing on the question; 0 when the reader does not judge sentences.
    """

    retrieved: Retrieved
    span: Span
    score: float
    null_score: float = 0.0
    bearing: float = 0.0

    @property
    def margin(self) -> float:
        """How much the span is preferred to no answer."""
        return self.score - self.null_score

    @property
    def text(self) -> str:
        """The span's text."""
        return self.span.of(self.retrieved.article.text)


@dataclass(frozen=True, slots=True)
class Quote:
    """The whole sentence (or sentences) around a cited span."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer stands: ``article.text[start:end] == text``.

    Attributes:
        page: 1-based page, or None for files without pages.
        confidence: calibrated probability that this span answers the question, 0 to 1.
        stance: "supports" the answer, or "differs" for an account that contradicts it.
        speaker: who the quoted sentence says the claim comes from, in the article's words; None when it does not say,
            or only by a pronoun.
    """

    article_id: str
    title: str
    source: str
    page: int | None
    start: int
    end: int
    text: str
    quote: Quote
    confidence: float
    stance: Stance = "supports"
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another answer that was considered, with where it stands."""

    answer: str
    confidence: float
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Related:
    """A passage close to the question, shown when no answer was found."""

    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What ``ask`` returns: a cited answer, or an abstention that says what was looked at.

    Attributes:
        question: the question as asked.
        searched_for: the question that was searched, standing alone (equal to ``question`` unless it was a follow-up).
        answered: False for an abstention; then ``answer`` is None, ``citations`` is empty and ``reason`` is a sentence.
        confidence: calibrated probability that the answer is right; for an abstention, that the best candidate was. For
            "evidence" and "passages", that the first sentence, or one of them, bears on the question.
        timings_ms: milliseconds by step: ``retrieve``, ``read``, ``total``.
        shape: how to read ``answer``. "span": the first citation's text. "clause": the same, widened to the clause or
            sentences that explain. "list": every supporting citation is one item, in text order; ``answer`` is the
            items with the article's own words between two that stand side by side, else "; ". "evidence": a yes-or-no
            question, answered with the sentence that bears on it. "overview": the first sentences of an article, one
            citation a paragraph, joined by a blank. "passages": what the articles say where there is no short answer,
            one citation a sentence or run of sentences, by article, the newest first; ``answer`` joins them by line
            breaks, and ``confidence`` is the probability that one of them holds what was asked. "parts": several
            questions in one message, see ``parts``. "help": a greeting; nothing was searched and ``reason`` says what
            can be asked.
        parts: for "parts", the answer to each question in order; ``answer`` then joins theirs by line breaks,
            ``citations`` are all of theirs, ``related`` those of the unanswered ones, and ``confidence`` is the least
            of the answered ones.
        reason_kind: what ``reason`` amounts to. "empty": nothing to search. "absent": the subject is in no article.
            "near_miss": the subject is there, the fact is not. "false_premise": the question assumes something that no
            article says. "ambiguous": it is not clear which article is meant. "unclear": none of these can be told.
    """

    question: str
    searched_for: str
    answered: bool
    answer: str | None
    confidence: float
    citations: tuple[Citation, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    related: tuple[Related, ...] = ()
    reason: str | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    shape: Shape = "span"
    parts: tuple[Answer, ...] = ()
    reason_kind: ReasonKind | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``citespan ask --json``."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file of an ``add``.

    Attributes:
        path: as found (inside a folder that was named, or as named).
        article_id: the stored article's id; for a duplicate, the id of the article that is already there.
        passages: how many passages were indexed for it (0 unless added or updated).
        message: for "failed" what is wrong and what to do; for "duplicate" which article it repeats; for
            "added" and "updated" what of the file could not be read; else empty.
    """

    path: str
    status: FileStatus
    article_id: str | None = None
    title: str | None = None
    passages: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class AddReport:
    """What an ``add`` did, file by file, in the order they were read.

    Attributes:
        unsupported: files in folders that were passed over, as they are of no supported format.
    """

    files: tuple[FileOutcome, ...]
    seconds: float = 0.0
    unsupported: tuple[str, ...] = ()

    def with_status(self, *statuses: FileStatus) -> tuple[FileOutcome, ...]:
        """The outcomes that have one of ``statuses``."""
        return tuple(outcome for outcome in self.files if outcome.status in statuses)

    @property
    def failed(self) -> tuple[FileOutcome, ...]:
        """The files that could not be added."""
        return self.with_status("failed")

    def __iter__(self) -> Iterator[FileOutcome]:
        return iter(self.files)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``citespan add --json``."""
        counts: dict[str, Any] = {status: len(self.with_status(status)) for status in FILE_STATUSES}
        files = [asdict(outcome) for outcome in self.files]
        return {**counts, "files": files, "seconds": self.seconds, "unsupported": list(self.unsupported)}


@dataclass(frozen=True, slots=True)
class SyncReport(AddReport):
    """What making the store equal to a folder did, or would do.

    Attributes:
        removed: the articles that no file holds any more; ``citespan undo`` brings them back.
        is_preview: whether nothing was changed.
    """

    removed: tuple[ArticleSummary, ...] = ()
    is_preview: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``citespan sync --json``."""
        # The plain super() does not reach through the class that slots make anew.
        counts = AddReport.to_dict(self)
        return {**counts, "removed": [asdict(article) for article in self.removed], "dry_run": self.is_preview}


FILE_STATUSES: tuple[FileStatus, ...] = ("added", "updated", "unchanged", "duplicate", "failed")


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a long job, for progress displays.

    Attributes:
        stage: what is being done ("reading", "embedding", "storing", "asking").
        done: units finished.
        total: units in all, or None while unknown.
        item: what is being worked on now (a file's name, a question's id).
    """

    stage: str
    done: int
    total: int | None
    item: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of ``doctor``: what is wrong (or fine), and the command that mends it."""

    severity: Literal["ok", "warning", "error"]
    subject: str
    message: str
    command: str | None = None
