"""The README's examples run as they are written, and print what it shows."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import rag
from ui.terminal.cli import main

PROJECT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A command or program with the output that the README shows, or None where it shows none."""

    code: str
    expected: str | None

    def __str__(self) -> str:
        return self.code.splitlines()[0][:60]


def blocks() -> list[tuple[str, str]]:
    return BLOCK.findall((PROJECT / "README.md").read_text(encoding="utf-8"))


def commands() -> Iterator[Example]:
    """The commands of console blocks with what they print, and those of blocks that hold nothing but commands."""
    for language, text in blocks():
        if language == "console":
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield Example(command, output)
        elif language == "sh" and all(line.startswith("citespan ") for line in text.splitlines()):
            for command in text.splitlines():
                yield Example(command, None)


def programs() -> Iterator[Example]:
    """Each Python block with the text block that follows it."""
    found = blocks()
    for (language, code), (next_language, output) in zip(found, [*found[1:], ("", "")], strict=True):
        if language == "python":
            assert next_language == "text", "a program is followed by what it prints"
            yield Example(code, output)


def agrees(expected: str, printed: str) -> bool:
    """Whether what is shown is what was printed: ``...`` stands for anything, empty lines do not count."""
    shown = "\n".join(line for line in expected.splitlines() if line.strip())
    actual = "\n".join(line for line in printed.splitlines() if line.strip())
    pattern = ".*?".join(re.escape(part) for part in re.split(r"\n?\.\.\.(?=\n|$)|\.\.\.", shown))
    return re.fullmatch(pattern, actual, re.DOTALL) is not None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a reader of the README would be: the sample articles, and some of their own in the home folder."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(PROJECT / "seeds", home / "seeds")
    (home / "articles").mkdir()
    (home / "articles" / "truce.txt").write_text("Egypt proposed the ceasefire on Monday.\n", encoding="utf-8")
    return home


@pytest.fixture
def there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same folder, being in it."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    return folder


def test_the_readme_has_examples() -> None:
    assert len(list(commands())) >= 5
    assert len(list(programs())) >= 1


# In the README's order: the first one adds the sample articles, which the others ask about.
@pytest.mark.parametrize("example", sorted(commands(), key=lambda one: one.code != "citespan add seeds"), ids=str)
def test_a_command_prints_what_the_readme_shows(
    example: Example, there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(example.code)
    program, *arguments = [str(Path(word).expanduser()) if word.startswith("~") else word for word in words]
    assert program == "citespan"
    # In this process, because loading the libraries anew for every command takes most of the time.
    status = main(arguments)
    printed = capsys.readouterr()
    assert status == 0, printed.err
    if example.expected is not None:
        assert agrees(example.expected, printed.out), printed.out


@pytest.mark.parametrize("example", list(programs()), ids=str)
def test_a_program_prints_what_the_readme_shows(
    example: Example, there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(compile(example.code, "README.md", "exec"), {"__name__": "__main__"})
    printed = capsys.readouterr().out
    assert example.expected is not None
    assert agrees(example.expected, printed), printed


def test_the_command_is_installed() -> None:
    command = Path(sys.executable).with_name("citespan")
    result = subprocess.run([command, "--version"], capture_output=True, encoding="utf-8", check=True)
    assert result.stdout == f"citespan {rag.__version__}\n"


@pytest.mark.parametrize(
    ("expected", "printed", "verdict"),
    [
        ("a\n...\nz\n", "a\nb\n\nc\nz\n", True),
        ("a...c\n", "abc\n", True),
        ("a\n\nb\n", "a\nb\n", True),
        ("a\n...\n", "a\nb\n", True),
        ("a\n", "a\nb\n", False),
        ("a.c\n", "abc\n", False),
    ],
)
def test_how_outputs_are_compared(expected: str, printed: str, verdict: bool) -> None:
    assert agrees(expected, printed) is verdict
