"""When two files are the same article.

The same text is the same article, whatever the file's name, folder, format or encoding: ids come from the text alone.
One changed character makes another article.
"""

from __future__ import annotations

import hashlib


def article_id_of(text: str) -> str:
    """The article's id: the first 16 hex digits of the SHA-256 of its text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
