"""What may reach Gradio's own routes: the ones the page needs, bodies within limits, and what is the user's own."""

from __future__ import annotations

import json
import logging
import re
from collections import OrderedDict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException

from ui.api.problems import MALFORMED, TOO_LARGE, UNKNOWN_PAGE, RequestError, problem_of
from ui.api.uploads import UploadLimits

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOG = logging.getLogger(__name__)
PREFIX = "/gradio_api/"
ALLOWED = re.compile(
    r"/(gradio_api/(info|startup-events|app_id|login_check|upload|upload_progress|component_server|cancel|reset"
    r"|queue/(join|data|status)|heartbeat/[\w-]{1,64}|call/[\w-]{1,64}(/[\w-]{1,64})?)"
    r"|article/[0-9a-zA-Z]{1,64}|config|theme\.css|favicon\.ico|robots\.txt|manifest\.json|(assets|static|svelte)/.+)?/?"
)
"""All that page, permanent links and Gradio's client use. The others serve files, reach out or show what runs."""
FOR_PROGRAMS = ("/api", "/mcp")
LARGEST_EVENT = 8_000_000
"""Bytes of an event of the page; the longest conversation that a browser keeps fits."""
REMEMBERED_AT_MOST = 100_000
"""Sessions of pages, and uploads, whose users are remembered."""


class GradioRoutes:
    """ASGI middleware before Gradio, after the guard, which says in ``scope["state"]["user"]`` who is logged in."""

    def __init__(self, app: ASGIApp, limits: UploadLimits) -> None:
        self._app = app
        self._limits = limits
        self._sessions = Owners()
        self._uploads = Owners()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with the reason why not."""
        path = scope.get("path", "")
        if scope["type"] != "http" or any(path == prefix or path.startswith(f"{prefix}/") for prefix in FOR_PROGRAMS):
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._checked(scope, receive, send_and_note)
        except Exception as error:
            if begun:
                raise
            if not isinstance(error, (RequestError, HTTPException)):
                error = RequestError(MALFORMED, f"the event cannot be used ({type(error).__name__})", "body")
            _LOG.warning("refused %s %s: %s", scope["method"], path, error)
            await problem_of(error, f"{scope['method']} {path}")(scope, receive, send)

    async def _checked(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, user = scope["path"], (scope.get("state") or {}).get("user")
        if not ALLOWED.fullmatch(path):
            raise RequestError(UNKNOWN_PAGE, "nothing is served here", "path")
        named = [*parse_qs(scope.get("query_string", b"").decode("latin-1")).get("session_hash", ())]
        if path.startswith(f"{PREFIX}heartbeat/"):
            named.append(path.removeprefix(f"{PREFIX}heartbeat/").rstrip("/"))
        if scope["method"] == "POST" and path.startswith(f"{PREFIX}upload"):
            receive = _limited(receive, self._limits.total_bytes, _PartCounter(scope, self._limits.files))
            send = self._noting_uploads(send, user)
        elif scope["method"] == "POST":
            body = await _whole_body(_limited(receive, LARGEST_EVENT))
            event = _event(body, is_call=path.startswith(f"{PREFIX}component_server"))
            named += [event["session_hash"]] if isinstance(event.get("session_hash"), str) else []
            self._check_files(event, user)
            receive = _again(body, receive)
        for session in named:
            if not self._sessions.claim(session, user):
                raise RequestError(UNKNOWN_PAGE, "no such session", "session_hash")
        await self._app(scope, receive, send)

    def _check_files(self, event: dict[str, Any], user: str | None) -> None:
        """Every file that an event names must be one that this user uploaded here: no address, no other's file."""
        for path in _named_files(event):
            if not self._uploads.holds(path, user):
                raise RequestError(MALFORMED, "a file that was not uploaded here by this user", "body.data")

    def _noting_uploads(self, send: Send, user: str | None) -> Send:
        status, body = 0, b""

        async def send_and_note(message: Message) -> None:
            nonlocal status, body
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                body += message.get("body", b"")
                if status == 200 and not message.get("more_body"):
                    for path in json.loads(body):
                        self._uploads.claim(path, user)
            await send(message)

        return send_and_note


class Owners:
    """Who was the first to name something; the oldest are forgotten beyond ``REMEMBERED_AT_MOST``."""

    def __init__(self) -> None:
        self._owners: OrderedDict[str, str | None] = OrderedDict()

    def claim(self, name: str, user: str | None) -> bool:
        """Whether it is the user's, because nobody named it before or this user did."""
        owner = self._owners.setdefault(name, user)
        self._owners.move_to_end(name)
        if len(self._owners) > REMEMBERED_AT_MOST:
            self._owners.popitem(last=False)
        return owner == user

    def holds(self, name: str, user: str | None) -> bool:
        """Whether this user has named it before."""
        return name in self._owners and self._owners[name] == user


class _PartCounter:
    """Counts the parts of a multipart body while it passes."""

    def __init__(self, scope: Scope, most: int) -> None:
        header = dict(scope["headers"]).get(b"content-type", b"")
        match = re.search(rb'boundary="?([^";]+)', header)
        if match is None:
            raise RequestError(MALFORMED, "an upload is multipart/form-data", "header Content-Type")
        self._mark = b"--" + match.group(1)
        self._most = most
        self._parts = -1  # the last mark ends the body and begins no part
        self._tail = b""

    def add(self, chunk: bytes) -> None:
        """Look at the next bytes.

        Raises:
            RequestError: there are too many parts.
        """
        seen = self._tail + chunk
        self._parts += seen.count(self._mark)
        self._tail = seen[max(0, len(seen) - len(self._mark) + 1) :]
        if self._parts > self._most:
            raise RequestError(TOO_LARGE, f"more than {self._most:,} files at once", "body")


def _limited(receive: Receive, most: int, parts: _PartCounter | None = None) -> Receive:
    left = most

    async def receive_within_limit() -> Message:
        nonlocal left
        message = await receive()
        chunk = message.get("body", b"")
        left -= len(chunk)
        if left < 0:
            raise RequestError(TOO_LARGE, f"the body has more than {most:,} bytes", "body")
        if parts is not None:
            parts.add(chunk)
        return message

    return receive_within_limit


async def _whole_body(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestError(MALFORMED, "the body ended early", "body")
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


def _again(body: bytes, receive: Receive) -> Receive:
    """A body that was read already, and then what else comes: the disconnect."""
    is_given = False

    async def receive_again() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


def _event(body: bytes, *, is_call: bool) -> dict[str, Any]:
    """The event in a body; the data of a call of a component's own function may be a text."""
    try:
        event = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise RequestError(MALFORMED, "not JSON", "body") from None
    if not isinstance(event, dict) or not isinstance(
        event.get("data", []), (list, dict, str) if is_call else (list, dict)
    ):
        raise RequestError(MALFORMED, "not an event", "body")
    return event


def _named_files(event: dict[str, Any]) -> Iterator[str]:
    """The paths of all file objects anywhere in an event."""
    waiting: list[Any] = [event]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("path"), str):
                yield value["path"]
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


class OneLineErrors:
    """Stands in for the module ``traceback`` inside Gradio, which prints a page for whatever an event did wrong."""

    @staticmethod
    def print_exc() -> None:
        """Log the error that is being handled in one line."""
        import sys

        error = sys.exc_info()[1]
        first = next(iter(str(error).splitlines()), "")
        _LOG.warning("an event failed: %s: %s", type(error).__name__, first[:300])

    @staticmethod
    def format_exc() -> str:
        """Nothing for anybody else."""
        return ""
