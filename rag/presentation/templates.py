"""Jinja2 templates that write pages and reports.

Whatever a template is given is escaped by ``escape`` unless it is ``Markup`` already, so that invariant 6 holds by
construction. As in JSX, line breaks of a template and the spaces around them are layout of its source, not content.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from rag.presentation.highlight import flowing
from rag.presentation.html import attributes, escape, label, shown
from rag.presentation.wording import counted, date_text, moment, percent

TOKENS = Path(__file__).with_name("tokens.css")
"""The style sheet of colours, type and measures that page and report share."""
_BREAK_BESIDE_VALUE = re.compile(r"(?<=\}\})[ \t]*\n\s*(?=\w)|(?<=[\w,.;:])[ \t]*\n\s*(?=\{\{)")
_BREAK_AT_TAG = re.compile(r"(?<=[>}])[ \t]*\n\s*|[ \t]*\n\s*(?=[<{]|$)")
_BREAK_IN_TEXT = re.compile(r"[ \t]*\n\s*")


class _JoinedLines(Extension):
    """Takes the line breaks out of a template's source; one between words, or a word and a value, becomes a space."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _BREAK_IN_TEXT.sub(" ", _BREAK_AT_TAG.sub("", _BREAK_BESIDE_VALUE.sub(" ", source)))


class Templates:
    """The Jinja2 templates in some folders.

    Args:
        known: what every template can use by name, besides this module's functions.
    """

    def __init__(self, *folders: Path, known: Mapping[str, object] | None = None) -> None:
        environment = Environment(
            autoescape=True,
            loader=FileSystemLoader(folders),
            undefined=StrictUndefined,
            finalize=escape,
            extensions=[_JoinedLines, "jinja2.ext.do"],
            auto_reload=False,
        )
        environment.filters |= {
            **{function.__name__: function for function in (label, shown, counted, percent, moment)},
            "flowing": flowing,
            "day": date_text,
            "grouped": "{:,}".format,
        }
        environment.globals |= {"attributes": attributes, **(known or {})}
        self._environment = environment

    def render(self, template: str, **values: object) -> Markup:
        """The whole of a template, filled in."""
        return Markup(self._environment.get_template(template).render(**values))

    def macro(self, template: str, name: str, *arguments: object, **values: object) -> Markup:
        """What one macro of a template writes."""
        module: Any = self._environment.get_template(template).module
        return Markup(getattr(module, name)(*arguments, **values))
