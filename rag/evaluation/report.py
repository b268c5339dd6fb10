"""A run as one HTML file that needs nothing else: figures, charts, and every question that went wrong side by side.

No script runs in it and nothing is fetched: its own content policy forbids both. Whatever a question, an answer or an
article contains is shown as text. The page shows runs with the same templates.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from markupsafe import Markup

from rag.evaluation import charts
from rag.evaluation.compare import Comparison
from rag.evaluation.failures import FAILURES, failures_of, shown_passages
from rag.evaluation.records import Evaluation, QuestionOutcome
from rag.evaluation.run_files import write_whole
from rag.evaluation.table import changed_figures, figure_groups, heading, verdict
from rag.presentation.templates import TOKENS, Templates

FOLDER = Path(__file__).with_name("templates")
STYLE_SHEETS = (TOKENS, FOLDER / "evaluation.css", FOLDER / "report.css")
KNOWN = {
    "canvas": {name.lower(): getattr(charts, name) for name in ("WIDTH", "HEIGHT", "LEFT", "RIGHT", "TOP", "BOTTOM")},
    "directions": {
        "worse": "Turned wrong",
        "better": "Turned right",
        "different": "Another answer, to the same effect",
    },
    "kinds": FAILURES,
}
"""What the templates of an evaluation use by name: the kinds of changed and of failed questions, the size of charts."""


def write_report(run: Evaluation, path: Path | str, comparison: Comparison | None = None) -> None:
    """Write the report of a run (and its comparison with another) to ``path``.

    Raises:
        OSError: it cannot be written.
    """
    write_whole(Path(path), render_report(run, comparison))


def render_report(run: Evaluation, comparison: Comparison | None = None) -> str:
    """The report as an HTML document."""
    made = f"{run.started}, CiteSpan {run.version}, store generation {run.store['generation']}"
    document = _templates().render(
        "report.html",
        run=run,
        about=[*heading(run), made],
        groups=figure_groups(run),
        pictures=charts.charts(run),
        compared=comparison,
        verdict=verdict(comparison) if comparison else "",
        changed=changed_figures(comparison) if comparison else [],
        wrong=failures_of(run),
        detail=_detail,
        style=Markup("".join(sheet.read_text(encoding="utf-8") for sheet in STYLE_SHEETS)),
    )
    return str(document)


def _detail(row: QuestionOutcome) -> Markup:
    return _templates().macro("failures.html", "question", row, shown_passages(row), opens=False)


@cache
def _templates() -> Templates:
    return Templates(FOLDER, known=KNOWN)
