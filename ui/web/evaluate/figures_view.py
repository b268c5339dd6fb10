"""An evaluation on the page: the question set, the progress, the figures; ``evaluate.html`` says how they look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from markupsafe import Markup

from rag.evaluation.charts import charts
from rag.evaluation.compare import Comparison
from rag.evaluation.failures import FAILURES, ArticleOf, failures_of, shown_passages
from rag.evaluation.figures import Columns
from rag.evaluation.metrics import statistics
from rag.evaluation.metrics.bootstrap import Estimate, estimates
from rag.evaluation.questions import QuestionSet
from rag.evaluation.records import Evaluation, QuestionOutcome
from rag.evaluation.run_files import RunSummary
from rag.evaluation.table import changed_figures, figure_groups, verdict
from rag.presentation.html import shown
from rag.presentation.wording import counted, moment, percent
from ui.web.evaluate.job import Job
from ui.web.templates import macro

TEMPLATE = "evaluate/evaluate.html"
PROBLEMS_SHOWN = 1000
QUESTIONS_SHOWN = 200
CHANGES_SHOWN = 200
LISTED_AT_MOST = 500


def problem_list(problems: Sequence[str], heading: str) -> Markup:
    """Everything that is wrong with a question set, a line each."""
    return macro(TEMPLATE, "problems", problems, heading, PROBLEMS_SHOWN)


def set_name(path: str) -> str:
    """A question set as it is called on the page: folders of the server are nobody's business."""
    return PurePath(path).name


def set_card(question_set: QuestionSet, summary: str, note: str = "") -> Markup:
    """What a chosen set holds: how many questions of which kind, and the questions themselves to look through."""
    return macro(TEMPLATE, "questions", question_set.questions, summary, note, QUESTIONS_SHOWN)


def progress_card(job: Job | None) -> Markup:
    """How far the running evaluation is; empty when none runs."""
    if job is None or not job.is_running:
        return Markup()
    if job.stopping:
        told = "Stopping after this question; what was done is kept."
    elif not job.asking:
        told = "Loading the models…"
    else:
        left = f" · {time_left(job.seconds_left)}" if job.seconds_left is not None else ""
        told = f"Question {min(job.done + 1, job.total):,} of {job.total:,}{left}."
    return macro(TEMPLATE, "running", job, told)


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


def results_head(run: Evaluation) -> Markup:
    """What was run, the handful of figures that matter first, and every figure below them."""
    threshold = run.settings.get("answer", {}).get("abstain_below")
    about = [
        moment(run.started),
        counted(len(run.rows)),
        f"{run.seconds:.0f} seconds",
        f"{run.store.get('articles', 0):,} articles",
        f"at most {run.settings.get('answer', {}).get('passages_read', '?')} passages read",
        "usual threshold" if threshold is None else f"silent below {percent(threshold)}",
        f"reader {run.models.get('reader', '?')}",
    ]
    name = set_name(str(run.question_set.get("path") or "")) or "Questions"
    tiles = [tile for tile in headline(run) if tile is not None]
    return macro(TEMPLATE, "results", run, name, " · ".join(about), tiles, figure_groups(run))


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the figures that matter first."""

    name: str
    value: str
    interval: str
    meaning: str


def headline(run: Evaluation) -> list[Tile | None]:
    """The figures that matter first, each where it is defined."""
    columns = Columns(run.rows)
    answered = columns.known & columns.answered
    sure = estimates({"right": statistics.precision(answered, columns.right)}, len(run.rows))["right"]
    return [
        _stored(run, "Ended well", "answers.right", "answered rightly, or silent where the articles do not say"),
        _tile("Right when it answers", sure, "of the answers it gave"),
        _stored(run, "Found", "retrieval.recall@5", "the passage is among the first five"),
        _stored(run, "Rightly silent", "abstention.recall", "of the questions the articles do not answer"),
        _stored(run, "Quoted exactly", "citations.verbatim", "citations that are the article’s own words"),
        _time_tile(run),
    ]


def _stored(run: Evaluation, name: str, figure: str, meaning: str) -> Tile | None:
    low, high = run.interval(figure) or (None, None)
    return _tile(name, Estimate(run.figure(figure), low, high), meaning)


def _tile(name: str, estimate: Estimate, meaning: str) -> Tile | None:
    if estimate.value is None:
        return None
    is_certain = estimate.low is not None and estimate.high is not None
    between = f"{percent(estimate.low)} to {percent(estimate.high)}" if is_certain else ""
    return Tile(name, percent(estimate.value), between, meaning)


def _time_tile(run: Evaluation) -> Tile | None:
    middle, slow = run.figure("latency_ms.p50"), run.figure("latency_ms.p95")
    if middle is None or slow is None:
        return None
    return Tile("Time to answer", _time(middle), f"at most {_time(slow)} for 95 in 100", "the middle of all questions")


def _time(milliseconds: float) -> str:
    return f"{milliseconds:.0f}\u202fms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f}\u202fs"


def charts_view(run: Evaluation) -> Markup:
    """The charts that the run has data for."""
    return macro("charts.html", "charts", charts(run))


def comparison_card(comparison: Comparison, first: str, second: str) -> Markup:
    """What changed from the ``first`` named run to the ``second``: verdict, settings, figures and questions."""
    significant_first = sorted(changed_figures(comparison), key=lambda figure: figure.tone == "chance")
    told = verdict(comparison)
    return macro("comparison.html", "comparison", comparison, told, significant_first, first, second, CHANGES_SHOWN)


def failed_questions(run: Evaluation) -> Markup:
    """The list of questions that went wrong, to be narrowed down by kind and opened one by one."""
    failures = failures_of(run)
    counts = Counter(failure.kind for failure in failures)
    return macro(
        "failures.html", "failures", run, failures, {k: counts[k] for k in FAILURES if counts[k]}, LISTED_AT_MOST
    )


def question_detail(row: QuestionOutcome, article_of: ArticleOf) -> Markup:
    """One question in full.

    Args:
        article_of: the article with an id; raises ``ArticleNotFoundError`` when it is no longer in the store.
    """
    return macro("failures.html", "question", row, shown_passages(row, article_of))
