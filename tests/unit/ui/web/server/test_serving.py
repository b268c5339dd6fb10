from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

from rag.errors import SettingsError
from ui.web.server import passwords
from ui.web.server.passwords import Entry, write_entries
from ui.web.server.serving import (
    HEADERS,
    PRODUCT,
    PRODUCT_HEADER,
    SecurityHeaders,
    exact_port,
    free_port,
    reach_loopback_directly,
    required_logins,
)


def test_a_taken_port_moves_on_to_the_next_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port("127.0.0.1", port) > port


def test_a_free_port_is_kept_and_zero_takes_any() -> None:
    any_port = free_port("127.0.0.1", 0)
    assert any_port > 0
    assert free_port("127.0.0.1", any_port) == any_port


@pytest.fixture
def server() -> Iterator[tuple[int, type[BaseHTTPRequestHandler]]]:
    """A program that answers on a port, and the handler that says how."""

    class Handler(BaseHTTPRequestHandler):
        said: ClassVar[dict[str, str]] = {}
        status = 404

        def do_GET(self) -> None:
            self.send_response(self.status)
            for name, value in self.said.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield listening.server_port, Handler
        listening.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [200, 401, 404])
def test_an_asked_for_port_that_our_own_page_has_is_offered(status: int, server: Any) -> None:
    port, handler = server
    handler.said, handler.status = {PRODUCT_HEADER: PRODUCT}, status
    with pytest.raises(SettingsError, match=rf"already open at http://127\.0\.0\.1:{port}/"):
        exact_port("127.0.0.1", port)


def test_an_asked_for_port_that_another_program_has_is_refused(server: Any) -> None:
    port, _ = server
    with pytest.raises(SettingsError, match=rf"port {port} of 127\.0\.0\.1 is taken by another program.*--port"):
        exact_port("127.0.0.1", port)


def test_an_asked_for_port_that_is_free_is_kept() -> None:
    any_port = exact_port("127.0.0.1", 0)
    assert exact_port("127.0.0.1", any_port) == any_port
    with pytest.raises(SettingsError, match="cannot be used"):
        exact_port("203.0.113.7", any_port)


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host"])
def test_an_address_of_another_machine_is_refused_with_what_to_do(host: str) -> None:
    with pytest.raises(SettingsError, match="--host"):
        free_port(host, 7860)


def test_every_response_carries_the_security_headers() -> None:
    sent: list[dict[str, object]] = []

    async def app(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    # In a thread of its own: the browser tests' driver keeps an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, SecurityHeaders(app)({"type": "http"}, None, send)).result()  # type: ignore[arg-type]
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}  # type: ignore[attr-defined]
    assert headers == {name.lower(): value for name, value in HEADERS.items()}


def test_no_source_but_the_page_itself_is_allowed() -> None:
    words = HEADERS["Content-Security-Policy"].replace(";", " ").split()
    assert not [word for word in words if "//" in word or word in ("*", "https:", "http:")]


def test_a_web_proxy_is_kept_out_of_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "example.org")
    monkeypatch.setenv("NO_PROXY", "")
    reach_loopback_directly("127.0.0.1")
    assert os.environ["no_proxy"] == "example.org,localhost,127.0.0.1"
    assert os.environ["NO_PROXY"] == "localhost,127.0.0.1"


def test_the_offline_switches_are_set_before_gradio_is_imported(project: Path) -> None:
    program = "import os, sys, ui; assert 'gradio' not in sys.modules; print(os.environ['GRADIO_ANALYTICS_ENABLED'])"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GRADIO", "HF_"))}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=project, env=clean, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "False"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.8.8.8"])
def test_this_computer_alone_needs_no_password(host: str) -> None:
    assert required_logins(host, None) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "no such host"])
def test_others_are_not_served_without_a_password_file(host: str) -> None:
    with pytest.raises(SettingsError, match="--auth FILE"):
        required_logins(host, None)


def test_a_password_file_lets_others_be_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", 2**4)
    write_entries(tmp_path / "people", {"ada": Entry.of("correct horse")})
    logins = required_logins("0.0.0.0", tmp_path / "people")
    assert logins is not None
    assert logins.sessions.begin("ada") is not None
    with pytest.raises(SettingsError, match="citespan password"):
        required_logins("127.0.0.1", tmp_path / "none")
