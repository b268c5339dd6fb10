"""Runs and comparisons as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rag.evaluation.compare import Comparison, Difference
from rag.evaluation.figures import METRICS, Metric, metric_named
from rag.evaluation.records import Evaluation, QuestionOutcome, counted

GROUPS = {
    "retrieval": "Retrieval",
    "answers": "Answers",
    "abstention": "Abstention",
    "citations": "Citations",
    "calibration": "Calibration",
    "latency_ms": "Latency (ms)",
}
"""The groups of figures in the order of the JSON, and their headings."""


def number(metric: Metric, value: float | None) -> str:
    """A figure as text: three decimals for rates, one for milliseconds, a dash where it is undefined."""
    if value is None:
        return "–"
    return f"{value:.3f}" if metric.is_rate else f"{value:.1f}"


def interval(metric: Metric, bounds: tuple[float, float] | None) -> str:
    """A 95 % interval as text, empty where it is undefined."""
    return "" if bounds is None else f"{number(metric, bounds[0])}–{number(metric, bounds[1])}"


def evaluation_table(run: Evaluation) -> str:
    """The figures of a run with their intervals, and what was run."""
    lines = [*heading(run), "", f"{'':<32}{'':>8}   95 % interval"]
    for group, title in GROUPS.items():
        shown = [metric for metric in METRICS if metric.name.startswith(f"{group}.")]
        if all(run.figure(metric.name) is None for metric in shown):
            continue
        lines.append(title)
        for metric in shown:
            value = number(metric, run.figure(metric.name))
            lines.append(f"  {metric.label:<30}{value:>8}   {interval(metric, run.interval(metric.name))}".rstrip())
    return "\n".join(lines)


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
    lines.extend(_difference_line(difference) for difference in comparison.differences if difference.p is not None)
    lines.extend(["", "* significant (paired bootstrap, p < 0.05, each figure for itself)"])
    for direction, title in (("better", "Better in B"), ("worse", "Worse in B"), ("different", "Another answer")):
        lines.extend(_change_lines(comparison, direction, title, most))
    return "\n".join(lines)


def _difference_line(difference: Difference) -> str:
    metric = metric_named(difference.metric)
    values = [number(metric, value) for value in (difference.first, difference.second)]
    digits = 3 if metric.is_rate else 1
    change, low, high = (
        f"{value or 0.0:+.{digits}f}" for value in (difference.difference, difference.low, difference.high)
    )
    mark = "" if not difference.significant else " * better" if difference.better else " * worse"
    between = f"{low} to {high}"
    return f"{difference.metric:<30}{values[0]:>8}{values[1]:>8}{change:>9}   {between:<18}{difference.p:>6.3f}{mark}"


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
