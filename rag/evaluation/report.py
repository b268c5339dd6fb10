"""A run as one HTML file that needs nothing else: figures, plots, and every question that went wrong side by side.

No script runs in it and nothing is fetched: its own content policy forbids both. Whatever a question, an answer or an
article contains is shown as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

import numpy as np

from rag.evaluation.compare import Comparison, Direction
from rag.evaluation.figures import METRICS, Columns, metric_named
from rag.evaluation.metrics.bootstrap import estimates
from rag.evaluation.metrics.curves import reliability, risk_coverage
from rag.evaluation.plots import Axis, Series, line_plot
from rag.evaluation.records import DEPTH, Evaluation, QuestionOutcome, RankedPassage
from rag.evaluation.report_style import STYLE
from rag.evaluation.run_files import write_whole
from rag.evaluation.table import GROUPS, finding, heading, interval, number

CHANGES: dict[Direction, str] = {"worse": "Worse", "better": "Better", "different": "Other answers to the same effect"}
"""The kinds of changed questions, in the order and under the headings of the report."""


def write_report(run: Evaluation, path: Path | str, comparison: Comparison | None = None) -> None:
    """Write the report of a run (and its comparison with another) to ``path``.

    Raises:
        OSError: it cannot be written.
    """
    write_whole(Path(path), render_report(run, comparison))


def render_report(run: Evaluation, comparison: Comparison | None = None) -> str:
    """The report as an HTML document."""
    failed = [row for row in run.rows if row.failed]
    title = f"Evaluation {run.run}"
    body = [
        f"<h1>{_text(title)}</h1>",
        *(f"<p>{_text(line)}</p>" for line in heading(run)),
        f"<p>{_text(_made_with(run))}</p>",
        '<section aria-labelledby="figures"><h2 id="figures">Figures</h2>',
        '<p class="note">Rates are 0 to 1, with 95 % bootstrap intervals over questions.</p>',
        *_figures(run),
        "</section>",
        '<section aria-labelledby="plots"><h2 id="plots">Plots</h2><div class="plots">',
        *plots(run.rows),
        "</div></section>",
        *([] if comparison is None else _comparison(comparison)),
        f'<section aria-labelledby="wrong"><h2 id="wrong">Wrong: {len(failed)} of {len(run.rows)}</h2>',
        *(_failure(row) for row in failed),
        "</section>",
        *_settings(run),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body><main>\n"
        + "\n".join(body)
        + "\n</main></body></html>\n"
    )


def plots(rows: Sequence[QuestionOutcome]) -> list[str]:
    """The plots that a run has data for, each a ``<figure>`` with inline SVG: recall, reliability, risk–coverage."""
    columns = Columns(rows)
    drawn: list[tuple[str, str]] = []
    if columns.judged.any():
        drawn.append(
            (_recall_plot(columns), "How often what should be found is among the first k, with 95 % intervals.")
        )
    given = columns.known & columns.answered
    if given.any():
        drawn.append(
            (_reliability_plot(columns), "Share of right answers by confidence; on the diagonal it is honest.")
        )
        drawn.append((_risk_plot(columns), "Share of wrong answers when only the most confident are given."))
    return [f"<figure>{svg}<figcaption>{_text(caption)}</figcaption></figure>" for svg, caption in drawn]


def _recall_plot(columns: Columns) -> str:
    ranks = range(1, DEPTH + 1)
    found = list(estimates({str(k): columns.recall(k) for k in ranks}, len(columns.rows)).values())
    points = [(float(k), one.value or 0.0) for k, one in zip(ranks, found, strict=True)]
    upper = [(float(k), one.high or 0.0) for k, one in zip(ranks, found, strict=True)]
    lower = [(float(k), one.low or 0.0) for k, one in zip(ranks, found, strict=True)]
    hints = [f"recall@{k} {up:.3f}" for k, (_, up) in zip(ranks, points, strict=True)]
    return line_plot(
        "Recall at k",
        Axis("k", 1, DEPTH, [float(k) for k in ranks]),
        Axis("recall@k"),
        [Series(upper + lower[::-1], "band"), Series(points, "main", hints)],
    )


def _reliability_plot(columns: Columns) -> str:
    bins = reliability(columns.confidences, columns.right, columns.known & columns.answered)
    return line_plot(
        "Reliability",
        Axis("confidence"),
        Axis("share right"),
        [
            Series([(0, 0), (1, 1)], "guide"),
            Series(
                [(one.confidence, one.accuracy) for one in bins],
                "main",
                [
                    f"confidence {one.low:.1f}–{one.high:.1f}: {one.accuracy:.2f} of {one.count} right, "
                    f"mean confidence {one.confidence:.2f}"
                    for one in bins
                ],
            ),
        ],
    )


def _risk_plot(columns: Columns) -> str:
    points = risk_coverage(columns.confidences, columns.right, columns.known & columns.answered)
    known = float(np.mean(columns.known))
    return line_plot(
        "Risk and coverage",
        Axis("coverage: share of questions answered"),
        Axis("risk: share of answers wrong"),
        [
            Series(
                [(point.coverage / known, point.risk) for point in points],
                "main",
                [
                    f"confidence ≥ {point.confidence:.2f}: {point.coverage / known:.2f} answered, "
                    f"{point.risk:.3f} wrong"
                    for point in points
                ],
            )
        ],
    )


def _scrolling(name: str) -> str:
    """The beginning of an element that is scrolled sideways where the window is narrow, by keyboard too."""
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{name}">'


def _figures(run: Evaluation) -> Iterator[str]:
    yield f'{_scrolling("Figures")}<table><thead><tr><th>Figure</th><th class="number">Value</th>'
    yield '<th class="number">95 % interval</th>'
    yield "<th class='meaning'>Meaning</th></tr></thead>"
    for group, title in GROUPS.items():
        metrics = [metric for metric in METRICS if metric.name.startswith(f"{group}.")]
        if all(run.figure(metric.name) is None for metric in metrics):
            continue
        yield f'<tbody><tr><th colspan="4" scope="rowgroup">{_text(title)}</th></tr>'
        for metric in metrics:
            value = number(metric, run.figure(metric.name))
            bounds = interval(metric, run.interval(metric.name))
            yield (
                f'<tr><th scope="row">{_text(metric.label)}</th><td class="number">{value}</td>'
                f'<td class="number">{bounds}</td><td class="meaning">{_text(metric.meaning)}</td></tr>'
            )
        yield "</tbody>"
    yield "</table></div>"


def _failure(row: QuestionOutcome) -> str:
    summary = f"<b>{_text(row.id)}</b> {_text(row.question)} <small>{_text(finding(row))}</small>"
    asked = "".join(f"<li>{_text(turn)}</li>" for turn in row.history)
    conversation = f"<p>Asked before:</p><ol>{asked}</ol>" if asked else ""
    searched = f"<p>Searched for: {_text(row.searched_for)}</p>" if row.searched_for != row.question else ""
    source = f"<p>Should be in {_text(row.source)}</p>" if row.source else ""
    quotes = "".join(
        f"<blockquote>{_text(citation.quote)}<footer>{_text(citation.source)} "
        f"[{citation.start}, {citation.end}){'' if citation.exact else ' <b>not verbatim</b>'}</footer></blockquote>"
        for citation in row.citations[:3]
    )
    passages = "".join(
        f"<li{' class=hit' if passage.hit else ''}>{_text(passage.source)} [{passage.start}, {passage.end}) "
        f"<small>score {passage.score:.3f}{', should be found' if passage.hit else ''}</small>"
        f"<p>{_text(passage.text or '')}{'…' if _is_cut(passage) else ''}</p></li>"
        for passage in row.retrieved
        if passage.text is not None or passage.hit
    )
    reason = f"<p>{_text(row.reason)}</p>" if row.reason else ""
    answer = row.answer if row.answered else "Abstained"
    return (
        f"<details><summary>{summary}</summary>{conversation}{searched}"
        f'<div class="sides"><section><h3>Expected</h3><p>{_expected(row)}</p>{source}</section>'
        f"<section><h3>Answered</h3><p>{_text(answer)}</p>{reason}{quotes}</section>"
        f"<section><h3>Retrieved</h3><ol>{passages or '<li>nothing</li>'}</ol></section></div></details>"
    )


def _expected(row: QuestionOutcome) -> str:
    """What should have come back, under its heading."""
    if row.expected is None:
        return "Something relevant is found"
    return " or ".join(_text(answer) for answer in row.expected) if row.expected else "No answer"


def _is_cut(passage: RankedPassage) -> bool:
    return passage.text is not None and len(passage.text) < passage.end - passage.start


def _comparison(comparison: Comparison) -> Iterator[str]:
    yield f'<section aria-labelledby="compared"><h2 id="compared">Compared with {_text(comparison.first)}</h2>'
    for warning in comparison.warnings:
        yield f'<p class="note">Warning: {_text(warning)}</p>'
    yield (
        f'{_scrolling("Differences")}<table><thead><tr><th>Figure</th><th class="number">Before</th>'
        '<th class="number">Now</th><th class="number">Difference</th><th class="number">95 % interval</th>'
        '<th class="number">p</th><td></td></tr></thead><tbody>'
    )
    for one in comparison.differences:
        if one.p is None or one.difference is None:
            continue
        metric = metric_named(one.metric)
        verdict = ("better" if one.better else "worse") if one.significant else ""
        yield (
            f'<tr><th scope="row">{_text(one.metric)}</th><td class="number">{number(metric, one.first)}</td>'
            f'<td class="number">{number(metric, one.second)}</td><td class="number">{one.difference:+.3f}</td>'
            f'<td class="number">{one.low or 0:+.3f} to {one.high or 0:+.3f}</td>'
            f'<td class="number">{one.p:.3f}</td><td>{verdict}</td></tr>'
        )
    yield "</tbody></table></div>"
    for direction, title in CHANGES.items():
        changed = comparison.in_direction(direction)
        if not changed:
            continue
        yield f"<h3>{title}: {len(changed)}</h3><ul>"
        for change in changed:
            first, second = (answer if answer is not None else "abstained" for answer in (change.first, change.second))
            question = f"<b>{_text(change.id)}</b> {_text(change.question)}"
            yield f"<li>{question}<br><small>{_text(first)} → {_text(second)}</small></li>"
        yield "</ul>"
    yield "</section>"


def _settings(run: Evaluation) -> Iterator[str]:
    yield "<section><h2>Settings</h2><details><summary>Every setting of the run</summary><dl>"
    for section, values in run.settings.items():
        rows = values.items() if isinstance(values, dict) else [("", values)]
        for key, value in rows:
            yield f"<dt>{_text(f'{section}.{key}'.rstrip('.'))}</dt><dd>{_text(str(value))}</dd>"
    yield "</dl></details></section>"


def _made_with(run: Evaluation) -> str:
    return f"{run.started}, CiteSpan {run.version}, store generation {run.store['generation']}"


def _text(value: str | None) -> str:
    """``value`` as HTML text or attribute, in its own reading direction."""
    return f"<bdi>{escape(value or '')}</bdi>"
