"""Every fitted weight belongs to a feature that the code still computes: a renamed one would silently weigh nothing."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import rag.question.follow_ups
from rag.question.follow_ups.model import coefficients

ROOM = Path(rag.question.follow_ups.__file__).parent
SOURCES = {"pronoun": ("binding.py",), "need": ("need.py",), "referent": ("referents.py", "phrases.py")}
GENERAL = {f"{who} {place}" for who in ("he", "it", "they") for place in ("subject", "object", "possessive")}
"""Names that are made of two variables."""


def patterns(files: tuple[str, ...]) -> list[str]:
    """The strings of the source as regular expressions; what an f-string puts in is some words."""
    found = []
    for file in files:
        for node in ast.walk(ast.parse((ROOM / file).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(re.escape(node.value))
            elif isinstance(node, ast.JoinedStr):
                written = [str(part.value) if isinstance(part, ast.Constant) else None for part in node.values]
                if any(re.search("[a-z]{3}", text) for text in written if text):
                    found.append("".join(r"[\w ]+" if text is None else re.escape(text) for text in written))
    return found


@pytest.mark.parametrize("model", SOURCES)
def test_each_weight_has_its_feature(model: str) -> None:
    known = patterns(SOURCES[model])
    orphans = [
        name
        for name in coefficients()[model]
        if name not in GENERAL and not any(re.fullmatch(pattern, name) for pattern in known)
    ]
    assert orphans == []


def test_a_renamed_feature_is_noticed() -> None:
    assert not any(re.fullmatch(pattern, "a feature of old") for pattern in patterns(SOURCES["need"]))
