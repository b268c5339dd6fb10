"""Several questions in one message: their answers as one."""

from __future__ import annotations

from collections.abc import Sequence

from rag.records import Answer


def joined(message: str, parts: Sequence[Answer]) -> Answer:
    """One answer that holds those to several questions; it counts as answered when one of them is."""
    answered = [part for part in parts if part.answered]
    unanswered = [part for part in parts if not part.answered]
    related = {(each.article_id, each.start, each.end): each for part in unanswered for each in part.related}
    steps = dict.fromkeys(step for part in parts for step in part.timings_ms)
    reasons = [f"{part.question} {part.reason}" for part in unanswered if part.reason]
    return Answer(
        question=message,
        searched_for=message,
        answered=bool(answered),
        answer="\n".join(part.answer or "" for part in answered) if answered else None,
        confidence=min((part.confidence for part in answered), default=max(part.confidence for part in parts)),
        citations=tuple(citation for part in answered for citation in part.citations),
        related=tuple(related.values()),
        reason=None if answered else " ".join(reasons) or None,
        timings_ms={step: round(sum(part.timings_ms.get(step, 0.0) for part in parts), 2) for step in steps},
        shape="parts",
        parts=tuple(parts),
        reason_kind=None if answered else unanswered[0].reason_kind,
    )
