"""Where the page is served, and what every response says to the browser."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from starlette.datastructures import MutableHeaders

from rag.errors import SettingsError
from ui.web.server.gradio_routes import OneLineErrors
from ui.web.server.login import Logins
from ui.web.server.passwords import PasswordFile

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PORTS_TRIED = 100
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
"""The browser itself refuses every other host. Gradio's page needs inline scripts and evaluates its templates."""
PRODUCT, PRODUCT_HEADER = "CiteSpan", "X-Served-By"
SECONDS_TO_ANSWER = 2.0
"""How long a program at a taken port may take to say what it is."""
HEADERS = {
    PRODUCT_HEADER: PRODUCT,
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
}


class SecurityHeaders:
    """ASGI middleware that adds ``HEADERS`` to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its response back with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def required_logins(host: str, password_file: Path | None) -> Logins | None:
    """Who may log in to a page on ``host``; None when only this computer reaches it and no file is named.

    Raises:
        SettingsError: the file cannot be used, or there is none and others reach the host.
    """
    if password_file is not None:
        return Logins(PasswordFile(password_file))
    if is_loopback(host):
        return None
    raise SettingsError(
        f"ui.host: other computers reach {host}, and whoever does could read, add and remove articles. Make a password "
        "file with: citespan password NAME --file FILE, and name it with --auth FILE; or leave out --host"
    )


def is_loopback(host: str) -> bool:
    """Whether ``host`` is reached from this computer only, under every address it stands for."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return all(ipaddress.ip_address(str(address[0]).partition("%")[0]).is_loopback for *_, address in found)


def free_port(host: str, wanted: int) -> int:
    """``wanted`` or the next port that is free on ``host``; any free port for 0.

    Raises:
        SettingsError: the host is not an address of this machine, or no port is free.
    """
    last: OSError | None = None
    for port in range(wanted, min(wanted + PORTS_TRIED, 65_536)) if wanted else (0,):
        try:
            return _bound(host, port)
        except OSError as error:
            last = error
    raise SettingsError(f"ui.port: no free port from {wanted} on {host} ({last}). Choose another with --port or --host")


def exact_port(host: str, wanted: int) -> int:
    """``wanted`` where it is free on ``host``; any free port for 0.

    Raises:
        SettingsError: it is taken; the message says where a page of CiteSpan is open already, if one took it.
    """
    try:
        return _bound(host, wanted)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise SettingsError(
                f"ui.port: {host} port {wanted} cannot be used ({error}). Choose another with --port or --host"
            ) from error
        address = f"http://{f'[{host}]' if ':' in host else host}:{wanted}/"
        if is_citespan(address):
            raise SettingsError(
                f"port {wanted} is taken: CiteSpan is already open at {address}. Open that, or choose another --port"
            ) from error
        raise SettingsError(
            f"port {wanted} of {host} is taken by another program. Choose another with --port, or leave --port out"
        ) from error


def is_citespan(address: str) -> bool:
    """Whether a page of CiteSpan answers at ``address``; asks this machine only, and not for long."""
    direct = build_opener(ProxyHandler({}))
    try:
        with direct.open(f"{address}api/", timeout=SECONDS_TO_ANSWER) as response:
            return PRODUCT in response.headers.get(PRODUCT_HEADER, "")
    except HTTPError as error:  # every answer of it says what it is
        return PRODUCT in error.headers.get(PRODUCT_HEADER, "")
    except (OSError, HTTPException):
        return False


def _bound(host: str, port: int) -> int:
    """The port that could be bound; OSError when it could not."""
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    with socket.socket(family, socket.SOCK_STREAM) as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        candidate.bind((host, port))
        return int(candidate.getsockname()[1])


def reach_loopback_directly(host: str) -> None:
    """Keep a configured web proxy out of the way of the start-up check, which asks this machine itself."""
    for name in ("no_proxy", "NO_PROXY"):
        known = [part for part in os.environ.get(name, "").split(",") if part]
        os.environ[name] = ",".join(dict.fromkeys([*known, "localhost", "127.0.0.1", host]))


def log_errors_in_a_line() -> None:
    """Have Gradio log what an event did wrong in one line; it would print a traceback for whatever anybody sends."""
    from gradio import queueing, routes

    for module in (queueing, routes):
        setattr(module, "traceback", OneLineErrors)  # noqa: B010 (a private import of Gradio, which types do not show)
