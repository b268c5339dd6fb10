"""What a reader sees on a page: columns, note marks, initials, form values, pages that cannot be read."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.ingest.pdf.document import PdfError, read
from tests.unit.rag.ingest.pdf.written import Put, paragraph, written

LEFT = [
    "The council of Torby met on Friday",
    "and agreed to build a second mill",
    "on the hill above the harbour, where",
    "the wind is strongest. The first one",
    "was opened by Anna Holm in 1931.",
]
RIGHT = [
    "Farmers from Lund had asked for it",
    "since the great storm took the sails",
    "of their own mill. Grain is now taken",
    "to the city by train, which costs them",
    "four crowns for every sack they send.",
]
THIRD = [
    "The mill will be paid for by a loan",
    "that runs for twelve years. Its miller",
    "is to be chosen in the spring by all",
    "who own a field in the parish of Torby",
    "or have worked there for seven years.",
]
PROSE = " ".join(LEFT)


def text(puts: Sequence[Put], **options: object) -> str:
    return read(written([puts], **options)).content.text  # type: ignore[arg-type]


def rows(*columns: tuple[list[str], float], size: float = 11, shift: float = 0) -> list[Put]:
    """Columns drawn row by row; ``shift`` lowers every further column by so many points."""
    return [
        Put(column[number], x, 700 - 14 * number - shift * place, size)
        for number in range(len(columns[0][0]))
        for place, (column, x) in enumerate(columns)
    ]


@pytest.mark.parametrize("gap", [6, 12, 40])
def test_two_columns_drawn_row_by_row(gap: int) -> None:
    found = text(rows((LEFT, 50), (RIGHT, 230 + gap)))
    assert found == f"{' '.join(LEFT)}\n\n{' '.join(RIGHT)}"


def test_columns_whose_lines_stand_at_different_heights() -> None:
    found = text(rows((LEFT, 50), (RIGHT, 260), shift=4))
    assert found == f"{' '.join(LEFT)}\n\n{' '.join(RIGHT)}"


def test_three_columns_below_a_heading() -> None:
    heading = Put("A second mill for Torby", 50, 740, 20, "bold")
    found = text([heading, *rows((LEFT, 40), (RIGHT, 220), (THIRD, 400), size=9)])
    assert found == "\n\n".join(["A second mill for Torby", *(" ".join(column) for column in (LEFT, RIGHT, THIRD))])


def test_columns_above_and_below_a_line_across_the_page() -> None:
    across = Put("This line stands across both columns and tells the reader where the next part of it begins.", 50, 620)
    below = [Put(put.text, put.x, put.y - 110) for put in rows((THIRD, 50), (LEFT, 260))]
    found = text([*rows((LEFT, 50), (RIGHT, 260)), across, *below])
    places = [found.index(part) for part in (LEFT[0], RIGHT[0], "This line", THIRD[0])]
    assert places == sorted(places)
    assert " ".join(RIGHT) in found


def test_a_table_stays_a_table() -> None:
    cells = [("Mill", "Year"), ("Torby hill", "1931"), ("Lund", "1874"), ("Askby", "1902"), ("Harbour", "1960")]
    puts = [
        Put(cell, 60 + 200 * column, 700 - 14 * row)
        for row, pair in enumerate(cells)
        for column, cell in enumerate(pair)
    ]
    assert text(puts) == "\n".join("\t".join(pair) for pair in cells)


@pytest.mark.parametrize(
    ("mark", "shown"), [("3", "1931[3] by"), ("12", "1931[12] by"), ("a", "1931[a] by"), ("*", "1931* by")]
)
def test_a_raised_note_mark_stays_apart_from_the_number(mark: str, shown: str) -> None:
    line = [Put("The mill was opened in 1931", 50, 700, 10, "mono"), Put(mark, 212, 704, 6, "mono")]
    rest = Put("by Anna Holm.", 212 + 3.6 * len(mark) + 6, 700, 10, "mono")
    assert shown in text([*line, rest])


def test_a_power_is_no_note() -> None:
    found = text(
        [Put("It grinds 10", 50, 700, 10, "mono"), Put("3", 122, 704, 6, "mono"), Put("sacks.", 132, 700, 10, "mono")]
    )
    assert found == "It grinds 10³ sacks."


def test_a_lowered_digit_belongs_to_its_word() -> None:
    found = text(
        [Put("Some CO", 50, 700, 10, "mono"), Put("2", 92, 697, 6, "mono"), Put("rose.", 102, 700, 10, "mono")]
    )
    assert found == "Some CO2 rose."


def test_an_initial_belongs_to_its_word() -> None:
    initial = Put("T", 50, 672, 40)
    lines = paragraph(["he council of Torby met on Friday", "and agreed to build a second mill"], 76, 700)
    assert text([initial, *lines]).startswith("The council of Torby met")


def test_letters_drawn_twice_are_read_once() -> None:
    words = "The great storm of Torby"
    one_by_one = [
        Put(letter, 50 + 6.6 * place + shift, 700, 11, "mono")
        for place, letter in enumerate(words)
        for shift in (0, 0.4)
    ]
    assert text(one_by_one).replace(" ", "") == words.replace(" ", "")
    assert (
        text([Put(words, 50, 700), Put(words, 50.4, 700), Put("It came at night.", 50, 650)])
        == f"{words}\n\nIt came at night."
    )


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_turned_page_is_read_upright(angle: int) -> None:
    step = {90: (14, 0), 180: (0, 14), 270: (-14, 0)}[angle]
    puts = [
        Put(line, 300 + step[0] * number, 400 + step[1] * number, 11, "plain", angle)
        for number, line in enumerate(LEFT)
    ]
    assert text(puts) == PROSE
    assert text(puts, rotate=angle) == PROSE


def test_what_lies_outside_the_page_is_not_read() -> None:
    assert text([Put(PROSE[:60], 50, 700), Put("Cut away below the page.", 50, -40)]) == PROSE[:60]


def test_the_values_of_a_form_stand_beside_their_labels() -> None:
    labels = [
        Put("Name of the miller:", 50, 700),
        Put("Year of the licence:", 50, 660),
        Put("Signed in Torby.", 50, 600),
    ]
    found = text(labels, values=[Put("Anna Holm", 180, 700), Put("1931", 180, 660)])
    assert found.split("\n\n") == ["Name of the miller:\tAnna Holm", "Year of the licence:\t1931", "Signed in Torby."]


def test_pages_that_are_pictures_are_counted() -> None:
    page = paragraph(LEFT)
    stamp = [Put("Scanned with CamScanner", 50, 20, 8)]
    found = read(written([page, stamp, stamp, [], page], pictures={1, 2, 3}))
    assert found.warnings == (
        "3 of 5 pages hold no readable text, only pictures (page 2–4); run text recognition to add them",
    )
    stamped = [found.content.text[start:end] for start, end in found.content.boilerplate]
    assert "CamScanner" in " ".join(stamped)


def test_a_scanners_stamp_is_no_article() -> None:
    pages = [[Put("Scanned by CamScanner", 50, 20, 8), Put(str(number), 300, 20, 8)] for number in range(3)]
    with pytest.raises(PdfError, match="no text"):
        read(written(pages, pictures=range(3)))


def test_a_picture_with_words_of_its_own_is_read() -> None:
    assert text([Put("Yearbook of the mills of Torby", 50, 500, 24)], pictures={0}) == "Yearbook of the mills of Torby"


def shifted(line: str, by: int) -> str:
    return "".join(chr((ord(one.lower()) - 97 + by) % 26 + 97) if one.isalpha() else one for one in line)


@pytest.mark.parametrize("by", [1, 5, 13, 20])
def test_a_text_layer_that_is_no_language_is_refused(by: int) -> None:
    with pytest.raises(PdfError, match="garbled"):
        read(written([paragraph([shifted(line, by) for line in LEFT])]))


def test_pages_that_are_no_language_are_marked_and_said() -> None:
    found = read(written([paragraph(LEFT), paragraph([shifted(line, 3) for line in RIGHT])]))
    assert "page 2" in found.warnings[0]
    assert found.content.boilerplate == ((found.content.pages[1], len(found.content.text)),)


def test_other_languages_and_scripts_are_legible() -> None:
    polish = [
        "Rada miasta postanowiła zbudować drugi młyn na wzgórzu",
        "nad portem, gdzie wiatr jest najsilniejszy. Pierwszy",
        "otworzyła Anna Holm w 1931 roku, po wielkiej burzy.",
    ]
    greek = [
        "Το συμβούλιο αποφάσισε να χτίσει δεύτερο μύλο στον λόφο",
        "πάνω από το λιμάνι, όπου ο άνεμος είναι δυνατός, και",
        "τον πρώτο τον άνοιξε η Άννα Χολμ πριν από πολλά χρόνια.",
    ]
    for lines in (polish, greek):
        assert read(written([[Put(put.text, put.x, put.y, font="any") for put in paragraph(lines)]])).warnings == ()
