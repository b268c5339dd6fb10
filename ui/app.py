"""Assembles the page and serves it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

import gradio as gr
from starlette.middleware import Middleware

from ui.articles import ArticlesTab
from ui.assets import read_asset
from ui.chat import ChatTab
from ui.serving import SecurityHeaders, free_port, reach_loopback_directly
from ui.source_panel import build_source_panel
from ui.starters import StarterQuestions
from ui.theme import build_theme

if TYPE_CHECKING:
    from rag.assistant import Assistant

_LOG = logging.getLogger(__name__)
STYLE_SHEETS = ("gradio.css", "chat.css", "source_panel.css", "articles.css", "scope.css")
SIMULTANEOUS_QUESTIONS = 4
NOISY_LOGGERS = ("httpx", "httpcore", "uvicorn", "uvicorn.error", "uvicorn.access", "asyncio", "multipart")


def build_app(assistant: Assistant) -> gr.Blocks:
    """The page over ``assistant``; launch it with ``serve``, or with ``launch_options`` of your own."""
    from rag.ingest.formats import SUPPORTED_SUFFIXES

    starters = StarterQuestions(assistant)
    chat = ChatTab(assistant, starters)
    articles = ArticlesTab(assistant, SUPPORTED_SUFFIXES, assistant.settings.ui.max_upload_mb)
    with gr.Blocks(title="CiteSpan", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        gr.HTML(read_asset("header.html"), apply_default_css=False, js_on_load="", elem_id="brand")
        saved = chat.build_history()
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Chat", id="chat", elem_id="chat-tab") as chat_tab:
                chat.build(page, chat_tab, saved)
            with gr.Tab("Articles", id="articles", elem_id="articles-tab") as articles_tab:
                table = articles.build()
        build_source_panel(assistant)
        page.load(articles.table, None, [table], show_progress="hidden", api_visibility="private")
        articles_tab.select(articles.table, None, [table], show_progress="hidden", api_visibility="private")
    page.queue(default_concurrency_limit=SIMULTANEOUS_QUESTIONS, api_open=False)
    return cast("gr.Blocks", page)


def launch_options(assistant: Assistant) -> dict[str, Any]:
    """What ``gr.Blocks.launch`` needs for the page to look right and stay on this machine."""
    rules = "\n".join(read_asset(name) for name in STYLE_SHEETS)
    # Nested, so that each rule outranks Gradio's own of the same strength, which the page loads later.
    style = f"{read_asset('tokens.css')}\nhtml:root {{\n{rules}\n}}"
    return {
        "theme": build_theme(),
        "head": f"<style>{style}</style><script>{read_asset('page.js')}</script>",
        "footer_links": [],
        "run_history": False,
        "allowed_paths": [],
        "max_file_size": f"{assistant.settings.ui.max_upload_mb:g}mb",
        "enable_monitoring": False,
        "share": False,
        "ssr_mode": False,
        "pwa": False,
        "mcp_server": False,
        "quiet": True,
        "app_kwargs": {"middleware": [Middleware(SecurityHeaders)], "docs_url": None, "redoc_url": None},
    }


def serve(
    assistant: Assistant,
    *,
    host: str | None = None,
    port: int | None = None,
    open_browser: bool = False,
    on_ready: Callable[[str], None] | None = None,
    block: bool = True,
) -> gr.Blocks:
    """Serve the page until interrupted.

    Args:
        host: defaults to ``settings.ui.host``.
        port: defaults to ``settings.ui.port``; a taken one moves on to the next free one, 0 takes any.
        open_browser: open the user's browser at the page.
        on_ready: is told the page's address once it answers.
        block: False returns at once; ``close()`` on the returned page stops it.

    Raises:
        SettingsError: the host is not an address of this machine, or no port is free.
    """
    host = host or assistant.settings.ui.host
    chosen = free_port(host, assistant.settings.ui.port if port is None else port)
    for name in NOISY_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    reach_loopback_directly(host)
    page = build_app(assistant)
    _, address, _ = page.launch(
        server_name=host,
        server_port=chosen,
        inbrowser=open_browser,
        prevent_thread_lock=True,
        **launch_options(assistant),
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
