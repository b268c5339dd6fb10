"""Two evaluations as safe HTML: what changed from the one to the other, and whether it is more than chance."""

from __future__ import annotations

from rag.evaluation.compare import Change, Comparison, Difference, Direction
from rag.evaluation.figures import metric_named
from rag.evaluation.table import GROUPS, number
from ui.labels import shown
from ui.web.escaping import attributes, escape, label
from ui.web.pieces import counted, percent

CHANGES_SHOWN = 200
_DIRECTIONS: tuple[tuple[Direction, str], ...] = (
    ("worse", "Turned wrong"),
    ("better", "Turned right"),
    ("different", "Another answer, to the same effect"),
)


def comparison_card(comparison: Comparison, first: str, second: str) -> str:
    """What changed from the ``first`` named run to the ``second``: verdict, settings, figures and questions."""
    warnings = "".join(f"<li>{label(warning)}</li>" for warning in comparison.warnings)
    settings = "".join(
        f"<li>{label(name)}: {label(_setting(old))} → {label(_setting(new))}</li>"
        for name, (old, new) in comparison.settings.items()
    )
    shown_differences = [one for one in comparison.differences if one.p is not None and one.difference is not None]
    rows = "".join(_difference_row(one) for one in sorted(shown_differences, key=lambda one: not one.significant))
    return (
        f'<section class="comparison"{attributes(data_compared=comparison.first)}><h3>What changed</h3>'
        f'<p class="run-about">from {label(first)}<br>to {label(second)}</p>'
        f'<p class="verdict">{escape(verdict(comparison))}</p>'
        + (f'<p class="note">Mind, when reading this:</p><ul class="note">{warnings}</ul>' if warnings else "")
        + (f'<p class="note">These differ between the two:</p><ul class="note">{settings}</ul>' if settings else "")
        + '<details class="plain"><summary>Every figure, before and now</summary>'
        '<div class="table-scroll" tabindex="0" role="region" aria-label="Figures before and now"><table><thead><tr>'
        '<th scope="col">Figure</th><th scope="col" class="figure-number">Before</th>'
        '<th scope="col" class="figure-number">Now</th><th scope="col" class="figure-number">Difference</th>'
        '<th scope="col">More than chance?</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>{_changes(comparison)}</section>"
    )


def verdict(comparison: Comparison) -> str:
    """Whether the second run is better, in a sentence."""
    better = len(comparison.in_direction("better"))
    worse = len(comparison.in_direction("worse"))
    counts = (
        f"Of {counted(comparison.questions, 'shared question')}, {better:,} turned right and {worse:,} turned wrong."
    )
    main = next((one for one in comparison.differences if one.metric == "answers.right"), None)
    if main is None or main.p is None or main.difference is None:
        return counts
    if not main.difference:
        return f"{counts} As many end well as before."
    chance = (
        f"That is more than chance (p = {main.p:.3f})."
        if main.significant
        else f"That may well be chance (p = {main.p:.2f}); more questions would tell."
    )
    return f"{counts} Now {percent(main.second or 0.0)} end well, {percent(main.first or 0.0)} before. {chance}"


def _difference_row(one: Difference) -> str:
    metric = metric_named(one.metric)
    digits = 3 if metric.is_rate else 1
    tone = ("better" if one.better else "worse") if one.significant else "chance"
    word = f"yes, {tone}" if one.significant else "no"
    name = f"{GROUPS[metric.name.partition('.')[0]]}: {metric.label}"
    return (
        f'<tr class="{tone}"><th scope="row">{escape(name)}</th>'
        f'<td class="figure-number">{number(metric, one.first)}</td>'
        f'<td class="figure-number">{number(metric, one.second)}</td>'
        f'<td class="figure-number">{one.difference or 0.0:+.{digits}f}</td><td>{word} (p = {one.p:.3f})</td></tr>'
    )


def _changes(comparison: Comparison) -> str:
    parts = []
    for direction, title in _DIRECTIONS:
        changes = comparison.in_direction(direction)
        if changes:
            items = "".join(_change(change) for change in changes[:CHANGES_SHOWN])
            more = f"<li>… and {len(changes) - CHANGES_SHOWN:,} more</li>" if len(changes) > CHANGES_SHOWN else ""
            parts.append(
                f'<h4 class="{direction}">{title} ({len(changes):,})</h4><ul class="changes">{items}{more}</ul>'
            )
    return "".join(parts)


def _change(change: Change) -> str:
    before, now = (
        "<em>silent</em>" if answer is None else f"“{label(answer)}”" for answer in (change.first, change.second)
    )
    return f'<li><span dir="auto">{label(change.question)}</span><span class="change">{before} → {now}</span></li>'


def _setting(value: object) -> str:
    return "usual" if value is None else shown(str(value))
