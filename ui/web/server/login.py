"""The form in which people log in: a page of its own that needs nothing else from the server.

Gradio's form would do, but it has no title, announces no refusal, and needs scripts that are then open to everybody.
"""

from __future__ import annotations

from functools import cache

from starlette.responses import HTMLResponse

from ui.web.templates import read_file, read_tokens


def login_form() -> HTMLResponse:
    """The form; it sends name and password to Gradio's ``/login``, which sets the session's cookie."""
    return HTMLResponse(_page(), headers={"Cache-Control": "no-store"})


@cache
def _page() -> str:
    page = read_file("server/login.html")
    return page.replace("/* tokens.css */", read_tokens()).replace("/* theme.js */", read_file("page/theme.js"))
