"""How questions in other languages begin: enough to say that English is expected."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FOREIGN_OPENERS = _words("""
qui que quoi quel quelle quels quelles quand où pourquoi combien est-ce wer wen wem wann wo warum wieso weshalb wie
welche welcher welches und quién quien quiénes qué cuándo cuando dónde donde cómo cuál cuánto cuántos cuántas chi che
cosa quando dove perché perche quale quanto wat waar wie wanneer waarom hoe hvem hvad hvor hvornår hvorfor vad vem när
var varför quem onde
""")
"""Words that open questions in other languages and none in English."""
