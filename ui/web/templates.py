"""The page's files: templates, style sheets and scripts, each beside the code of its tab."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from rag.evaluation import report
from rag.presentation.templates import TOKENS, Templates

FOLDER = Path(__file__).parent
STYLE_SHEETS = (
    "page/gradio.css",
    "chat/chat.css",
    "chat/source_panel.css",
    "page/controls.css",
    "articles/articles.css",
    "chat/scope.css",
    "page/tabs.css",
    "evaluate/evaluate.css",
    "settings/settings.css",
    "table/table.css",
)
_TEMPLATES = Templates(FOLDER, report.FOLDER, known=dict(report.KNOWN))


def read_file(name: str) -> str:
    """The text of a file in this folder, such as ``chat/chat.css``."""
    return FOLDER.joinpath(name).read_text(encoding="utf-8")


def read_tokens() -> str:
    """The style sheet of colours, type and measures."""
    return TOKENS.read_text(encoding="utf-8")


def read_styles() -> str:
    """The page's own style: everything but the tokens nested, so that each rule outranks Gradio's of the same strength,
    which the page loads later.
    """
    rules = [read_file(name) for name in STYLE_SHEETS] + [
        (report.FOLDER / "evaluation.css").read_text(encoding="utf-8")
    ]
    return f"{read_tokens()}\nhtml:root {{\n{''.join(rules)}\n}}"


def macro(template: str, name: str, *arguments: object, **values: object) -> Markup:
    """What a macro of a template writes, such as ``macro("chat/turns.html", "turn", …)``."""
    return _TEMPLATES.macro(template, name, *arguments, **values)
