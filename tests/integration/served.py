"""A real store behind the real application, without model weights."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.applications import Starlette
from starlette.middleware import Middleware

from rag import Assistant, Settings
from tests.integration.hashed_encoder import HashedEncoder
from ui.api.gate import SIMULTANEOUS_QUESTIONS, Gate
from ui.api.operations import Operations
from ui.api.programs import build_programs
from ui.web.app import serve
from ui.web.server.guard import Guard, own_host_names
from ui.web.server.login import Logins

TOWNS = (
    *("Arvik", "Bolund", "Calder", "Dorne", "Esker", "Fenwick", "Gladby", "Holm", "Ilsted", "Jarrow"),
    *("Kelby", "Lunden", "Morvik", "Norrby", "Oskerby", "Penrith", "Quarne", "Rosby", "Selvik", "Tarnside"),
)


def bridge_text(town: str) -> str:
    """An article that answers one question about ``town`` and none about another."""
    year = 1900 + TOWNS.index(town)
    return f"The bridge of {town}\n\nThe bridge of {town} was opened in {year}. A ferry had crossed the river before.\n"


def question_about(town: str) -> tuple[str, str]:
    """A question and the year that answers it."""
    return f"When was the bridge of {town} opened?", str(1900 + TOWNS.index(town))


def open_assistant(folder: Path, **sections: dict[str, Any]) -> Assistant:
    """An assistant on a store below ``folder`` that reads by sentences and always answers."""
    settings = Settings.load(answer={"reader": "sentences", "abstain_below": 0.0}, **sections)
    return Assistant(folder / "store", settings, encoder=HashedEncoder())


def add_bridges(assistant: Assistant, folder: Path) -> None:
    """Add the article of every town."""
    articles = folder / "articles"
    articles.mkdir()
    for town in TOWNS:
        (articles / f"{town.lower()}.txt").write_text(bridge_text(town), encoding="utf-8")
    assistant.add(articles)


def application(assistant: Assistant, *, mcp: bool = False, logins: Logins | None = None) -> Starlette:
    """The interfaces for programs behind the guard, without the page."""
    settings = assistant.settings.ui
    gate = Gate(SIMULTANEOUS_QUESTIONS, settings.max_waiting)
    programs = build_programs(Operations(assistant), settings, gate, mcp=mcp, with_login=logins is not None)
    guard = Middleware(Guard, host_names=own_host_names(settings.host, settings.host_names), logins=logins)
    return Starlette(routes=list(programs.routes), middleware=[guard], lifespan=programs.lifespan)


@contextmanager
def serving(assistant: Assistant, **options: Any) -> Iterator[str]:
    """The address of the whole application on a free port of this machine."""
    told: list[str] = []

    async def start() -> gr.Blocks:
        return serve(assistant, host="127.0.0.1", port=0, on_ready=told.append, block=False, **options)

    # With a loop running, in a thread of its own: Gradio would otherwise make event loops and never close them.
    with ThreadPoolExecutor(1) as pool:
        page = pool.submit(asyncio.run, start()).result()
    try:
        yield told[0]
    finally:
        page.close(verbose=False)
