"""A question and its passages to one answer: the strategies that its shape allows, or an abstention with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.alternatives import alternatives
from rag.answer.candidates import Candidates
from rag.answer.compose.bearing import compose_bearing
from rag.answer.compose.clauses import compose_clause
from rag.answer.compose.lists import compose_list, compose_people
from rag.answer.compose.spans import compose_span
from rag.answer.compose.strategy import Composed, Strategy
from rag.answer.refusals import is_absent, refusal
from rag.question.shapes import shape_of
from rag.read.confidence import Calibration
from rag.read.document_frequency import Vocabulary
from rag.read.features import understand
from rag.read.protocol import Reader
from rag.read.pruning import worth_reading
from rag.records import Answer, Related, Retrieved, Shape
from rag.settings import AnswerSettings

STRATEGIES: dict[Shape, tuple[Strategy, ...]] = {
    "span": (compose_people, compose_span),
    "clause": (compose_clause,),
    "list": (compose_list, compose_span),
    "evidence": (compose_bearing,),
}
"""What is tried for a question of each shape, in order: the first that composes an answer gives it."""


class Answerer:
    """Reads the best passages once and lets the strategies of the question's shape compose an answer."""

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
        candidates = self.candidates(searched_for, passages)
        confidence = candidates.confidence(0) if candidates.groups else 0.0
        composed = self._composed(candidates)
        if composed is None:
            return self._abstention(question, candidates, confidence)
        return Answer(
            question=question,
            searched_for=searched_for,
            answered=True,
            answer=composed.text,
            confidence=composed.confidence,
            citations=composed.citations,
            alternatives=alternatives(candidates, composed),
            shape=composed.shape,
        )

    def candidates(self, question: str, passages: Sequence[Retrieved]) -> Candidates:
        """The reader's candidates; it is not asked for what only sentences can answer."""
        wanted = shape_of(question)
        read = worth_reading(passages, self._settings)
        return Candidates(
            asked=understand(question, self._vocabulary),
            wanted=wanted,
            passages=passages,
            read=read,
            proposed=[] if wanted.shape == "evidence" else self._reader.read(question, read),
            calibration=self._calibration,
            threshold=self.threshold,
        )

    def _composed(self, candidates: Candidates) -> Composed | None:
        """The first answer that a strategy composes and that nothing speaks against."""
        if candidates.wanted.shape != "evidence":
            if not candidates.groups or candidates.confidence(0) < self.threshold:
                return None
            if is_absent(candidates.asked.question, candidates.passages, self._vocabulary, candidates.confidence(0)):
                return None
        made = (strategy(candidates) for strategy in STRATEGIES[candidates.wanted.shape])
        return next((composed for composed in made if composed is not None), None)

    def _abstention(self, question: str, candidates: Candidates, confidence: float) -> Answer:
        closest = candidates.passages[: self._settings.related]
        why = refusal(candidates.asked.question, candidates.passages, self._vocabulary)
        return Answer(
            question=question,
            searched_for=candidates.asked.question,
            answered=False,
            answer=None,
            confidence=confidence,
            related=(
                *why.offered,
                *(Related(found.article.article_id, *_range(found), found.text) for found in closest),
            ),
            reason=why.reason,
            reason_kind=why.kind,
        )


def _range(found: Retrieved) -> tuple[int, int]:
    return found.passage.start, found.passage.end
