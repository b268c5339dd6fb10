"""Writes what follows from the code: ``cli.md``, ``settings.md``, the picture of the house. Run: make docs."""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import rag.settings
from docs.import_graph import mermaid, room_graph, without_shortcuts
from rag.ingest.formats import FORMATS, Container
from rag.settings import Section, Settings
from ui.terminal.cli import build_parser
from ui.terminal.commands import COMMANDS

FOLDER = Path(__file__).resolve().parent
PICTURE = re.compile(r"<!-- picture -->.*?<!-- end of the picture -->", re.DOTALL)
NOTICE = "<!-- Made by docs/generate.py; change the code and run: make docs -->"


FORMATS_HEAD = """<!-- Written by docs/generate.py from the registry of formats. -->

# Formats

What `citespan add`, the Articles tab and the REST interface read. Nothing is fetched: save a web page first. Every file
but plain text is read in a process of its own with limits of time and memory, so that none can stop the program.

| format | suffixes | articles | what is read |
| --- | --- | --- | --- |
"""
FORMATS_TAIL = """

- An article of a file that holds several is named by the file and where in it the article lies: `mail.mbox#3`,
  `notes.zip/inner/a.txt`, `news.csv#12` (the twelfth row below the head).
- The columns of a table are told by their names: `text` (also `body`, `content`, `abstract`, `message` …), `title`
  (`headline`, `subject`), `date` (`published`, `created_at` …), `author` (`byline`, `from`), `source` (`outlet`,
  `publisher`). Without a column of texts the whole table is one article, a line for each row.
- Title, author and date are those that the file states about the article: never a modification, and no date where it is
  ambiguous.
- What could not be read of a file that was added is said with it: pictures of pages, characters without a meaning,
  lines in another encoding, files of no known format in an archive.
- An archive may hold archives, to a depth of three. Links in it, and paths that lead out of it, are not followed.
"""


def pages() -> dict[str, str]:
    """The name and the text of every generated page."""
    return {
        "cli.md": cli_page(),
        "settings.md": settings_page(),
        "architecture.md": architecture_page(),
        "formats.md": formats_page(),
    }


def formats_page() -> str:
    """Every format of the registry: its suffixes, and what its module says it reads."""
    rows = []
    for known in FORMATS:
        meaning = " ".join((sys.modules[type(known).__module__].__doc__ or "").split("\n\n")[0].split())
        suffixes = " ".join(f"`{suffix}`" for suffix in known.suffixes if suffix) or "none"
        several = "several" if isinstance(known, Container) else "one"
        rows.append(f"| {known.name} | {suffixes} | {several} | {meaning} |")
    return FORMATS_HEAD + "\n".join(rows) + FORMATS_TAIL


def architecture_page() -> str:
    """The page as it is written by hand, with the picture of the imports drawn anew."""
    page = (FOLDER / "architecture.md").read_text(encoding="utf-8")
    picture = f"```mermaid\n{mermaid(without_shortcuts(room_graph()))}\n```"
    return PICTURE.sub(lambda _: f"<!-- picture -->\n{picture}\n<!-- end of the picture -->", page)


def cli_page() -> str:
    """The help of every command."""
    parser = build_parser()
    (subparsers,) = _subparsers(parser)
    parts = [NOTICE, "# The command line", _block(parser)]
    for command in COMMANDS:
        own = subparsers.choices[command.name]
        parts += [f"## citespan {command.name}", _block(own)]
        for action in _subparsers(own):
            parts += [_block(choice) for choice in action.choices.values()]
    parts += [
        "## Exit status",
        "| status | meaning |\n| --- | --- |\n"
        "| 0 | done; an abstention is a result |\n"
        "| 1 | the operation failed, or some of the files could not be added, or `doctor` found something broken |\n"
        "| 2 | the call was wrong: usage, an empty or too long question, a setting |\n"
        "| 130 | interrupted with Ctrl-C |\n"
        "| 141 | whoever read the output has gone, as after <code>&#124; head</code> |",
        "What `--json` prints is in [json.md](json.md), errors in [troubleshooting.md](troubleshooting.md).",
    ]
    return "\n\n".join(parts) + "\n"


def _subparsers(parser: argparse.ArgumentParser) -> list[argparse._SubParsersAction[argparse.ArgumentParser]]:
    return [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]


def _block(parser: argparse.ArgumentParser) -> str:
    return f"```text\n{parser.format_help().rstrip()}\n```"


def settings_page() -> str:
    """Every setting with its default, its bounds and its meaning."""
    parts = [
        NOTICE,
        "# Settings",
        "A value is looked up in the environment (`CITESPAN_RETRIEVE__WORD_WEIGHT=0.4`), then in `citespan.toml` in "
        "the working folder (`[retrieve]`, `word_weight = 0.4`), then here. `citespan doctor` lists what differs from "
        "the defaults. An unknown key or a value out of bounds is an error that names the key.",
        "| key | default | allowed | meaning |\n| --- | --- | --- | --- |\n" + "\n".join(_rows()),
    ]
    return "\n\n".join(parts) + "\n"


def _rows() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, Section):
            section = type(field.default)
            documented = _documented(section)
            for key, inner in section.model_fields.items():
                yield _row(f"{name}.{key}", inner.default, _allowed(inner.annotation, inner.metadata), documented[key])
        else:
            yield _row(name, field.default, "", _documented(Settings)[name])


def _row(key: str, default: object, allowed: str, meaning: str) -> str:
    shown = "none" if default is None else str(default)
    return f"| `{key}` | `{shown}` | {allowed} | {' '.join(meaning.split())} |"


def _allowed(annotation: object, metadata: list[object]) -> str:
    """Bounds or choices in words; optional settings carry their bounds one level down."""
    arguments = getattr(annotation, "__args__", ())
    for argument in arguments:
        metadata = [*metadata, *getattr(argument, "__metadata__", ())]
    bounds: dict[str, object] = {}
    for item in metadata:
        for constraint in getattr(item, "metadata", [item]):
            for sign, name in ((">", "gt"), (">=", "ge"), ("<", "lt"), ("<=", "le")):
                if hasattr(constraint, name):
                    bounds[sign] = getattr(constraint, name)
    if bounds:
        low = " ".join(f"{sign} {bounds[sign]}" for sign in (">", ">=") if sign in bounds)
        high = " ".join(f"{sign} {bounds[sign]}" for sign in ("<", "<=") if sign in bounds)
        return " and ".join(part for part in (low, high) if part)
    if getattr(annotation, "__origin__", None) is not None and all(isinstance(one, str) for one in arguments):
        return ", ".join(f"`{one}`" for one in arguments)
    return ""


def _documented(section: type) -> dict[str, str]:
    """The string under each setting of a class, as ``rag/settings.py`` has it; "" where there is none."""
    tree = ast.parse(inspect.getsource(rag.settings))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == section.__name__)
    meanings: dict[str, str] = {}
    last: str | None = None
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            last = node.target.id
            meanings[last] = ""
        elif last and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            meanings[last] = str(node.value.value)
            last = None
        else:
            last = None
    return meanings


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
