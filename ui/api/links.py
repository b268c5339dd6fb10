"""Permanent local links: ``/article/ID#start-end`` opens the page with that place of the article shown.

A browser keeps what follows ``#`` through the redirect, so the page itself reads the range.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ui.api.problems import UNKNOWN_PAGE, problem_response

PATH = "/article/{article_id}"
_ID = re.compile(r"[0-9a-f]{4,64}")


def link_route() -> Route:
    """The route of the links."""
    return Route(PATH, _open, methods=["GET", "HEAD"])


async def _open(request: Request) -> Response:
    article_id = request.path_params["article_id"]
    if not _ID.fullmatch(article_id):
        return problem_response(UNKNOWN_PAGE, f"{article_id!r} is no article's id", request.url.path)
    return RedirectResponse(f"{request.scope.get('root_path', '')}/?article={article_id}", status_code=307)
