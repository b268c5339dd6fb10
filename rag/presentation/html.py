"""Text to HTML that shows exactly that text, whatever it contains."""

from __future__ import annotations

import html
import re

from markupsafe import Markup

_UNSEEN_IN_LABELS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters and direction overrides: in a title or a file name they can only mislead."""
_FORBIDDEN_IN_HTML = re.compile("[\x00\ud800-\udfff]")
"""An HTML parser drops U+0000, and lone surrogates cannot be sent as UTF-8."""


def escape(value: object) -> Markup:
    """HTML for ``value``, fit for an element's content and for a quoted attribute; nothing for None.

    A parser gives back the same code points. Carriage returns are written as references, because a parser turns raw
    ones into line feeds. The two things no HTML can carry, U+0000 and lone surrogates, become U+FFFD.
    """
    if isinstance(value, Markup):
        return value
    text = "" if value is None else str(value)
    return Markup(html.escape(_FORBIDDEN_IN_HTML.sub("\ufffd", text), quote=True).replace("\r", "&#13;"))


def shown(text: str) -> str:
    """``text`` as one line for a label: control characters and direction overrides become a visible U+FFFD."""
    return _UNSEEN_IN_LABELS.sub("\ufffd", " ".join(text.split()))


def label(text: str | None) -> Markup:
    """HTML for a one-line field such as a title, isolated so that its direction affects nothing around it."""
    return Markup(f"<bdi>{escape(shown(text or ''))}</bdi>")


def attributes(**values: str | int | float | bool | None) -> Markup:
    """HTML attributes, a space before each; ``data_open=`` is written ``data-open``, None and False are left out."""
    written = []
    for name, value in values.items():
        if value is None or value is False:
            continue
        name = name.rstrip("_").replace("_", "-")
        written.append(f" {name}" if value is True else f' {name}="{escape(str(value))}"')
    return Markup("".join(written))
