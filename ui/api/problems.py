"""Errors as problem details (RFC 9457): what happened, where, and what to do about it."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from rag.errors import (
    ArticleNotFoundError,
    CiteSpanError,
    FilterError,
    InputError,
    ModelError,
    QuestionError,
    SettingsError,
    StoreError,
    StoreFullError,
    StoreLockedError,
)
from ui.api.gate import BusyError

_LOG = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One part of a request that cannot be used."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request failed.

    Attributes:
        type: a page that lists this kind of problem; its fragment is the kind's name.
        title: the kind of problem, the same for all of its kind.
        status: the HTTP status.
        detail: what happened this time.
        where: the part of the request it is about.
        remedy: what to do about it.
        errors: each part that cannot be used, when there may be several.
    """

    type: str
    title: str
    status: int
    detail: str
    where: str
    remedy: str
    errors: tuple[Complaint, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem."""

    name: str
    status: int
    title: str
    remedy: str


UNUSABLE = Kind("Unusable", 422, "The request cannot be used", "Mend the parts that errors lists; see /api/docs")
NOTHING_ADDED = Kind(
    "NothingAdded", 422, "No file could be added", "Mend the files that errors lists and send them again"
)
MALFORMED = Kind("Malformed", 400, "The request's body cannot be read", "Send what /api/docs describes")
UNKNOWN_PAGE = Kind("UnknownPath", 404, "Nothing is here", "See /api/docs for the paths")
WRONG_METHOD = Kind(
    "WrongMethod", 405, "This path does not take that method", "Use a method that the Allow header names"
)
TOO_LARGE = Kind(
    "TooLarge", 413, "Too much was sent", "Send fewer or smaller files; the limits are settings of the server"
)
WRONG_TYPE = Kind(
    "WrongContentType", 415, "The body is of another content type", "Send the content type that /api/docs names"
)
FOREIGN_HOST = Kind(
    "ForeignHost",
    421,
    "This server does not go by that name",
    "Use its address, or add the name to the setting ui.host_names",
)
FOREIGN_ORIGIN = Kind(
    "ForeignOrigin",
    403,
    "The request comes from another web page",
    "Call from a program, or from a page of this server",
)
LOGIN_NEEDED = Kind("LoginNeeded", 401, "Who are you?", "Send a name and password (HTTP Basic), or log in on the page")
TOO_MANY_ATTEMPTS = Kind(
    "TooManyAttempts", 429, "Too many wrong passwords", "Try again after the seconds that Retry-After names"
)
BUSY = Kind("Busy", 503, "Too many questions are waiting", "Ask again after the seconds that Retry-After names")
UNEXPECTED = Kind(
    "Unexpected", 500, "Something unexpected went wrong", "See the log of the program that serves this page"
)

KINDS_OF_ERRORS: tuple[tuple[type[CiteSpanError], Kind], ...] = (
    (ArticleNotFoundError, Kind("ArticleNotFoundError", 404, "No such article", "GET /api/articles lists the ids")),
    (
        QuestionError,
        Kind("QuestionError", 422, "The question cannot be used", "Ask a question that is neither empty nor too long"),
    ),
    (
        FilterError,
        Kind("FilterError", 422, "A filter cannot be used", "GET /api/articles lists what can be filtered by"),
    ),
    (InputError, Kind("InputError", 422, "The request cannot be used", "Mend what detail names")),
    (StoreLockedError, Kind("StoreLockedError", 503, "The store is busy", "Try again in a moment")),
    (StoreFullError, Kind("StoreFullError", 507, "The server's disk is full", "Free some space on the server")),
    (StoreError, Kind("StoreError", 503, "The store cannot be used", "Run on the server: citespan doctor")),
    (ModelError, Kind("ModelError", 503, "A model cannot be loaded", "Run on the server: citespan doctor")),
    (SettingsError, Kind("SettingsError", 503, "A setting is wrong", "Run on the server: citespan doctor")),
    (CiteSpanError, Kind("CiteSpanError", 500, "The request failed", "Run on the server: citespan doctor")),
)
KINDS_OF_STATUS = {kind.status: kind for kind in (MALFORMED, UNKNOWN_PAGE, WRONG_METHOD, TOO_LARGE, WRONG_TYPE)}
KINDS = (
    *(UNUSABLE, NOTHING_ADDED, MALFORMED, UNKNOWN_PAGE, WRONG_METHOD, TOO_LARGE, WRONG_TYPE),
    *(FOREIGN_HOST, FOREIGN_ORIGIN, LOGIN_NEEDED, TOO_MANY_ATTEMPTS, BUSY, UNEXPECTED),
    *(kind for _, kind in KINDS_OF_ERRORS),
)


class RequestError(Exception):
    """A request that is refused with a problem of this kind."""

    def __init__(self, kind: Kind, detail: str, where: str, errors: Sequence[Complaint] = ()) -> None:
        super().__init__(detail)
        self.kind = kind
        self.where = where
        self.errors = tuple(errors)


def problem_response(
    kind: Kind, detail: str, where: str, errors: Sequence[Complaint] = (), headers: dict[str, str] | None = None
) -> JSONResponse:
    """The response that tells a program of a problem."""
    problem = Problem(f"/api/docs#{kind.name}", kind.title, kind.status, detail, where, kind.remedy, tuple(errors))
    document = {name: value for name, value in asdict(problem).items() if value != ()}
    return _AsciiJson(document, kind.status, headers, MEDIA_TYPE)


def problem_of(error: Exception, where: str) -> JSONResponse:
    """The response to a request that ended in ``error``; one that nobody foresaw is logged, and its text kept back.

    What is wrong with the server is for its log too: such messages name its folders.
    """
    if isinstance(error, RequestError):
        return problem_response(error.kind, str(error), error.where, error.errors)
    if isinstance(error, BusyError):
        return problem_response(BUSY, str(error), where, headers={"Retry-After": "5"})
    if isinstance(error, CiteSpanError):
        kind = next(kind for error_class, kind in KINDS_OF_ERRORS if isinstance(error, error_class))
        if kind.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return problem_response(kind, str(error), where)
        _LOG.warning("a request failed: %s", error)
        return problem_response(kind, "the log of the server says more", where)
    if isinstance(error, HTTPException):
        known = KINDS_OF_STATUS.get(error.status_code)
        title = HTTPStatus(error.status_code).phrase
        kind = known or Kind(title.replace(" ", ""), error.status_code, title, "See /api/docs")
        return problem_response(kind, str(error.detail), where, headers=dict(error.headers or {}))
    _LOG.error("a request failed", exc_info=error)
    return problem_response(UNEXPECTED, f"an unexpected {type(error).__name__} stopped the request", where)


class _AsciiJson(JSONResponse):
    """JSON that survives whatever text a request held, half a surrogate pair included."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, allow_nan=False).encode("ascii")
