"""What the Settings tab shows: what a threshold would have done, the store's health, what is installed."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from rag.evaluation.charts import risk_chart
from rag.evaluation.records import Evaluation
from rag.evaluation.thresholds import AtThreshold, at_threshold, keeps_candidates
from rag.presentation.wording import counted, moment
from rag.records import Finding
from ui.web.evaluate.figures_view import set_name
from ui.web.templates import macro

TEMPLATE = "settings/settings.html"
SEVERITIES = {"ok": "Fine", "warning": "Look at this", "error": "Broken"}
NO_EVALUATION = (
    "Run an evaluation on the Evaluate tab, and this shows what each setting would have done to your own test "
    "questions."
)


def effect(run: Evaluation | None, threshold: float, passages_read: int) -> Markup:
    """What a threshold would have done in the last evaluation: in words, and as a place on its risk–coverage curve."""
    chart = None if run is None else risk_chart(run.rows, threshold)
    if run is None or chart is None:
        return macro(TEMPLATE, "no_effect", NO_EVALUATION)
    counts = at_threshold(run.rows, threshold)
    silent = counts.questions - counts.answered
    return macro(TEMPLATE, "effect", chart, counts, silent, _notes(run, counts, passages_read))


def _notes(run: Evaluation, counts: AtThreshold, passages_read: int) -> list[str]:
    """What to know before the numbers are trusted."""
    name = set_name(str(run.question_set.get("path") or "")) or "the last evaluation"
    notes = [f"Measured on {name}, {moment(run.started)}."]
    if counts.answered:
        notes.insert(0, counts.risk_in_words)
    given = [row.confidence for row in run.rows if row.answered]
    if not keeps_candidates(run) and given and counts.threshold < min(given):
        notes.append("That run did not keep what it held back: run another to see what a lower setting does.")
    measured = run.settings.get("answer", {}).get("passages_read")
    if measured is not None and measured != passages_read:
        notes.append(
            f"It read at most {counted(measured, 'passage')} for a question; with {passages_read} the numbers may "
            "differ. Evaluate again to know."
        )
    return notes


def health(findings: Sequence[Finding]) -> Markup:
    """What ``doctor`` found, the worst first, each with the command that mends it."""
    worst_first = sorted(findings, key=lambda one: list(SEVERITIES).index(one.severity), reverse=True)
    bad = sum(finding.severity != "ok" for finding in findings)
    verdict = f"{counted(bad, 'thing')} to look at." if bad else "Everything is fine."
    return macro(TEMPLATE, "health", worst_first, verdict, SEVERITIES)


def facts(rows: Sequence[tuple[str, str]]) -> Markup:
    """Names and values, as what is installed and where."""
    return macro(TEMPLATE, "facts", rows)
