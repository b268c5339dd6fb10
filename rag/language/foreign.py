"""How questions in other languages begin: enough to say that English is expected."""

from __future__ import annotations

import re
import unicodedata


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FOREIGN_OPENERS = _words("""
qui que quoi quel quelle quels quelles quand où pourquoi combien est-ce wer wen wem wann wo warum wieso weshalb wie
welche welcher welches und quién quien quiénes qué cuándo cuando dónde donde cómo cuál cuánto cuántos cuántas chi che
cosa quando dove perché perche quale quanto wat waar wie wanneer waarom hoe hvem hvad hvor hvornår hvorfor vad vem när
var varför quem onde
""")
"""Words that open questions in other languages and none in English."""

_WORD = re.compile(r"[^\W\d_]+")
_AMBIGUOUS = _words("who was were is has do war man die so")


def is_foreign(question: str) -> bool:
    """Whether the question opens with a question word of another language, or is not in Latin letters."""
    words = [word.lower() for word in _WORD.findall(question)]
    if not words:
        return False
    latin = sum(unicodedata.name(word[0], "").startswith("LATIN") for word in words)
    return latin < len(words) / 2 or any(word in FOREIGN_OPENERS - _AMBIGUOUS for word in words[:2])
