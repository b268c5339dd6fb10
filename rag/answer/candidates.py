"""A question's candidate answers: read once, grouped by what they say, each with its probability."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.answer.citing import cite
from rag.answer.equivalence import contradicts, same_answer
from rag.answer.whole_names import whole_name
from rag.language.english.terms import content_terms
from rag.language.tables import tables_in
from rag.question.shapes import Wanted
from rag.question.topics import asks_for_current
from rag.read.bearing import BearingSentence, bearing_sentences
from rag.read.confidence import Calibration, Features
from rag.read.expected_kind import can_answer
from rag.read.features import Asked, ScoredCandidate, features_of, scored_candidates
from rag.read.quotes import quote_of
from rag.read.readings import ScoredSentence
from rag.read.spans import crosses
from rag.records import Candidate, Citation, Retrieved, Span, Stance

MOST_CITATIONS = 5
"""Sentences that one answer cites; what many more say alike is not read."""
MOST_COMPARED = 8
"""Answers whose probabilities are compared; what ranks behind them is never the answer."""
TIED_WITHIN = 0.9
"""Share of the most probable answer's probability from which a newer account that contradicts it goes before it."""
PEOPLE_ASK = 2.0
"""Base-rate calibration of sentences, in logits: of the development questions that people ask for passages and with a
yes or a no, 31 of 34 that were shown sentences got the right ones, at a mean probability of 0.48."""
CURRENT_WITHIN = 0.5
"""The same where the question asks for the current state."""

Group = list[ScoredCandidate]
"""Candidates that give the same answer, best first."""


@dataclass(frozen=True)
class Candidates:
    """What the strategies of ``compose`` choose from.

    Attributes:
        asked: the question with what its words say.
        wanted: the shape that it asks for.
        passages: all that were retrieved, best first.
        read: those of them that the reader looked at.
        proposed: the reader's spans.
        threshold: probability under which no answer is given.
        passages_from: probability from which a sentence is shown as what the articles say.
        judged: the reader's opinion of the sentences, where it has one.
    """

    asked: Asked
    wanted: Wanted
    passages: Sequence[Retrieved]
    read: Sequence[Retrieved]
    proposed: Sequence[Candidate]
    calibration: Calibration
    threshold: float
    passages_from: float
    judged: Sequence[ScoredSentence] = ()

    @cached_property
    def groups(self) -> list[Group]:
        """Candidates that give the same answer, together, the most probable answer first.

        Among nearly tied answers of other articles that contradict the most probable one the newest stands first.
        """
        probable = sorted(self._ranked[:MOST_COMPARED], key=lambda group: -self._probability(group, 0))
        newest = self._newest(probable)
        return [*newest, *(group for group in probable if group not in newest), *self._ranked[MOST_COMPARED:]]

    @cached_property
    def _ranked(self) -> list[Group]:
        """Candidates that give the same answer, together; groups and their members in the order of their ranking."""
        legal = [candidate for candidate in self.proposed if self._can_answer(candidate)]
        groups: list[Group] = []
        taken: list[Candidate] = []
        for scored in scored_candidates(self.asked, legal, self.calibration):
            if any(_overlap(scored.candidate, other) for other in taken):
                continue
            taken.append(scored.candidate)
            for group in groups:
                if same_answer(group[0].text, scored.text, self.asked.answer_type):
                    group.append(scored)
                    break
            else:
                groups.append([scored])
        return groups

    def _newest(self, probable: Sequence[Group]) -> list[Group]:
        """The newest group that is nearly tied with the first one and contradicts it, alone; empty when none is."""
        if not probable or not _published(probable[0]):
            return []
        share = CURRENT_WITHIN if asks_for_current(self.asked.question) else TIED_WITHIN
        least = max(self.threshold, share * self._probability(probable[0], 0))
        tied = [
            group
            for group in probable[1:]
            if _published(group) > _published(probable[0])
            and self._probability(group, 0) >= least
            and contradicts(probable[0][0].text, group[0].text, self.asked.answer_type)
        ]
        return sorted(tied, key=_published, reverse=True)[:1]

    @cached_property
    def bearing(self) -> list[BearingSentence]:
        """The sentences of the passages with the probability that each bears on the question, best first."""
        return bearing_sentences(self.asked.question, self.read, self.judged)

    def probability_shown(self, bearing: float) -> float:
        """A sentence's probability as people's questions bear it out.

        Whoever asks for passages of a few articles mostly asks what they say; the sentences that it was fitted on are
        those of questions made to be hard.
        """
        if self.wanted.shape not in ("passages", "overview", "evidence"):
            return bearing
        logit = math.log(bearing / (1.0 - bearing)) if 0.0 < bearing < 1.0 else math.copysign(30.0, bearing - 0.5)
        return 1.0 / (1.0 + math.exp(-min(30.0, logit + PEOPLE_ASK)))

    def _can_answer(self, candidate: Candidate) -> bool:
        """Whether the span is of the kind asked for, crosses no barrier and is no cell of a row that is not named."""
        found = candidate.retrieved
        if crosses(candidate.span, found):
            return False
        text, quote = found.article.text, quote_of(candidate)
        if not can_answer(self.asked.question, text, candidate.span, Span(quote.start, quote.end)):
            return False
        if "\t" not in text:
            return True
        for table in tables_in(text, candidate.span):
            if (place := table.place_of(candidate.span)) is not None:
                row, column = place
                label = table.rows[row][0]
                question = set(content_terms(self.asked.question))
                is_named = column == 0 or label is None or bool(question & set(content_terms(label.of(text))))
                return row > 0 and is_named
        return True

    def features(self, index: int, member: int = 0) -> Features:
        """The features of the answer of ``groups[index]``, from its best candidate or another member."""
        return self._features(self.groups[index], member)

    def confidence(self, index: int, member: int = 0) -> float:
        """The calibrated probability that this answer is right."""
        return self._probability(self.groups[index], member)

    def _features(self, group: Group, member: int) -> Features:
        scored = group[member]
        others = [other[0].rank_score for other in self._ranked if other is not group]
        articles = {each.candidate.retrieved.article.article_id for each in group}
        gap = scored.rank_score - max(others) if others else 0.0
        return features_of(self.asked, scored, gap=gap, articles=len(articles))

    def _probability(self, group: Group, member: int) -> float:
        return self.calibration.probability(self._features(group, member))

    def citations(self, index: int, stance: Stance = "supports") -> tuple[Citation, ...]:
        """The group's best candidate, and each further sentence that would be answer enough by itself."""
        citations: list[Citation] = []
        quoted: set[tuple[str, int, int]] = set()
        for position, member in enumerate(self.groups[index]):
            passage = member.candidate.retrieved
            confidence = self.confidence(index, position)
            quote = quote_of(member.candidate)
            span = whole_name(passage.article.text, Span(quote.start, quote.end), member.candidate.span)
            place = (passage.article.article_id, quote.start, quote.end)
            if place in quoted or (citations and confidence < self.threshold):
                continue
            quoted.add(place)
            citations.append(cite(passage, span, confidence, stance, quote))
        return tuple(citations[:MOST_CITATIONS])


def _published(group: Group) -> str:
    """The date of the best member's article, as ISO 8601; empty when it has none."""
    return group[0].candidate.retrieved.article.published or ""


def _overlap(candidate: Candidate, other: Candidate) -> bool:
    same_article = candidate.retrieved.article.article_id == other.retrieved.article.article_id
    return same_article and candidate.span.overlaps(other.span)
