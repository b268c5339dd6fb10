"""A short span widened to the clause or the sentences that explain it.

"Why" is answered by the clause from its "because" or "to" on, "how" by the one from its "by" on, "what did X say" by
what was said; where no such clause is found, by the whole sentence. What comes out is one range of the article's text
that holds the span and lies within the quote, so it is verbatim by construction.
"""

from __future__ import annotations

import re

from rag.answer.candidates import Candidates
from rag.answer.citing import cite
from rag.answer.compose.strategy import Composed
from rag.language.english.function_words import AUXILIARY
from rag.language.english.verbs import QUOTING_FORMS, alternatives
from rag.question.shapes import Explains
from rag.records import Span

_REASON_CUE = re.compile(
    r"\b(?:because(?:\s+of)?|due\s+to|owing\s+to|thanks\s+to|on\s+account\s+of|in\s+order\s+(?:to|that)|so\s+that|"
    r"so\s+as\s+to|on\s+the\s+grounds?\s+(?:that|of)|in\s+(?:protest|response|reaction|retaliation|return|exchange)|"
    r"in\s+(?:an?\s+)?(?:the\s+hope|attempt|effort|bid)|for\s+fear|for\s+lack\s+of|given\s+that|lest|as\s+a\s+result\s+of|"
    r"out\s+of|since(?=\s+(?:the|they|he|she|it|there|no|many|most|few|all|a|an|its|their)\b))\b",
    re.IGNORECASE,
)
_REASON_BEFORE = re.compile(
    r"\b(?:to|after|by|for|following|in|as|over|with|from|amid|since)\s+(?:(?:the|a|an|its|their|his|her)\s+)?$",
    re.IGNORECASE,
)
_MANNER_BEFORE = re.compile(
    r"\b(?:by(?:\s+means\s+of)?|through|with|without|using|via|in|as|on|under|over)\s+(?:(?:the|a|an|its|their|his|her)\s+)?$",
    re.IGNORECASE,
)
_MANNER_CUE = re.compile(r"(?:by|through|with|without|using|via|in|as|on|under|over)\b", re.IGNORECASE)
_PURPOSE = re.compile(r"(?:to|after|for|as|by|over|amid|following)\s", re.IGNORECASE)
_SAID = re.compile(
    rf"\b(?:{alternatives(QUOTING_FORMS | {'called'})})\b"
    rf"(?:(?:\s+(?!(?:that|but|and|{AUXILIARY})\b)[\w’'-]+){{0,8}}?\s+that\b"
    r"|:|,(?=\s*[\"“]))?\s*",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"[;:—]|\s[–-]\s|,?\s+(?:while|whereas|although|though)\s|,\s+(?:and|but|yet|which|who|whose|where)\s|,\s+so\s(?!that)"
)
_HARD_BREAK = re.compile(r"[;:]\s+|\s[–—-]\s|—")
FEWEST_WORDS = 8
"""Words of a part of a sentence that can explain by itself."""
LONG_SENTENCE = 30
"""Words from which a sentence is cut at its semicolons, colons and dashes."""
_QUOTED = re.compile(r"“[^“”]{2,}”|\"[^\"]{2,}\"")
_TRAILING = " \t\n\r,;:.!?—–-"


def compose_clause(candidates: Candidates) -> Composed | None:
    """The best candidate and what gives the same answer, each grown to the clause or sentences that explain."""
    explains = candidates.wanted.explains
    if not candidates.groups or explains is None:
        return None
    passages = {
        member.candidate.retrieved.article.article_id: member.candidate.retrieved for member in candidates.groups[0]
    }
    widened = []
    for citation in candidates.citations(0):
        passage = passages[citation.article_id]
        quote, span = Span(citation.quote.start, citation.quote.end), Span(citation.start, citation.end)
        clause = widen(passage.article.text, quote, span, explains)
        widened.append(cite(passage, clause, citation.confidence, citation.stance, citation.quote))
    return Composed("clause", widened[0].text, candidates.confidence(0), tuple(widened), chosen=0)


def widen(text: str, quote: Span, span: Span, explains: Explains) -> Span:
    """The clause around ``span`` that explains, else ``quote``; holds ``span``, lies within ``quote``.

    Args:
        text: the article's text, which both ranges point into.
        quote: the whole sentences that hold the span.
    """
    sentence = quote.of(text)
    inner = Span(span.start - quote.start, span.end - quote.start)
    find = {Explains.REASON: _reason, Explains.MANNER: _manner, Explains.SPEECH: _speech}[explains]
    found = find(sentence, inner)
    if found is None or not found.contains(inner):
        found = _stretch(sentence, inner)
    return Span(found.start + quote.start, found.end + quote.start)


def _stretch(sentence: str, span: Span) -> Span:
    """The part of the sentence between semicolons, colons and dashes that holds the span, if the sentence is long."""
    start, end = 0, len(sentence)
    for mark in _HARD_BREAK.finditer(sentence):
        if mark.end() <= span.start:
            start = mark.end()
        elif mark.start() >= span.end:
            end = mark.start()
            break
    part = Span(start, end)
    is_whole = len(part.of(sentence).split()) < FEWEST_WORDS or len(sentence.split()) < LONG_SENTENCE
    return Span(0, len(sentence)) if is_whole or _closed(sentence, part) != part else part


def _reason(sentence: str, span: Span) -> Span | None:
    """From the word that gives the reason to the end of its clause; None when no such word stands before the span."""
    end = _clause_end(sentence, span.end)
    if _REASON_CUE.match(sentence, span.start) or _PURPOSE.match(sentence, span.start):
        return Span(span.start, end)
    cues = [
        cue
        for cue in _REASON_CUE.finditer(sentence, 0, span.start)
        if not _BREAK.search(sentence, cue.end(), span.start)
    ]
    if cues:
        comma = sentence.find(",", span.end)
        return Span(cues[-1].start(), comma if cues[-1].start() == 0 and comma > 0 else end)
    before = _REASON_BEFORE.search(sentence[: span.start])
    return Span(before.start(), end) if before else None


def _manner(sentence: str, span: Span) -> Span | None:
    """From the word that gives the manner, right before the span, to the end of its clause."""
    end = _clause_end(sentence, span.end)
    if _MANNER_CUE.match(sentence, span.start):
        return Span(span.start, end)
    before = _MANNER_BEFORE.search(sentence[: span.start])
    return Span(before.start(), end) if before else None


def _speech(sentence: str, span: Span) -> Span | None:
    """What follows the verb of saying, else the quotation that holds the span."""
    said = [verb for verb in _SAID.finditer(sentence) if verb.end() <= span.start]
    near = [verb for verb in said if not _BREAK.search(sentence, verb.end(), span.start)]
    if near and sentence[near[-1].end() : span.end].strip():
        return _closed(sentence, Span(near[-1].end(), max(span.end, _clause_end(sentence, span.end, breaks=False))))
    for quotation in _QUOTED.finditer(sentence):
        stretch = Span(*quotation.span())
        if stretch.contains(span):
            return stretch
    return None


def _clause_end(sentence: str, position: int, *, breaks: bool = True) -> int:
    """The end of the clause at ``position``: before the next break or the sentence's closing punctuation."""
    found = _BREAK.search(sentence, position) if breaks else None
    end = found.start() if found else len(sentence)
    while end > position and sentence[end - 1] in _TRAILING:
        end -= 1
    return end


def _closed(sentence: str, span: Span) -> Span | None:
    """The range with a closing quotation mark taken in; None when its quotation marks do not pair up."""
    end = span.end
    body = sentence[span.start : end]
    if end < len(sentence) and sentence[end] in '”"' and (body.count("“") > body.count("”") or body.count('"') % 2):
        end += 1
    body = sentence[span.start : end]
    return Span(span.start, end) if body.count("“") == body.count("”") and body.count('"') % 2 == 0 else None
