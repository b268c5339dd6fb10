"""The page's own named endpoints, for programs that use Gradio's client: ask, search, list_articles, get_article."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

import gradio as gr
from gradio.events import api
from pydantic import ValidationError

from rag.errors import CiteSpanError
from ui.api.bodies import Body, QuestionBody, RangeQuery, SearchBody
from ui.api.gate import BusyError, Gate
from ui.api.operations import Operations

AnyBody = TypeVar("AnyBody", bound=Body)


def add_endpoints(operations: Operations, gate: Gate) -> None:
    """Name the endpoints on the page that is being built; their questions wait in ``gate`` with all others."""

    async def in_turn(work: Callable[[], Any]) -> dict[str, Any]:
        try:
            return await gate.run(lambda: _object(work))
        except BusyError as error:
            raise gr.Error(f"{error}.", print_exception=False) from error

    async def ask(
        question: str, history: list[str] | None = None, filters: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Answer a question with the articles' exact words and where they stand, or abstain with the reason."""
        body = _checked(QuestionBody, question=question, history=history, filters=filters)
        return await in_turn(lambda: operations.ask(body.question, body.history, body.filters.to_filters()))

    async def search(question: str, count: int = 10, filters: dict[str, Any] | None = None) -> dict[str, Any]:
        """Find the passages closest to a question, best first."""
        body = _checked(SearchBody, question=question, count=count, filters=filters)
        return await in_turn(lambda: operations.search(body.question, body.count, body.filters.to_filters()))

    def list_articles() -> dict[str, Any]:
        """List the stored articles by title."""
        return _object(operations.list_articles)

    def get_article(article_id: str, start: int | None = None, end: int | None = None) -> dict[str, Any]:
        """Read an article, or the range of it that a citation names."""
        body = _checked(RangeQuery, start=start, end=end)
        return _object(lambda: operations.get_article(str(article_id), body.start, body.end))

    api(ask, api_name="ask", concurrency_limit=None)
    api(search, api_name="search", concurrency_limit=None)
    api(list_articles, api_name="list_articles")
    api(get_article, api_name="get_article")


def _checked(body: type[AnyBody], **given: object) -> AnyBody:
    try:
        return body.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise gr.Error("; ".join(problems), print_exception=False) from None


def _object(work: Callable[[], Any]) -> dict[str, Any]:
    try:
        document: dict[str, Any] = _without_paths(asdict(work()))
        return document
    except CiteSpanError as error:
        raise gr.Error(str(error), print_exception=False) from error


def _without_paths(value: Any) -> Any:
    """Gradio's client takes whatever has a ``path`` for a file to download, so articles go without theirs."""
    if isinstance(value, dict):
        return {key: _without_paths(one) for key, one in value.items() if key != "path"}
    return [_without_paths(one) for one in value] if isinstance(value, (list, tuple)) else value
