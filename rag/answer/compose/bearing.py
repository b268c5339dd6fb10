"""Yes-or-no questions: the sentences that bear on them, chosen by the question's own words.

A reader that points at spans cannot say yes or no, so nothing says it here: the reader of the page decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.answer.candidates import Candidates
from rag.answer.citing import cite
from rag.answer.compose.strategy import Composed
from rag.language.english.terms import content_terms, names_and_numbers, stem
from rag.records import Retrieved, Span

BEARS_FROM = 0.6
"""Share of the question's weight that a sentence has to hold with its surroundings; chosen on hand-written questions
over the sample articles, half of them about things that the articles do not treat."""
NEARBY = 0.6
"""What a word counts that only the sentence before or the article's title holds."""
ELSEWHERE = 0.25
"""What a word counts that only another sentence of the passage holds."""
NAME_COUNTS = 1.5
"""How much more a name of the question counts than another word as rare."""
MOST_SENTENCES = 3
NEARLY_AS_WELL = 0.85
"""A further article's sentence is shown when it bears on the question at least this share as well as the best."""

Bearing = tuple[float, Retrieved, Span]
"""How much of the question a sentence bears on, 0 to 1; its passage; the sentence."""


def compose_bearing(candidates: Candidates) -> Composed | None:
    """The sentences that bear on a yes-or-no question, never a yes or a no; None when none does."""
    bearing = bearing_sentences(candidates.asked.question, candidates.passages, candidates.asked.rarity)
    if not bearing:
        return None
    citations = tuple(cite(passage, sentence, share) for share, passage, sentence in bearing)
    return Composed("evidence", citations[0].text, citations[0].confidence, citations)


def bearing_sentences(question: str, passages: Sequence[Retrieved], rarity: Mapping[str, float]) -> list[Bearing]:
    """The sentences that bear most on ``question``, at most one of each article, best first; empty when none does.

    Args:
        passages: those found for the question, best first.
        rarity: the question's content terms with their inverse document frequencies.
    """
    names = {stem(name) for name in names_and_numbers(question)}
    rarity = {term: weight * (NAME_COUNTS if term in names else 1.0) for term, weight in rarity.items()}
    total = sum(rarity.values())
    if not total:
        return []
    scored: list[tuple[float, int, Retrieved, Span]] = []
    for rank, found in enumerate(passages):
        title = set(content_terms(found.article.title))
        sentences = [(one, set(content_terms(one.of(found.article.text)))) for one in found.passage.sentences]
        everywhere = title.union(*(terms for _, terms in sentences)) if sentences else title
        if not names <= everywhere:
            continue
        for position, (sentence, terms) in enumerate(sentences):
            near = title | (sentences[position - 1][1] if position else set())
            share = sum(weight * _counts(term, terms, near, everywhere) for term, weight in rarity.items()) / total
            if share >= BEARS_FROM and terms & rarity.keys():
                scored.append((share, rank, found, sentence))
    scored.sort(key=lambda one: (-one[0], one[1], one[3]))
    best: dict[str, Bearing] = {}
    for share, _, found, sentence in scored:
        if share >= NEARLY_AS_WELL * scored[0][0]:
            best.setdefault(found.article.article_id, (share, found, sentence))
    return list(best.values())[:MOST_SENTENCES]


def _counts(term: str, own: set[str], near: set[str], everywhere: set[str]) -> float:
    if term in own:
        return 1.0
    return NEARBY if term in near else ELSEWHERE if term in everywhere else 0.0
