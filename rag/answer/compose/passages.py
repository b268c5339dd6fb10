"""What the articles say: the sentences that bear on a question for which there is no short answer."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from rag.answer.candidates import Candidates
from rag.answer.citing import cite
from rag.answer.compose.strategy import Composed
from rag.language.english.terms import content_terms
from rag.language.paragraphs import BREAKS
from rag.read.bearing import BearingSentence
from rag.records import Citation, Quote, Retrieved, Span

MOST_SENTENCES = 8
FEWEST_SENTENCES = 3
NEARLY_AS_WELL = 0.5
"""Share of the best sentence's probability from which another one is shown; half of it for the first three."""
SAME_STORY = 0.8
"""Share of their words (Jaccard) from which two sentences are near copies, of which one is shown."""
_BREAK = re.compile(rf"[{BREAKS}]")


def compose_passages(candidates: Candidates) -> Composed | None:
    """Three to eight sentences or runs of them, by article, the newest first; None when none clearly bears."""
    bearing = candidates.bearing
    if not bearing or bearing[0].probability < candidates.passages_from:
        return None
    chosen = _chosen(bearing)
    citations = tuple(citation for article in _newest_first(chosen) for citation in _runs(article))
    held = 1.0 - math.prod(1.0 - sentence.probability for sentence in chosen)
    shown = candidates.probability_shown(held)
    return Composed("passages", "\n".join(each.text for each in citations), shown, citations)


def _chosen(bearing: Sequence[BearingSentence]) -> list[BearingSentence]:
    """The best sentences, near copies left out."""
    chosen: list[BearingSentence] = []
    shown: list[set[str]] = []
    for sentence in bearing:
        share = NEARLY_AS_WELL if len(chosen) >= FEWEST_SENTENCES else NEARLY_AS_WELL / 2
        if len(chosen) == MOST_SENTENCES or sentence.probability < share * bearing[0].probability:
            break
        terms = set(content_terms(sentence.text))
        if any(len(terms & other) >= SAME_STORY * len(terms | other) for other in shown):
            continue
        shown.append(terms)
        chosen.append(sentence)
    return chosen


def _newest_first(sentences: Sequence[BearingSentence]) -> list[list[BearingSentence]]:
    """The sentences by article, in text order; dated articles first, the newest before older ones."""
    articles: dict[str, list[BearingSentence]] = {}
    for sentence in sentences:
        articles.setdefault(sentence.retrieved.article.article_id, []).append(sentence)
    groups = [sorted(group, key=lambda each: each.span) for group in articles.values()]
    return sorted(groups, key=lambda group: group[0].retrieved.article.published or "", reverse=True)


def _runs(sentences: Sequence[BearingSentence]) -> list[Citation]:
    """The sentences of one article as citations; what follows each other in one paragraph is one run."""
    runs: list[tuple[Retrieved, Span, float]] = []
    for sentence in sentences:
        text = sentence.retrieved.article.text
        if runs:
            found, run, probability = runs[-1]
            gap = text[run.end : sentence.span.start]
            if not gap.strip() and not _BREAK.search(gap):
                runs[-1] = (found, Span(run.start, sentence.span.end), max(probability, sentence.probability))
                continue
        runs.append((sentence.retrieved, sentence.span, sentence.probability))
    return [
        cite(found, run, probability, quote=Quote(run.start, run.end, run.of(found.article.text)))
        for found, run, probability in runs
    ]
