"""Yes-or-no questions: the sentences that bear on them.

A reader that points at spans cannot say yes or no, so nothing says it here: the reader of the page decides.
"""

from __future__ import annotations

from rag.answer.candidates import Candidates
from rag.answer.citing import cite
from rag.answer.compose.strategy import Composed
from rag.language.english.terms import held_terms
from rag.read.bearing import BearingSentence

MOST_SENTENCES = 3
NEARLY_AS_WELL = 0.85
"""A further article's sentence is shown when it bears on the question at least this share as well as the best."""


def compose_bearing(candidates: Candidates) -> Composed | None:
    """The sentences that bear on a yes-or-no question, at most one of each article; None when none does.

    A sentence counts only where its passage or the article's title holds every name of the question.
    """
    bearing = [sentence for sentence in candidates.bearing if _holds_names(sentence, candidates)]
    if not bearing or bearing[0].probability < candidates.passages_from:
        return None
    best: dict[str, BearingSentence] = {}
    for sentence in bearing:
        if sentence.probability >= NEARLY_AS_WELL * bearing[0].probability:
            best.setdefault(sentence.retrieved.article.article_id, sentence)
    shown = list(best.values())[:MOST_SENTENCES]
    citations = tuple(cite(each.retrieved, each.span, candidates.probability_shown(each.probability)) for each in shown)
    return Composed("evidence", citations[0].text, citations[0].confidence, citations)


def _holds_names(sentence: BearingSentence, candidates: Candidates) -> bool:
    found, asked = sentence.retrieved, candidates.asked
    return asked.names <= held_terms(f"{found.article.title} {found.text}", asked.question)
