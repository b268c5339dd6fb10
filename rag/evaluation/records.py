"""What an evaluation leaves behind: an outcome for each question, and the run as a whole; plain values kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from rag.errors import InputError

DEPTH = 10
"""Ranks that are kept and scored for each question."""


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A retrieved passage.

    Attributes:
        hit: whether it is what should be found (see ``judging.py``).
        text: for questions that went wrong the beginning of its text, because the store may change; else None.
    """

    rank: int
    article_id: str
    source: str
    start: int
    end: int
    score: float
    hit: bool
    text: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedCitation:
    """A citation of an answer (or of an alternative).

    Attributes:
        exact: whether the article's text at ``[start, end)`` is the cited text, and likewise the quote.
    """

    article_id: str
    source: str
    page: int | None
    start: int
    end: int
    text: str
    quote: str
    stance: str
    exact: bool


@dataclass(frozen=True, slots=True)
class QuestionOutcome:
    """One question: what was expected, retrieved and answered, and how that scores.

    Attributes:
        expected: the acceptable answers; empty when the articles do not answer; None when only retrieval is judged.
        kind: the question set's own ``kind`` column, or None.
        right: an answer was due and given (an acceptable answer stands in it, or word F1 is at least 0.5), or none was
            due and none was given; None when ``expected`` is.
        exact_match, f1, contains: SQuAD's scores of the answer; None when ``expected`` is.
        quote_contains: as ``contains``, of the quoted sentences.
        recall: recall at 1, 2 … ``DEPTH``; empty when nothing says what should be found.
        reciprocal_rank, ndcg: None when ``recall`` is empty.
        citations: of the answer, then of the alternatives.
        in_source: whether a citation that supports the answer is from the named article; None without either.
        milliseconds: from question to answer; None when it failed.
        error: why asking failed, or None.
        candidate: what is or would have been answered without a threshold for abstaining; ``confidence`` is its
            confidence. None when nothing was found, and after an abstention in runs that did not keep it.
        candidate_right: whether ``candidate`` is an acceptable answer; None without a candidate or ``expected``.
    """

    id: str
    question: str
    searched_for: str
    history: tuple[str, ...]
    expected: tuple[str, ...] | None
    source: str | None
    split: str | None
    kind: str | None
    answered: bool
    answer: str | None
    confidence: float
    reason: str | None
    right: bool | None
    exact_match: float | None
    f1: float | None
    contains: float | None
    quote_contains: float | None
    recall: tuple[float, ...]
    reciprocal_rank: float | None
    ndcg: float | None
    citations: tuple[CheckedCitation, ...]
    in_source: bool | None
    milliseconds: float | None
    retrieved: tuple[RankedPassage, ...]
    error: str | None = None
    candidate: str | None = None
    candidate_right: bool | None = None

    @property
    def answerable(self) -> bool | None:
        """Whether an answer was due; None when that is not known."""
        return None if self.expected is None else bool(self.expected)

    @property
    def failed(self) -> bool:
        """Whether it belongs among the failures: answered wrongly, or, without expected answers, nothing was found."""
        if self.right is None:
            return not any(self.recall)
        return not self.right


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A run over a question set.

    Attributes:
        run: ``<UTC time>-<hash of the rest>``; its file in the store's ``runs`` folder is named so.
        started: ISO 8601 UTC time.
        partial: it was interrupted; ``rows`` holds what was done.
        question_set: ``path``, ``fingerprint`` and the number of ``questions`` it has.
        settings: every setting in force but the page's.
        store: ``path``, ``generation``, ``fingerprint`` of the articles, ``articles``, ``passages``.
        models: ``encoder``, ``encoder_fingerprint``, ``reader``.
        figures: groups of figures (``retrieval``, ``answers`` …); beside each figure ``x`` stands ``x_ci``, its 95 %
            interval ``[low, high]``; null where a figure is undefined.
    """

    run: str
    started: str
    seconds: float
    partial: bool
    version: str
    question_set: Mapping[str, Any]
    settings: Mapping[str, Any]
    store: Mapping[str, Any]
    models: Mapping[str, Any]
    figures: Mapping[str, Mapping[str, Any]] = field(repr=False)
    rows: tuple[QuestionOutcome, ...] = field(repr=False)

    def figure(self, name: str) -> float | None:
        """A figure by its full name (``answers.f1``); None where it is undefined.

        Raises:
            KeyError: there is no such figure.
        """
        group, _, key = name.partition(".")
        value: float | None = self.figures[group][key]
        return value

    def interval(self, name: str) -> tuple[float, float] | None:
        """The 95 % interval of a figure, or None where it is undefined."""
        group, _, key = name.partition(".")
        interval = self.figures[group].get(f"{key}_ci")
        return None if interval is None else (interval[0], interval[1])

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``citespan evaluate --json``."""
        return {
            "run": self.run,
            "started": self.started,
            "seconds": self.seconds,
            "partial": self.partial,
            "version": self.version,
            "question_set": dict(self.question_set),
            "settings": dict(self.settings),
            "store": dict(self.store),
            "models": dict(self.models),
            "questions": len(self.rows),
            "answerable": sum(row.answerable is True for row in self.rows),
            "unanswerable": sum(row.answerable is False for row in self.rows),
            "errors": sum(row.error is not None for row in self.rows),
            **{group: dict(values) for group, values in self.figures.items()},
            "per_question": [asdict(row) for row in self.rows],
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Evaluation:
        """The evaluation that ``to_dict`` wrote.

        Raises:
            InputError: ``document`` is not such an object.
        """
        try:
            return cls(
                **{name: document[name] for name in _PLAIN},
                figures={
                    group: values
                    for group, values in document.items()
                    if group not in _NOT_FIGURES and isinstance(values, dict)
                },
                rows=tuple(_outcome(row) for row in document["per_question"]),
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise InputError(f"this is not the JSON of an evaluation: {type(error).__name__} {error}") from None


_PLAIN = (
    "run",
    "started",
    "seconds",
    "partial",
    "version",
    "question_set",
    "settings",
    "store",
    "models",
)
_NOT_FIGURES = {*_PLAIN, "per_question"}
_TUPLES = [one.name for one in fields(QuestionOutcome) if str(one.type).startswith("tuple")]


def _outcome(row: Mapping[str, Any]) -> QuestionOutcome:
    values = {"candidate": row["answer"], "candidate_right": row["right"] if row["answered"] else None, **row}
    for name in _TUPLES:
        if values[name] is not None:
            values[name] = tuple(values[name])
    values["citations"] = tuple(CheckedCitation(**citation) for citation in values["citations"])
    values["retrieved"] = tuple(RankedPassage(**passage) for passage in values["retrieved"])
    return QuestionOutcome(**values)
