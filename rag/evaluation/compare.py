"""Two runs over the same questions: which questions changed, and is the difference more than chance?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rag.errors import QuestionSetError
from rag.evaluation.figures import METRICS, Columns, metric_named
from rag.evaluation.metrics.bootstrap import paired_estimates
from rag.evaluation.records import Evaluation, QuestionOutcome
from rag.presentation.wording import counted

Direction = Literal["better", "worse", "different"]
SIGNIFICANT_BELOW = 0.05
"""Two-sided p-value under which a difference is called significant, each figure for itself."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How a figure changed from the first run to the second, over the shared questions.

    Attributes:
        metric: its full name (``answers.f1``).
        difference: second minus first; ``low`` and ``high`` are its 95 % interval (paired bootstrap).
        p: two-sided p-value of "no difference".
        significant: ``p`` is under 0.05.
        better: the second run is better by this figure; None when it is the same or undefined.
    """

    metric: str
    first: float | None
    second: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    significant: bool
    better: bool | None


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose outcome is not the same in both runs.

    Attributes:
        direction: "better" or "worse" when the outcome turned right or wrong (without expected answers: when what
            should be found moved up or down); "different" when another answer was given to the same effect.
        first, second: what was answered; None is an abstention.
    """

    id: str
    question: str
    direction: Direction
    expected: tuple[str, ...] | None
    first: str | None
    second: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from the ``first`` run to the ``second``.

    Attributes:
        questions: how many questions both runs share; everything is computed over these.
        warnings: why the two may not be comparable, one sentence each.
        settings: the settings and models that differ, name to (first, second).
    """

    first: str
    second: str
    questions: int
    warnings: tuple[str, ...]
    settings: Mapping[str, tuple[Any, Any]]
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]

    def in_direction(self, direction: Direction) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.direction == direction)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``citespan compare --json``."""
        return asdict(self)


def compare(first: Evaluation, second: Evaluation) -> Comparison:
    """The differences between two runs, over the questions that both asked in the same words with the same answers.

    Raises:
        QuestionSetError: they share no question.
    """
    before = {row.id: row for row in first.rows}
    after = {row.id: row for row in second.rows}
    shared = [key for key in before if key in after and _task(before[key]) == _task(after[key])]
    if not shared:
        raise QuestionSetError([f"runs {first.run} and {second.run} share no question, so there is nothing to compare"])
    old, new = [before[key] for key in shared], [after[key] for key in shared]
    return Comparison(
        first=first.run,
        second=second.run,
        questions=len(shared),
        warnings=tuple(_warnings(first, second, before, after, len(shared))),
        settings=_settings_changed(first, second),
        differences=tuple(_differences(old, new)),
        changes=tuple(change for one, two in zip(old, new, strict=True) if (change := _change(one, two)) is not None),
    )


def _task(row: QuestionOutcome) -> tuple[object, ...]:
    return row.question, row.history, row.expected, row.source


def _differences(old: Sequence[QuestionOutcome], new: Sequence[QuestionOutcome]) -> Iterator[Difference]:
    before, after = Columns(old), Columns(new)
    pairs = {metric.name: (metric.statistic(before), metric.statistic(after)) for metric in METRICS}
    for name, found in paired_estimates(pairs, len(old)).items():
        better = None if not found.difference else (found.difference > 0) == metric_named(name).higher_is_better
        significant = found.p is not None and found.p < SIGNIFICANT_BELOW
        yield Difference(
            name,
            found.first,
            found.second,
            found.difference,
            found.low,
            found.high,
            found.p,
            significant,
            better,
        )


def _change(old: QuestionOutcome, new: QuestionOutcome) -> Change | None:
    before, after = (old.right, new.right) if old.right is not None else (old.ndcg or 0.0, new.ndcg or 0.0)
    direction: Direction
    if before != after:
        direction = "better" if (after or 0.0) > (before or 0.0) else "worse"
    elif old.answer != new.answer and old.right is not None:
        direction = "different"
    else:
        return None
    return Change(old.id, old.question, direction, old.expected, old.answer, new.answer)


def _warnings(
    first: Evaluation,
    second: Evaluation,
    before: Mapping[str, QuestionOutcome],
    after: Mapping[str, QuestionOutcome],
    shared: int,
) -> Iterator[str]:
    reworded = sum(key in after and _task(row) != _task(after[key]) for key, row in before.items())
    if reworded:
        yield f"left out, because of another wording, source or answers under the same id: {counted(reworded)}"
    for run, rows, others in ((first, before, after), (second, after, before)):
        alone = sum(key not in others for key in rows)
        if alone:
            yield f"{counted(alone)} in run {run.run} only; the figures are over the {shared} shared ones"
        if run.partial:
            yield f"run {run.run} was interrupted"
        failed = sum(row.error is not None for row in run.rows)
        if failed:
            yield f"{counted(failed)} of run {run.run} could not be asked"
    if first.store.get("articles") != second.store.get("articles"):
        yield f"the stores held {first.store.get('articles')} and {second.store.get('articles')} articles"
    elif len({run.store.get("fingerprint") for run in (first, second)} - {None}) > 1:
        yield "the stores held equally many articles, but not the same ones"


def _settings_changed(first: Evaluation, second: Evaluation) -> dict[str, tuple[Any, Any]]:
    old, new = dict(_flat(first)), dict(_flat(second))
    names = dict.fromkeys([*old, *new])
    return {name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}


def _flat(run: Evaluation) -> Iterator[tuple[str, Any]]:
    for section, values in run.settings.items():
        if isinstance(values, Mapping):
            yield from ((f"{section}.{key}", value) for key, value in values.items())
        else:
            yield section, values
    yield from ((f"models.{key}", value) for key, value in run.models.items())
    yield "version", run.version
