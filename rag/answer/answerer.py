"""A question and its passages to one answer: the strategies that its shape allows, or an abstention with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.alternatives import alternatives
from rag.answer.candidates import Candidates
from rag.answer.compose.bearing import compose_bearing
from rag.answer.compose.cells import compose_cell
from rag.answer.compose.clauses import compose_clause
from rag.answer.compose.lists import compose_list, compose_people
from rag.answer.compose.passages import compose_passages
from rag.answer.compose.spans import compose_span
from rag.answer.compose.strategy import Composed, Strategy
from rag.answer.premises import denying_sentence
from rag.answer.refusals import Refusal, is_absent, refusal
from rag.question.computations import computation
from rag.question.shapes import Wanted, shape_of
from rag.read.confidence import Calibration
from rag.read.document_frequency import Vocabulary
from rag.read.features import understand
from rag.read.protocol import Reader, examine
from rag.read.pruning import worth_reading
from rag.read.quotes import quote_of
from rag.records import Answer, Related, Retrieved, Shape
from rag.settings import AnswerSettings

STRATEGIES: dict[Shape, tuple[Strategy, ...]] = {
    "span": (compose_people, compose_span),
    "clause": (compose_clause,),
    "list": (compose_span,),
    "evidence": (compose_bearing, compose_passages),
    "passages": (compose_passages,),
    "overview": (compose_passages,),
}
"""What is tried for a question of each shape, in order: the first that composes an answer gives it."""
UNREAD: dict[Shape, tuple[Strategy, ...]] = {"list": (compose_cell, compose_list)}
"""What is tried before, because it need not hang on a span that the reader is sure of; for other shapes cells only."""
SENTENCE_SHAPES: tuple[Shape, ...] = ("evidence", "passages", "overview")
"""Shapes that whole sentences answer, whatever spans the reader prefers."""
PASSAGES_FROM = 0.15
"""Probability of the best sentence from which passages are shown to a question that asks for them."""
PASSAGES_INSTEAD_FROM = 0.4
"""The same where the reader abstained on a question that asks for an explanation, a list or what somebody said: near
misses look alike. A question for one fact is refused."""


class Answerer:
    """Reads the best passages once and lets the strategies of the question's shape compose an answer."""

    def __init__(
        self,
        reader: Reader,
        calibration: Calibration,
        settings: AnswerSettings,
        vocabulary: Vocabulary,
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
        composed = self._composed(candidates)
        if composed is None:
            return self._abstention(question, candidates)
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
        """What the reader makes of the passages that are worth reading; all of them where sentences are to answer."""
        wanted = shape_of(question)
        most = passages[: self._settings.passages_read]
        read = most if wanted.shape in SENTENCE_SHAPES else worth_reading(passages, self._settings)
        reading = examine(self._reader, question, read)
        return Candidates(
            asked=understand(question, self._vocabulary),
            wanted=wanted,
            passages=passages,
            read=read,
            proposed=reading.candidates,
            calibration=self._calibration,
            threshold=self.threshold,
            passages_from=self._passages_from(wanted),
            judged=reading.sentences,
        )

    def _passages_from(self, wanted: Wanted) -> float:
        """The probability from which the best sentence is shown; what the settings say goes before."""
        if self._settings.abstain_below is not None:
            return self._settings.abstain_below
        return PASSAGES_FROM if wanted.shape in SENTENCE_SHAPES else PASSAGES_INSTEAD_FROM

    def _composed(self, candidates: Candidates) -> Composed | None:
        """The first answer that a strategy composes and that nothing speaks against."""
        wanted = candidates.wanted
        if not candidates.read or self._is_absent(candidates):
            return None
        if wanted.shape in SENTENCE_SHAPES:
            return _first(STRATEGIES[wanted.shape], candidates)
        if self._is_to_be_worked_out(candidates) or denying_sentence(candidates) is not None:
            return None
        if (composed := _first(UNREAD.get(wanted.shape, (compose_cell,)), candidates)) is not None:
            return composed
        if candidates.groups and candidates.confidence(0) >= self.threshold:
            return _first(STRATEGIES[wanted.shape], candidates)
        return None if wanted.shape == "span" else compose_passages(candidates)

    def _is_absent(self, candidates: Candidates) -> bool:
        """Whether the question's subject is in no article; a reader that is sure of a span speaks against it."""
        has_span = bool(candidates.groups) and candidates.wanted.shape not in SENTENCE_SHAPES
        confidence = candidates.confidence(0) if has_span else 0.0
        return is_absent(candidates.asked.question, candidates.passages, self._vocabulary, confidence)

    def _is_to_be_worked_out(self, candidates: Candidates) -> bool:
        """Whether the question asks for a sum, a difference or the like that no quote of the best answer states."""
        asked = computation(candidates.asked.question)
        best = candidates.groups[0] if candidates.groups else ()
        return asked is not None and not any(asked.is_stated_in(quote_of(scored.candidate).text) for scored in best)

    def _abstention(self, question: str, candidates: Candidates) -> Answer:
        closest = candidates.passages[: self._settings.related]
        why = self._refusal(candidates)
        return Answer(
            question=question,
            searched_for=candidates.asked.question,
            answered=False,
            answer=None,
            confidence=candidates.confidence(0) if candidates.groups else 0.0,
            related=(
                *why.offered,
                *(Related(found.article.article_id, *_range(found), found.text) for found in closest),
            ),
            reason=why.reason,
            reason_kind=why.kind,
        )

    def _refusal(self, candidates: Candidates) -> Refusal:
        """Why there is no answer: an article denies what the question assumes, or what the question's words say."""
        wanted = candidates.wanted
        denying = None if wanted.shape in SENTENCE_SHAPES else denying_sentence(candidates)
        if denying is None:
            return refusal(candidates.asked.question, candidates.passages, self._vocabulary)
        found, sentence = denying
        text = sentence.of(found.article.text)
        offered = (Related(found.article.article_id, sentence.start, sentence.end, text),)
        return Refusal("false_premise", f"An article says otherwise: “{' '.join(text.split())}”", offered)


def _first(strategies: Sequence[Strategy], candidates: Candidates) -> Composed | None:
    """What the first strategy that can compose an answer makes of the candidates."""
    made = (strategy(candidates) for strategy in strategies)
    return next((composed for composed in made if composed is not None), None)


def _range(found: Retrieved) -> tuple[int, int]:
    return found.passage.start, found.passage.end
