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
from rag.language.english.dates import TIME_WORDS
from rag.language.english.function_words import AUXILIARY
from rag.language.english.terms import asked_terms, content_terms, stem
from rag.language.english.verbs import QUOTING_FORMS, SAYING_FORMS, alternatives
from rag.question.shapes import Explains
from rag.records import Citation, Quote, Retrieved, Span

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
FEWEST_QUOTED = 4
"""Words of a quotation that is a statement; fewer are a word somebody chose ("spoilt")."""
MOST_QUOTED = 4
"""Sentences by which a quotation is followed in either direction."""
CLAUSES_TRIED = 3
"""Answers that are looked at for one that says more than the question."""
_TELLS_NOTHING = frozenset(
    stem(word) for word in (*SAYING_FORMS, *TIME_WORDS, "year", "month", "week", "day", "report")
)
_TRAILING = " \t\n\r,;:.!?—–-"


def compose_clause(candidates: Candidates) -> Composed | None:
    """The most probable answer, grown to the clause or sentences that explain; one that tells nothing new is left out.

    What gives the same answer elsewhere is cited with it, grown alike.
    """
    for index in range(min(CLAUSES_TRIED, len(candidates.groups))):
        if index and candidates.confidence(index) < candidates.threshold:
            continue
        if _restates(candidates.asked.question, candidates.groups[index][0].text):
            continue
        citations = _widened(candidates, index)
        return Composed("clause", citations[0].text, candidates.confidence(index), citations, chosen=index)
    return None


def _widened(candidates: Candidates, index: int) -> tuple[Citation, ...]:
    explains = candidates.wanted.explains or Explains.REASON
    retrieved = [member.candidate.retrieved for member in candidates.groups[index]]
    passages = {passage.article.article_id: passage for passage in retrieved}
    widened = []
    for citation in candidates.citations(index):
        passage = passages[citation.article_id]
        text, span = passage.article.text, Span(citation.start, citation.end)
        quote = Span(citation.quote.start, citation.quote.end)
        if explains is Explains.SPEECH:
            quote = whole_quotation(passage, quote)
        clause = widen(text, quote, span, explains)
        around = Quote(quote.start, quote.end, quote.of(text))
        widened.append(cite(passage, clause, citation.confidence, citation.stance, around))
    return tuple(widened)


def _restates(question: str, span: str) -> bool:
    """Whether the reader's span says no more than the question, apart from when it was and that it was said."""
    return set(content_terms(span)) - set(asked_terms(question)) <= _TELLS_NOTHING


def whole_quotation(passage: Retrieved, quote: Span) -> Span:
    """The sentences of ``quote`` with those beside them that open or close a quotation they are a part of."""
    text, sentences = passage.article.text, passage.passage.sentences
    inside = [index for index, sentence in enumerate(sentences) if sentence.overlaps(quote)]
    if not inside:
        return quote
    first, last = inside[0], inside[-1]
    for _ in range(MOST_QUOTED):
        missing = _missing_mark(Span(sentences[first].start, sentences[last].end).of(text))
        if missing == "opening" and first > 0:
            first -= 1
        elif missing == "closing" and last + 1 < len(sentences):
            last += 1
        else:
            break
    whole = Span(min(quote.start, sentences[first].start), max(quote.end, sentences[last].end))
    return quote if _missing_mark(whole.of(text)) else whole


def _missing_mark(said: str) -> str | None:
    """Which quotation mark has no partner: the "opening" or the "closing" one; None when all have."""
    if said.count("“") != said.count("”"):
        return "closing" if said.count("“") > said.count("”") else "opening"
    if said.count('"') % 2 == 0:
        return None
    # A straight mark opens where a word follows it and closes where one ends before it.
    only = [match.start() for match in re.finditer('"', said)][-1]
    return "closing" if only + 1 < len(said) and said[only + 1].isalnum() else "opening"


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
    """The quotation that holds the span, else what follows the verb of saying, else a quotation of few words."""
    for quotation in _QUOTED.finditer(sentence):
        stretch = Span(*quotation.span())
        if stretch.contains(span) and len(quotation.group().split()) >= FEWEST_QUOTED:
            return stretch
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
