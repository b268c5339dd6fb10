"""The page and every interface for programs work while all that leaves this computer is blocked."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.integration.served import add_bridges, open_assistant, question_about, serving

OWN = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "", None}


def test_serving_with_mcp_reaches_no_other_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside: list[object] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def watched_connect(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in OWN:  # type: ignore[index]
            outside.append(address)
            raise OSError("blocked")
        connect(self, address)  # type: ignore[arg-type]

    def watched_look_up(host: object, *rest: object, **named: object) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in OWN:
            outside.append(name)
            raise OSError("blocked")
        return look_up(host, *rest, **named)  # type: ignore[arg-type, call-overload]

    monkeypatch.setattr(socket.socket, "connect", watched_connect)
    monkeypatch.setattr(socket, "getaddrinfo", watched_look_up)
    question, year = question_about("Norrby")

    async def ask(address: str) -> str:
        async with (
            httpx2.AsyncClient() as http,
            Client(streamable_http_client(f"{address}mcp", http_client=http)) as client,
        ):
            result = await client.call_tool("ask", {"question": question})
            return str((result.structured_content or {})["answer"])

    with open_assistant(tmp_path) as assistant:
        add_bridges(assistant, tmp_path)
        with serving(assistant, mcp=True) as address:
            assert httpx.get(address).status_code == 200
            assert httpx.get(f"{address}api/docs").status_code == 200
            assert year in httpx.post(f"{address}api/ask", json={"question": question}).json()["answer"]
            with ThreadPoolExecutor(1) as pool:
                assert year in pool.submit(asyncio.run, ask(address)).result()
    assert outside == []
