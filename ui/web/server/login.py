"""Logging in: the form, the check of passwords, and the cookie of a session.

Gradio's form would do, but it has no title, announces no refusal, and needs scripts that are then open to everybody;
and its sessions outlive a changed password.
"""

from __future__ import annotations

import logging
from functools import cache

from anyio import CapacityLimiter, sleep, to_thread
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from ui.api.problems import MALFORMED, problem_response
from ui.web.server.attempts import Attempts, TooManyAttemptsError
from ui.web.server.passwords import PasswordFile
from ui.web.server.sessions import LONGEST_SECONDS, Sessions
from ui.web.templates import read_file, read_tokens

_LOG = logging.getLogger(__name__)
SIMULTANEOUS_CHECKS = 2
"""Password checks that run at once. Each takes 32 MB and a core for a moment: guessing cannot crowd out everything."""
WAITED_AT_MOST = 2.0
"""Seconds that an attempt which comes too early is kept waiting rather than refused, once."""
LARGEST_FORM = 16_384
"""Bytes of a name and a password with what a form puts around them."""


class Logins:
    """Who may log in and who is; to be used in one event loop only. Passwords are checked in threads."""

    def __init__(self, people: PasswordFile) -> None:
        self.sessions = Sessions(people)
        self._people = people
        self._attempts = Attempts()
        self._limiter: CapacityLimiter | None = None

    async def check(self, name: str, password: str, address: str) -> bool:
        """Whether ``name`` has this password; a wrong one is logged, without it.

        Raises:
            TooManyAttemptsError: the name or the address must wait.
        """
        if self._people.remembers(name, password):
            return True
        try:
            self._attempts.begin(name, address)
        except TooManyAttemptsError as error:
            if error.seconds > WAITED_AT_MOST:
                raise
            await sleep(error.seconds)
            self._attempts.begin(name, address)
        if self._limiter is None:
            self._limiter = CapacityLimiter(SIMULTANEOUS_CHECKS)
        right = await to_thread.run_sync(self._people.check, name, password, limiter=self._limiter)
        if right:
            self._attempts.succeeded(name, address)
        else:
            _LOG.warning("a wrong name or password was given for %r", name)
        return right


def login_form() -> HTMLResponse:
    """The form; it sends name and password to ``/login``."""
    return HTMLResponse(_page(), headers={"Cache-Control": "no-store"})


async def log_in(logins: Logins, request: Request) -> Response:
    """Begin a session for the name and the password of a form; HTTP 400 when they are wrong.

    Raises:
        TooManyAttemptsError: the name or the address must wait.
    """
    name, password = await _form(request)
    if not await logins.check(name, password, address_of(request)):
        return problem_response(MALFORMED, "the name or the password is wrong", "body")
    token = logins.sessions.begin(name)
    if token is None:
        return problem_response(MALFORMED, "the name was removed a moment ago", "body")
    response = JSONResponse({"success": True})
    response.set_cookie(
        cookie_name(request),
        token,
        max_age=int(LONGEST_SECONDS),
        secure=_is_encrypted(request),
        httponly=True,
        samesite="lax",
    )
    return response


async def log_out(logins: Logins, request: Request) -> Response:
    """End the session of the request's cookie."""
    logins.sessions.end(request.cookies.get(cookie_name(request), ""))
    response = JSONResponse({"success": True})
    response.delete_cookie(cookie_name(request), secure=_is_encrypted(request), httponly=True, samesite="lax")
    return response


def cookie_name(request: Request) -> str:
    """The cookie of a session here; with the port, because cookies do not tell the servers of one machine apart."""
    server = request.scope.get("server")
    return f"citespan-session-{server[1] if server else 0}"


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


def _is_encrypted(request: Request) -> bool:
    """Whether the browser talks TLS, to this server or to a proxy before it."""
    return request.url.scheme == "https" or request.headers.get("origin", "").startswith("https://")


async def _form(request: Request) -> tuple[str, str]:
    declared = request.headers.get("content-length", "")
    if not declared.isdigit() or int(declared) > LARGEST_FORM:
        return "", ""
    try:
        form = await request.form(max_files=0, max_fields=8)
    except (MultiPartException, UnicodeDecodeError):
        return "", ""
    name, password = form.get("username"), form.get("password")
    return str(name or "").strip(), str(password or "")


@cache
def _page() -> str:
    page = read_file("server/login.html")
    return page.replace("/* tokens.css */", read_tokens()).replace("/* theme.js */", read_file("page/theme.js"))
