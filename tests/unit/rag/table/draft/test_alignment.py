from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.table.draft.alignment import align

TEXT = (
    "At nine the mayor cut a green ribbon, and the band led several hundred residents across the river. Then it rained."
)


def differences(quotation: str, text: str = TEXT) -> list[tuple[str, str, str]]:
    aligned = align(quotation, text)
    assert aligned is not None
    return [(one.kind, one.draft, one.article) for one in aligned.difference if one.kind != "same"]


def test_the_difference_is_told_word_by_word() -> None:
    assert differences("the band led several thousand residents across the river") == [
        ("replaced", "thousand", "hundred")
    ]
    assert differences("the mayor cut a ribbon") == [("left_out", "", "green")]
    assert differences("the mayor cut a very green ribbon") == [("added", "very", "")]
    assert differences("The band led") == [("replaced", "The", "the")]
    assert differences("a green ribbon and the band") == [("left_out", "", ",")]


def test_the_place_begins_and_ends_where_the_quotation_does() -> None:
    aligned = align("the band led several thousand residents", TEXT)
    assert aligned is not None
    assert aligned.span.of(TEXT) == "the band led several hundred residents"
    assert 0.8 < aligned.likeness < 1


def test_texts_without_a_common_word_are_not_aligned() -> None:
    assert align("nothing alike", TEXT) is None
    assert align("…", TEXT) is None


@given(
    st.lists(st.sampled_from("the band led several residents across a river green ,".split()), min_size=1, max_size=9)
)
def test_both_sides_of_a_difference_are_their_own_words(words: list[str]) -> None:
    quotation = " ".join(words)
    aligned = align(quotation, TEXT)
    if aligned is None:
        return
    assert "".join(one.draft for one in aligned.difference).replace(" ", "") == quotation.replace(" ", "")
    written = "".join(one.article for one in aligned.difference).replace(" ", "")
    assert written == aligned.span.of(TEXT).replace(" ", "")


@pytest.mark.parametrize(
    ("quotation", "draft", "article"),
    [
        ("Mayor Quill came at last", "last", "once"),
        ("Lady Quill came at once", "Lady", "Mayor"),
        ("Mayor Quill left at once", "left", "came"),
    ],
)
def test_a_word_in_another_s_place_is_shown_wherever_it_stands(quotation: str, draft: str, article: str) -> None:
    changed = differences(quotation, "The fire was put out. Mayor Quill came at once.")
    assert [part for part in changed if part[0] != "same"] == [("replaced", draft, article)]
