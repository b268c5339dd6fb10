"""Text for a terminal: harmless, wrapped, styled where styles show."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.terminal.styling import MARK_END, MARK_START, Terminal, columns, cut, marked, visible, visible_lines

STYLED = Terminal(width=20, styled=True)


class TerminalStream(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x9b31m", "<U+009B>31m"),
        ("bell\x07 delete\x7f null\x00", "bell␇ delete␡ null␀"),
        ("evil\u202etxt.exe", "evil<U+202E>txt.exe"),
        ("\u2066isolated\u2069", "<U+2066>isolated<U+2069>"),
        ("two\nlines\tand\rmore", "two lines and more"),
        ("a\u2028b", "a b"),
        ("שלום עולם", "שלום עולם"),
        ("mañana 🙂", "mañana 🙂"),
    ],
)
def test_what_would_steer_the_terminal_is_shown_instead(raw: str, shown: str) -> None:
    assert visible(raw) == shown


def test_line_breaks_and_tabs_stay_in_running_text() -> None:
    assert visible_lines("one\r\ntwo\n\tthree\x1b[2J") == "one\ntwo\n\tthree␛[2J"


@given(st.text())
def test_nothing_that_steers_a_terminal_is_ever_let_through(text: str) -> None:
    steering = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ue000\ue001]")
    assert not steering.search(visible(text))
    assert not steering.search(visible_lines(text))
    assert "\n" not in visible(text)


def test_columns_count_wide_and_combining_characters() -> None:
    assert columns("abc") == 3
    assert columns("漢字") == 4
    assert columns("e\u0301") == 1
    assert columns(f"{MARK_START}ab{MARK_END}") == 2


def test_cut_shortens_to_the_width() -> None:
    assert cut("short", 5) == "short"
    assert cut("a longer title", 8) == "a longe…"
    assert columns(cut("漢字漢字漢字", 6)) <= 6


def test_a_span_is_marked_with_quotation_marks_where_styles_do_not_show() -> None:
    assert Terminal().fill(marked("Bennett succeeded him.", 0, 7)) == "»Bennett« succeeded him."


def test_a_span_over_several_lines_is_styled_line_by_line() -> None:
    text = STYLED.fill(marked("one two three four five six seven", 4, 23), indent="    ")
    assert text.splitlines() == [
        "    one \x1b[1;7mtwo three\x1b[0m",
        "    \x1b[1;7mfour five\x1b[0m six",
        "    seven",
    ]


def test_text_cannot_forge_a_mark() -> None:
    assert "»" not in Terminal().fill(marked(f"a {MARK_START}b{MARK_END} c", 0, 0))


def test_a_range_outside_the_text_marks_nothing() -> None:
    assert Terminal().fill(marked("text", 9, 12)) == "text"


@given(st.text(alphabet="ab 漢é", max_size=80), st.integers(20, 40))
def test_no_line_is_wider_than_the_terminal_unless_one_word_is(text: str, width: int) -> None:
    for line in Terminal(width=width).fill(text, indent="  ").splitlines():
        assert columns(line) <= width or " " not in line.strip()


def test_without_a_terminal_lines_stay_whole() -> None:
    text = "word " * 100
    assert Terminal().fill(text) == text.strip()


def test_a_narrow_terminal_cuts_the_column_that_may_shrink() -> None:
    row = ("1234", "A very long title indeed", "a.txt")
    table = Terminal(width=30).table(("id", "title", "file"), [row], shrink=1)
    assert table.splitlines() == [
        "id    title              file",
        "1234  A very long titl…  a.txt",
    ]


def test_styles_show_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert Terminal.of(TerminalStream()).styled
    assert Terminal.of(io.StringIO()) == Terminal(width=None, styled=False)


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_the_environment_can_turn_styles_off(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, value)
    assert not Terminal.of(TerminalStream()).styled
    assert "\x1b" not in Terminal.of(TerminalStream()).style("bold", "text")


def test_lines_follow_the_width_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert Terminal.of(TerminalStream()).width == 40
    monkeypatch.setenv("COLUMNS", "400")
    assert Terminal.of(TerminalStream()).width == 100
