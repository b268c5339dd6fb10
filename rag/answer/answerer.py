"""Candidate spans of many passages to one answer with its citations, or an abstention with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.alternatives import AT_LEAST, is_worth_showing
from rag.answer.answer_types import AnswerType, expected_type, mentions
from rag.answer.bearing import bearing_sentences
from rag.answer.citing import cite, quote_of
from rag.answer.clauses import widen
from rag.answer.confidence import Calibration, Evidence
from rag.answer.equality import contradicts, same_answer
from rag.answer.lists import join_items, list_items
from rag.answer.reader import Reader
from rag.answer.refusals import is_absent, refusal
from rag.answer.shapes import Explains, shape_of
from rag.answer.spans import crosses
from rag.answer.terms import content_terms, names_and_numbers, stem
from rag.answer.vocabulary import Vocabulary, rarities
from rag.records import Alternative, Answer, Candidate, Citation, Related, Retrieved, Shape, Span, Stance
from rag.settings import AnswerSettings

ALTERNATIVES_SHOWN = 3
DIFFERS_WITHIN = 0.5
"""A contradicting answer counts as another account when its confidence is at least this share of the best answer's."""
MOST_CITATIONS = 5
LISTS_TRIED = 6
"""Groups whose surroundings are looked at for an enumeration when a question asks for several things."""


class ScoredCandidate:
    """A candidate with its place in the ranking across passages."""

    __slots__ = ("candidate", "rank_score")

    def __init__(self, candidate: Candidate, rank_score: float) -> None:
        self.candidate = candidate
        self.rank_score = rank_score

    @property
    def text(self) -> str:
        """The span's text."""
        return self.candidate.text


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
        asked = expected_type(searched_for)
        rarity = rarities(searched_for, self._vocabulary)
        confidence = self._calibration.probability(self.evidence(searched_for, groups, 0, asked, rarity))
        if confidence < self.threshold or is_absent(searched_for, passages, self._vocabulary):
            return self._abstain(question, searched_for, passages, confidence)
        index, items = 0, tuple[Span, ...]()
        if wanted.shape == "list":
            index, items = self._best_list(searched_for, groups, asked, rarity, confidence, wanted.count)
        if index:
            confidence = self._calibration.probability(self.evidence(searched_for, groups, index, asked, rarity))
        shape: Shape = "span"
        if len(items) > 1:
            shape = "list"
            found = groups[index][0].candidate.retrieved
            citations = tuple(cite(found, item, confidence) for item in items)
            text = join_items(found.article.text, items)
        else:
            citations = self._citations(searched_for, groups, index, asked, rarity)
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
            alternatives=self._alternatives(searched_for, groups, index, asked, rarity, confidence, text, citations),
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
        self,
        question: str,
        groups: Sequence[Group],
        asked: AnswerType,
        rarity: dict[str, float],
        confidence: float,
        count: int | None,
    ) -> tuple[int, tuple[Span, ...]]:
        """The best group whose span stands in an enumeration, with its items; the best group alone when none does.

        A later group counts only if it would be answer enough by itself and is nearly as probable as the first; one
        with as many items as the question says goes before one with another number.
        """
        said = set(content_terms(question))
        found: list[tuple[int, tuple[Span, ...]]] = []
        for index, group in enumerate(groups[:LISTS_TRIED]):
            if index:
                own = self._calibration.probability(self.evidence(question, groups, index, asked, rarity))
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
        return self._reader.read(question, passages[: self._settings.passages_read])

    def groups(self, question: str, passages: Sequence[Retrieved]) -> list[Group]:
        """Candidates that give the same answer, together; groups and their members best first."""
        asked = expected_type(question)
        scored = [
            ScoredCandidate(one, self._rank(one))
            for one in self.candidates(question, passages)
            if not crosses(one.span, one.retrieved)
        ]
        scored.sort(key=lambda one: (-one.rank_score, one.candidate.retrieved.passage.passage_id, one.candidate.span))
        groups: list[Group] = []
        taken: list[ScoredCandidate] = []
        for one in scored:
            if any(_overlap(one.candidate, other.candidate) for other in taken):
                continue
            taken.append(one)
            for group in groups:
                if same_answer(group[0].text, one.text, asked):
                    group.append(one)
                    break
            else:
                groups.append([one])
        return groups

    def evidence(
        self, question: str, groups: Sequence[Group], index: int, asked: AnswerType, rarity: dict[str, float]
    ) -> Evidence:
        """The evidence for the answer of ``groups[index]``, from its best candidate."""
        group = groups[index]
        one = group[0]
        others = [other[0].rank_score for position, other in enumerate(groups) if position != index]
        return self._evidence_of(
            question,
            one.candidate,
            gap=one.rank_score - max(others) if others else 0.0,
            articles={member.candidate.retrieved.article.article_id for member in group},
            asked=asked,
            rarity=rarity,
        )

    def _evidence_of(
        self,
        question: str,
        candidate: Candidate,
        *,
        gap: float,
        articles: set[str],
        asked: AnswerType,
        rarity: dict[str, float],
    ) -> Evidence:
        found = candidate.retrieved
        held = set(content_terms(f"{found.article.title} {found.text}"))
        total = sum(rarity.values())
        covered = sum(weight for term, weight in rarity.items() if term in held)
        names = {stem(name) for name in names_and_numbers(question)}
        quote = quote_of(candidate)
        return Evidence(
            margin=candidate.margin,
            gap=gap,
            similarity=found.vector_score or 0.0,
            coverage=covered / total if total else 1.0,
            missing_names=sum(name not in held for name in names) / len(names) if names else 0.0,
            type_fits=float(mentions(asked, quote.text, question)),
            agreement=float(min(2, len(articles) - 1)),
        )

    def _rank(self, candidate: Candidate) -> float:
        found = candidate.retrieved
        return self._calibration.rank(candidate.margin, found.score, found.vector_score or 0.0)

    def _citations(
        self,
        question: str,
        groups: Sequence[Group],
        index: int,
        asked: AnswerType,
        rarity: dict[str, float],
        stance: Stance = "supports",
    ) -> tuple[Citation, ...]:
        """The group's best candidate, and each further sentence that would be answer enough by itself."""
        group = groups[index]
        others = [other[0].rank_score for position, other in enumerate(groups) if position != index]
        articles = {member.candidate.retrieved.article.article_id for member in group}
        citations: list[Citation] = []
        quoted: set[tuple[str, int, int]] = set()
        for member in group:
            evidence = self._evidence_of(
                question,
                member.candidate,
                gap=member.rank_score - max(others) if others else 0.0,
                articles=articles,
                asked=asked,
                rarity=rarity,
            )
            confidence = self._calibration.probability(evidence)
            quote = quote_of(member.candidate)
            place = (member.candidate.retrieved.article.article_id, quote.start, quote.end)
            if place in quoted or (citations and confidence < self.threshold):
                continue
            quoted.add(place)
            citations.append(cite(member.candidate.retrieved, member.candidate.span, confidence, stance, quote))
        return tuple(citations[:MOST_CITATIONS])

    def _alternatives(
        self,
        question: str,
        groups: Sequence[Group],
        chosen: int,
        asked: AnswerType,
        rarity: dict[str, float],
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
            if index == chosen or not is_worth_showing(group[0].candidate, question, asked, answer, cited):
                continue
            own = self._calibration.probability(self.evidence(question, groups, index, asked, rarity))
            if own < AT_LEAST * confidence:
                continue
            elsewhere = group[0].candidate.retrieved.article.article_id not in best_articles
            differs = (
                elsewhere and own >= DIFFERS_WITHIN * confidence and contradicts(best[0].text, group[0].text, asked)
            )
            stance: Stance = "differs" if differs else "supports"
            citations = self._citations(question, groups, index, asked, rarity, stance)
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
