"""Text to HTML that shows exactly that text, whatever it contains."""

from __future__ import annotations

import html
import re

from ui.labels import shown

_FORBIDDEN_IN_HTML = re.compile("[\x00\ud800-\udfff]")
"""An HTML parser drops U+0000, and lone surrogates cannot be sent as UTF-8."""


def escape(text: str) -> str:
    """HTML for ``text``, fit for an element's content and for a double-quoted attribute.

    A parser gives back the same code points. Carriage returns are written as references, because a parser turns raw
    ones into line feeds. The two things no HTML can carry, U+0000 and lone surrogates, become U+FFFD.
    """
    return html.escape(_FORBIDDEN_IN_HTML.sub("\ufffd", text), quote=True).replace("\r", "&#13;")


def label(text: str) -> str:
    """HTML for a one-line field such as a title, isolated so that its direction affects nothing around it."""
    return f"<bdi>{escape(shown(text))}</bdi>"


def attributes(**values: str | int | float | bool | None) -> str:
    """HTML attributes, a space before each; ``data_open=`` is written ``data-open``, None and False are left out."""
    written = []
    for name, value in values.items():
        if value is None or value is False:
            continue
        name = name.rstrip("_").replace("_", "-")
        written.append(f" {name}" if value is True else f' {name}="{escape(str(value))}"')
    return "".join(written)
