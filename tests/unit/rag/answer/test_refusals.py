from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.refusals import is_absent, refusal, subjects
from rag.records import Article, Span
from tests.unit.rag.answer.made_up import CountedWords, article, retrieved

PASSAGE = retrieved("Mill Bridge in Oskerby reopened in March 2024. The World Bank paid.")
VOCABULARY = CountedWords([PASSAGE.text])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who won the 2022 World Cup?", ["2022", "World Cup"]),
        ("Did Naftali Bennett, or Yair Lapid, resign?", ["Naftali Bennett", "Yair Lapid"]),
        ("Why was it closed?", []),
        ("Is Oskerby larger than Oskerby?", ["Oskerby"]),
    ],
)
def test_names_side_by_side_are_one_subject(question: str, expected: list[str]) -> None:
    assert subjects(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who won the World Cup?", "No article mentions “World Cup”."),
        ("Who built Mill Bridge?", "The articles mention “Mill Bridge”, but nowhere “built”."),
        ("Who paid for Mill Bridge?", "The articles mention “Mill Bridge”, but no passage read states the answer."),
        ("Why do penguins swim?", "None of the question's words occur in the articles."),
        ("Who reopened it?", "No passage in these articles states the answer clearly enough."),
    ],
)
def test_the_reason_says_what_is_missing(question: str, expected: str) -> None:
    assert refusal(question, [PASSAGE], VOCABULARY).reason == expected


VOTE = retrieved(
    "In 2024 the General Assembly voted. Egypt voted yes, and Naftali Bennett wrote a letter to the assembly",
    passage_id=2,
    title="The vote",
)
BOTH = [PASSAGE, VOTE]
KNOWN = CountedWords([f"{one.article.title} {one.text}" for one in BOTH])


@pytest.mark.parametrize(
    ("question", "kind", "said"),
    [
        ("Who won the World Cup?", "absent", "“World Cup”"),
        ("Who painted Guernica?", "absent", "“Guernica”"),
        ("Why do penguins swim?", "absent", "None of the question's words"),
        ("Why are the lake and the bridge frozen?", "absent", "“lake” and “frozen”"),
        ("Why is the bridge frozen?", "near_miss", "none of them mentions “frozen”"),
        ("Who wrote to Naftaly Bennet?", "absent", "perhaps “Naftali” and “Bennett” is meant"),
        ("Who designed Mill Bridge?", "near_miss", "but nowhere “designed”"),
        ("Who paid Naftali Bennett?", "near_miss", "no passage read"),
        ("How many children does Naftali Bennett have?", "near_miss", "but nowhere “children”"),
        ("Why did Egypt reopen Mill Bridge?", "false_premise", "together"),
        ("When did Naftali Bennett visit Oskerby?", "false_premise", "“Naftali Bennett” and “Oskerby”"),
        ("What did Egypt write in 1956?", "false_premise", "“1956”"),
        ("When did Mill Bridge reopen in June?", "false_premise", "“June”"),
        ("Who reopened it?", "unclear", "clearly enough"),
    ],
)
def test_the_kind_of_reason(question: str, kind: str, said: str) -> None:
    found = refusal(question, BOTH, KNOWN)
    assert (found.kind, said in found.reason) == (kind, True), found


def test_nothing_to_search_is_its_own_kind() -> None:
    assert refusal("Who?", [], KNOWN).kind == "empty"


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("Who painted Guernica?", True),
        ("Why do penguins swim?", True),
        ("Who wrote to Naftaly Bennet?", False),
        ("What did Barack Obama write to Egypt?", False),
        ("Who reopened Mill Bridge?", False),
        ("How many voted in 1812?", False),
        ("Why did the bridge reopen?", False),
    ],
)
def test_only_a_subject_that_is_nowhere_is_refused_whatever_the_reader_says(question: str, absent: bool) -> None:
    assert is_absent(question, BOTH, KNOWN) is absent


@given(st.text(max_size=80))
def test_any_question_gets_one_sentence(question: str) -> None:
    assert refusal(question, [PASSAGE], VOCABULARY).reason.endswith(".")


class CaptionedWords(CountedWords):
    """A vocabulary with one caption outside its passages."""

    def outside_passages(self, name: str) -> list[tuple[Article, Span]]:
        captioned = article("Photo: the bridge, taken by Lars Lindqvist.")
        return [(captioned, Span(0, len(captioned.text)))] if name in captioned.text else []


def test_what_stands_only_in_a_caption_is_said_to_stand_there_and_offered() -> None:
    vocabulary = CaptionedWords([PASSAGE.text])
    refused = refusal("Who is Lars Lindqvist?", [PASSAGE], vocabulary)
    assert "only in a caption" in refused.reason
    assert "taken by Lars Lindqvist" in refused.reason
    assert [related.text for related in refused.offered] == ["Photo: the bridge, taken by Lars Lindqvist."]
    assert "No article mentions" in refusal("Who is Inga Lindqvist?", [PASSAGE], vocabulary).reason


@pytest.mark.parametrize("question", ["Wer hat die Brücke gebaut?", "Кто построил мост?", "¿Quién pagó el puente?"])
def test_another_language_is_told_that_english_is_expected(question: str) -> None:
    assert "English" in refusal(question, [PASSAGE], VOCABULARY).reason


@pytest.mark.parametrize("word", ["anyone", "true", "background", "else", "isn't", "piece"])
def test_filler_words_are_never_called_missing(word: str) -> None:
    assert f"“{word}”" not in refusal(f"Is it {word} that Mill Bridge reopened?", [PASSAGE], VOCABULARY).reason


def test_a_sure_reader_is_not_overruled_by_common_words() -> None:
    question = "To what frozen level did penguins swim?"
    assert is_absent(question, [PASSAGE], VOCABULARY)
    assert not is_absent(question, [PASSAGE], VOCABULARY, confidence=0.95)
