"""The wheel holds everything that is read at run time: built, installed alone and used in an empty folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = ("rag", "ui", "pyproject.toml", "README.md", "LICENSE")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing is left in the checkout."""
    source = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
        copy(PROJECT / name, source / name)
    built = tmp_path_factory.mktemp("wheel")
    command = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(built), str(source)]
    subprocess.run(command, check=True, timeout=600)
    (file,) = built.iterdir()
    return file


def test_it_holds_the_product_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.partition("/")[0] for name in names} == {"rag", "ui", "citespan-0.1.0.dist-info"}
    assert not [name for name in names if name.endswith(".pyc")]


def test_it_answers_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    site, folder = tmp_path / "site", tmp_path / "empty"
    folder.mkdir()
    subprocess.run([*PIP, "install", "--no-deps", "--target", str(site), str(wheel)], check=True, timeout=600)
    environment = {**os.environ, "PYTHONPATH": str(site), "OMP_NUM_THREADS": "1"}

    def citespan(*arguments: str) -> str:
        command = [sys.executable, "-m", "ui.terminal.cli", *arguments]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = [sys.executable, "-c", "import rag, ui; print(rag.__file__, ui.__file__)"]
    printed = subprocess.run(where, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout
    assert printed.count(str(site)) == 2
    (folder / "bridge.txt").write_text("Mill Bridge\n\nMill Bridge reopened on 14 March 2024.\n", encoding="utf-8")
    citespan("add", "bridge.txt")
    assert "14 March 2024" in citespan("ask", "When did the bridge reopen?")
    assert "error" not in citespan("doctor")
