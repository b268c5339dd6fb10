"""Who may send a request: the right host name, no foreign web page, and a logged-in user where passwords are set."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import math
import socket
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request

from ui.api.problems import FOREIGN_HOST, FOREIGN_ORIGIN, LOGIN_NEEDED, TOO_MANY_ATTEMPTS, problem_response
from ui.web.server.attempts import TooManyAttemptsError
from ui.web.server.login import Logins, address_of, cookie_name, log_in, log_out, login_form

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

DEFAULT_PORTS = {"http": 80, "https": 443}
FOR_PROGRAMS = ("/api", "/mcp")
"""Where a missing login is answered with HTTP Basic's challenge; elsewhere the page shows its own form."""
LOGIN_PATHS = ("/login", "/logout")
"""Where the form at "/" sends name and password, and where a session is ended."""
WITHOUT_LOGIN = frozenset(("/favicon.ico", "/robots.txt", "/api/health", "/gradio_api/startup-events"))
"""What tells nothing of the store."""


class Guard:
    """ASGI middleware that turns away what must not reach the page, the REST interface or the MCP server.

    Args:
        host_names: names under which this server may be reached, lower case; its addresses are always allowed, since
            no other site can be made to look as if it came from an address.
        logins: who may log in; None lets everybody in, which is right for this computer's own user only.
    """

    def __init__(self, app: ASGIApp, host_names: Iterable[str], logins: Logins | None = None) -> None:
        self._app = app
        self._host_names = frozenset(host_names)
        self._logins = logins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with the reason why not."""
        if scope["type"] == "websocket":  # nothing here speaks it
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "http" and (response := await self._answer(scope, receive)) is not None:
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response | None:
        """What is answered in place of the application; None when the request may pass."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not is_own_host(host, self._host_names):
            detail = f"the request is for the host {host!r}, which is not this server"
            return problem_response(FOREIGN_HOST, detail, "header Host")
        origin = headers.get("origin")
        if origin is not None and not is_same_origin(origin, host):
            return problem_response(FOREIGN_ORIGIN, f"a page of {origin} may not use this server", "header Origin")
        if is_foreign_fetch(scope["method"], headers):
            detail = "a page of another site may not use this server"
            return problem_response(FOREIGN_ORIGIN, detail, "header Sec-Fetch-Site")
        if self._logins is None:
            return None
        try:
            return await self._login_needed(self._logins, Request(scope, receive), headers)
        except TooManyAttemptsError as error:
            wait = {"Retry-After": str(math.ceil(error.seconds))}
            return problem_response(TOO_MANY_ATTEMPTS, str(error), "header Authorization", headers=wait)

    async def _login_needed(self, logins: Logins, request: Request, headers: Headers) -> Response | None:
        path, method = request.scope["path"], request.method
        if path.rstrip("/") in LOGIN_PATHS and method == "POST":
            return await (log_in if path.rstrip("/") == "/login" else log_out)(logins, request)
        if path in WITHOUT_LOGIN:
            return None
        user = await _logged_in(logins, request, headers)
        if user is not None:
            request.scope.setdefault("state", {})["user"] = user
            return None
        if path == "/" and method in ("GET", "HEAD"):
            return login_form()
        detail = "this server answers people who have a password only"
        challenge = {"WWW-Authenticate": 'Basic realm="CiteSpan", charset="UTF-8"'} if _is_for_programs(path) else None
        return problem_response(LOGIN_NEEDED, detail, "header Authorization", headers=challenge)


async def _logged_in(logins: Logins, request: Request, headers: Headers) -> str | None:
    """Whose request it is; None when nobody's who may log in."""
    if "authorization" not in headers:
        return logins.sessions.user(request.cookies.get(cookie_name(request), ""))
    credentials = basic_credentials(headers["authorization"])
    if credentials is None or not await logins.check(*credentials, address_of(request)):
        return None
    return credentials[0]


def user_of(request: Request) -> str | None:
    """Who is logged in, as the guard found out."""
    user: str | None = getattr(request.state, "user", None)
    return user


def own_host_names(host: str, more: Iterable[str]) -> frozenset[str]:
    """The names of a server that listens on ``host``: this machine's, and what the settings add."""
    machine = socket.gethostname()
    names = ("localhost", machine, f"{machine}.local", host, *more)
    return frozenset(name.strip().rstrip(".").lower() for name in names if name.strip())


def is_own_host(header: str, names: frozenset[str]) -> bool:
    """Whether a Host header names this server.

    A web page elsewhere can point a name of its own at this machine (DNS rebinding); its requests then carry that name.
    """
    name, _ = _split_host(header)
    if name is None:
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name in names
    return True


def is_same_origin(origin: str, host: str) -> bool:
    """Whether an Origin header names the server that the Host header names; "null" is nobody's."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return False
    default = DEFAULT_PORTS.get(parts.scheme)
    if default is None or not parts.hostname:
        return False
    name, host_port = _split_host(host)
    return (parts.hostname.rstrip("."), port or default) == (name, host_port or default)


def is_foreign_fetch(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a browser says that another site's page makes this request; following a link here is fine."""
    site = headers.get("sec-fetch-site", "none")
    follows_a_link = headers.get("sec-fetch-mode") == "navigate" and method in ("GET", "HEAD")
    return site in ("cross-site", "same-site") and not follows_a_link


def basic_credentials(header: str) -> tuple[str, str] | None:
    """Name and password of an Authorization header (RFC 7617), or None when it holds none."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, password) if colon else None


def _split_host(header: str) -> tuple[str | None, int | None]:
    try:
        parts = urlsplit(f"//{header.strip()}")
        name, port = parts.hostname, parts.port
    except ValueError:
        return None, None
    if not name or parts.path or parts.query or parts.fragment or parts.username is not None:
        return None, None
    return name.rstrip("."), port


def _is_for_programs(path: str) -> bool:
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in FOR_PROGRAMS)
