"""One server, three ways in: REST, MCP with the official client, and Gradio's client give the same objects."""

from __future__ import annotations

import asyncio
import base64
import json
import warnings
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import httpx
import httpx2
import pytest
from gradio_client import Client as GradioClient
from gradio_client.exceptions import AppError
from mcp import Client as McpClient
from mcp.client.streamable_http import streamable_http_client

from rag import Assistant
from tests.integration.served import TOWNS, add_bridges, open_assistant, question_about, serving
from ui.web.server import passwords
from ui.web.server.passwords import Entry, write_entries

Result = TypeVar("Result")
ADA, BO = ("ada", "correct horse"), ("bo", "battery staple")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("programs")
    with open_assistant(folder) as assistant:
        add_bridges(assistant, folder)
        yield assistant


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    with serving(assistant, mcp=True) as address:
        yield address


@pytest.fixture(scope="module")
def guarded(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("people") / "people"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "COST", 2**4)
        write_entries(path, {name: Entry.of(password) for name, password in (ADA, BO)})
        with serving(assistant, mcp=True, password_file=path) as address:
            yield address


def gradio_client(address: str, **options: Any) -> GradioClient:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the client's own
        return GradioClient(address, verbose=False, analytics_enabled=False, **options)


def mcp(address: str, use: Callable[[McpClient], Awaitable[Result]], auth: tuple[str, str] | None = None) -> Result:
    """What ``use`` makes of a connected client, in a thread of its own: another test's loop may run in this one."""

    async def connected() -> Result:
        async with (
            httpx2.AsyncClient(auth=auth) as http,
            McpClient(streamable_http_client(f"{address}mcp", http_client=http)) as client,
        ):
            return await use(client)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, connected()).result()  # type: ignore[arg-type]


def without_timings(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "timings_ms": None}


def test_all_three_give_the_object_of_the_command_line(address: str, assistant: Assistant) -> None:
    question, year = question_about("Gladby")
    expected = without_timings(json.loads(json.dumps(assistant.ask(question).to_dict())))
    assert year in expected["answer"]
    rest = httpx.post(f"{address}api/ask", json={"question": question}).json()
    assert without_timings(rest) == expected
    assert without_timings(gradio_client(address).predict(question, api_name="/ask")) == expected

    called = mcp(address, lambda client: client.call_tool("ask", {"question": question}))
    assert called.structured_content is not None
    assert without_timings(called.structured_content) == expected
    assert without_timings(json.loads(called.content[0].text)) == expected  # type: ignore[union-attr]


def test_the_tools_say_what_they_take_and_give(address: str) -> None:
    tools = {tool.name: tool for tool in mcp(address, lambda client: client.list_tools()).tools}
    assert set(tools) == {"ask", "search", "list_articles", "get_article", "table", "check_draft"}
    for tool in tools.values():
        assert tool.description
        assert "  " not in tool.description
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.output_schema is not None
        for name, argument in tool.input_schema["properties"].items():
            assert argument.get("description"), f"{tool.name} does not say what {name} is"
    assert tools["ask"].input_schema["required"] == ["question"]
    assert {"answered", "answer", "citations", "reason"} <= set((tools["ask"].output_schema or {})["properties"])


def test_a_tool_cites_what_another_gives_back(address: str) -> None:
    async def walk(client: McpClient) -> tuple[Any, ...]:
        found = await client.call_tool("search", {"question": question_about("Holm")[0], "count": 1})
        only = {"question": question_about("Holm")[0], "filters": {"sources": ["holm.txt"]}}
        answer = await client.call_tool("ask", only)
        citation = (answer.structured_content or {})["citations"][0]
        place = {name: citation[name] for name in ("article_id", "start", "end")}
        article = await client.call_tool("get_article", place)
        articles = await client.call_tool("list_articles", {})
        return found, citation, article, articles

    found, citation, article, articles = mcp(address, walk)
    assert [one["source"] for one in found.structured_content["passages"]] == ["holm.txt"]
    assert article.structured_content["text"] == citation["text"]
    assert len(articles.structured_content["articles"]) == len(TOWNS)


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("get_article", {"article_id": "nobody"}, "no article has the id 'nobody'"),
        ("ask", {"question": " "}, "question"),
        ("ask", {"question": "x", "filters": {"sources": ["none.txt"]}}, "none.txt"),
        ("search", {"question": "x", "count": 0}, "count"),
    ],
)
def test_a_tool_that_cannot_says_why(address: str, tool: str, arguments: dict[str, Any], told: str) -> None:
    result = mcp(address, lambda client: client.call_tool(tool, arguments))
    assert result.is_error
    assert told in result.content[0].text  # type: ignore[union-attr]


def test_only_the_documented_endpoints_can_be_called_by_name(address: str) -> None:
    client = gradio_client(address)
    named = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(named) == {"/ask", "/search", "/list_articles", "/get_article"}
    assert [one["parameter_name"] for one in named["/ask"]["parameters"]] == ["question", "history", "filters"]
    with pytest.raises(AppError, match="no article has the id"):
        client.predict("nobody", api_name="/get_article")
    with pytest.raises(AppError, match="question"):
        client.predict("", api_name="/ask")
    with pytest.raises(AppError, match="filters"):
        client.predict("x", None, {"sauces": []}, api_name="/ask")


def test_the_mcp_server_is_there_only_when_asked_for(assistant: Assistant) -> None:
    with serving(assistant) as address:
        assert httpx.post(f"{address}mcp", json={}).status_code in (404, 405)


def test_every_way_in_asks_for_the_password(guarded: str) -> None:
    question, year = question_about("Kelby")
    assert httpx.get(f"{guarded}api/articles").status_code == 401
    assert httpx.get(f"{guarded}api/articles", auth=("ada", "guess")).status_code == 401
    assert httpx.post(f"{guarded}mcp", json={}).status_code == 401
    assert httpx.get(f"{guarded}gradio_api/info").status_code == 401
    assert httpx.post(f"{guarded}gradio_api/queue/join", json={}).status_code == 401
    with pytest.raises(Exception, match=r"[Cc]redentials|401|login"):
        gradio_client(guarded, auth=("ada", "guess"))

    assert year in httpx.post(f"{guarded}api/ask", json={"question": question}, auth=ADA).json()["answer"]
    called = mcp(guarded, lambda client: client.call_tool("ask", {"question": question}), auth=BO)
    assert year in (called.structured_content or {})["answer"]
    assert year in gradio_client(guarded, auth=ADA).predict(question, api_name="/ask")["answer"]


def test_the_login_page_shows_nothing_of_the_store(guarded: str) -> None:
    page = httpx.get(guarded)
    assert page.status_code == 200
    assert 'action="login"' in page.text
    assert "gradio_config" not in page.text
    assert base64.b64encode(b"ada").decode() not in page.text


def test_a_foreign_page_can_use_none_of_them(address: str) -> None:
    for path in ("api/ask", "mcp", "gradio_api/queue/join", "gradio_api/upload", "login"):
        foreign = httpx.post(f"{address}{path}", json={}, headers={"Origin": "http://evil.example"})
        rebound = httpx.post(f"{address}{path}", json={}, headers={"Host": "evil.example"})
        assert (foreign.status_code, rebound.status_code) == (403, 421), path
