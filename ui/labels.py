"""Texts from outside as one line that cannot mislead, for the page, the terminal and programs."""

from __future__ import annotations

import re

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters and direction overrides: in a title or a file name they can only mislead."""


def shown(text: str) -> str:
    """``text`` as one line for a label: control characters and direction overrides become a visible U+FFFD."""
    return _UNSEEN.sub("\ufffd", " ".join(text.split()))
