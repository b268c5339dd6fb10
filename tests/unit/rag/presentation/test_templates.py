from __future__ import annotations

from pathlib import Path

import pytest

from rag.presentation.templates import Templates


def rendered(folder: Path, source: str, **values: object) -> str:
    (folder / "page.html").write_text(source, encoding="utf-8")
    return str(Templates(folder).render("page.html", **values))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>\n  one\n  two\n</p>", "<p>one two</p>"),
        ("<p>of {{ n }}\n  questions</p>", "<p>of 7 questions</p>"),
        ("<p>after\n  {{ n }}</p>", "<p>after 7</p>"),
        ("<b>{{ n }}</b>\n<i>x</i>", "<b>7</b><i>x</i>"),
        ("<p>{{ n }}\n</p>", "<p>7</p>"),
        ("{% if n %}\n{{ n }}\n{% endif %}", "7"),
    ],
)
def test_a_line_break_between_words_is_a_space_and_elsewhere_layout(tmp_path: Path, source: str, text: str) -> None:
    assert rendered(tmp_path, source, n=7) == text


def test_what_a_template_is_given_is_text(tmp_path: Path) -> None:
    assert rendered(tmp_path, "<p>{{ n }}</p>", n="<script>") == "<p>&lt;script&gt;</p>"
