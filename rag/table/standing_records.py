"""The values of standing questions: a saved question set, and what is new since it was asked last."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from rag.records import Answer, Citation, Filters

ChangeKind = Literal["new", "changed", "gone", "disagrees"]


@dataclass(frozen=True, slots=True)
class StandingSet:
    """Questions that are asked again when articles come, change or go.

    Attributes:
        name: unique whatever its case.
        filters: which articles they are asked of.
        created, last_run: ISO 8601 UTC times; ``last_run`` is None until they were asked for the first time.
        articles: how many articles they were asked of then.
        unread: how many changes nobody has seen.
    """

    name: str
    questions: tuple[str, ...]
    filters: Filters
    created: str
    last_run: str | None = None
    articles: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """What is different about one article's answer to one question.

    Attributes:
        change_id: of this store; never used again.
        kind: "new": an article that was not there answers. "changed": a changed article answers otherwise, or no
            longer. "gone": an article that answered is no longer there. "disagrees": a new or changed article
            contradicts others, see ``against``.
        found: ISO 8601 UTC time.
        answer: the article's answer now; None when the article is gone.
        before: its answer before; None when it is new.
        against: what the other articles say, one citation each.
        seen: whether somebody has seen it.
    """

    change_id: int
    standing: str
    kind: ChangeKind
    question: str
    article_id: str
    title: str
    source: str
    found: str
    answer: Answer | None = field(default=None, repr=False)
    before: Answer | None = field(default=None, repr=False)
    against: tuple[Citation, ...] = ()
    seen: bool = False


@dataclass(frozen=True, slots=True)
class StandingRun:
    """What asking a set again brought.

    Attributes:
        first: it was asked for the first time: its answers are remembered, and nothing counts as new.
        articles: how many articles it was asked of.
        changes: what this run found.
        unread: how many changes of the set nobody has seen, earlier ones included.
        complete: False when it was stopped early; then nothing was recorded.
    """

    name: str
    first: bool
    articles: int
    changes: tuple[Change, ...]
    unread: int
    complete: bool = True

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of one run."""
        return asdict(self)
