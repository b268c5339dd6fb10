"""The documentation: generated pages are current, links lead somewhere, commands and settings exist."""

from __future__ import annotations

import importlib.util
import json
import re
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from rag.evaluation.records import Evaluation
from rag.ingest.formats import FORMATS
from rag.records import (
    AddReport,
    Alternative,
    Answer,
    ArticleSummary,
    Citation,
    FileOutcome,
    Finding,
    Related,
)
from rag.settings import Section, Settings
from ui.terminal.commands import COMMANDS

PROJECT = Path(__file__).resolve().parents[2]
PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("vectorstore/*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s#]+)")


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", PROJECT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["cli.md", "settings.md", "architecture.md", "formats.md"])
def test_a_generated_page_is_current(name: str) -> None:
    written = (PROJECT / "docs" / name).read_text(encoding="utf-8")
    assert written == generator().pages()[name], "run: make docs"


def test_the_command_names_every_format() -> None:
    page = " ".join((PROJECT / "docs" / "cli.md").read_text(encoding="utf-8").split())
    described = page[page.index("## citespan add") : page.index("positional arguments", page.index("## citespan add"))]
    assert [known.name for known in FORMATS if known.name not in described] == []


def test_every_setting_is_explained() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \|.*\| (.*) \|$", generator().settings_page(), re.MULTILINE)
    assert len(rows) == len(known_settings())
    assert [key for key, meaning in rows if not meaning.strip()] == []


def known_settings() -> dict[str, object]:
    known: dict[str, object] = {}
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, Section):
            known |= {f"{name}.{key}": value for key, value in field.default}
        else:
            known[name] = field.default
    return known


def test_the_settings_named_in_the_readme_exist_with_these_defaults() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+(?:\.\w+)?)` \| `([^`]*)` \|", readme, re.MULTILINE)
    assert len(rows) >= 5
    known = known_settings()
    assert dict(rows) == {key: str(known.get(key)) for key, _ in rows}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not link.startswith("http")]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_targets_that_are_named_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    lines = re.findall(r"^\s*(?:\$ )?((?:citespan|make) .*)$", text, re.MULTILINE)
    code = " ".join(re.findall(r"`[^`\n]+`", text) + lines)
    commands = {command.name for command in COMMANDS}
    assert [name for name in re.findall(r"\bcitespan ([a-z-]+)", code) if name not in commands] == []
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert [name for name in re.findall(r"\bmake ([a-z]+)", code) if name not in targets] == []


def test_the_json_page_shows_every_field_of_an_answer() -> None:
    page = (PROJECT / "docs" / "json.md").read_text(encoding="utf-8")
    block = re.search(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert block is not None
    shown = json.loads(block[1])
    assert list(shown) == [field.name for field in fields(Answer)]
    assert list(shown["citations"][0]) == [field.name for field in fields(Citation)]
    assert list(shown["alternatives"][0]) == [field.name for field in fields(Alternative)]
    assert list(shown["related"][0]) == [field.name for field in fields(Related)]


def test_the_json_page_names_every_field_of_the_other_commands() -> None:
    page = (PROJECT / "docs" / "json.md").read_text(encoding="utf-8")
    named = {field.name for record in (ArticleSummary, FileOutcome, Finding, Evaluation) for field in fields(record)}
    named |= set(AddReport(()).to_dict())
    hidden = {"rows", "figures"}  # an Evaluation prints them as per_question and as its groups
    assert [name for name in sorted(named - hidden) if f'"{name}"' not in page] == []
