from __future__ import annotations

import pytest
from hypothesis import given

from rag.presentation.html import attributes, escape, label, shown
from tests.unit.ui.web.any_values import TEXT
from tests.unit.ui.web.page_text import read_html


@given(TEXT)
def test_content_is_read_back_exactly(text: str) -> None:
    page = read_html(f"<p>{escape(text)}</p>")
    assert page.one("p").text == text
    assert len(page.elements) == 1


@given(TEXT)
def test_attributes_are_read_back_exactly(text: str) -> None:
    assert read_html(f"<p{attributes(data_text=text)}></p>").one("p").attributes == {"data-text": text}


def test_attributes_leave_out_none_and_false_and_write_true_bare() -> None:
    assert attributes(data_open="x", hidden=True, disabled=False, title=None, for_=3) == ' data-open="x" hidden for="3"'


@pytest.mark.parametrize("text", ["\0", "\ud800", "a\udfffb"])
def test_what_html_cannot_carry_becomes_a_replacement_character(text: str) -> None:
    assert "\ufffd" in escape(text)
    escape(text).encode()


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200f", "\x07", "\x9b"])
def test_labels_show_signs_that_mislead(sign: str) -> None:
    assert shown(f"report{sign}fdp.exe") == "report\ufffdfdp.exe"


@given(TEXT)
def test_a_label_is_one_isolated_line(text: str) -> None:
    page = read_html(label(text))
    assert page.one("bdi").text == shown(text)
    assert len(page.elements) == 1
    assert not set("\n\r\t\u2028") & set(page.text)
