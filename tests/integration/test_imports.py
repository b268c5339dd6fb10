"""What a new process imports on a question's way: no torch, and for a look at the store no models at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("torch", "transformers", "sentence_transformers", "scipy", "sklearn", "matplotlib")
MODELS = ("openvino", "tokenizers", "faiss")

RUN = """
import sys
from ui.terminal.cli import main
status = main(sys.argv[1:])
print(status, *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""
PAGE = """
import sys
from pathlib import Path
from rag import Assistant, Settings
from ui.web.app import serve
told = []
with Assistant(Path(sys.argv[1]), Settings.load()) as assistant:
    page = serve(assistant, port=0, on_ready=told.append, block=False)
    answer = assistant.ask("When did the bridge reopen?")
    page.close(verbose=False)
print(int(not (told and answer.answered)), *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def imported(program: str, *arguments: str, folder: Path) -> set[str]:
    """The top-level packages of a process that ran well."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    status, *names = done.stderr.splitlines()[-1].split()
    assert status == "0", done.stderr
    return set(names)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with a store of one article; adding it is the first of the tests."""
    folder = tmp_path_factory.mktemp("imports")
    (folder / "bridge.txt").write_text("Mill Bridge\n\nMill Bridge reopened on 14 March 2024 after long repairs.\n")
    assert imported(RUN, "add", "bridge.txt", folder=folder).isdisjoint(HEAVY)
    return folder


@pytest.mark.parametrize("command", [("ask", "When did the bridge reopen?"), ("search", "bridge")])
def test_a_question_needs_no_torch(command: tuple[str, ...], folder: Path) -> None:
    assert imported(RUN, *command, folder=folder).isdisjoint(HEAVY)


def test_the_page_needs_no_torch(folder: Path) -> None:
    assert imported(PAGE, "vectorstore", folder=folder).isdisjoint(HEAVY)


@pytest.mark.parametrize("command", [("articles",), ("show", "bridge.txt")])
def test_a_look_at_the_store_loads_no_models(command: tuple[str, ...], folder: Path) -> None:
    assert imported(RUN, *command, folder=folder).isdisjoint({*HEAVY, *MODELS})


def test_help_loads_next_to_nothing(folder: Path) -> None:
    assert imported(RUN, "--help", folder=folder).isdisjoint({*HEAVY, *MODELS, "numpy", "pydantic", "sqlite3"})
