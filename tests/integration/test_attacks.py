"""What somebody outside may try against the served page: with a login of their own, and where none is needed."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from rag import Assistant
from tests.integration.served import add_bridges, open_assistant, serving
from ui.web.server import passwords
from ui.web.server.passwords import Entry, write_entries

OUTSIDE = "outside.example"
Served = tuple[str, httpx.Client]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("attacked")
    with open_assistant(folder, ui={"max_upload_files": 5, "max_upload_mb": 1, "max_upload_total_mb": 2}) as assistant:
        add_bridges(assistant, folder)
        yield assistant


@pytest.fixture(scope="module")
def guarded(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("people") / "people"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "COST", 2**4)
        write_entries(path, {"ada": Entry.of("correct horse"), "bo": Entry.of("battery staple")})
        with serving(assistant, password_file=path) as address:
            yield address


@pytest.fixture(scope="module")
def unguarded(assistant: Assistant) -> Iterator[str]:
    with serving(assistant) as address:
        yield address


@pytest.fixture(params=["with a login", "without"])
def inside(request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """Somebody who may use the server."""
    has_login = request.param == "with a login"
    with httpx.Client(base_url=request.getfixturevalue("guarded" if has_login else "unguarded"), timeout=60) as http:
        if has_login:
            log_in(http, "ada", "correct horse")
        yield http


def log_in(http: httpx.Client, name: str, password: str) -> httpx.Client:
    http.post("login", data={"username": name, "password": password}).raise_for_status()
    return http


def event_of(http: httpx.Client, name: str) -> dict[str, object]:
    """The body of an event of the page, by the name of the function it calls."""
    events = http.get("config").json()["dependencies"]
    event = next(one for one in events if str(one["api_name"]).startswith(name))
    return {"data": [None] * len(event["inputs"]), "fn_index": event["id"], "session_hash": "session-0"}


def upload(http: httpx.Client, *contents: bytes) -> httpx.Response:
    return http.post("gradio_api/upload", files=[("files", (f"{n}.txt", text)) for n, text in enumerate(contents)])


@pytest.mark.parametrize("scheme", ["http", "https", "HTTP", "ftp"])
@pytest.mark.parametrize("where", ["data", "event_data", "nested"])
def test_nothing_makes_the_server_reach_out(
    inside: httpx.Client, monkeypatch: pytest.MonkeyPatch, scheme: str, where: str
) -> None:
    lookups: list[object] = []
    look_up = socket.getaddrinfo

    def watched(host: object, *rest: object, **named: object) -> object:
        if OUTSIDE in str(host):
            lookups.append(host)
            raise OSError("blocked")
        return look_up(host, *rest, **named)  # type: ignore[arg-type, call-overload]

    monkeypatch.setattr(socket, "getaddrinfo", watched)
    file = {"path": f"{scheme}://{OUTSIDE}/a.txt", "meta": {"_type": "gradio.FileData"}}
    event = event_of(inside, "add")
    given = {"data": [file], "nested": [{"deep": [{"er": file}]}]}.get(where)
    event |= {"data": [given, None], "event_data": file if where == "event_data" else None}
    assert inside.post("gradio_api/queue/join", json=event).status_code == 400
    assert inside.post("gradio_api/call/ask", json={"data": [file]}).status_code == 400
    for path in (f"gradio_api/proxy={scheme}://{OUTSIDE}/", f"gradio_api/file={scheme}://{OUTSIDE}/"):
        assert inside.get(path, follow_redirects=False).status_code == 404
    assert lookups == []


@pytest.mark.parametrize(
    "path",
    ["gradio_api/file=/etc/passwd", "gradio_api/file/etc/passwd", "gradio_api/deep_link", "monitoring",
     "gradio_api/token", "gradio_api/vibe-edit", "gradio_api/process_recording", "gradio_api/run/ask",
     "gradio_api/dev/reload", "pwa_icon"],
)  # fmt: skip
def test_what_the_page_does_not_need_is_not_served(inside: httpx.Client, path: str) -> None:
    assert inside.get(path).status_code == 404
    assert inside.post(path, json={}).status_code == 404


def test_a_permanent_link_still_opens_the_page(inside: httpx.Client) -> None:
    article_id = inside.get("api/articles").json()["articles"][0]["article_id"]
    response = inside.get(f"article/{article_id}", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (307, f"/?article={article_id}")


def test_uploads_are_limited_in_number_and_size(inside: httpx.Client) -> None:
    assert upload(inside, *([b"text"] * 5)).status_code == 200
    assert upload(inside, *([b"text"] * 6)).status_code == 413
    assert upload(inside, *([b"x" * 900_000] * 3)).status_code == 413
    assert inside.post("gradio_api/upload", content=b"no form").status_code == 400


def test_an_event_is_limited_in_size(inside: httpx.Client) -> None:
    event = event_of(inside, "ask") | {"data": ["x" * 9_000_000]}
    assert inside.post("gradio_api/queue/join", json=event).status_code == 413
    assert inside.post("gradio_api/component_server", json=event).status_code == 413


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"data": 3}', b'{"data": [], "fn_index": 999, "session_hash": "s"}', b"[" * 5000],
)
def test_a_malformed_event_is_one_line_in_the_log(
    inside: httpx.Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], body: bytes
) -> None:
    with caplog.at_level(logging.INFO):
        response = inside.post("gradio_api/queue/join", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= response.status_code < 500
    assert "Traceback" not in caplog.text
    assert "Traceback" not in capfd.readouterr().err
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) <= 1


def test_an_event_that_fails_later_is_one_line_too(
    inside: httpx.Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    event = event_of(inside, "changed") | {"data": [{"not": "a number"}], "session_hash": "session-9"}
    inside.post("gradio_api/queue/join", json=event).raise_for_status()
    with inside.stream("GET", "gradio_api/queue/data", params={"session_hash": "session-9"}) as lines:
        assert any('"process_completed"' in line for line in lines.iter_lines())
    assert "Traceback" not in caplog.text
    assert "Traceback" not in capfd.readouterr().err
    assert "an event failed" in caplog.text


def test_a_conversation_belongs_to_its_user(guarded: str) -> None:
    with httpx.Client(base_url=guarded, timeout=60) as ada, httpx.Client(base_url=guarded, timeout=60) as bo:
        log_in(ada, "ada", "correct horse")
        log_in(bo, "bo", "battery staple")
        event = event_of(ada, "ask_1") | {"session_hash": "adas"}
        event["data"] = ["Who?", *([None] * (len(event["data"]) - 1))]  # type: ignore[arg-type]
        ada.post("gradio_api/queue/join", json=event).raise_for_status()
        assert bo.get("gradio_api/queue/data", params={"session_hash": "adas"}).status_code == 404
        assert bo.post("gradio_api/queue/join", json=event).status_code == 404
        assert bo.get("gradio_api/heartbeat/adas").status_code == 404
        cancel = {"session_hash": "adas", "fn_index": event["fn_index"], "event_id": "x"}
        assert bo.post("gradio_api/cancel", json=cancel).status_code == 404


def test_an_upload_belongs_to_its_user(guarded: str) -> None:
    with httpx.Client(base_url=guarded, timeout=60) as ada, httpx.Client(base_url=guarded, timeout=60) as bo:
        log_in(ada, "ada", "correct horse")
        log_in(bo, "bo", "battery staple")
        (path,) = upload(ada, b"the secret of ada").json()
        event = event_of(bo, "add") | {"session_hash": "bos"}
        event["data"] = [[{"path": path, "meta": {"_type": "gradio.FileData"}, "orig_name": "a.txt"}], None]
        assert bo.post("gradio_api/queue/join", json=event).status_code == 400
        assert bo.get(f"gradio_api/file={path}").status_code == 404
        assert Path(path).is_file(), "it was there to be had"
        assert ada.post("gradio_api/queue/join", json=event | {"session_hash": "adas"}).status_code == 200


def test_programs_see_no_folder_of_the_server(assistant: Assistant, inside: httpx.Client) -> None:
    store = str(Path(assistant.store_path).absolute())
    login = {"auth": ("ada", "correct horse")} if "citespan" in str(inside.cookies) else {}
    added = inside.post("api/articles", files=[("files", ("mine.txt", b"A text that stands alone."))], **login)  # type: ignore[arg-type]
    refused = inside.post("api/articles", files=[("files", ("empty.txt", b""))], **login)  # type: ignore[arg-type]
    listed = inside.get("api/articles")
    one = inside.get(f"api/articles/{added.json()['files'][0]['article_id']}")
    assert added.json()["files"][0]["path"] == "mine.txt"
    for response in (added, refused, listed, one):
        assert store not in response.text
        assert "/uploads/" not in response.text
        assert str(Path(store).parent) not in response.text
