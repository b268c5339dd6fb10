from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.read.bearing import FEATURES, NAME_WEIGHT, bearing_sentences, sentence_features, words_of_question
from rag.read.readings import ScoredSentence
from rag.records import Retrieved
from tests.unit.rag.answer.made_up import retrieved

VOTE = retrieved("The assembly met in May. Britain abstained in the vote. Egypt signed.", title="The vote")
FAIR = retrieved("The harbour fair drew many visitors. It rained.", article_id="b" * 16, passage_id=2, title="Fair")


def texts(question: str, passages: list[Retrieved]) -> list[str]:
    return [each.text for each in bearing_sentences(question, passages)]


def test_the_sentence_that_holds_the_questions_words_is_first() -> None:
    assert texts("Did Britain abstain in the vote?", [FAIR, VOTE])[0] == "Britain abstained in the vote."
    assert sorted(texts("visitors", [FAIR, VOTE])) == sorted(
        ["The harbour fair drew many visitors.", "It rained.", *VOTE.text.replace(". ", ".|").split("|")]
    )


def test_names_count_more_and_the_words_that_only_ask_do_not_count() -> None:
    words = words_of_question("What do the articles say about Lunden and its fair?")
    assert words.weights == {"lunden": NAME_WEIGHT, "fair": 1.0}
    assert words.names == {"lunden"}


def test_words_nearby_count_less_and_those_elsewhere_in_the_passage_least() -> None:
    rows = sentence_features("assembly", [VOTE])
    assert [features["share"] for _, _, features in rows] == [1.0, 0.6, 0.25]


def test_a_sentence_that_two_passages_share_counts_once() -> None:
    again = Retrieved(VOTE.passage, 0.5, VOTE.article, vector_score=0.4)
    assert len(texts("Did Britain abstain?", [VOTE, again])) == 3


def test_the_readers_own_opinion_is_one_of_the_features() -> None:
    judged = [
        ScoredSentence(VOTE, VOTE.passage.sentences[2], 3.0),
        ScoredSentence(VOTE, VOTE.passage.sentences[0], -99.0),
    ]
    opinions = [features["judged"] for _, _, features in sentence_features("Who signed?", [VOTE], judged)]
    assert opinions == [-8.0, 0.0, 3.0]


@given(st.text(max_size=60))
def test_every_probability_is_one_and_they_fall(question: str) -> None:
    scored = [each.probability for each in bearing_sentences(question, [VOTE, FAIR])]
    assert scored == sorted(scored, reverse=True)
    assert all(0 < probability < 1 for probability in scored)


def test_unrelated_passages_change_no_sentence() -> None:
    question = "Did Britain abstain?"
    alone = {each.text: each.probability for each in bearing_sentences(question, [VOTE])}
    among = {each.text: each.probability for each in bearing_sentences(question, [VOTE, FAIR])}
    assert {text: among[text] for text in alone} == pytest.approx(alone, abs=1e-5)


def test_every_feature_is_given() -> None:
    assert set(FEATURES) == set(sentence_features("x", [VOTE])[0][2])
