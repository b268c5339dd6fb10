"""The MCP server (Model Context Protocol): tools for assistants that speak it, mounted at ``/mcp`` beside the page.

Built on the official SDK rather than on Gradio's own MCP mode, which pins versions older than ours, answers over a
second connection to itself, and turns results into text where these are typed objects.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import Field, RootModel

from rag.errors import CiteSpanError, MissingExtraError
from rag.records import Answer
from rag.table.draft.records import DraftCheck
from rag.table.records import RowKind, Table
from ui.api.analysis import TableBody, filled_table
from ui.api.bodies import HISTORY, NO_FILTERS, QUESTION, Count, FilterBody, Offset, Words
from ui.api.gate import BusyError, Gate
from ui.api.operations import Operations
from ui.json_documents import ArticleList, ArticleText, SearchResult

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer
    from starlette.routing import BaseRoute

Result = TypeVar("Result")
Tool = TypeVar("Tool", bound=Callable[..., Awaitable[object]])
Lifespan = Callable[[object], AbstractAsyncContextManager[None]]
PATH = "/mcp"
INSTRUCTIONS = (
    "Answers come from the articles that the user stored, word for word, with exact citations; nothing is made up. "
    "ask answers one question or abstains and says why. search gives the closest passages to read yourself. "
    "get_article with a citation's start and end gives back exactly its text. Quote what you cite unchanged."
)


def build_mcp(operations: Operations, gate: Gate) -> MCPServer:
    """The server with its tools.

    Raises:
        MissingExtraError: the MCP SDK is not installed.
    """
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
        from mcp.types import ToolAnnotations
    except ImportError as error:
        raise MissingExtraError("The MCP server", "mcp") from error

    server = MCPServer(
        "citespan", title="CiteSpan", version=version("citespan"), instructions=INSTRUCTIONS, log_level="WARNING"
    )
    reading = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

    # A RootModel, because the SDK cannot describe a dataclass with slots by itself.
    async def run(work: Callable[[], Result]) -> RootModel[Result]:
        try:
            return RootModel[Result](await gate.run(work))
        except (CiteSpanError, BusyError) as error:
            raise ToolError(str(error)) from error

    def tool(title: str) -> Callable[[Tool], Tool]:
        def add(function: Tool) -> Tool:
            server.add_tool(
                function,
                title=title,
                description=inspect.getdoc(function),
                annotations=reading,
                structured_output=True,
            )
            return function

        return add

    @tool("Ask the articles")
    async def ask(
        question: Annotated[Words, Field(description=QUESTION)],
        history: Annotated[list[Words], Field(description=HISTORY)] = [],  # noqa: B006 - the schema shows the default
        filters: Annotated[FilterBody, Field(description="Which articles may answer.")] = NO_FILTERS,
    ) -> RootModel[Answer]:
        """Answer a question from the stored articles: their exact words and where they stand, or why not.

        When answered is false there is no answer; reason says why and related has the closest passages.
        """
        return await run(functools.partial(operations.ask, question, history, filters.to_filters()))

    @tool("Find passages")
    async def search(
        question: Annotated[Words, Field(description="A question or some words.")],
        count: Count = 10,
        filters: Annotated[FilterBody, Field(description="Which articles to search.")] = NO_FILTERS,
    ) -> RootModel[SearchResult]:
        """Find the passages closest to a question, best first, without answering it."""
        return await run(functools.partial(operations.search, question, count, filters.to_filters()))

    @tool("List the articles")
    async def list_articles() -> RootModel[ArticleList]:
        """List every stored article by title: its id, outlet, date and length, without its text."""
        return await run(operations.list_articles)

    @tool("Read an article")
    async def get_article(
        article_id: Annotated[str, Field(description="An article's id, as citations and list_articles have it.")],
        start: Annotated[Offset | None, Field(description="Where to start; the beginning when left out.")] = None,
        end: Annotated[Offset | None, Field(description="Where to end, not included; the end when left out.")] = None,
    ) -> RootModel[ArticleText]:
        """Read an article, or exactly the range that a citation names."""
        return await run(functools.partial(operations.get_article, article_id, start, end))

    @tool("Ask every article")
    async def table(
        questions: Annotated[list[Words], Field(min_length=1, max_length=50, description="The columns.")],
        rows: Annotated[RowKind, Field(description="What a row is.")] = "article",
        filters: Annotated[FilterBody, Field(description="Which articles are rows.")] = NO_FILTERS,
    ) -> RootModel[Table]:
        """Ask the same questions of every article: each cell is that article's own answer, or that it has none.

        Answers that contradict each other are marked; each column lists the accounts with the rows that give them.
        """
        try:
            body = TableBody(questions=questions, rows=rows, filters=filters)
            return RootModel[Table](await filled_table(operations, gate, body))
        except (CiteSpanError, BusyError) as error:
            raise ToolError(str(error)) from error

    @tool("Check a draft")
    async def check_draft(
        draft: Annotated[Words, Field(description="Plain text or Markdown.")],
        filters: Annotated[FilterBody, Field(description="Which articles it is compared with.")] = NO_FILTERS,
    ) -> RootModel[DraftCheck]:
        """Compare a draft with the articles: quotations word for word, names, numbers and dates by value.

        It says where the articles have the same or something else, never that something is true.
        """
        return await run(functools.partial(operations.check_draft, draft, filters.to_filters()))

    return server


def mcp_routes(server: MCPServer) -> tuple[Sequence[BaseRoute], Lifespan]:
    """The routes at ``PATH``, and the lifespan that must surround their serving.

    Each request stands alone and is answered with JSON: nothing of a user is kept between requests. The guard in front
    checks host, origin and login, so the SDK's own list of hosts stays empty.
    """
    from mcp.server.transport_security import TransportSecuritySettings

    application = server.streamable_http_app(
        streamable_http_path=PATH,
        stateless_http=True,
        json_response=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        async with server.session_manager.run():
            yield

    return application.routes, lifespan
