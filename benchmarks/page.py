"""The page in a real browser: what a visit transfers and how soon one can ask; and how long twenty at once wait."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from benchmarks.concurrency import measure as measure_askers
from benchmarks.concurrency import questions_with_answers
from benchmarks.markdown import number, share, table
from benchmarks.protocol import PROJECT, Measured, Setup
from rag.assistant import Assistant
from rag.errors import InputError, MissingExtraError
from rag.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

VISITS = 5
ASKERS, ROUNDS = 20, 3
READY = """() => {
  const box = document.querySelector("#question-box textarea");
  const welcome = document.querySelector(".welcome");
  return box && !box.disabled && welcome && welcome.offsetParent && performance.now();
}"""
"""Milliseconds since the visit began, once the greeting is there and the question box takes a question."""


def measure(setup: Setup) -> Measured:
    """Serve ``seeds/`` from a new store; visit it, with and without what the browser kept, and ask all at once.

    Raises:
        MissingExtraError: Playwright is not installed.
        InputError: there is no Chromium.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise MissingExtraError("Measuring the page", "test") from error
    from ui.web.app import serve

    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise InputError("there is no chromium on this machine. Install it, or name it in CHROMIUM")
    told: list[str] = []
    with tempfile.TemporaryDirectory(dir=setup.folder("stores")) as folder, Assistant(folder, Settings()) as assistant:
        assistant.add(PROJECT / "seeds")
        assistant.ask(questions_with_answers()[0][0])
        page = serve(assistant, host="127.0.0.1", port=0, on_ready=told.append, block=False)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
                visits = measure_visits(browser, told[0])
                browser.close()
            asked = measure_askers(told[0], ASKERS, ROUNDS)
        finally:
            page.close(verbose=False)
    return Measured({**visits, "asked": asked}, {"visits": VISITS, "askers": ASKERS})


def measure_visits(browser: Browser, address: str) -> dict[str, Any]:
    """First visits, each in a new profile, and second ones in the same: the medians."""
    first, again = [], []
    for _ in range(VISITS):
        context = browser.new_context()
        first.append(visit(context, address))
        again.append(visit(context, address))
        context.close()
    return {"first_visit": medians(first), "second_visit": medians(again)}


QUIET_MS = 1000
"""A visit is over when no request has ended for this long."""


def visit(context: BrowserContext, address: str) -> dict[str, float]:
    """One visit until a question can be typed: requests, bytes on the wire, milliseconds."""
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    received: list[float] = []
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(address, wait_until="commit")
    ready = page.wait_for_function(READY).json_value()
    # The page keeps a stream open, so the network is never idle: it is done when nothing more has arrived for a while.
    seen = -1
    while seen != len(received):
        seen = len(received)
        page.wait_for_timeout(QUIET_MS)
    page.close()
    return {"requests": len(received), "kilobytes": sum(received) / 1000, "ready_ms": float(ready)}


def medians(visits: list[dict[str, float]]) -> dict[str, float]:
    """The median of each figure."""
    return {name: round(statistics.median(one[name] for one in visits), 1) for name in visits[0]}


def section(figures: Mapping[str, Any]) -> str:
    """The figures as Markdown."""
    rows = [
        [name, number(one["requests"]), number(one["kilobytes"]), number(one["ready_ms"] / 1000, 1)]
        for name, one in (("the first", figures["first_visit"]), ("a second", figures["second_visit"]))
    ]
    visits = table(["visit", "answers of the server", "kB transferred", "seconds until one can ask"], rows)
    asked = figures["asked"]
    waits = table(
        ["at once", "questions", "hold the answer, %", "p50, ms", "p95, ms", "questions per second"],
        [
            [
                number(asked["askers"]),
                number(asked["questions"]),
                share(asked["holds_the_answer"]),
                number(asked["p50_ms"]),
                number(asked["p95_ms"]),
                number(asked["questions_per_second"], 1),
            ]
        ],
    )
    return (
        f"{visits}\n\nMedians of {VISITS} visits in headless Chromium on the same machine, everything from the server "
        "itself; the second visit uses what the browser kept of the first. One can ask once the greeting stands and "
        f"the question box takes text.\n\n{waits}\n\nEverybody asks a question of their own at the same moment, "
        f"{ROUNDS} times; times include waiting for one's turn."
    )
