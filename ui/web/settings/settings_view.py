"""The Settings tab as safe HTML: what a threshold would have done, the store's health, what is installed."""

from __future__ import annotations

from collections.abc import Sequence

from rag.evaluation.plots import Axis, Series, line_plot
from rag.evaluation.records import Evaluation
from rag.evaluation.thresholds import at_threshold, keeps_candidates, threshold_curve
from rag.records import Finding
from ui.web.escaping import escape, label
from ui.web.evaluate.figures_view import moment
from ui.web.pieces import counted, percent

SEVERITIES = {"ok": "Fine", "warning": "Look at this", "error": "Broken"}
NO_EVALUATION = (
    "Run an evaluation on the Evaluate tab, and this shows what each setting would have done to your own test "
    "questions."
)


def effect(run: Evaluation | None, threshold: float, passages_read: int) -> str:
    """What a threshold would have done in the last evaluation: in words, and as a place on its risk–coverage curve."""
    if run is None or not threshold_curve(run.rows):
        return f'<p class="effect note">{escape(NO_EVALUATION)}</p>'
    return f'<div class="effect">{_curve(run, threshold)}<div>{_told(run, threshold, passages_read)}</div></div>'


def _told(run: Evaluation, threshold: float, passages_read: int) -> str:
    counts = at_threshold(run.rows, threshold)
    silent = counts.questions - counts.answered
    parts = [
        f"<p class='verdict'>At this setting it would have answered <b>{counts.answered:,} of {counts.questions:,}</b> "
        f"questions and been right on <b>{counts.right:,}</b>.</p>"
    ]
    if silent:
        parts.append(
            f"<p>On the other {silent:,} it would have stayed silent; {counts.rightly_silent:,} of these the articles "
            "do not answer.</p>"
        )
    measured = run.settings.get("answer", {}).get("passages_read")
    name = run.question_set.get("path") or "the last evaluation"
    parts.append(f'<p class="note">Measured on {label(str(name))}, {escape(moment(run.started))}.</p>')
    given = [row.confidence for row in run.rows if row.answered]
    if not keeps_candidates(run) and given and threshold < min(given):
        parts.append(
            '<p class="note">That run did not keep what it held back: run another to see what a lower setting does.</p>'
        )
    if measured is not None and measured != passages_read:
        parts.append(
            f'<p class="note">It read at most {counted(measured, "passage")} for a question; with {passages_read} the '
            "numbers may differ. Evaluate again to know.</p>"
        )
    return "".join(parts)


def _curve(run: Evaluation, threshold: float) -> str:
    points = threshold_curve(run.rows)
    here = at_threshold(run.rows, threshold)
    told = f"At this setting: {percent(here.coverage)} answered, {percent(here.risk)} of the answers wrong"
    svg = line_plot(
        told,
        Axis("share of questions answered"),
        Axis("share of answers wrong"),
        [
            Series([(point.coverage, point.risk) for point in points], "line"),
            Series([(here.coverage, here.risk)], "here", [told]),
        ],
    )
    return f"<figure>{svg}<figcaption>Further right it answers more; further down it errs less.</figcaption></figure>"


def health(findings: Sequence[Finding]) -> str:
    """What ``doctor`` found, the worst first, each with the command that mends it."""
    worst_first = sorted(findings, key=lambda one: list(SEVERITIES).index(one.severity), reverse=True)
    bad = sum(one.severity != "ok" for one in findings)
    verdict = "Everything is fine." if not bad else f"{counted(bad, 'thing')} to look at."
    items = "".join(
        f'<li class="finding {one.severity}"><span class="status">{SEVERITIES[one.severity]}</span>'
        f'<span class="subject">{label(one.subject)}</span><span class="detail" dir="auto">{escape(one.message)}'
        + (f" To mend it, run: <code>{escape(one.command)}</code>" if one.command else "")
        + "</span></li>"
        for one in worst_first
    )
    return f'<p class="verdict" role="status">{escape(verdict)}</p><ul class="findings">{items}</ul>'


def facts(rows: Sequence[tuple[str, str]]) -> str:
    """Names and values, as what is installed and where."""
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{label(value)}</dd></div>" for name, value in rows)
    return f'<dl class="facts">{items}</dl>'
