"""An evaluation as safe HTML: the question set, the progress, the figures with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath

from rag.evaluation.figures import METRICS, Columns, Metric
from rag.evaluation.metrics import statistics
from rag.evaluation.metrics.bootstrap import Estimate, estimates
from rag.evaluation.questions import QuestionSet
from rag.evaluation.records import Evaluation
from rag.evaluation.run_files import RunSummary
from rag.evaluation.table import GROUPS, interval, number
from ui.labels import shown
from ui.web.escaping import attributes, escape, label
from ui.web.evaluate.job import Job
from ui.web.evaluate.plots import Chart
from ui.web.pieces import counted, date_text, percent

PROBLEMS_SHOWN = 1000
QUESTIONS_SHOWN = 200
GROUP_MEANINGS = {
    "retrieval": "Does the search bring up the passage that holds the answer?",
    "answers": "Is the answer the expected one?",
    "abstention": "Does it stay silent where the articles do not answer, and only there?",
    "citations": "Do the quotes stand in the articles exactly so, and in the right one?",
    "calibration": "Does the confidence say how often it is right?",
    "latency_ms": "How long does a question take?",
}


def problem_list(problems: Sequence[str], heading: str) -> str:
    """Everything that is wrong with a question set, a line each."""
    if len(problems) == 1:
        return f'<p class="notice error" role="alert"><b>{escape(heading)}</b> {_line(problems[0])}</p>'
    items = "".join(f"<li>{_line(problem)}</li>" for problem in problems[:PROBLEMS_SHOWN])
    more = f"<p>… and {len(problems) - PROBLEMS_SHOWN:,} more.</p>" if len(problems) > PROBLEMS_SHOWN else ""
    return (
        f'<section class="notice error" role="alert"><b>{escape(heading)}</b> {counted(len(problems), "problem")}. '
        "Each line names the file, the line, the column and what is wrong:"
        f'<ul class="problems" tabindex="0" aria-label="Problems">{items}</ul>{more}</section>'
    )


def _line(problem: str) -> str:
    return f'<span dir="auto">{escape(shown(problem))}</span>'


def set_name(path: str) -> str:
    """A question set as it is called on the page: folders of the server are nobody's business."""
    return PurePath(path).name


def set_card(question_set: QuestionSet, summary: str, note: str = "") -> str:
    """What a chosen set holds: how many questions of which kind, and the questions themselves to look through."""
    items = "".join(
        f'<li><span dir="auto">{label(question.question)}</span>'
        f'<span class="expected-answers" dir="auto">{_expected(question.answers)}</span></li>'
        for question in question_set.questions[:QUESTIONS_SHOWN]
    )
    hidden = len(question_set) - QUESTIONS_SHOWN
    more = f'<p class="note">… and {hidden:,} more.</p>' if hidden > 0 else ""
    told = f'<p class="note">{escape(note)}</p>' if note else ""
    return (
        f'<div class="set-card"><p>{escape(summary)}</p>{told}<details class="plain"><summary>Look at the questions'
        f'</summary><ol class="questions" tabindex="0" aria-label="Questions of the set">{items}</ol>{more}'
        "</details></div>"
    )


def _expected(answers: Sequence[str] | None) -> str:
    if answers is None:
        return "only the search is judged"
    return label(" / ".join(answers)) if answers else "not in the articles"


def progress_card(job: Job | None) -> str:
    """How far the running evaluation is; empty when none runs."""
    if job is None or not job.is_running:
        return ""
    share = round(100 * job.done / job.total) if job.total else 0
    if job.stopping:
        told = "Stopping after this question; what was done is kept."
    elif not job.asking:
        told = "Loading the models…"
    else:
        left = f" · {time_left(job.seconds_left)}" if job.seconds_left is not None else ""
        told = f"Question {min(job.done + 1, job.total):,} of {job.total:,}{left}."
    return (
        f'<section class="report running"><p class="running-name">{label(job.name)}</p>'
        f'<div class="progress" role="progressbar" aria-valuemin="0" aria-valuemax="{job.total}" '
        f'aria-valuenow="{job.done}"{attributes(aria_label="Evaluation")}><span style="width:{share}%"></span></div>'
        f'<p class="progress-text">{escape(told)} You can go on chatting meanwhile.</p></section>'
    )


def time_left(seconds: float | None) -> str:
    """How long it will take, in words that do not pretend to be exact."""
    if seconds is None:
        return ""
    if seconds < 10:
        return "a few seconds left"
    if seconds < 90:
        return f"about {round(seconds / 5) * 5} seconds left"
    return f"about {counted(round(seconds / 60), 'minute')} left"


def run_name(run: RunSummary) -> str:
    """A stored run in a line for a list: when, what, how many, how well."""
    right = run.figures.get("answers", {}).get("right")
    parts = [moment(run.started), set_name(run.question_set) or "questions", counted(run.questions, "question")]
    if right is not None:
        parts.append(f"{percent(right)} ended well")
    if run.partial:
        parts.append("stopped early")
    return shown(" · ".join(parts))


def moment(started: str) -> str:
    """An ISO time as ``22 Nov 2026, 14:05`` in this machine's time zone."""
    try:
        local = datetime.fromisoformat(started).astimezone()
    except ValueError:
        return started
    return f"{date_text(local.date().isoformat())}, {local:%H:%M}"


def results_head(run: Evaluation) -> str:
    """What was run, the handful of figures that matter first, and every figure below them."""
    return f'{_about(run)}<ul class="headline">{"".join(_headline(run))}</ul>{all_figures(run)}'


def _about(run: Evaluation) -> str:
    answer = run.settings.get("answer", {})
    threshold = answer.get("abstain_below")
    parts = [
        moment(run.started),
        counted(len(run.rows), "question"),
        f"{run.seconds:.0f} seconds",
        f"{run.store.get('articles', 0):,} articles",
        f"at most {answer.get('passages_read', '?')} passages read",
        "usual threshold" if threshold is None else f"silent below {percent(threshold)}",
        f"reader {run.models.get('reader', '?')}",
    ]
    stopped = ""
    if run.partial:
        total = run.question_set.get("questions", len(run.rows))
        stopped = (
            f'<p class="notice">Stopped after {len(run.rows):,} of {total:,} questions. All below is about these.</p>'
        )
    name = set_name(str(run.question_set.get("path") or "")) or "Questions"
    saves = f'<button type="button" class="secondary"{attributes(data_report=run.run)}>Download the report</button>'
    told = f'<h3 class="run-name">{label(str(name))}</h3><p class="run-about">{label(" · ".join(parts))}</p>'
    return f'<div class="run-head"><div>{told}</div>{saves}</div>{stopped}'


def _headline(run: Evaluation) -> list[str]:
    columns = Columns(run.rows)
    answered = columns.known & columns.answered
    sure = estimates({"right": statistics.precision(answered, columns.right)}, len(run.rows))["right"]
    return [
        _tile("Ended well", _stored(run, "answers.right"), "answered rightly, or silent where the articles do not say"),
        _tile("Right when it answers", sure, "of the answers it gave"),
        _tile("Found", _stored(run, "retrieval.recall@5"), "the passage is among the first five"),
        _tile("Rightly silent", _stored(run, "abstention.recall"), "of the questions the articles do not answer"),
        _tile("Quoted exactly", _stored(run, "citations.verbatim"), "citations that are the article’s own words"),
        _time_tile(run),
    ]


def _stored(run: Evaluation, name: str) -> Estimate:
    low, high = run.interval(name) or (None, None)
    return Estimate(run.figure(name), low, high)


def _tile(name: str, found: Estimate, meaning: str) -> str:
    if found.value is None:
        return ""
    certain = found.low is not None and found.high is not None
    between = f"{percent(found.low or 0.0)} to {percent(found.high or 0.0)}" if certain else "&nbsp;"
    return (
        f'<li><span class="tile-name">{escape(name)}</span><b>{percent(found.value)}</b>'
        f'<span class="tile-interval">{between}</span><span class="tile-meaning">{escape(meaning)}</span></li>'
    )


def _time_tile(run: Evaluation) -> str:
    middle, slow = run.figure("latency_ms.p50"), run.figure("latency_ms.p95")
    if middle is None or slow is None:
        return ""
    return (
        f'<li><span class="tile-name">Time to answer</span><b>{_time(middle)}</b>'
        f'<span class="tile-interval">at most {_time(slow)} for 95 in 100</span>'
        '<span class="tile-meaning">the middle of all questions</span></li>'
    )


def _time(milliseconds: float) -> str:
    return f"{milliseconds:.0f}\u202fms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f}\u202fs"


def all_figures(run: Evaluation) -> str:
    """Every figure with its 95 % interval, as a number and as a picture."""
    bodies = []
    for group, title in GROUPS.items():
        metrics = [metric for metric in METRICS if metric.name.startswith(f"{group}.")]
        known = [metric for metric in metrics if run.figures.get(group, {}).get(_key(metric)) is not None]
        rows = "".join(_figure_row(run, metric) for metric in known)
        if rows:
            heading = f"<b>{escape(title)}</b> <span>{escape(GROUP_MEANINGS[group])}</span>"
            bodies.append(
                f'<tbody><tr class="group"><th colspan="4" scope="rowgroup">{heading}</th></tr>{rows}</tbody>'
            )
    return (
        '<details class="plain figures"><summary>All figures with their intervals</summary>'
        '<p class="note">The interval is where the true figure lies with 95 % certainty, given so few questions. More '
        "questions make it narrower.</p>"
        '<div class="table-scroll" tabindex="0" role="region" aria-label="All figures"><table><thead><tr>'
        '<th scope="col">Figure</th><th scope="col" class="figure-number">Value</th>'
        '<th scope="col" class="figure-number">95 % interval</th><th scope="col" class="figure-bar">'
        '<span class="visually-hidden">As a bar</span></th></tr></thead>'
        f"{''.join(bodies)}</table></div></details>"
    )


def _key(metric: Metric) -> str:
    return metric.name.partition(".")[2]


def _figure_row(run: Evaluation, metric: Metric) -> str:
    value, bounds = run.figure(metric.name), run.interval(metric.name)
    bar = _bar(value, bounds) if metric.is_rate and value is not None else ""
    return (
        f'<tr><th scope="row">{escape(metric.label)}<span class="meaning">{escape(metric.meaning)}</span></th>'
        f'<td class="figure-number">{number(metric, value)}</td>'
        f'<td class="figure-number">{interval(metric, bounds)}</td><td class="figure-bar">{bar}</td></tr>'
    )


def _bar(value: float, bounds: tuple[float, float] | None) -> str:
    low, high = bounds or (value, value)
    reach = f'<i style="left:{_place(low)}%;width:{_place(high) - _place(low):.1f}%"></i>'
    return f'<span class="bar" aria-hidden="true">{reach}<b style="left:{_place(value)}%"></b></span>'


def _place(share: float) -> float:
    return round(100 * min(1.0, max(0.0, share)), 1)


def chart_head(chart: Chart) -> str:
    """A plot's heading and how to read it."""
    return f"<h4>{escape(chart.title)}</h4><p>{escape(chart.meaning)}</p>"


def chart_table(chart: Chart) -> str:
    """A plot's numbers for those who cannot see or point at it."""
    headings = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in chart.headings)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in chart.rows)
    return (
        '<details class="plain numbers"><summary>The numbers</summary>'
        f'<div class="numbers-scroll" tabindex="0" role="region"{attributes(aria_label=f"{chart.title} The numbers")}>'
        f"<table><thead><tr>{headings}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )
