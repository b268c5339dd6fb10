"""The REST interface: one small application, mounted at ``/api`` beside the page."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import version
from importlib.resources import files
from pathlib import PurePath
from typing import Annotated, Any

from anyio import to_thread
from fastapi import FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Match

from rag.records import Answer
from ui.api.analysis import add_analysis
from ui.api.bodies import FilterBody, QuestionBody, RangeQuery, SearchBody, SearchQuery
from ui.api.contract import UPLOAD_BODY, describe, problems
from ui.api.gate import Gate
from ui.api.operations import Operations
from ui.api.problems import MALFORMED, NOTHING_ADDED, UNUSABLE, WRONG_TYPE, Complaint, RequestError, problem_of
from ui.api.uploads import BodyLimit, UploadLimits, received_files
from ui.json_documents import AddedFiles, ArticleList, ArticleText, RemovedArticles, SearchResult

ArticleId = Annotated[str, Path(description="An article's id, as the list of articles has it.")]


@dataclass(frozen=True, slots=True)
class Health:
    """That the server works, and what it runs."""

    status: str
    version: str


class ProblemRoute(APIRoute):
    """A route whose every failure, foreseen or not, is answered as problem details."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler, with the check of the content type before it and the failures caught around it."""
        handle = super().get_route_handler()

        async def handle_with_problems(request: Request) -> Response:
            try:
                if self.body_field is not None:
                    _require_json(request)
                return await handle(request)
            except RequestValidationError as error:
                return problem_of(_unusable(error), "body")
            except Exception as error:
                return problem_of(error, f"{request.method} {request.url.path}")

        return handle_with_problems


def build_rest(operations: Operations, gate: Gate, limits: UploadLimits, *, with_login: bool = False) -> FastAPI:
    """The application; mount it at ``/api``.

    Args:
        gate: lets a few questions through at once.
        limits: how much an upload may hold.
        with_login: say in the OpenAPI document that a name and password are needed (the guard checks them).
    """
    application = FastAPI(
        title="CiteSpan",
        version=version("citespan"),
        docs_url=None,
        redoc_url=None,
        middleware=[Middleware(BodyLimit, limits=limits)],
        exception_handlers={HTTPException: _answer_problem},
    )
    # Straight into one router: its routes must be in sight to name all methods of a path.
    application.router.route_class = ProblemRoute
    _add_questions(application, operations, gate)
    _add_articles(application, operations, limits)
    add_analysis(application, operations, gate)
    _add_pages(application, operations)
    describe(application, with_login=with_login)
    return application


def _add_questions(application: FastAPI, operations: Operations, gate: Gate) -> None:
    tags: list[str | Enum] = ["questions"]

    @application.post("/ask", tags=tags, summary="Ask a question", responses=problems(400, 413, 415, 422, 503))
    async def ask(body: QuestionBody) -> Answer:
        """Answers with the exact words of the articles and says where they stand, or abstains with the reason."""
        return await gate.run(lambda: operations.ask(body.question, body.history, body.filters.to_filters()))

    async def find(question: str, count: int, filters: FilterBody) -> SearchResult:
        return await gate.run(lambda: operations.search(question, count, filters.to_filters()))

    @application.post("/search", tags=tags, summary="Find passages", responses=problems(400, 413, 415, 422, 503))
    async def search(body: SearchBody) -> SearchResult:
        """Lists the passages closest to a question, best first; nothing is answered."""
        return await find(body.question, body.count, body.filters)

    @application.get("/search", tags=tags, summary="Find passages by address", responses=problems(422, 503))
    async def search_by_address(query: Annotated[SearchQuery, Query()]) -> SearchResult:
        """Lists the passages closest to a question, best first; nothing is answered."""
        return await find(query.question, query.count, query)


def _add_articles(application: FastAPI, operations: Operations, limits: UploadLimits) -> None:
    tags: list[str | Enum] = ["articles"]

    @application.get("/articles", tags=tags, summary="List the articles", responses=problems(503))
    def list_articles() -> ArticleList:
        """Lists every stored article, by title, without its text."""
        return operations.list_articles()

    @application.post(
        "/articles",
        tags=tags,
        summary="Upload articles",
        openapi_extra=UPLOAD_BODY,
        responses=problems(400, 413, 415, 422, 503),
    )
    async def add_articles(request: Request) -> AddedFiles:
        """Adds files and reports on each; one of the same name as an earlier upload of yours updates its article.

        Fails only when no file at all could be used.
        """
        async with received_files(request, limits) as files:
            report = await to_thread.run_sync(operations.add, files, getattr(request.state, "user", None))
        if report.failed == len(report.files):
            names = [name for name, _ in files]
            if len(names) != len(report.files):  # a file that holds several articles
                names = [PurePath(failed.path).name for failed in report.files]
            complaints = [Complaint(name, failed.message) for name, failed in zip(names, report.files, strict=True)]
            raise RequestError(NOTHING_ADDED, "none of the files could be read as an article", "body.files", complaints)
        return report

    @application.get("/articles/{article_id}", tags=tags, summary="Read an article", responses=problems(404, 422, 503))
    def get_article(article_id: ArticleId, query: Annotated[RangeQuery, Query()]) -> ArticleText:
        """Gives back an article's text, or exactly the range that a citation names."""
        return operations.get_article(article_id, query.start, query.end)

    @application.delete(
        "/articles/{article_id}", tags=tags, summary="Remove an article", responses=problems(404, 422, 503)
    )
    def remove_article(article_id: ArticleId) -> RemovedArticles:
        """Removes an article; from then on no question is answered from it."""
        return operations.remove(article_id)


def _add_pages(application: FastAPI, operations: Operations) -> None:
    tags: list[str | Enum] = ["server"]

    @application.get(
        "/health", tags=tags, summary="Check the server", responses=problems(503), openapi_extra={"security": []}
    )
    def health() -> Health:
        """Tells that the server and its store work; needs no login."""
        return Health("ok", operations.check())

    @application.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(files("ui.api").joinpath("api.html").read_text(encoding="utf-8"))

    @application.get("/", include_in_schema=False)
    def root(request: Request) -> RedirectResponse:
        return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")


def _require_json(request: Request) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != "application/json":
        raise RequestError(
            WRONG_TYPE, f"the body is {given or 'of no type'}, not application/json", "header Content-Type"
        )


def _unusable(error: RequestValidationError) -> RequestError:
    problems_found = error.errors()
    for problem in problems_found:
        if problem["type"] == "json_invalid":
            detail = f"not JSON at character {problem['loc'][-1]}: {problem['ctx']['error']}"
            return RequestError(MALFORMED, detail, "body")
    complaints = [Complaint(".".join(map(str, one["loc"])), str(one["msg"])) for one in problems_found]
    detail = "; ".join(f"{complaint.where}: {complaint.what}" for complaint in complaints)
    return RequestError(UNUSABLE, detail, complaints[0].where, complaints)


async def _answer_problem(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.status_code == 405:
        error.headers = {"Allow": ", ".join(_methods_of(request))}
    return problem_of(error, f"{request.method} {request.url.path}")


def _methods_of(request: Request) -> list[str]:
    """Every method that the request's path takes; the router itself names those of one route only."""
    methods: set[str] = set()
    for route in request.app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= getattr(route, "methods", None) or set()
    return sorted(methods)
