"""Who may send a request: the right host name, no foreign web page, and a logged-in user where passwords are set."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import logging
import socket
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from ui.api.problems import FOREIGN_HOST, FOREIGN_ORIGIN, LOGIN_NEEDED, Kind, problem_response
from ui.web.server.login import login_form
from ui.web.server.passwords import PasswordFile

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_LOG = logging.getLogger(__name__)
DEFAULT_PORTS = {"http": 80, "https": 443}
FOR_PROGRAMS = ("/api", "/mcp")
"""Where a missing login is answered with HTTP Basic's challenge; elsewhere the page shows its own form."""
LOGIN = ("/login", "/login/")
"""Where the form at "/" sends name and password."""
WITHOUT_LOGIN = frozenset(("/favicon.ico", "/robots.txt", "/api/health", "/gradio_api/startup-events"))
"""What tells nothing of the store."""
SIMULTANEOUS_CHECKS = 2
"""Password checks that run at once. Each takes 32 MB and a core for a moment: guessing cannot crowd out everything."""


class Logins:
    """Checks passwords in threads, so that everything else goes on; to be used in one event loop only."""

    def __init__(self, people: PasswordFile) -> None:
        self._people = people
        self._limiter: CapacityLimiter | None = None

    def __contains__(self, name: str) -> bool:
        """Whether ``name`` may still log in."""
        return name in self._people

    async def check(self, name: str, password: str) -> bool:
        """Whether ``name`` has this password; a wrong one is logged, without it."""
        if self._limiter is None:
            self._limiter = CapacityLimiter(SIMULTANEOUS_CHECKS)
        right = await to_thread.run_sync(self._people.check, name, password, limiter=self._limiter)
        if not right:
            _LOG.warning("a wrong name or password was given for %r", name)
        return right


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
        if scope["type"] == "http":
            refusal = await self._refusal(scope)
            if refusal is not None:
                kind, detail, where = refusal
                if kind is LOGIN_NEEDED and scope["path"] == "/" and scope["method"] in ("GET", "HEAD"):
                    await login_form()(scope, receive, send)
                    return
                challenge = kind is LOGIN_NEEDED and _is_for_programs(scope["path"])
                headers = {"WWW-Authenticate": 'Basic realm="CiteSpan", charset="UTF-8"'} if challenge else None
                await problem_response(kind, detail, where, headers=headers)(scope, receive, send)
                return
        elif scope["type"] == "websocket":  # nothing here speaks it
            await send({"type": "websocket.close", "code": 1008})
            return
        await self._app(scope, receive, send)

    async def _refusal(self, scope: Scope) -> tuple[Kind, str, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not is_own_host(host, self._host_names):
            return FOREIGN_HOST, f"the request is for the host {host!r}, which is not this server", "header Host"
        origin = headers.get("origin")
        if origin is not None and not is_same_origin(origin, host):
            return FOREIGN_ORIGIN, f"a page of {origin} may not use this server", "header Origin"
        if is_foreign_fetch(scope["method"], headers):
            return FOREIGN_ORIGIN, "a page of another site may not use this server", "header Sec-Fetch-Site"
        logs_in = scope["path"] in LOGIN and scope["method"] == "POST"
        if self._logins is None or logs_in or scope["path"] in WITHOUT_LOGIN:
            return None
        user = await _logged_in(self._logins, scope, headers)
        if user is not None:
            scope.setdefault("state", {})["user"] = user
            return None
        return LOGIN_NEEDED, "this server answers people who have a password only", "header Authorization"


async def _logged_in(logins: Logins, scope: Scope, headers: Headers) -> str | None:
    """Whose request it is; None when nobody's who may log in."""
    if "authorization" in headers:
        credentials = basic_credentials(headers["authorization"])
        return credentials[0] if credentials is not None and await logins.check(*credentials) else None
    name = page_user(scope, headers)
    return name if name is not None and name in logins else None


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


def page_user(scope: Scope, headers: Headers) -> str | None:
    """The user who logged in on the page, as Gradio's own session cookie says."""
    app = scope.get("app")
    tokens, cookie_id = getattr(app, "tokens", None), getattr(app, "cookie_id", None)
    if not isinstance(tokens, dict) or not isinstance(cookie_id, str):
        return None
    cookies = cookie_parser(headers.get("cookie", ""))
    for name in (f"access-token-{cookie_id}", f"access-token-unsecure-{cookie_id}"):
        user = tokens.get(cookies.get(name))
        if isinstance(user, str):
            return user
    return None


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
