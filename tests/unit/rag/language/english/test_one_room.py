"""Months, auxiliaries and verbs of saying are spelled in ``rag/language`` and nowhere else in the product."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rag
from rag.language.english.dates import MONTHS, WEEKDAYS
from rag.language.english.function_words import AUXILIARIES
from rag.language.english.verbs import SAYING_FORMS

ENGINE = Path(rag.__file__).parent
GROUPS = {
    "calendar": (frozenset((*MONTHS, *WEEKDAYS)), 4),
    "auxiliaries": (AUXILIARIES, 15),
    "verbs of saying": (SAYING_FORMS, 8),
}


def literals(source: str) -> Iterator[tuple[int, str]]:
    """Each string of the source that is no docstring, with its line."""
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", [])
        for statement in body if isinstance(body, list) else []:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                statement.value.value = 0
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def spelled(source: str, words: frozenset[str], most: int) -> list[int]:
    return [line for line, text in literals(source) if len(words & set(re.findall(r"[a-z']+", text.lower()))) >= most]


@pytest.mark.parametrize("group", GROUPS)
def test_no_other_room_spells_them(group: str) -> None:
    words, most = GROUPS[group]
    others = [path for path in ENGINE.rglob("*.py") if "language" not in path.relative_to(ENGINE).parts]
    found = {
        str(path.relative_to(ENGINE)): lines
        for path in others
        if (lines := spelled(path.read_text(encoding="utf-8"), words, most))
    }
    assert found == {}


def test_the_scan_sees_a_list() -> None:
    assert spelled('"""january february march april"""\nX = "january february march april"', *GROUPS["calendar"]) == [2]
