from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rag.language.english.terms import content_terms
from rag.read.protocol import Reader, examine
from rag.read.sentence_reader import SentenceReader
from tests.unit.rag.answer.made_up import retrieved


class HashedWords:
    """An encoder whose vectors are counts of hashed stems: enough for "alike" to mean "shares words"."""

    name = "hashed"
    fingerprint = "0"
    dimension = 64
    max_tokens = 256

    def __init__(self) -> None:
        self.calls = 0

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.calls += 1
        vectors = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for term in content_terms(text):
                vectors[row, sum(map(ord, term)) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


PASSAGE = retrieved("Mill Bridge was closed for repairs. It reopened in March 2024. Boats may pass again.")


def test_it_is_a_reader() -> None:
    assert isinstance(SentenceReader(HashedWords()), Reader)


def test_it_does_not_judge_sentences_beside_its_candidates() -> None:
    reading = examine(SentenceReader(HashedWords()), "What happened?", [PASSAGE])
    assert len(reading.candidates) == 3
    assert not reading.sentences


def test_the_sentence_with_the_answer_comes_first() -> None:
    candidates = SentenceReader(HashedWords()).read("When was Mill Bridge reopened?", [PASSAGE])
    assert candidates[0].text == "It reopened in March 2024."
    assert [candidate.score for candidate in candidates] == sorted((one.score for one in candidates), reverse=True)


def test_every_candidate_is_a_whole_sentence_of_its_passage() -> None:
    candidates = SentenceReader(HashedWords()).read("What happened?", [PASSAGE])
    assert {candidate.span for candidate in candidates} == set(PASSAGE.passage.sentences)


def test_a_sentence_of_two_passages_counts_once() -> None:
    assert len(SentenceReader(HashedWords()).read("What happened?", [PASSAGE, PASSAGE])) == 3


def test_one_batched_call_a_question() -> None:
    encoder = HashedWords()
    SentenceReader(encoder).read("What happened?", [PASSAGE, PASSAGE])
    assert encoder.calls == 1


def test_nothing_to_read_gives_nothing() -> None:
    assert SentenceReader(HashedWords()).read("What happened?", []) == []


def test_a_question_of_function_words_only_is_read_without_failing() -> None:
    assert len(SentenceReader(HashedWords()).read("What is it?", [PASSAGE])) == 3
