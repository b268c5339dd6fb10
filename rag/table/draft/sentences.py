"""A sentence of a draft beside the nearest sentence of the articles: its names, numbers and dates compared."""

from __future__ import annotations

from collections.abc import Sequence

from rag.language.english.terms import content_terms
from rag.records import Article, Retrieved, Span
from rag.table.draft.alignment import align
from rag.table.draft.records import Place, SentenceCheck, ValueCheck
from rag.table.draft.values import Value, agree, values_of

LEAST_SHARED = 0.3
"""Share of a sentence's terms that the nearest sentence, with its neighbours, must hold to be compared with."""
CONTEXT_SHARED = 2
"""Terms around a value that another sentence must share to be about the same thing."""
CONTEXT = 3
"""Words around a value that say what it counts or who it is."""


def check_sentence(draft: str, span: Span, values: Sequence[Value], found: Sequence[Retrieved]) -> SentenceCheck:
    """The check of the sentence ``draft[span]``, whose ``values`` have ranges within the sentence.

    Args:
        found: the passages nearest to it, best first.
    """
    sentence = span.of(draft)
    nearest = _nearest(sentence, found)
    if nearest is None:
        checked = [_value(span, value, "not_there", None) for value in values]
        return SentenceCheck(span.start, span.end, sentence, None, tuple(checked))
    retrieved, near, around = nearest
    theirs = _within(retrieved.article, near)
    wider = _within(retrieved.article, around)
    checked = [_compared(span, sentence, value, values, retrieved.article, near, theirs, wider) for value in values]
    checked = [
        one if one.status != "not_there" else _elsewhere(span, sentence, value, values, found) or one
        for one, value in zip(checked, values, strict=True)
    ]
    return SentenceCheck(span.start, span.end, sentence, place_of(retrieved.article, near), tuple(checked))


def place_of(article: Article, span: Span) -> Place:
    """``span`` of ``article`` as a place."""
    return Place(
        article.article_id,
        article.title,
        article.source,
        article.page_of(span.start),
        span.start,
        span.end,
        span.of(article.text),
    )


def _nearest(sentence: str, found: Sequence[Retrieved]) -> tuple[Retrieved, Span, Span] | None:
    """The passage, its sentence that shares most terms with ``sentence``, and that sentence with its neighbours."""
    wanted = set(content_terms(sentence))
    best: tuple[float, Retrieved, Span, Span] | None = None
    for retrieved in found:
        spans = retrieved.passage.sentences or (retrieved.passage.span,)
        terms = [set(content_terms(span.of(retrieved.article.text))) for span in spans]
        for number, span in enumerate(spans):
            around = Span(spans[max(0, number - 1)].start, spans[min(len(spans), number + 2) - 1].end)
            beside = set().union(*terms[max(0, number - 1) : number + 2])
            own, wider = (len(wanted & held) / max(1, len(wanted)) for held in (terms[number], beside))
            score = own + 0.5 * wider
            if wider >= LEAST_SHARED and own > 0 and (best is None or score > best[0]):
                best = (score, retrieved, span, around)
    return None if best is None else best[1:]


def _within(article: Article, span: Span) -> list[Value]:
    """The values of a range of an article, their ranges in the article's text."""
    return [
        Value(value.kind, Span(span.start + value.span.start, span.start + value.span.end), value.text, value.key)
        for value in values_of(span.of(article.text))
    ]


def _compared(
    span: Span,
    sentence: str,
    value: Value,
    ours: Sequence[Value],
    article: Article,
    near: Span,
    theirs: Sequence[Value],
    wider: Sequence[Value],
) -> ValueCheck:
    same = next((other for other in [*theirs, *wider] if agree(value, other)), None)
    if same is not None:
        return _value(span, value, "same", place_of(article, same.span))
    # What the draft has elsewhere in the sentence cannot be what this value should have been.
    free = [other for other in theirs if other.kind == value.kind and not any(agree(mine, other) for mine in ours)]
    instead = _in_its_place(sentence, value, article, near, free)
    if instead is None:
        return _value(span, value, "not_there", None)
    return _value(span, value, "differs", place_of(article, instead.span))


def _in_its_place(sentence: str, value: Value, article: Article, near: Span, free: Sequence[Value]) -> Value | None:
    """The value of the article's sentence that stands where ``value`` stands in the draft's."""
    if not free:
        return None
    context = _context(sentence, value.span)
    ranked = [(len(context & _context(article.text, other.span)), -number) for number, other in enumerate(free)]
    shared, place = max(ranked)
    if shared:
        return free[-place]
    return _opposite(sentence, value, article, near, free)


def _opposite(sentence: str, value: Value, article: Article, near: Span, free: Sequence[Value]) -> Value | None:
    """The value that the alignment of both sentences puts opposite ``value``."""
    aligned = align(sentence, near.of(article.text))
    if aligned is None:
        return None
    for difference in aligned.difference:
        if difference.kind == "replaced" and value.text in difference.draft:
            return next((other for other in free if other.text in difference.article), None)
    return None


def _elsewhere(
    span: Span, sentence: str, value: Value, ours: Sequence[Value], found: Sequence[Retrieved]
) -> ValueCheck | None:
    """What other sentences of the near passages have where the same words stand around a value of its kind."""
    context = _context(sentence, value.span)
    best: tuple[int, Retrieved, Value] | None = None
    for retrieved in found:
        for other in _within(retrieved.article, retrieved.passage.span):
            shared = len(context & _context(retrieved.article.text, other.span))
            if other.kind != value.kind or shared < CONTEXT_SHARED:
                continue
            if agree(value, other):
                return _value(span, value, "same", place_of(retrieved.article, other.span))
            if (best is None or shared > best[0]) and not any(agree(mine, other) for mine in ours):
                best = (shared, retrieved, other)
    return None if best is None else _value(span, value, "differs", place_of(best[1].article, best[2].span))


def _context(text: str, span: Span) -> set[str]:
    """The terms right around a range."""
    before = " ".join(text[: span.start].split()[-CONTEXT:])
    after = " ".join(text[span.end :].split()[:CONTEXT])
    return set(content_terms(before)) | set(content_terms(after))


def _value(span: Span, value: Value, status: str, place: Place | None) -> ValueCheck:
    start, end = span.start + value.span.start, span.start + value.span.end
    return ValueCheck(value.kind, start, end, value.text, status, place)  # type: ignore[arg-type]
