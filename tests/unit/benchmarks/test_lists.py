from __future__ import annotations

import numpy as np
import pytest

from benchmarks.lists import as_passage, counts, rates


@pytest.mark.parametrize(
    ("given", "right", "exact", "partial"),
    [
        (["Egypt", "the Jordan"], ["Jordan", "egypt"], (1.0, 1.0), (1.0, 1.0)),
        (["Egypt"], ["Egypt", "Jordan"], (1.0, 0.5), (1.0, 0.5)),
        (["Egypt and Jordan"], ["Egypt", "Jordan"], (0.0, 0.0), (1 / 3, 1.0)),
        ([], ["Egypt"], (0.0, 0.0), (0.0, 0.0)),
        (["Egypt", "Egypt"], ["Egypt"], (1.0, 1.0), (1.0, 1.0)),
    ],
)
def test_spans_and_their_words_are_counted(
    given: list[str], right: list[str], exact: tuple[float, float], partial: tuple[float, float]
) -> None:
    found = rates(counts(given, right))
    assert (found["exact"]["precision"], found["exact"]["recall"]) == pytest.approx(exact, abs=1e-4)
    assert (found["partial"]["precision"], found["partial"]["recall"]) == pytest.approx(partial, abs=1e-4)


def test_counts_of_several_questions_add_up() -> None:
    total = np.sum([counts(["Egypt"], ["Egypt", "Jordan"]), counts(["Syria"], ["Iraq"])], axis=0)
    assert rates(total)["exact"] == {"precision": 0.5, "recall": 0.3333, "f1": 0.4}


def test_a_text_is_one_passage_with_its_sentences() -> None:
    found = as_passage("It rained. Nobody came.")
    assert [one.of(found.text) for one in found.passage.sentences] == ["It rained.", "Nobody came."]
