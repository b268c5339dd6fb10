"""The HTML report in a real browser: opened from disk, in light and dark, whatever the questions contain."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request, ViewportSize

from rag.evaluation.compare import compare
from rag.evaluation.questions import QuestionSet
from rag.evaluation.report import write_report
from rag.presentation.html import shown
from tests.browser.accessibility import serious
from tests.browser.conftest import NARROW, WIDE, Scheme
from tests.unit.ui.web.evaluate.evaluated import SET, Evaluated

HOSTILE = (
    "</title><script>alert(1)</script>",
    "</summary></details><img src=https://elsewhere.example/x.png onerror=alert(1)>",
    "<style>body{display:none}</style><base href=https://elsewhere.example/>",
    "<svg onload=alert(1)><a href=javascript:alert(1)>who</a>?",
    "\u202egnorw si tahw",
    "Who&#60;b&#62; &amp; {{c}} ${c}?",
    "W" * 400,
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with a comparison, over questions that went wrong and whose texts, ids and answers are hostile."""
    folder = tmp_path_factory.mktemp("report")
    assistant = Evaluated(folder / "store")
    rows = [
        dataclasses.replace(
            SET.questions[0],
            id=f"{number} {text[:60]}",
            question=text,
            answers=(text,),
            history=(text,),
        )
        for number, text in enumerate(HOSTILE)
    ]
    run = assistant.evaluate(QuestionSet((*SET.questions, *rows), HOSTILE[0]))
    other = dataclasses.replace(
        run, run="other", rows=tuple(dataclasses.replace(row, answer=HOSTILE[1], right=True) for row in run.rows)
    )
    write_report(run, folder / "report.html", compare(other, run))
    return folder / "report.html"


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_is_one_file_that_shows_everything_as_text(
    browser: Browser, report: Path, tmp_path: Path, viewport: ViewportSize, scheme: Scheme
) -> None:
    requests: list[Request] = []
    events: list[str] = []
    page = browser.new_page(viewport=viewport, color_scheme=scheme)
    page.on("request", lambda request: requests.append(request))
    page.on("dialog", lambda dialog: (events.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: events.append(str(error)))
    page.on("console", lambda message: events.append(message.text))
    page.goto(report.as_uri())
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert page.locator("svg.chart-picture").count() == 3
    assert page.locator("script, img, a, base, iframe, svg [onload]").count() == 0
    visible = page.locator("main").inner_text()
    assert [text for text in HOSTILE if shown(text) not in visible] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(int(part) for part in dark[4:-1].split(",")) < 200) == (scheme == "dark")
    page.screenshot(path=tmp_path / f"report-{scheme}.png", full_page=True)
    assert serious(page) == []
    assert [request.url for request in requests] == [report.as_uri()]
    assert events == []
    page.close()
