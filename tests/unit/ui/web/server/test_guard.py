from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.web.server import passwords
from ui.web.server.guard import Guard, basic_credentials, is_own_host, is_same_origin, own_host_names
from ui.web.server.login import Logins
from ui.web.server.passwords import Entry, PasswordFile, write_entries

NAMES = own_host_names("127.0.0.1", ["Articles.Example."])
ADDRESS = "http://127.0.0.1:7860"
METHODS = ["GET", "POST", "PUT", "DELETE", "OPTIONS"]


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(passwords, "COST", 2**4)
    path = tmp_path / "people"
    write_entries(path, {"ada": Entry.of("correct horse"), "zoë": Entry.of("caffè caffè")})
    return path


Client = Callable[..., TestClient]


@pytest.fixture
def client() -> Client:
    def make(people: Path | None = None) -> TestClient:
        async def reached(request: Request) -> PlainTextResponse:
            return PlainTextResponse("reached")

        site = Starlette(routes=[Route("/{path:path}", reached, methods=METHODS)])
        guard = Guard(site, NAMES, Logins(PasswordFile(people)) if people else None)
        return TestClient(guard, base_url=ADDRESS)

    return make


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:7860", "127.0.0.1", "localhost:7860", "LOCALHOST", "localhost.", "192.168.1.20:80", "[::1]:7860",
     "[fe80::1]", "articles.example", "ARTICLES.example:443"],
)  # fmt: skip
def test_the_server_answers_to_its_names_and_to_every_address(host: str) -> None:
    assert is_own_host(host, NAMES)


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:7860",
     "127.0.0.1@evil.example", "evil.example/127.0.0.1", "localhost:port", "[::1", "2130706433", "0x7f.1",
     "localhost\x00", " "],
)  # fmt: skip
def test_the_server_answers_to_no_other_name(host: str) -> None:
    assert not is_own_host(host, NAMES)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://127.0.0.1:7860", "127.0.0.1:7860"),
        ("http://localhost:7860", "localhost:7860"),
        ("https://articles.example", "articles.example"),
        ("https://articles.example", "articles.example:443"),
        ("http://articles.example:80", "articles.example"),
        ("http://[::1]:7860", "[::1]:7860"),
    ],
)
def test_the_pages_own_origin_is_its_host(origin: str, host: str) -> None:
    assert is_same_origin(origin, host)


@pytest.mark.parametrize(
    "origin",
    ["null", "", "http://127.0.0.1:3000", "http://127.0.0.1", "https://127.0.0.1", "http://localhost:7860",
     "http://evil.example", "http://127.0.0.1:7860.evil.example", "file://", "http://127.0.0.1:x", "http://[::1"],
)  # fmt: skip
def test_every_other_origin_is_foreign(origin: str) -> None:
    assert not is_same_origin(origin, "127.0.0.1:7860")


@pytest.mark.parametrize("method", METHODS)
def test_a_foreign_page_reaches_nothing(client: Client, method: str) -> None:
    response = client().request(method, "/api/articles", headers={"Origin": "http://evil.example"})
    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"
    assert "evil.example" in response.json()["detail"]


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("POST", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("POST", {"Sec-Fetch-Site": "same-site"}, 403),
        ("POST", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 403),
        ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200),
        ("POST", {"Sec-Fetch-Site": "same-origin"}, 200),
        ("GET", {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, 200),
        ("POST", {}, 200),
    ],
)
def test_a_browser_that_says_who_asks_is_believed(
    client: Client, method: str, headers: dict[str, str], status: int
) -> None:
    assert client().request(method, "/api/articles", headers=headers).status_code == status


def test_a_name_pointed_at_this_machine_reaches_nothing(client: Client) -> None:
    headers = {"Host": "evil.example:7860", "Origin": "http://evil.example:7860", "Sec-Fetch-Site": "same-origin"}
    response = client().post("/api/ask", headers=headers)
    assert response.status_code == 421
    assert "ui.host_names" in response.json()["remedy"]


def test_without_passwords_everybody_on_this_computer_is_in(client: Client) -> None:
    assert client().get("/api/articles").text == "reached"


@pytest.mark.parametrize(
    "path", ["/api/articles", "/api", "/mcp", "/gradio_api/info", "/config", "/anything", "/apis", "/a.js"]
)
def test_with_passwords_nobody_gets_in_without_one(client: Client, people: Path, path: str) -> None:
    response = client(people).get(path)
    assert response.status_code == 401
    assert response.json()["type"] == "/api/docs#LoginNeeded"
    for_programs = path.startswith(("/api/", "/mcp")) or path == "/api"
    assert ("www-authenticate" in response.headers) == for_programs


def test_logging_in_and_the_health_check_need_no_login(client: Client, people: Path) -> None:
    assert client(people).post("/login", data={"username": "ada", "password": "correct horse"}).status_code == 200
    assert client(people).get("/login").status_code == 401
    assert client(people).get("/api/health").text == "reached"


def test_who_is_not_logged_in_gets_the_form_in_place_of_the_page(client: Client, people: Path) -> None:
    form = client(people).get("/")
    assert form.status_code == 200
    assert '<form method="post" action="login">' in form.text
    assert form.headers["cache-control"] == "no-store"
    assert client(people).post("/").status_code == 401


@pytest.mark.parametrize(
    "given",
    [("ada", "correct horse"), ("zoë", "caffè caffè")],
)
def test_a_name_and_its_password_get_in(client: Client, people: Path, given: tuple[str, str]) -> None:
    encoded = base64.b64encode(":".join(given).encode()).decode()
    response = client(people).get("/api/articles", headers={"Authorization": f"Basic {encoded}"})
    assert response.text == "reached"


@pytest.mark.parametrize(
    "header",
    ["Basic", "Basic !!!", "Basic YWRh", "Bearer YWRhOmNvcnJlY3QgaG9yc2U=", "Basic /w==", "YWRhOmNvcnJlY3QgaG9yc2U="],
)
def test_anything_else_in_that_header_does_not(client: Client, people: Path, header: str) -> None:
    assert client(people).get("/api/articles", headers={"Authorization": header}).status_code == 401


def test_a_wrong_password_does_not_get_in_and_is_not_logged(
    client: Client, people: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert client(people).get("/api/articles", auth=("ada", "wrong horse")).status_code == 401
    assert "'ada'" in caplog.text
    assert "wrong horse" not in caplog.text


def test_credentials_may_hold_colons() -> None:
    encoded = base64.b64encode(b"ada:a:b").decode()
    assert basic_credentials(f"basic {encoded}") == ("ada", "a:b")


def logged_in(browser: TestClient, name: str = "ada", password: str = "correct horse") -> TestClient:
    assert browser.post("/login", data={"username": name, "password": password}).status_code == 200
    return browser


def test_who_logged_in_on_the_page_gets_in_until_the_session_is_ended(client: Client, people: Path) -> None:
    browser = logged_in(client(people))
    assert browser.get("/").text == browser.get("/api/articles").text == "reached"
    token = browser.cookies["citespan-session-7860"]
    browser.post("/logout")
    cookie = {"Cookie": f"citespan-session-7860={token}"}
    assert browser.get("/api/articles", headers=cookie).status_code == 401
    assert browser.get("/api/articles").status_code == 401


@pytest.mark.parametrize(
    "form", [{}, {"username": "ada"}, {"username": "ada", "password": "wrong"}, {"username": "x", "password": "y"}]
)
def test_a_wrong_form_begins_no_session(client: Client, people: Path, form: dict[str, str]) -> None:
    response = client(people).post("/login", data=form)
    assert response.status_code == 400
    assert "set-cookie" not in response.headers


def test_the_cookie_is_for_this_server_only_and_secure_behind_tls(client: Client, people: Path) -> None:
    form = {"username": "ada", "password": "correct horse"}
    plain = client(people).post("/login", data=form).headers["set-cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    assert "Secure" not in plain
    behind = client(people).post("/login", data=form, headers={"Origin": ADDRESS.replace("http", "https")})
    assert "Secure" in behind.headers["set-cookie"]


def test_a_changed_password_ends_the_sessions_and_a_name_used_again_brings_none_back(
    client: Client, people: Path
) -> None:
    browser = logged_in(client(people))
    write_entries(people, {"ada": Entry.of("battery staple")})
    assert browser.get("/api/articles").status_code == 401
    logged_in(browser, "ada", "battery staple")
    write_entries(people, {"bo": Entry.of("something else")})
    assert browser.get("/api/articles").status_code == 401
    write_entries(people, {"ada": Entry.of("battery staple")})
    assert browser.get("/api/articles").status_code == 401, "the same password under a new entry is another user"


def test_eighty_wrong_passwords_hold_no_right_one(client: Client, people: Path) -> None:
    browser = client(people)
    statuses = [browser.get("/api/articles", auth=("ada", f"guess {n}")).status_code for n in range(80)]
    assert statuses.count(401) <= 9
    assert set(statuses) == {401, 429}
    assert browser.get("/api/articles", auth=("zoë", "caffè caffè")).text == "reached"
    refused = browser.get("/api/articles", auth=("ada", "correct horse"))
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60


def test_who_was_right_before_never_waits(client: Client, people: Path) -> None:
    browser = client(people)
    assert browser.get("/api/articles", auth=("ada", "correct horse")).text == "reached"
    for number in range(30):
        browser.get("/api/articles", auth=("ada", f"guess {number}"))
    assert browser.get("/api/articles", auth=("ada", "correct horse")).text == "reached"
