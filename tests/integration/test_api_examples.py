"""The Python examples of docs/api.md run as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.served import open_assistant, serving

TEXT = "The harbour of Lindness\n\nThe harbour was opened by the engineer Marta Solberg in May 1911.\n"


def examples() -> list[str]:
    page = Path(__file__).resolve().parents[2] / "docs" / "api.md"
    return re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("examples")
    (folder / "harbour.txt").write_text(TEXT, encoding="utf-8")
    with open_assistant(folder) as assistant:
        assistant.add(folder / "harbour.txt")
        with serving(assistant, mcp=True) as address:
            yield address


def test_there_is_an_example_of_each_way_in() -> None:
    assert [name in text for name, text in zip(("httpx", "gradio_client", "mcp"), examples(), strict=True)] == [
        True
    ] * 3


@pytest.mark.parametrize("example", examples(), ids=["rest", "gradio", "mcp"])
def test_an_example_runs_as_it_stands(address: str, example: str, tmp_path: Path) -> None:
    program = example.replace("http://127.0.0.1:7860", address.rstrip("/"))
    assert program != example
    if "print(" not in program:
        program += '\nprint(answer["answer"])\n'
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "Marta Solberg" in run.stdout
