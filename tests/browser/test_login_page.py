"""A page with passwords: the form, what a wrong and a right password do, and what nobody reaches without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.browser.accessibility import serious
from tests.browser.conftest import NARROW, WIDE, Scheme, Watch, serving
from tests.browser.fake_assistant import FakeAssistant, Known
from tests.browser.steps import ArticlePage
from ui.api.adding import Uploads
from ui.web.server import passwords
from ui.web.server.passwords import Entry, write_entries

PASSWORD = "correct horse"
SECRET = "Ann won the race"
READ = (
    *("config", "login", "theme.css", "assets/index.js", "monitoring", "gradio_api/info", "gradio_api/queue/data"),
    *("gradio_api/file=/etc/passwd", "api/articles", "api/articles/x", "api/docs", "api/search?question=x", "mcp"),
)
SENT = ("api/ask", "api/articles", "mcp", "gradio_api/queue/join", "gradio_api/upload")
CLOSED = [("GET", path) for path in READ] + [("POST", path) for path in SENT]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> FakeAssistant:
    assistant = FakeAssistant(tmp_path_factory.mktemp("login"))
    assistant.put("a.txt", "Race", f"{SECRET}.")
    assistant.known["Who won?"] = Known((("a.txt", "Ann"),))
    return assistant


@pytest.fixture(scope="module")
def address(assistant: FakeAssistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("people")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "COST", 2**4)
        write_entries(folder / "people", {"ada": Entry.of(PASSWORD)})
        with serving(assistant, password_file=folder / "people", mcp=True) as address:
            yield address


OpenForm = Callable[..., Page]


@pytest.fixture
def open_form(browser: Browser, address: str, watch: Watch) -> Iterator[OpenForm]:
    contexts = []

    def open_page(viewport: ViewportSize = WIDE, color_scheme: Scheme = "light") -> Page:
        context = browser.new_context(viewport=viewport, color_scheme=color_scheme, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.on("request", watch.request)
        page.on("pageerror", lambda error: watch.errors.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


def fields(page: Page) -> tuple[Locator, Locator]:
    return page.get_by_label("Name"), page.get_by_label("Password")


@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide-light", "narrow-dark"])
def test_a_wrong_password_is_refused_and_the_right_one_opens_the_chat(
    open_form: OpenForm,
    address: str,
    watch: Watch,
    tmp_path: Path,
    viewport: ViewportSize,
    scheme: Scheme,
) -> None:
    page = open_form(viewport, scheme)
    name, password = fields(page)
    expect(name).to_be_visible()
    expect(page.get_by_text("Log in to ask the articles that are stored here.")).to_be_visible()
    page.screenshot(path=tmp_path / "login.png")
    assert serious(page, "best-practice") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert password.get_attribute("type") == "password"

    for wrong_name, wrong in (("ada", "battery staple"), ("nobody", PASSWORD)):
        name.fill(wrong_name)
        password.fill(wrong)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
        expect(password).to_have_value("")
        expect(password).to_be_focused()
    page.screenshot(path=tmp_path / "refused.png")
    assert serious(page, "best-practice") == []
    assert SECRET not in page.content()

    name.fill("ada")
    password.fill(PASSWORD)
    password.press("Enter")
    expect(page.locator(".welcome:visible")).to_contain_text("your 1 article")
    user = ArticlePage(page, address)
    expect(user.ask("Who won?").locator(".answer-text")).to_have_text("Ann")
    assert user.open_citation(1).text_content() == "Ann"
    page.keyboard.press("Escape")
    page.reload()
    expect(user.answered().locator(".answer-text")).to_have_text("Ann")
    assert watch.requests > 10
    assert watch.outside == []


def test_an_upload_belongs_to_who_is_logged_in(open_form: OpenForm, address: str, assistant: FakeAssistant) -> None:
    page = open_form()
    name, password = fields(page)
    name.fill("ada")
    password.fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    user = ArticlePage(page, address)
    expect(page.locator(".welcome:visible")).to_be_visible()
    user.go_to_articles()
    user.upload_files([("notes.txt", b"Notes\nSome notes.")])
    (notes,) = [article for article in assistant.articles() if article.source == "notes.txt"]
    assert Path(notes.path) == Uploads(assistant).place_of("notes.txt", "ada")  # type: ignore[arg-type]
    assistant.remove(notes.article_id)


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_nothing_is_reached_without_a_login(address: str, method: str, path: str) -> None:
    response = httpx.request(method, f"{address}{path}", json={"question": "Who won?"} if method == "POST" else None)
    assert response.status_code == 401
    assert "Ann" not in response.text


def test_the_form_itself_tells_nothing_of_the_store(address: str) -> None:
    form = httpx.get(address).text
    assert "Log in to ask" in form
    assert "Race" not in form
    assert "a.txt" not in form
