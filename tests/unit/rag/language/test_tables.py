from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.language.tables import tables_in
from rag.records import Span

TEXT = "Trains\n\nLine\tStops\tLength\nRed\t14\t9 km\nBlue\t21\t12 km\n\nBoth run daily.\n\nA tab\there."


def test_a_table_is_consecutive_lines_of_cells() -> None:
    (table,) = tables_in(TEXT, Span(0, len(TEXT)))
    assert [[cell.of(TEXT) if cell else None for cell in row] for row in table.rows] == [
        ["Line", "Stops", "Length"],
        ["Red", "14", "9 km"],
        ["Blue", "21", "12 km"],
    ]
    cell = table.rows[2][1]
    assert cell is not None
    assert table.place_of(cell) == (2, 1)
    heading = table.heading_of(2, 1)
    assert heading is not None
    assert heading.of(TEXT) == "Stops"


def test_a_single_line_with_a_tab_and_prose_are_no_tables() -> None:
    assert tables_in(TEXT, Span(TEXT.index("Both"), len(TEXT))) == []


def test_a_corner_that_the_file_leaves_out_moves_no_column() -> None:
    text = "2021\t2022\nWheat\t5\t6"
    (table,) = tables_in(text, Span(0, 4))
    heading = table.heading_of(1, 2)
    assert heading is not None
    assert heading.of(text) == "2022"


@given(st.text(alphabet="ab1\t\n ", max_size=80))
def test_every_cell_is_a_trimmed_piece_of_one_line(text: str) -> None:
    for table in tables_in(text, Span(0, len(text))) if text else []:
        for cell in (cell for row in table.rows for cell in row if cell is not None):
            assert cell.of(text).strip() == cell.of(text)
            assert "\t" not in cell.of(text)
            assert "\n" not in cell.of(text)
