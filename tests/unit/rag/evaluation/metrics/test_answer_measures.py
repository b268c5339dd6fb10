"""Checked against SQuAD's rules, stated again here in a slow and obvious way."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation.metrics.answers import answer_finder, contains, exact_match, f1, normalise

PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
WORDS = [
    "the",
    "a",
    "an",
    "The",
    "Ida",
    "ida",
    "Quill's",
    "12",
    "2012",
    "12%",
    "bridge",
    "--",
    "Käse",
    "U.S.",
    "us",
    "of",
]


def slow_words(text: str) -> list[str]:
    kept = ""
    for character in text.lower():
        if character not in PUNCTUATION:
            kept += character
    return [word for word in kept.split() if word not in ("a", "an", "the")]


def slow_f1(answer: str, expected: str) -> float:
    found, wanted = slow_words(answer), slow_words(expected)
    if not found or not wanted:
        return float(found == wanted)
    left, common = list(wanted), 0
    for word in found:
        if word in left:
            left.remove(word)
            common += 1
    if common == 0:
        return 0.0
    return 2 * (common / len(found)) * (common / len(wanted)) / (common / len(found) + common / len(wanted))


def slow_contains(answer: str, expected: str) -> bool:
    found, wanted = slow_words(answer), slow_words(expected)
    starts = range(len(found) - len(wanted) + 1)
    return bool(wanted) and any(found[start : start + len(wanted)] == wanted for start in starts)


@pytest.mark.parametrize("seed", range(300))
def test_scores_agree_with_the_rules(seed: int) -> None:
    chance = random.Random(seed)
    text = lambda most: " ".join(chance.choices(WORDS, k=chance.randint(1, most)))  # noqa: E731
    answer, acceptable = text(8), [text(4) for _ in range(chance.randint(1, 3))]
    assert exact_match(answer, acceptable) == max(slow_words(answer) == slow_words(one) for one in acceptable)
    assert f1(answer, acceptable) == pytest.approx(max(slow_f1(answer, one) for one in acceptable), abs=1e-9)
    assert contains(answer, acceptable) == max(slow_contains(answer, one) for one in acceptable)


@given(st.text(alphabet=st.sampled_from("aAnthe .,'–“é1\t\n"), max_size=30))
def test_normalising_agrees_with_the_rules_on_separate_words(text: str) -> None:
    # "a" beside a dash that is not ASCII is a word of its own to the published rule but not to a split at spaces
    if not set("–“") & set(text):
        assert normalise(text) == " ".join(slow_words(text))
    assert normalise(normalise(text)) == normalise(text)


def test_examples() -> None:
    assert normalise("The  U.S.-led, “an” Act!") == "usled “ ” act"
    assert exact_match("The Old Bridge.", ["old bridge"]) == 1.0
    assert f1("in 1887 by builders", ["1887"]) == pytest.approx(0.4)
    assert contains("It was 2012", ["12"]) == 0.0
    assert contains("It was 12, or so", ["the 12"]) == 1.0
    assert not answer_finder(["the", "!"])("the bridge !")


@pytest.mark.parametrize("score", [exact_match, f1, contains])
def test_abstaining_is_right_only_when_there_is_no_answer(score: object) -> None:
    assert callable(score)
    assert score(None, []) == score("", []) == 1.0
    assert score("Ida", []) == score(None, ["Ida"]) == score("", ["Ida"]) == 0.0
