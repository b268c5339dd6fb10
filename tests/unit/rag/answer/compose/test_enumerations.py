from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.compose.enumerations import join_items, list_items, people_in
from rag.records import Span


def items(sentence: str, span: str) -> list[str]:
    start = sentence.index(span)
    found = list_items(sentence, Span(0, len(sentence)), Span(start, start + len(span)))
    return [one.of(sentence) for one in found]


FOUR = "Israel struck deals with Morocco, Sudan, Bahrain and the United Arab Emirates in 2020."


@pytest.mark.parametrize("span", ["Morocco", "Sudan", "Bahrain", "the United Arab Emirates"])
def test_whichever_item_the_reader_found(span: str) -> None:
    assert items(FOUR, span) == ["Morocco", "Sudan", "Bahrain", "the United Arab Emirates"]


@pytest.mark.parametrize(
    ("sentence", "span", "expected"),
    [
        (FOUR, "Morocco, Sudan, Bahrain and the United Arab Emirates",
         ["Morocco", "Sudan", "Bahrain", "the United Arab Emirates"]),
        ("It was signed by Yitzhak Rabin and Anna Bell.", "Yitzhak Rabin", ["Yitzhak Rabin", "Anna Bell"]),
        ("Only Egypt in 1979 and Jordan in 1994 had made peace.", "Egypt", ["Egypt", "Jordan"]),
        ("Members: China (Beijing), France (Paris) and Russia.", "France", ["China", "France", "Russia"]),
        ("The stall sold apples, dried pears and plum jam.", "dried pears", ["apples", "dried pears", "plum jam"]),
        ("She visited Syria, Algeria, and Egypt; Jordan refused.", "Syria", ["Syria", "Algeria", "Egypt"]),
        ("He saw Eyal Hulata, who had been chosen, and Ida Meir.", "Eyal Hulata", ["Eyal Hulata", "Ida Meir"]),
    ],
)  # fmt: skip
def test_enumerations(sentence: str, span: str, expected: list[str]) -> None:
    assert items(sentence, span) == expected


@pytest.mark.parametrize(
    ("sentence", "span"),
    [
        ("They met in Paris, France, on Monday.", "Paris"),
        ("On 3 May 1921, Anna Bell and her husband left.", "3 May 1921"),
        ("Hallam & Ruddock rebuilt the arches.", "Hallam & Ruddock"),
        ("Egypt signed, and Jordan was asked to follow.", "Egypt"),
        ("The bridge cost 1,200 crowns.", "1,200"),
        ("Rain fell.", "Rain"),
    ],
)
def test_no_enumeration_leaves_the_span_alone(sentence: str, span: str) -> None:
    assert items(sentence, span) == [span]


def test_bullets_are_items_without_their_marks() -> None:
    text = "The members are:\n\n- China,\n- France, since 1945\n- Russia.\n\nOthers change."
    start = text.index("France")
    found = list_items(text, Span(start, start + 18), Span(start, start + 6))
    assert [one.of(text) for one in found] == ["China", "France, since 1945", "Russia"]


def test_people_are_told_apart_only_by_whole_names() -> None:
    text = "Rabin, Yitzhak Rabin and King Hussein; Trinidad and Tobago; Dave Stewart, Barbara Gaskin and Thomas Dolby"

    def people(names: str) -> list[str]:
        start = text.index(names)
        return [one.of(text) for one in people_in(text, Span(start, start + len(names)))]

    assert people("Yitzhak Rabin and King Hussein") == ["Yitzhak Rabin", "King Hussein"]
    assert people("Trinidad and Tobago") == ["Trinidad and Tobago"]
    assert people("Dave Stewart, Barbara Gaskin and Thomas Dolby") == ["Dave Stewart", "Barbara Gaskin", "Thomas Dolby"]


def test_items_side_by_side_keep_the_articles_words_between_them() -> None:
    text = "Egypt,\n Jordan and Syria signed; later Iraq did."
    spans = [Span(text.index(name), text.index(name) + len(name)) for name in ("Egypt", "Jordan", "Syria", "Iraq")]
    assert join_items(text, spans) == "Egypt, Jordan and Syria; Iraq"


WORDS = st.lists(
    st.sampled_from(
        ["Egypt", "Jordan", "the", "and", ",", ", and", "of", "apples", "(x)", "in 1979", ";", "1,200", "who", "."]
    ),
    min_size=1,
    max_size=14,
).map(" ".join)


@given(sentence=WORDS, data=st.data())
def test_items_are_in_order_apart_and_inside_the_sentence(sentence: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(sentence) - 1))
    end = data.draw(st.integers(start + 1, len(sentence)))
    text = "Before. " + sentence + " After."
    whole, span = Span(8, 8 + len(sentence)), Span(8 + start, 8 + end)
    found = list_items(text, whole, span)
    assert found
    assert all(whole.contains(one) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    if len(found) == 1:
        assert found == (span,)
    joined = join_items(text, found)
    assert all(" ".join(one.of(text).split()) in " ".join(joined.split()) for one in found)
