"""The REST interface: one small application, mounted at ``/api`` beside the page."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from rag.documents import AddedFiles, ArticleList, ArticleText, RemovedArticles, SearchResult
from rag.records import Answer
from ui.api.bodies import FilterBody, QuestionBody, RangeQuery, SearchBody, SearchQuery
from ui.api.contract import UPLOAD_BODY, describe, problems
from ui.api.gate import Gate
from ui.api.operations import Operations
from ui.api.problems import NOTHING_ADDED, UNUSABLE, WRONG_TYPE, Complaint, RequestError, problem_of
from ui.api.uploads import BodyLimit, UploadLimits, received_files
from ui.assets import read_asset

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
    application.include_router(_questions(operations, gate))
    application.include_router(_articles(operations, limits))
    application.include_router(_pages(operations))
    describe(application, with_login=with_login)
    return application


def _questions(operations: Operations, gate: Gate) -> APIRouter:
    router = APIRouter(route_class=ProblemRoute, tags=["questions"])

    @router.post("/ask", summary="Ask a question", responses=problems(413, 415, 422, 503))
    async def ask(body: QuestionBody) -> Answer:
        """Answers with the exact words of the articles and says where they stand, or abstains with the reason."""
        return await gate.run(lambda: operations.ask(body.question, body.history, body.filters.to_filters()))

    async def find(question: str, count: int, filters: FilterBody) -> SearchResult:
        return await gate.run(lambda: operations.search(question, count, filters.to_filters()))

    @router.post("/search", summary="Find passages", responses=problems(413, 415, 422, 503))
    async def search(body: SearchBody) -> SearchResult:
        """Lists the passages closest to a question, best first; nothing is answered."""
        return await find(body.question, body.count, body.filters)

    @router.get("/search", summary="Find passages by address", responses=problems(422, 503))
    async def search_by_address(query: Annotated[SearchQuery, Query()]) -> SearchResult:
        """Lists the passages closest to a question, best first; nothing is answered."""
        return await find(query.question, query.count, query)

    return router


def _articles(operations: Operations, limits: UploadLimits) -> APIRouter:
    router = APIRouter(route_class=ProblemRoute, tags=["articles"])

    @router.get("/articles", summary="List the articles", responses=problems(503))
    def list_articles() -> ArticleList:
        """Lists every stored article, by title, without its text."""
        return operations.list_articles()

    @router.post(
        "/articles", summary="Upload articles", openapi_extra=UPLOAD_BODY, responses=problems(400, 413, 415, 422, 503)
    )
    async def add_articles(request: Request) -> AddedFiles:
        """Adds files and reports on each; one of the same name as an earlier upload updates its article.

        Fails only when no file at all could be used.
        """
        async with received_files(request, limits) as files:
            report = await to_thread.run_sync(operations.add, files)
        if report.failed == len(report.files):
            complaints = [
                Complaint(name, failed.message) for (name, _), failed in zip(files, report.files, strict=True)
            ]
            raise RequestError(NOTHING_ADDED, "none of the files could be read as an article", "body.files", complaints)
        return report

    @router.get("/articles/{article_id}", summary="Read an article", responses=problems(404, 422, 503))
    def get_article(article_id: ArticleId, query: Annotated[RangeQuery, Query()]) -> ArticleText:
        """Gives back an article's text, or exactly the range that a citation names."""
        return operations.get_article(article_id, query.start, query.end)

    @router.delete("/articles/{article_id}", summary="Remove an article", responses=problems(404, 422, 503))
    def remove_article(article_id: ArticleId) -> RemovedArticles:
        """Removes an article; from then on no question is answered from it."""
        return operations.remove(article_id)

    return router


def _pages(operations: Operations) -> APIRouter:
    router = APIRouter(route_class=ProblemRoute, tags=["server"])

    @router.get("/health", summary="Check the server", responses=problems(503), openapi_extra={"security": []})
    def health() -> Health:
        """Tells that the server and its store work; needs no login."""
        return Health("ok", operations.check())

    @router.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(read_asset("api.html"))

    @router.get("/", include_in_schema=False)
    def root(request: Request) -> RedirectResponse:
        return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")

    return router


def _require_json(request: Request) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != "application/json":
        raise RequestError(
            WRONG_TYPE, f"the body is {given or 'of no type'}, not application/json", "header Content-Type"
        )


def _unusable(error: RequestValidationError) -> RequestError:
    complaints = [_complaint(problem) for problem in error.errors()]
    detail = "; ".join(f"{complaint.where}: {complaint.what}" for complaint in complaints)
    return RequestError(UNUSABLE, detail, complaints[0].where, complaints)


def _complaint(problem: dict[str, Any]) -> Complaint:
    if problem["type"] == "json_invalid":
        return Complaint("body", f"not JSON at character {problem['loc'][-1]}: {problem['ctx']['error']}")
    return Complaint(".".join(map(str, problem["loc"])), str(problem["msg"]))


async def _answer_problem(request: Request, error: Exception) -> Response:
    return problem_of(error, f"{request.method} {request.url.path}")
