"""A real browser on the real page; every request it makes is recorded, and one that leaves this machine fails."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, ViewportSize, expect, sync_playwright

from rag.assistant import Assistant
from tests.browser.fake_assistant import FakeAssistant
from tests.browser.steps import ArticlePage
from ui.web.app import serve

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "::1"}
WIDE, NARROW = ViewportSize(width=1280, height=860), ViewportSize(width=390, height=844)
Scheme = Literal["light", "dark"]
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        reason = "no chromium on this machine (apt-get install chromium, or name it in CHROMIUM)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def shared_assistant(tmp_path_factory: pytest.TempPathFactory) -> FakeAssistant:
    return FakeAssistant(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="session")
def shared_address(shared_assistant: FakeAssistant) -> Iterator[str]:
    with serving(shared_assistant) as address:
        yield address


@contextmanager
def serving(assistant: Any, **options: Any) -> Iterator[str]:
    """The address of the real page over ``assistant``."""
    told: list[str] = []
    page = serve(assistant, host="127.0.0.1", port=0, on_ready=told.append, block=False, **options)
    try:
        yield told[0]
    finally:
        page.close(verbose=False)


@pytest.fixture(scope="session")
def real_assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The real engine, whose models are loaded once for all tests; ``emptied`` before each."""
    with Assistant(tmp_path_factory.mktemp("real-store")) as assistant:
        yield assistant


@pytest.fixture(scope="session")
def real_address(real_assistant: Assistant) -> Iterator[str]:
    with serving(real_assistant) as address:
        yield address


def emptied(assistant: Assistant) -> Assistant:
    """``assistant`` with a store as on the first day."""
    for article in assistant.articles():
        assistant.remove(article.article_id)
    for collection in assistant.collections():
        assistant.delete_collection(collection.name)
    (assistant.store_path / "questions.jsonl").unlink(missing_ok=True)
    return assistant


@pytest.fixture
def assistant(shared_assistant: FakeAssistant) -> FakeAssistant:
    """An assistant without articles; the page over it is at ``address``."""
    shared_assistant.reset()
    return shared_assistant


@pytest.fixture
def address(assistant: FakeAssistant, shared_address: str) -> str:
    return shared_address


@dataclass
class Watch:
    """What must not happen in any browser window of a test."""

    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    requests: int = 0

    def request(self, request: Request) -> None:
        self.requests += 1
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in LOOPBACK:
            self.outside.append(request.url)


@pytest.fixture
def watch() -> Iterator[Watch]:
    seen = Watch()
    yield seen
    assert seen.outside == [], "the page asked another machine"
    assert seen.errors == [], "a script of the page failed"
    assert seen.dialogs == [], "something opened a dialog"


Visit = Callable[..., ArticlePage]


@pytest.fixture(scope="session")
def profiles() -> Iterator[list[BrowserContext]]:
    """Browser profiles, one for each user of a test; they keep their cache from test to test, and nothing else."""
    contexts: list[BrowserContext] = []
    yield contexts
    for context in contexts:
        context.close()


@pytest.fixture
def visit(browser: Browser, profiles: list[BrowserContext], address: str, watch: Watch) -> Iterator[Visit]:
    """Opens the page as one more user; each user of a test has a browser profile of their own."""
    pages: list[Page] = []

    def open_page(viewport: ViewportSize = WIDE, color_scheme: Scheme = "light") -> ArticlePage:
        if len(pages) == len(profiles):
            permissions = ["clipboard-read", "clipboard-write"]
            profiles.append(browser.new_context(reduced_motion="reduce", permissions=permissions))
        page = profiles[len(pages)].new_page()
        pages.append(page)
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=color_scheme)
        page.on("request", watch.request)
        page.on("pageerror", lambda error: watch.errors.append(str(error)))
        page.on("dialog", lambda dialog: (watch.dialogs.append(dialog.message), dialog.dismiss()))
        return ArticlePage(page, address).open()

    yield open_page
    for page in pages:
        if not page.is_closed():
            page.evaluate("localStorage.clear()")
            page.close()
