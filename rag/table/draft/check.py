"""A draft against the articles, from its text to what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from rag.errors import ArticleNotFoundError, InputError
from rag.language.english.function_words import FUNCTION_WORDS
from rag.language.sentences import split_sentences
from rag.records import Article, ArticleSummary, Filters, Progress, Retrieved, Span
from rag.settings import Settings
from rag.table.draft.alignment import Alignment, align
from rag.table.draft.matching import MOST_PLACES, FoldedText, Wanted, find_verbatim
from rag.table.draft.quotations import find_quotations, quoted_text
from rag.table.draft.records import DraftCheck, Place, QuotationCheck, SentenceCheck
from rag.table.draft.sentences import check_sentence, place_of
from rag.table.draft.values import values_of
from rag.table.filling import encodable

LONGEST_DRAFT = 1_000_000
PASSAGES = 5
"""Passages that a quotation or a sentence is compared with word by word."""
AROUND = 600
"""Code points around a passage in which an altered quotation may begin or end."""
LEAST_ALIKE = 0.5
"""Likeness from which a quotation counts as altered rather than absent."""
LEAST_SHARED_WORDS = 3


class Articles(Protocol):
    """What a check needs of the assistant."""

    settings: Settings

    def articles(self, filters: Filters | None = None) -> list[ArticleSummary]: ...  # noqa: D102

    def article(self, article_id: str) -> Article: ...  # noqa: D102

    def retrieve(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Retrieved]: ...  # noqa: D102


def check_draft(
    assistant: Articles,
    draft: str,
    filters: Filters | None = None,
    *,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> DraftCheck:
    """Every quotation of ``draft``, and every sentence with a name, number or date, beside the articles.

    Raises:
        InputError: the draft is empty or longer than ``LONGEST_DRAFT`` code points.
        FilterError, ModelError: as ``Assistant.retrieve``.
    """
    if not draft.strip():
        raise InputError("the draft is empty. Give some text to check")
    if len(draft) > LONGEST_DRAFT:
        raise InputError(f"the draft has {len(draft):,} characters; at most {LONGEST_DRAFT:,} are checked. Split it")
    return _Check(assistant, encodable(draft), filters, progress, should_stop).run()


class _Check:
    def __init__(
        self,
        assistant: Articles,
        draft: str,
        filters: Filters | None,
        progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self._assistant = assistant
        self._draft = draft
        self._filters = filters
        self._progress = progress or (lambda step: None)
        self._should_stop = should_stop or (lambda: False)
        self._longest = assistant.settings.answer.max_question_characters

    def run(self) -> DraftCheck:
        articles = self._assistant.articles(self._filters)
        quoted = find_quotations(self._draft)
        verbatim = self._verbatim(quoted, articles)
        spans = [span for span in split_sentences(self._draft) if values_of(span.of(self._draft))]
        total = len(quoted) + len(spans)
        quotations: list[QuotationCheck] = []
        sentences: list[SentenceCheck] = []
        for number, span in enumerate(quoted):
            if self._should_stop():
                break
            quotations.append(self._quotation(span, verbatim[number]))
            self._progress(Progress("checking", number + 1, total))
        for number, span in enumerate(spans, start=len(quoted)):
            if self._should_stop():
                break
            sentences.append(self._sentence(span))
            self._progress(Progress("checking", number + 1, total))
        complete = len(quotations) + len(sentences) == total
        return DraftCheck(tuple(quotations), tuple(sentences), len(articles), len(self._draft), complete)

    def _verbatim(self, quoted: Sequence[Span], articles: Sequence[ArticleSummary]) -> list[list[Place]]:
        """For each quotation, where it stands word for word; every article is looked through once."""
        wanted = [Wanted.of(quoted_text(self._draft, span)) for span in quoted]
        places: list[list[Place]] = [[] for _ in wanted]
        for number, article in enumerate(self._texts(articles) if wanted else ()):
            if self._should_stop():
                break
            folded = FoldedText.of(article.text)
            for one, found in zip(wanted, places, strict=True):
                for spans in find_verbatim(one, folded):
                    if len(found) < MOST_PLACES:
                        found += [place_of(article, span) for span in spans]
            self._progress(Progress("searching", number + 1, len(articles), article.title))
        return places

    def _texts(self, articles: Sequence[ArticleSummary]) -> Iterator[Article]:
        for summary in articles:
            try:
                yield self._assistant.article(summary.article_id)
            except ArticleNotFoundError:  # removed meanwhile
                continue

    def _quotation(self, span: Span, places: Sequence[Place]) -> QuotationCheck:
        text = span.of(self._draft)
        if places:
            return QuotationCheck(span.start, span.end, text, "verbatim", tuple(places))
        found = self._most_alike(quoted_text(self._draft, span))
        if found is None:
            return QuotationCheck(span.start, span.end, text, "absent")
        article, place, aligned = found
        return QuotationCheck(span.start, span.end, text, "altered", (place_of(article, place),), aligned.difference)

    def _most_alike(self, quotation: str) -> tuple[Article, Span, Alignment] | None:
        """The stretch of the nearest passages that is the quotation in other words, if one is."""
        best: tuple[Article, Span, Alignment] | None = None
        for retrieved in self._retrieve(quotation):
            start = max(0, retrieved.passage.start - AROUND)
            aligned = align(quotation, retrieved.article.text[start : retrieved.passage.end + AROUND])
            if aligned is None or not _is_altered(aligned):
                continue
            if best is None or aligned.likeness > best[2].likeness:
                place = Span(start + aligned.span.start, start + aligned.span.end)
                best = (retrieved.article, place, aligned)
        return best

    def _sentence(self, span: Span) -> SentenceCheck:
        sentence = span.of(self._draft)
        return check_sentence(self._draft, span, values_of(sentence), self._retrieve(sentence))

    def _retrieve(self, text: str) -> list[Retrieved]:
        return self._assistant.retrieve(text[: self._longest], PASSAGES, self._filters)


def _is_altered(aligned: Alignment) -> bool:
    words = {word.lower() for word in aligned.shared}
    return (
        aligned.likeness >= LEAST_ALIKE
        and len(aligned.shared) >= LEAST_SHARED_WORDS
        and len(words - FUNCTION_WORDS) >= LEAST_SHARED_WORDS - 1
    )
