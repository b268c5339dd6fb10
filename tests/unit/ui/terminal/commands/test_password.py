from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from ui.terminal.cli import main
from ui.web.server import passwords
from ui.web.server.passwords import PasswordFile


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", 2**4)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people"


def typed(monkeypatch: pytest.MonkeyPatch, *command: str, password: str = "") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return main(["password", *command])


def test_an_entry_is_made_changed_and_removed(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "ada", "--file", str(path), password="correct horse") == 0
    assert typed(monkeypatch, "bo", "--file", str(path), password="battery staple") == 0
    assert PasswordFile(path).check("ada", "correct horse")
    assert typed(monkeypatch, "ada", "--file", str(path), password="another horse") == 0
    assert PasswordFile(path).check("ada", "another horse")
    capsys.readouterr()
    assert typed(monkeypatch, "ada", "--file", str(path), "--remove", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "name": "ada", "file": str(path), "done": "removed", "users": ["bo"],
    }  # fmt: skip
    assert "horse" not in path.read_text()


@pytest.mark.parametrize(
    ("command", "password", "told"),
    [
        (["ada"], "short", "characters"),
        (["a:b"], "correct horse", "user's name"),
        (["ada", "--remove"], "", "no entry"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
    password: str,
    told: str,
) -> None:
    assert typed(monkeypatch, *command, "--file", str(path), password=password) == 1
    assert told in capsys.readouterr().err
    assert not path.exists()


def test_serving_others_without_passwords_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["chat", "--host", "0.0.0.0", "--no-browser", "--store", str(tmp_path / "store")]) == 2
    assert "--auth FILE" in capsys.readouterr().err
