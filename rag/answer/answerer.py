"""Candidate spans of many passages to one answer with its citations, or an abstention with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.alternatives import AT_LEAST, is_worth_showing
from rag.answer.citing import cite, quote_of
from rag.answer.compose.bearing import bearing_sentences
from rag.answer.compose.clauses import widen
from rag.answer.compose.lists import join_items, list_items, people_in
from rag.answer.equivalence import contradicts, same_answer
from rag.answer.refusals import is_absent, refusal
from rag.language.english.terms import content_terms
from rag.question.answer_types import AnswerType, expected_type
from rag.question.shapes import Explains, shape_of
from rag.read.confidence import Calibration, Evidence
from rag.read.document_frequency import Vocabulary, rarities
from rag.read.features import Asked, ScoredCandidate, evidence_for, scored_candidates, understand
from rag.read.protocol import Reader
from rag.read.pruning import worth_reading
from rag.read.spans import crosses
from rag.records import Alternative, Answer, Candidate, Citation, Related, Retrieved, Shape, Span, Stance
from rag.settings import AnswerSettings

ALTERNATIVES_SHOWN = 3
DIFFERS_WITHIN = 0.5
"""A contradicting answer counts as another account when its confidence is at least this share of the best answer's."""
MOST_CITATIONS = 5
LISTS_TRIED = 6
"""Groups whose surroundings are looked at for an enumeration when a question asks for several things."""


Group = list[ScoredCandidate]


class Answerer:
    """Reads the best passages once and compares what was found across passages and articles."""

    def __init__(
        self, reader: Reader, calibration: Calibration, settings: AnswerSettings, vocabulary: Vocabulary
    ) -> None:
        self._reader = reader
        self._calibration = calibration
        self._settings = settings
        self._vocabulary = vocabulary

    @property
    def threshold(self) -> float:
        """Confidence under which no answer is given."""
        override = self._settings.abstain_below
        return self._calibration.threshold if override is None else override

    def under(self, settings: AnswerSettings) -> Answerer:
        """The same reader and calibration under other settings; itself when they are its own."""
        if settings == self._settings:
            return self
        return Answerer(self._reader, self._calibration, settings, self._vocabulary)

    def answer(self, question: str, searched_for: str, passages: Sequence[Retrieved]) -> Answer:
        """The answer to ``searched_for`` from ``passages`` (best first), reported as the answer to ``question``."""
        wanted = shape_of(searched_for)
        if wanted.shape == "evidence":
            return self._answer_with_evidence(question, searched_for, passages)
        groups = self.groups(searched_for, passages)
        if not groups:
            return self._abstain(question, searched_for, passages, 0.0)
        asked = understand(searched_for, self._vocabulary)
        confidence = self._confidence(asked, groups, 0)
        if confidence < self.threshold or is_absent(searched_for, passages, self._vocabulary):
            return self._abstain(question, searched_for, passages, confidence)
        index, items = 0, tuple[Span, ...]()
        if wanted.shape == "list":
            index, items = self._best_list(asked, groups, confidence, wanted.count)
        elif wanted.shape == "span" and asked.answer_type is AnswerType.PERSON and len(groups[0]) == 1:
            best = groups[0][0].candidate
            items = people_in(best.retrieved.article.text, best.span)
        if index:
            confidence = self._confidence(asked, groups, index)
        shape: Shape = "span"
        if len(items) > 1:
            shape = "list"
            found = groups[index][0].candidate.retrieved
            citations = tuple(cite(found, item, confidence) for item in items)
            text = join_items(found.article.text, items)
        else:
            citations = self._citations(asked, groups, index)
            if wanted.explains is not None:
                shape = "clause"
                citations = self._widened(groups[index], citations, wanted.explains)
            text = citations[0].text
        return Answer(
            question=question,
            searched_for=searched_for,
            answered=True,
            answer=text,
            confidence=confidence,
            citations=citations,
            alternatives=self._alternatives(asked, groups, index, confidence, text, citations),
            shape=shape,
        )

    def _answer_with_evidence(self, question: str, searched_for: str, passages: Sequence[Retrieved]) -> Answer:
        """The sentences that bear on a yes-or-no question, never a yes or a no; the reader is not asked."""
        rarity = rarities(searched_for, self._vocabulary)
        read = passages[: self._settings.passages_read]
        bearing = bearing_sentences(searched_for, read, rarity)
        if not bearing:
            return self._abstain(question, searched_for, passages, 0.0)
        citations = tuple(cite(found, sentence, share) for share, found, sentence in bearing)
        return Answer(
            question=question,
            searched_for=searched_for,
            answered=True,
            answer=citations[0].text,
            confidence=citations[0].confidence,
            citations=citations,
            shape="evidence",
        )

    def _best_list(
        self, asked: Asked, groups: Sequence[Group], confidence: float, count: int | None
    ) -> tuple[int, tuple[Span, ...]]:
        """The best group whose span stands in an enumeration, with its items; the best group alone when none does.

        A later group counts only if it would be answer enough by itself and is nearly as probable as the first; one
        with as many items as the question says goes before one with another number.
        """
        said = set(content_terms(asked.question))
        found: list[tuple[int, tuple[Span, ...]]] = []
        for index, group in enumerate(groups[:LISTS_TRIED]):
            if index:
                own = self._confidence(asked, groups, index)
                if own < self.threshold or own < DIFFERS_WITHIN * confidence:
                    continue
            candidate = group[0].candidate
            text, quote = candidate.retrieved.article.text, quote_of(candidate)
            items = list_items(text, Span(quote.start, quote.end), candidate.span)
            items = tuple(item for item in items if not set(content_terms(item.of(text))) <= said)
            if len(items) > 1:
                found.append((index, items))
        fitting = [one for one in found if len(one[1]) == count]
        return (fitting or found or [(0, ())])[0]

    def _widened(self, group: Group, citations: Sequence[Citation], explains: Explains) -> tuple[Citation, ...]:
        """The citations, each grown to the clause or sentences that explain."""
        texts = {one.candidate.retrieved.article.article_id: one.candidate.retrieved for one in group}
        widened = []
        for citation in citations:
            found = texts[citation.article_id]
            quote = Span(citation.quote.start, citation.quote.end)
            span = widen(found.article.text, quote, Span(citation.start, citation.end), explains)
            widened.append(cite(found, span, citation.confidence, citation.stance, citation.quote))
        return tuple(widened)

    def candidates(self, question: str, passages: Sequence[Retrieved]) -> list[Candidate]:
        """What the reader proposes for the passages that are read, in the reader's own order."""
        return self._reader.read(question, worth_reading(passages, self._settings))

    def groups(self, question: str, passages: Sequence[Retrieved]) -> list[Group]:
        """Candidates that give the same answer, together; groups and their members best first."""
        answer_type = expected_type(question)
        legal = [one for one in self.candidates(question, passages) if not crosses(one.span, one.retrieved)]
        scored = scored_candidates(legal, worth_reading(passages, self._settings), self._calibration)
        groups: list[Group] = []
        taken: list[ScoredCandidate] = []
        for one in scored:
            if any(_overlap(one.candidate, other.candidate) for other in taken):
                continue
            taken.append(one)
            for group in groups:
                if same_answer(group[0].text, one.text, answer_type):
                    group.append(one)
                    break
            else:
                groups.append([one])
        return groups

    def evidence(self, asked: Asked, groups: Sequence[Group], index: int, member: int = 0) -> Evidence:
        """The evidence for the answer of ``groups[index]``, from its best candidate or another member."""
        group = groups[index]
        one = group[member]
        others = [other[0].rank_score for position, other in enumerate(groups) if position != index]
        articles = {other.candidate.retrieved.article.article_id for other in group}
        return evidence_for(asked, one, gap=one.rank_score - max(others) if others else 0.0, articles=len(articles))

    def _confidence(self, asked: Asked, groups: Sequence[Group], index: int, member: int = 0) -> float:
        return self._calibration.probability(self.evidence(asked, groups, index, member))

    def _citations(
        self, asked: Asked, groups: Sequence[Group], index: int, stance: Stance = "supports"
    ) -> tuple[Citation, ...]:
        """The group's best candidate, and each further sentence that would be answer enough by itself."""
        citations: list[Citation] = []
        quoted: set[tuple[str, int, int]] = set()
        for position, member in enumerate(groups[index]):
            found = member.candidate.retrieved
            confidence = self._confidence(asked, groups, index, position)
            quote = quote_of(member.candidate)
            place = (found.article.article_id, quote.start, quote.end)
            if place in quoted or (citations and confidence < self.threshold):
                continue
            quoted.add(place)
            citations.append(cite(found, member.candidate.span, confidence, stance, quote))
        return tuple(citations[:MOST_CITATIONS])

    def _alternatives(
        self,
        asked: Asked,
        groups: Sequence[Group],
        chosen: int,
        confidence: float,
        answer: str,
        cited: Sequence[Citation],
    ) -> tuple[Alternative, ...]:
        """The next answers; one that contradicts the best from another article and is nearly as strong "differs"."""
        best = groups[chosen]
        best_articles = {member.candidate.retrieved.article.article_id for member in best}
        differing: list[Alternative] = []
        weaker: list[Alternative] = []
        for index, group in enumerate(groups):
            if index == chosen or not is_worth_showing(
                group[0].candidate, asked.question, asked.answer_type, answer, cited
            ):
                continue
            own = self._confidence(asked, groups, index)
            if own < AT_LEAST * confidence:
                continue
            elsewhere = group[0].candidate.retrieved.article.article_id not in best_articles
            differs = (
                elsewhere
                and own >= DIFFERS_WITHIN * confidence
                and contradicts(best[0].text, group[0].text, asked.answer_type)
            )
            stance: Stance = "differs" if differs else "supports"
            citations = self._citations(asked, groups, index, stance)
            alternative = Alternative(group[0].text, min(own, confidence), citations)
            (differing if differs else weaker).append(alternative)
            if len(differing) + len(weaker) >= 2 * ALTERNATIVES_SHOWN:
                break
        return tuple((differing + weaker)[:ALTERNATIVES_SHOWN])

    def _abstain(self, question: str, searched_for: str, passages: Sequence[Retrieved], confidence: float) -> Answer:
        closest = passages[: self._settings.related]
        why = refusal(searched_for, passages, self._vocabulary)
        return Answer(
            question=question,
            searched_for=searched_for,
            answered=False,
            answer=None,
            confidence=confidence,
            related=tuple(
                Related(one.article.article_id, one.passage.start, one.passage.end, one.text) for one in closest
            ),
            reason=why.reason,
            reason_kind=why.kind,
        )


def _overlap(one: Candidate, other: Candidate) -> bool:
    same_article = one.retrieved.article.article_id == other.retrieved.article.article_id
    return same_article and one.span.overlaps(other.span)
