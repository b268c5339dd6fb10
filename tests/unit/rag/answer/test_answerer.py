from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.answer.answerer import Answerer
from rag.answer.confidence import FEATURES, Calibration
from rag.records import Candidate, Retrieved, Span
from rag.settings import AnswerSettings
from tests.unit.rag.answer.made_up import CountedWords, retrieved


class Scripted:
    """A reader that proposes given words with given margins."""

    name = "scripted"

    def __init__(self, margins: dict[str, float]) -> None:
        self._margins = margins
        self.calls = 0

    def read(self, question: str, passages: Sequence[Retrieved]) -> list[Candidate]:
        self.calls += 1
        found: list[Candidate] = []
        for one in passages:
            for words, margin in self._margins.items():
                start = one.article.text.find(words)
                if start >= 0:
                    found.append(Candidate(one, Span(start, start + len(words)), score=margin))
        return sorted(found, key=lambda candidate: -candidate.score)


def calibration(threshold: float = 0.5) -> Calibration:
    """Confidence from the margin alone."""
    return Calibration(
        reader="scripted",
        intercept=0.0,
        coefficients={name: float(name == "margin") for name in FEATURES},
        means=dict.fromkeys(FEATURES, 0.0),
        scales=dict.fromkeys(FEATURES, 1.0),
        threshold=threshold,
        ranking={"margin": 1.0, "retrieval": 0.0, "similarity": 0.0, "null": 0.0},
    )


def answerer(margins: dict[str, float], passages: Sequence[Retrieved], **settings: object) -> Answerer:
    return Answerer(
        Scripted(margins),
        calibration(),
        AnswerSettings.model_validate(settings),
        CountedWords([one.text for one in passages]),
    )


A, B, C = "a" * 16, "b" * 16, "c" * 16
REOPENED = retrieved("The bridge shut in 2022. Mill Bridge reopened on 14 March 2024.", article_id=A, passage_id=1)
REPEATED = retrieved("Traffic returned on March 14, 2024 at noon.", article_id=B, passage_id=2, title="Traffic")
LATER = retrieved("The mayor opened Mill Bridge on 2 April 2024.", article_id=C, passage_id=3, title="Mayor")
WHEN = "When did Mill Bridge reopen?"


def test_the_quote_is_the_whole_sentence_and_every_text_is_verbatim() -> None:
    answer = answerer({"14 March 2024": 3.0}, [REOPENED]).answer(WHEN, WHEN, [REOPENED])
    (citation,) = answer.citations
    text = REOPENED.article.text
    assert answer.answer == citation.text == text[citation.start : citation.end] == "14 March 2024"
    assert citation.quote.text == text[citation.quote.start : citation.quote.end]
    assert citation.quote.text == "Mill Bridge reopened on 14 March 2024."


def test_the_same_date_in_two_articles_is_one_answer_with_two_citations() -> None:
    passages = [REOPENED, REPEATED]
    answer = answerer({"14 March 2024": 3.0, "March 14, 2024": 2.0}, passages).answer(WHEN, WHEN, passages)
    assert [citation.article_id for citation in answer.citations] == [A, B]
    assert answer.alternatives == ()


def test_another_date_in_another_article_differs_and_is_cited() -> None:
    passages = [REOPENED, LATER]
    answer = answerer({"14 March 2024": 3.0, "2 April 2024": 2.0}, passages).answer(WHEN, WHEN, passages)
    assert answer.answer == "14 March 2024"
    (alternative,) = answer.alternatives
    assert alternative.answer == "2 April 2024"
    assert [citation.stance for citation in alternative.citations] == ["differs"]


def test_a_weak_contradiction_is_not_another_account() -> None:
    passages = [REOPENED, LATER]
    answer = answerer({"14 March 2024": 3.0, "2 April 2024": -2.0}, passages).answer(WHEN, WHEN, passages)
    assert all(citation.stance == "supports" for one in answer.alternatives for citation in one.citations)


def test_two_dates_in_one_article_are_not_two_accounts() -> None:
    answer = answerer({"14 March 2024": 3.0, "2022": 2.9}, [REOPENED]).answer(WHEN, WHEN, [REOPENED])
    assert all(citation.stance == "supports" for one in answer.alternatives for citation in one.citations)


def test_below_the_threshold_it_abstains_with_the_closest_passages() -> None:
    answer = answerer({"14 March 2024": -1.0}, [REOPENED, LATER]).answer(WHEN, WHEN, [REOPENED, LATER])
    assert not answer.answered
    assert answer.answer is None
    assert answer.citations == ()
    assert answer.reason == "The articles mention “Mill Bridge”, but no passage read states the answer."
    assert [(one.article_id, one.text) for one in answer.related] == [(A, REOPENED.text), (C, LATER.text)]
    assert answer.confidence == pytest.approx(0.2689, abs=1e-4)


def test_a_setting_overrides_the_threshold() -> None:
    strict = answerer({"14 March 2024": 3.0}, [REOPENED], abstain_below=0.99)
    assert not strict.answer(WHEN, WHEN, [REOPENED]).answered


def test_a_name_no_article_holds_is_said() -> None:
    question = "When did Zanzibar reopen?"
    answer = answerer({}, [REOPENED]).answer(question, question, [REOPENED])
    assert answer.reason == "No article mentions “Zanzibar”."


def test_nothing_to_read_is_said() -> None:
    answer = answerer({}, []).answer(WHEN, WHEN, [])
    assert answer.reason == "There is nothing to search: no article was added, or the chosen limits leave none."


def test_overlapping_spans_of_overlapping_passages_are_one() -> None:
    again = Retrieved(REOPENED.passage, 0.5, REOPENED.article, vector_score=0.4)
    passages = [REOPENED, again]
    answer = answerer({"14 March 2024": 3.0, "March 2024": 2.5}, passages).answer(WHEN, WHEN, passages)
    assert len(answer.citations) == 1
    assert answer.alternatives == ()


def test_only_the_passages_to_read_are_read() -> None:
    passages = [REOPENED, LATER]
    answer = answerer({"2 April 2024": 3.0}, passages, passages_read=1).answer(WHEN, WHEN, passages)
    assert not answer.answered


def test_one_reader_call_a_question() -> None:
    reader = Scripted({"14 March 2024": 3.0})
    passages = [REOPENED, LATER]
    Answerer(reader, calibration(), AnswerSettings(), CountedWords([])).answer(WHEN, WHEN, passages)
    assert reader.calls == 1
