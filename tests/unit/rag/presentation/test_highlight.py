from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.presentation.highlight import flowing, highlighted, is_hard_wrapped
from rag.records import Span
from tests.unit.ui.web.any_values import SOLID, TEXT
from tests.unit.ui.web.page_text import read_html


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, Span, dict[str, list[Span]]]:
    text = draw(st.lists(SOLID, min_size=1, max_size=5).map("".join))
    spans = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda p: p[0] < p[1])
    mark = Span(*draw(spans))
    layers = {
        name: [Span(*pair) for pair in draw(st.lists(spans, max_size=3))] for name in ("in-passage", "boilerplate")
    }
    return text, mark, layers


@given(marked_texts(), st.booleans())
def test_the_mark_is_one_element_with_exactly_the_spans_text(
    case: tuple[str, Span, dict[str, list[Span]]], hard_wrapped: bool
) -> None:
    text, mark, layers = case
    page = read_html(highlighted(text, layers, mark, hard_wrapped=hard_wrapped, mark_id="cited"))
    assert page.one("mark").text == mark.of(text)
    assert page.one("mark").attributes["id"] == "cited"
    assert page.text == text


@given(marked_texts())
def test_only_spans_and_the_mark_are_written(case: tuple[str, Span, dict[str, list[Span]]]) -> None:
    page = read_html(highlighted(case[0], case[2], case[1]))
    assert {one.tag for one in page.elements} <= {"span", "mark"}
    assert {name for one in page.elements for name in one.attributes} <= {"class"}


@given(marked_texts())
def test_each_layer_is_shown_on_its_text_outside_the_mark(case: tuple[str, Span, dict[str, list[Span]]]) -> None:
    text, _, layers = case
    page = read_html(highlighted(text, layers))
    for name, ranges in layers.items():
        covered = {position for span in ranges for position in range(span.start, span.end)}
        expected = "".join(text[position] for position in sorted(covered))
        assert "".join(one.text for one in page.all("span", name)) == expected


def test_a_window_shows_only_its_part() -> None:
    page = read_html(highlighted("before the mark after", {}, Span(11, 15), within=Span(7, 21)))
    assert page.text == "the mark after"
    assert page.one("mark").text == "mark"


@given(TEXT)
def test_flowing_text_keeps_every_code_point(text: str) -> None:
    assert read_html(flowing(text)).text == text


@pytest.mark.parametrize("breaks", ["\n", "\r\n", "\r", "\n \t\n", "\r\n\r\n"])
def test_line_breaks_become_gaps(breaks: str) -> None:
    assert read_html(flowing(f"one{breaks}two")).one("span", "gap").text == breaks


def test_indentation_after_a_break_stays_text() -> None:
    page = read_html(flowing("one\n    two"))
    assert page.one("span", "gap").text == "\n"
    assert page.text == "one\n    two"


WRAPPED = (
    "A line that goes on\nand on to the next\nand the next one.\n\n"
    "A new paragraph\nthat is wrapped\ntoo, three lines.\n"
)


def test_single_breaks_of_hard_wrapped_text_do_not_end_paragraphs() -> None:
    assert is_hard_wrapped(WRAPPED)
    page = read_html(flowing(WRAPPED, hard_wrapped=True))
    assert [one.text for one in page.all("span", "gap")] == ["\n\n"]
    assert len(page.all("span", "wrap")) == 5


@pytest.mark.parametrize("text", ["", "one line", "One paragraph.\nAnother one.\n", "One.\n\nTwo.\n\nThree.\n"])
def test_text_with_a_line_for_each_paragraph_is_not_hard_wrapped(text: str) -> None:
    assert not is_hard_wrapped(text)
