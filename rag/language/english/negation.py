"""Words by which a sentence denies something."""

from __future__ import annotations

import re

NEGATION = re.compile(
    r"\b(?:not|never|nobody|no\s+one|none|neither)\b|n['’]t\b|\b(?:denied|denies|deny)\s+(?:that|having)\b",
    re.IGNORECASE,
)


def is_negated(text: str) -> bool:
    """Whether the text denies something."""
    return NEGATION.search(text) is not None
