"""Nothing leaves the machine: adding and asking work with every socket blocked."""

from __future__ import annotations

from pathlib import Path

from pytest_socket import disable_socket, enable_socket

from rag import Assistant, Settings


def test_add_and_ask_open_no_socket(tmp_path: Path, project: Path) -> None:
    disable_socket(allow_unix_socket=False)
    try:
        with Assistant(tmp_path / "store", Settings.load()) as assistant:
            report = assistant.add(sorted((project / "seeds").glob("digest-*.md")))
            assert len(report.with_status("added")) == 4
            answer = assistant.ask("How many nations voted for the resolution on Israel's occupation?")
            assert answer.question.startswith("How many")
            assert answer.citations or answer.related
    finally:
        enable_socket()
