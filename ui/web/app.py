"""Assembles the page and serves it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

import gradio as gr
from starlette.middleware import Middleware

from ui.api.endpoints import add_endpoints
from ui.api.gate import SIMULTANEOUS_QUESTIONS, Gate
from ui.api.operations import Operations
from ui.api.programs import Programs, build_programs
from ui.api.uploads import UploadLimits
from ui.web.articles.tab import ArticlesTab
from ui.web.chat.source_panel import build_source_panel
from ui.web.chat.starters import StarterQuestions
from ui.web.chat.tab import ChatTab
from ui.web.evaluate.tab import EvaluateTab
from ui.web.page.theme import build_theme
from ui.web.server.gradio_routes import GradioRoutes
from ui.web.server.guard import Guard, own_host_names, user_of
from ui.web.server.login import Logins
from ui.web.server.serving import (
    SecurityHeaders,
    exact_port,
    free_port,
    log_errors_in_a_line,
    reach_loopback_directly,
    required_logins,
)
from ui.web.settings.preferences import browser_preferences
from ui.web.settings.tab import SettingsTab
from ui.web.table.tab import TableTab
from ui.web.templates import read_file, read_styles

if TYPE_CHECKING:
    from rag.assistant import Assistant

_LOG = logging.getLogger(__name__)
NOISY_LOGGERS = ("httpx", "httpcore", "uvicorn", "uvicorn.error", "uvicorn.access", "asyncio", "multipart", "mcp")
SIMULTANEOUS_EVENTS = 4
"""Of each kind of event that is no question: a tab is opened, an article removed."""
WAITING_EVENTS = 1_000
"""Events of the page that wait for a moment; opening it alone sends several. Questions wait in the gate, not here."""
SIMULTANEOUS_JOBS = 40
"""Events that Gradio works on at once, besides the questions that wait in the gate."""


def build_app(assistant: Assistant, gate: Gate) -> gr.Blocks:
    """The page over ``assistant``; launch it with ``serve``, or with ``launch_options`` of your own.

    Args:
        gate: the line in which all questions wait.
    """
    from rag.ingest.formats import SUPPORTED_SUFFIXES

    starters = StarterQuestions(assistant)
    chat = ChatTab(assistant, starters, gate)
    evaluate, settings = EvaluateTab(assistant), SettingsTab(assistant)
    articles = ArticlesTab(assistant, SUPPORTED_SUFFIXES, assistant.settings.ui)
    with gr.Blocks(title="CiteSpan", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        add_endpoints(Operations(assistant), gate)
        gr.HTML(read_file("page/header.html"), apply_default_css=False, js_on_load="", elem_id="brand")
        gr.HTML("", apply_default_css=False, js_on_load=read_file("page/links.js"), elem_id="permanent-links")
        saved = chat.build_history()
        preferences = browser_preferences()
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Chat", id="chat", elem_id="chat-tab") as chat_tab:
                chat.build(page, chat_tab, saved, preferences)
            with gr.Tab("Articles", id="articles", elem_id="articles-tab") as articles_tab:
                table = articles.build()
            TableTab(assistant, gate).build()
            with gr.Tab("Evaluate", id="evaluate", elem_id="evaluate-tab") as evaluate_tab:
                evaluate.build(evaluate_tab, preferences)
            with gr.Tab("Settings", id="settings", elem_id="settings-tab") as settings_tab:
                settings.build(page, settings_tab, preferences)
        build_source_panel(assistant)
        page.load(articles.table, None, [table], show_progress="hidden", api_visibility="private")
        articles_tab.select(articles.table, None, [table], show_progress="hidden", api_visibility="private")
    page.queue(default_concurrency_limit=SIMULTANEOUS_EVENTS, max_size=WAITING_EVENTS, api_open=False)
    return cast("gr.Blocks", page)


def launch_options(
    assistant: Assistant, programs: Programs, host: str = "127.0.0.1", logins: Logins | None = None
) -> dict[str, Any]:
    """What ``gr.Blocks.launch`` needs for the page to look right, serve ``programs`` and let nobody else in."""
    guard = Middleware(Guard, host_names=own_host_names(host, assistant.settings.ui.host_names), logins=logins)
    return {
        "theme": build_theme(),
        "head": f"<style>{read_styles()}</style>"
        f"<script>{read_file('page/page.js')}{read_file('page/theme.js')}</script>",
        "footer_links": [],
        "run_history": False,
        "allowed_paths": [],
        "max_threads": SIMULTANEOUS_JOBS + assistant.settings.ui.max_waiting,
        "max_file_size": f"{assistant.settings.ui.max_upload_mb:g}mb",
        "enable_monitoring": False,
        "share": False,
        "ssr_mode": False,
        "pwa": False,
        "mcp_server": False,
        "quiet": True,
        "auth_dependency": user_of if logins else None,
        "app_kwargs": {
            "middleware": [
                Middleware(SecurityHeaders),
                guard,
                Middleware(GradioRoutes, limits=UploadLimits.of(assistant.settings.ui)),
            ],
            "routes": list(programs.routes),
            "lifespan": programs.lifespan,
            "docs_url": None,
            "redoc_url": None,
            "openapi_url": None,
        },
    }


def serve(
    assistant: Assistant,
    *,
    host: str | None = None,
    port: int | None = None,
    password_file: Path | None = None,
    mcp: bool = False,
    open_browser: bool = False,
    on_ready: Callable[[str], None] | None = None,
    block: bool = True,
) -> gr.Blocks:
    """Serve the page until interrupted.

    Args:
        host: defaults to ``settings.ui.host``.
        port: 0 takes any free one; without it ``settings.ui.port``, or where that is taken the next free one.
        password_file: defaults to ``settings.ui.password_file``; only people in it may use page, REST and MCP.
        mcp: serve the MCP server at ``/mcp``.
        open_browser: open the user's browser at the page.
        on_ready: is told the page's address once it answers.
        block: False returns at once; ``close()`` on the returned page stops it.

    Raises:
        SettingsError: the host is not an address of this machine, no port is free or the one asked for is taken, the
            password file cannot be used, or others could reach the page without a password.
        MissingExtraError: MCP is asked for and its SDK is not installed.
    """
    settings = assistant.settings.ui
    host = host or settings.host
    logins = required_logins(host, password_file or settings.password_file)
    chosen = free_port(host, settings.port) if port is None else exact_port(host, port)
    gate = Gate(SIMULTANEOUS_QUESTIONS, settings.max_waiting)
    programs = build_programs(Operations(assistant), settings, gate, mcp=mcp, with_login=logins is not None)
    for name in NOISY_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    log_errors_in_a_line()
    reach_loopback_directly(host)
    page = build_app(assistant, gate)
    _, address, _ = page.launch(
        server_name=host,
        server_port=chosen,
        inbrowser=open_browser,
        prevent_thread_lock=True,
        **launch_options(assistant, programs, host, logins),
    )
    _LOG.info("serving on %s", address)
    if on_ready:
        on_ready(address)
    Thread(target=_warm_up, args=(assistant,), daemon=True).start()
    if block:
        page.block_thread()
    return page


def _warm_up(assistant: Assistant) -> None:
    """Load the models before the first question."""
    try:
        if assistant.articles():
            assistant.load()
    except Exception as error:
        _LOG.info("warming up failed: %s", error)
