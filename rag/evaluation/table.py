"""The figures of runs and comparisons: one model for every table, and the tables of the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rag.evaluation.compare import Comparison, Difference
from rag.evaluation.figures import METRICS, Metric, metric_named
from rag.evaluation.records import Evaluation, QuestionOutcome
from rag.evaluation.thresholds import as_given
from rag.presentation.wording import counted, percent

GROUPS = {
    "retrieval": ("Retrieval", "Does the search bring up the passage that holds the answer?"),
    "answers": ("Answers", "Is the answer the expected one?"),
    "abstention": ("Abstention", "Does it stay silent where the articles do not answer, and only there?"),
    "citations": ("Citations", "Do the quotes stand in the articles exactly so, and in the right one?"),
    "calibration": ("Calibration", "Does the confidence say how often it is right?"),
    "latency_ms": ("Latency (ms)", "How long does a question take?"),
}
"""The groups of figures in the order of the JSON: their headings, and what they answer."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a run, as every table shows it.

    Attributes:
        value, interval: as text; a dash and nothing where the figure is undefined.
        bar: where a rate and its interval lie, in percent of the way from 0 to 1: value, low, high.
    """

    label: str
    meaning: str
    value: str
    interval: str
    bar: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """One figure of two runs, as every table shows it; ``tone`` is "better", "worse" or "chance"."""

    metric: str
    name: str
    first: str
    second: str
    difference: str
    interval: str
    p: str
    tone: str


def figure_groups(run: Evaluation) -> list[tuple[str, str, list[Figure]]]:
    """The heading, the meaning and the figures of each group that has any."""
    groups = []
    for group, (title, meaning) in GROUPS.items():
        metrics = [metric for metric in METRICS if metric.name.startswith(f"{group}.")]
        if any(run.figure(metric.name) is not None for metric in metrics):
            groups.append((title, meaning, [_figure(run, metric) for metric in metrics]))
    return groups


def _figure(run: Evaluation, metric: Metric) -> Figure:
    value, bounds = run.figure(metric.name), run.interval(metric.name)
    between = "" if bounds is None else f"{number(metric, bounds[0])}–{number(metric, bounds[1])}"
    bar = None
    if metric.is_rate and value is not None:
        at, low, high = (round(100 * min(1.0, max(0.0, share)), 1) for share in (value, *(bounds or (value, value))))
        bar = (at, low, high)
    return Figure(metric.label, metric.meaning, number(metric, value), between, bar)


def changed_figures(comparison: Comparison) -> list[ChangedFigure]:
    """The figures that both runs have, in the order of the JSON."""
    return [
        _changed_figure(difference)
        for difference in comparison.differences
        if difference.p is not None and difference.difference is not None
    ]


def _changed_figure(difference: Difference) -> ChangedFigure:
    metric = metric_named(difference.metric)
    digits = 3 if metric.is_rate else 1
    change, low, high = (
        f"{value or 0.0:+.{digits}f}" for value in (difference.difference, difference.low, difference.high)
    )
    return ChangedFigure(
        metric=metric.name,
        name=f"{GROUPS[metric.name.partition('.')[0]][0]}: {metric.label}",
        first=number(metric, difference.first),
        second=number(metric, difference.second),
        difference=change,
        interval=f"{low} to {high}",
        p=f"{difference.p:.3f}",
        tone=("better" if difference.better else "worse") if difference.significant else "chance",
    )


def number(metric: Metric, value: float | None) -> str:
    """A figure as text: three decimals for rates, one for milliseconds, a dash where it is undefined."""
    if value is None:
        return "–"
    return f"{value:.3f}" if metric.is_rate else f"{value:.1f}"


def verdict(comparison: Comparison) -> str:
    """Whether the second run is better, in a sentence."""
    better, worse = (len(comparison.in_direction(direction)) for direction in ("better", "worse"))
    counts = (
        f"Of {counted(comparison.questions, 'shared question')}, {better:,} turned right and {worse:,} turned wrong."
    )
    main = next((change for change in comparison.differences if change.metric == "answers.right"), None)
    if main is None or main.p is None or main.difference is None:
        return counts
    if not main.difference:
        return f"{counts} As many end well as before."
    chance = (
        f"That is more than chance (p = {main.p:.3f})."
        if main.significant
        else f"That may well be chance (p = {main.p:.2f}); more questions would tell."
    )
    return f"{counts} Now {percent(main.second)} end well, {percent(main.first)} before. {chance}"


def evaluation_table(run: Evaluation) -> str:
    """The figures of a run with their intervals, and what was run."""
    lines = [*heading(run), "", f"{'':<32}{'':>8}   95 % interval"]
    for title, _, figures in figure_groups(run):
        lines.append(title)
        lines += [f"  {one.label:<30}{one.value:>8}   {one.interval}".rstrip() for one in figures]
    risk = as_given(run.rows).risk_in_words
    return "\n".join([*lines, "", risk] if risk else lines)


def heading(run: Evaluation) -> list[str]:
    """What was asked, of which articles, with which models."""
    due = sum(row.answerable is True for row in run.rows)
    none_due = sum(row.answerable is False for row in run.rows)
    parts = [f"{due} answerable", f"{none_due} not in the articles"] if due or none_due else ["retrieval only"]
    lines = [
        f"{run.question_set['path'] or 'Question set'}: {counted(len(run.rows))} ({', '.join(parts)}) "
        f"in {run.seconds:.1f} s",
        f"{run.store['articles']} articles, {run.store['passages']} passages; "
        f"encoder {run.models['encoder']}, reader {run.models['reader']}",
    ]
    if run.partial:
        lines.append(f"Interrupted after {len(run.rows)} of {run.question_set['questions']} questions")
    errors = sum(row.error is not None for row in run.rows)
    if errors:
        lines.append(f"{counted(errors)} could not be asked")
    return lines


def failures_table(run: Evaluation, most: int = 10) -> str:
    """The first ``most`` questions that went wrong, a line each; empty when none did."""
    failed = [row for row in run.rows if row.failed]
    lines = [f"{row.id}: {row.question}\n    {expectation(row)}; {finding(row)}" for row in failed[:most]]
    if len(failed) > most:
        lines.append(f"… and {len(failed) - most} more; --html writes them all to a report")
    return "\n".join([f"Wrong: {len(failed)} of {len(run.rows)}", *lines]) if failed else ""


def expectation(row: QuestionOutcome) -> str:
    """What should have come back."""
    if row.expected is None:
        return "something relevant should be found"
    return f"expected {' / '.join(row.expected)}" if row.expected else "expected an abstention"


def finding(row: QuestionOutcome) -> str:
    """What came back."""
    if row.error is not None:
        return f"failed: {row.error}"
    rank = next((position for position, recall in enumerate(row.recall, start=1) if recall > 0), None)
    found = f"found at rank {rank}" if rank else "not found" if row.recall else ""
    given = f"answered {row.answer}" if row.answered else "abstained"
    return f"{given} ({row.confidence:.2f}{', ' if found else ''}{found})"


def comparison_table(comparison: Comparison, most: int = 20) -> str:
    """The figures side by side, which differences are significant, and the questions that changed."""
    lines = [
        f"A: {comparison.first}",
        f"B: {comparison.second}",
        f"{counted(comparison.questions)} shared",
        *(f"Warning: {warning}" for warning in comparison.warnings),
        *(f"{name}: {old} → {new}" for name, (old, new) in comparison.settings.items()),
        "",
        f"{'':<30}{'A':>8}{'B':>8}{'B − A':>9}   95 % interval       p",
    ]
    for figure in changed_figures(comparison):
        mark = "" if figure.tone == "chance" else f" * {figure.tone}"
        lines.append(
            f"{figure.metric:<30}{figure.first:>8}{figure.second:>8}{figure.difference:>9}   {figure.interval:<18}"
            f"{figure.p:>6}{mark}"
        )
    lines.extend(["", "* significant (paired bootstrap, p < 0.05, each figure for itself)"])
    for direction, title in (("better", "Better in B"), ("worse", "Worse in B"), ("different", "Another answer")):
        lines.extend(_change_lines(comparison, direction, title, most))
    return "\n".join(lines)


def _change_lines(comparison: Comparison, direction: str, title: str, most: int) -> Iterator[str]:
    changes = [change for change in comparison.changes if change.direction == direction]
    if not changes:
        return
    yield f"\n{title}: {len(changes)}"
    for change in changes[:most]:
        first, second = (answer if answer is not None else "(abstained)" for answer in (change.first, change.second))
        yield f"  {change.id}: {change.question}\n      {first} → {second}"
    if len(changes) > most:
        yield f"  … and {len(changes) - most} more; --json lists them all"
