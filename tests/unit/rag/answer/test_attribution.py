from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.attribution import find_speaker, speaker_of
from rag.records import Span


def speaker(sentence: str, claim: str) -> str | None:
    start = sentence.index(claim)
    return speaker_of(sentence, Span(0, len(sentence)), Span(start, start + len(claim)))


@pytest.mark.parametrize(
    ("sentence", "claim", "expected"),
    [
        ("The ministry said that 12 people had died.", "12", "The ministry"),
        ("Peskov denied that talks were held in Paris.", "Paris", "Peskov"),
        ("The Kremlin denied any part in the attack.", "attack", "The Kremlin"),
        ("Critics of the plan argue that it costs nine million.", "nine million", "Critics of the plan"),
        ("White House spokeswoman Karoline Leavitt said that the draft was not complete.", "not complete",
         "White House spokeswoman Karoline Leavitt"),
        ("Its spokesman, Dmitry Peskov, said there were contacts.", "contacts", "Dmitry Peskov"),
        ("Sebastian Gorka, the senior director, told Politico that the killing must end.", "the killing",
         "Sebastian Gorka"),
        ("Chinese diplomat Geng Shuang told the council that calm had not returned.", "calm",
         "Chinese diplomat Geng Shuang"),
        ("On Tuesday the mayor announced that the bridge would open in May.", "May", "the mayor"),
        ("Two days later Benny Gantz said on a visit that “Israel is ready”.", "ready", "Benny Gantz"),
        ("Kremlin spokesman Dmitry Peskov said: “There are no consultations.”", "no consultations",
         "Kremlin spokesman Dmitry Peskov"),
        ("The report says the river rose by two metres.", "two metres", "The report"),
        ("The fair drew 12,000 visitors, the organisers said.", "12,000", "the organisers"),
        ("The fair drew 12,000 visitors, the organisers said on Monday.", "12,000", "the organisers"),
        ("“We lost every second customer,” said Petra Nunn, who sells bread.", "customer", "Petra Nunn"),
        ("“The arches held,” county engineer Tomas Wray said.", "arches", "county engineer Tomas Wray"),
        ("Reports of corruption, some officials believe, may weaken its hand.", "corruption", "some officials"),
        ("Reports of corruption, some officials believe, may weaken its hand.", "weaken", "some officials"),
        ("According to Moscow, both wanted more aid.", "more aid", "Moscow"),
        ("According to the network “North”, the plan is secret.", "secret", "the network “North”"),
        ("The idea came up weeks ago, according to a source close to the council.", "weeks ago",
         "a source close to the council"),
        ("In the opinion of some negotiators, that would settle nothing.", "nothing", "some negotiators"),
        ("In Putin's view, East Jerusalem should be the capital.", "East Jerusalem", "Putin"),
        ("Britain abstained, Egypt said, because the text was late.", "late", "Egypt"),
    ],
)  # fmt: skip
def test_the_speaker_is_named_in_the_articles_words(sentence: str, claim: str, expected: str) -> None:
    assert speaker(sentence, claim) == expected


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("He said that 12 people had died.", "12"),
        ("They believe it was lost in 1943.", "1943"),
        ("The envoys, she said, speak with both capitals.", "both capitals"),
        ("Its relations had been good for 15 years, he noted.", "15 years"),
        ("According to him, nobody came.", "nobody"),
        ("In his view, nothing had been seen like it.", "nothing"),
        ("One of them said it was stolen.", "stolen"),
    ],
)
def test_a_pronoun_is_no_speaker(sentence: str, claim: str) -> None:
    assert speaker(sentence, claim) is None


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("Mill Bridge reopened on 14 March 2024.", "14 March 2024"),
        ("The plan is said to cost nine million.", "nine million"),
        ("The brief promised a separate report on that part.", "that part"),
        ("The presidency took delivery of the draft and said neither yes nor no.", "the draft"),
        ("He accepted the loss and said the country would recover.", "the country"),
        ("The mayor wrote a letter to her sister.", "a letter"),
        ("Officials fear the river.", "Officials"),
        ("She died after reports circulated that the war was over.", "the war was over"),
        ("The ministry said that 12 people had died.", "The ministry"),
        ("The statement of 1948 was added to the file.", "the file"),
        ("No one believes in ghosts.", "ghosts"),
        ("The road, which was closed, reopened.", "reopened"),
    ],
)
def test_what_nobody_is_said_to_claim_has_no_speaker(sentence: str, claim: str) -> None:
    assert speaker(sentence, claim) is None


def test_what_stands_before_the_claim_is_not_the_speakers() -> None:
    sentence = "The bridge was closed in 2022, and the mayor said that it would reopen in May."
    assert speaker(sentence, "May") == "the mayor"
    assert speaker(sentence, "2022") is None


PIECES = ["He", "The mayor", "said", "that", "denied", "according to", "“", "”", ",", ".", "Moscow", "it rained", "and"]


@given(sentence=st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map(" ".join), data=st.data())
def test_a_speaker_is_verbatim_apart_from_the_claim_and_no_pronoun(sentence: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(sentence) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(sentence))))
    found = find_speaker(sentence, span)
    if found is not None:
        assert not found.overlaps(span)
        assert found.of(sentence).strip() == found.of(sentence)
        assert found.of(sentence) not in ("He", "it")
        assert "\n" not in found.of(sentence)
