from __future__ import annotations

import textwrap

import pypdfium2 as pdfium
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rag.ingest.pdf.assembly import PdfText
from rag.ingest.pdf.characters import code_at, meaning
from rag.ingest.pdf.document import read
from tests.unit.rag.ingest.pdf.written import HEIGHT, MONO_WIDTH, WIDTH, Put, paragraph, written

EXAMPLES = settings(max_examples=25, deadline=None, derandomize=True)
WORD = st.text(st.sampled_from("eeeaaiinnttoorrssllduhcmpgfbéßø"), min_size=1, max_size=14)
LINES = 30


def text_of(*pages: list[Put], **options: object) -> PdfText:
    return read(written(pages, **options)).content  # type: ignore[arg-type]


def part(found: PdfText, ranges: tuple[tuple[int, int], ...]) -> list[str]:
    return [found.text[start:end] for start, end in ranges]


def numbered(number: int, body: list[Put]) -> list[Put]:
    """A page with a running header and a page number."""
    return [Put("The Lindness Yearbook", x=230, y=800, size=9), *body, Put(str(number), x=295, y=40, size=9)]


def on_pages(text: str, columns: int = 60) -> list[list[Put]]:
    """One paragraph in fixed-width type, as many pages as it takes."""
    lines = textwrap.wrap(text, columns, break_long_words=False, break_on_hyphens=False)
    pages = [lines[first : first + LINES] for first in range(0, len(lines), LINES)]
    bodies = [paragraph(page, font="mono") for page in pages]
    return bodies if len(bodies) == 1 else [numbered(number, body) for number, body in enumerate(bodies, start=1)]


def check_places(data: bytes, found: PdfText) -> int:
    """That every character which is said to stand somewhere stands there; how many do."""
    document = pdfium.PdfDocument(data)
    texts = [document[number].get_textpage() for number in range(len(document))]
    before = 0
    for start, page, index, count in found.places:
        assert start >= before
        before = start + count
        for offset in range(count):
            assert found.text[start + offset] in meaning(code_at(texts[page], index + offset)[0])
            assert page == max(number for number, first in enumerate(found.pages) if first <= start + offset)
    document.close()
    return sum(count for *_, count in found.places)


@EXAMPLES
@example(words=["".join("etaoinsrhl"[int(digit)] for digit in str(7919 * number)) for number in range(1000)])
@given(words=st.lists(WORD, min_size=1, max_size=600))
def test_a_wrapped_paragraph_becomes_its_words_again_over_any_number_of_pages(words: list[str]) -> None:
    pages = on_pages(" ".join(words))
    data = written(pages)
    found = read(data).content
    furniture = part(found, found.boilerplate)
    text = found.text
    for start, end in reversed(found.boilerplate):
        text = text[:start] + text[end:]
    assert text.split() == words
    numbers = [str(number) for number in range(1, len(pages) + 1)] if len(pages) > 1 else []
    assert [one for one in furniture if one.isdigit()] == numbers
    assert furniture.count("The Lindness Yearbook") == len(numbers)
    assert len(found.pages) == len(pages)
    assert check_places(data, found) >= sum(map(len, words))


def test_lines_of_a_paragraph_are_joined_and_paragraphs_set_apart() -> None:
    found = text_of(
        [
            *paragraph(
                [
                    "The harbour of Lindness was opened by the engineer Marta",
                    "Solberg in May 1911. The town paid for half.",
                ]
            ),
            *paragraph(["The lighthouse was closed in 1974."], y=670),
        ]
    )
    assert found.text == (
        "The harbour of Lindness was opened by the engineer Marta Solberg in May 1911. The town paid for half.\n\n"
        "The lighthouse was closed in 1974."
    )


@pytest.mark.parametrize(
    ("end", "start", "joined"),
    [
        ("engi-", "neer", "engineer"),
        ("well-", "known", "well-known"),
        ("co-", "operate", "co-operate"),
        ("Austro-", "Hungarian", "Austro-Hungarian"),
        ("1914-", "1918", "1914-1918"),
    ],
)
def test_a_word_that_a_line_end_cuts_is_mended(end: str, start: str, joined: str) -> None:
    lines = [f"They want to co-operate, and so it was {end}", f"{start} for years before the harbour was opened."]
    assert f"was {joined} for years" in text_of(paragraph(lines)).text


def test_a_first_line_indent_begins_a_paragraph() -> None:
    lines = [
        "The harbour of Lindness was opened in May 1911 by an",
        "engineer, who lived there. She was from the south.",
    ]
    found = text_of(
        [
            *paragraph(lines),
            Put("It was closed a few years later, when the lighthouse", x=90, y=720 - 2 * 13.75),
            *paragraph(["was moved to the museum of the neighbouring town."], y=720 - 3 * 13.75),
        ]
    )
    assert [one.split()[0] for one in found.text.split("\n\n")] == ["The", "It"]


def test_a_list_keeps_its_lines() -> None:
    found = text_of(
        paragraph(
            ["The museum has three rooms for visitors, which are these:", "• lamps", "• ropes", "• maps of the coast"]
        )
    )
    assert found.text.splitlines()[1:] == ["• lamps", "• ropes", "• maps of the coast"]


def test_a_sentence_goes_on_over_pages_and_running_headers_are_boilerplate() -> None:
    first = [
        "The town council of Lindness met on Monday. It decided that",
        "the harbour will be closed to all ships from the",
    ]
    second = [
        "first of May until the end of the year. Nobody objected to",
        "the plan, which had been known for a long time.",
    ]
    found = text_of(
        numbered(7, [*paragraph(["A paragraph before it."]), *paragraph(first, y=600)]),
        numbered(8, [*paragraph(second), *paragraph(["The lighthouse stays open."], y=600)]),
    )
    assert "It decided that the harbour will be closed to all ships from the first of May until the end" in found.text
    assert sorted(part(found, found.boilerplate)) == ["7", "8", "The Lindness Yearbook", "The Lindness Yearbook"]
    assert found.text[found.pages[1] :].startswith("first of May")


def test_footnotes_do_not_come_between_either() -> None:
    lines = [
        "The town council of Lindness met on Monday. It decided that",
        "the harbour will be closed to all ships from the",
    ]
    note = paragraph(["1 Minutes of the council, page 12."], y=90, size=8)
    found = text_of([*paragraph(lines), *note], paragraph(["first of May until the end of the year."]))
    assert "from the first of May" in found.text
    assert "Minutes of the council" in found.text[: found.pages[1]]


def test_pages_that_begin_a_sentence_are_set_apart() -> None:
    found = text_of(paragraph(["The first page ends here."]), [], paragraph(["The third page begins."]))
    assert found.text == "The first page ends here.\n\nThe third page begins."
    assert found.pages == (0, 27, 27)


def test_headings_are_what_is_larger_or_bold() -> None:
    body = [
        "The harbour was opened in May 1911 by the engineer Marta",
        "Solberg, who lived in the town for many years.",
    ]
    found = text_of(
        [
            Put("Lindness and its harbour", y=760, size=22, font="bold"),
            *paragraph(body),
            Put("The lighthouse", y=660, font="bold"),
            *paragraph(["It was closed in 1974."], y=640),
        ]
    )
    assert part(found, found.headings) == ["Lindness and its harbour", "The lighthouse"]
    assert found.title == "Lindness and its harbour"


def test_columns_are_read_one_after_the_other_however_they_are_drawn() -> None:
    left = [
        "The harbour of Lindness was",
        "opened by an engineer in the",
        "month of May in 1911, and it",
        "has been closed since then.",
    ]
    right = [
        "Nobody knows who paid for it,",
        "though the town may have done",
        "so. The lighthouse was moved",
        "to a museum in another town.",
    ]
    columns = paragraph(left, x=60), paragraph(right, x=320)
    expected = [" ".join(left), " ".join(right)]
    assert text_of([*columns[0], *columns[1]]).text.split("\n\n") == expected
    by_row = [put for pair in zip(*columns, strict=True) for put in pair]
    assert text_of(by_row).text.split("\n\n") == expected


def test_a_table_keeps_its_rows() -> None:
    rows = [("Harbour", "Ships"), ("Lindness", "40"), ("Tarnside", "7")]
    puts = [
        Put(cell, x=72 + 150 * column, y=700 - 14 * row)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    ]
    assert text_of(puts).text == "Harbour\tShips\nLindness\t40\nTarnside\t7"


def test_justified_lines_are_no_tables() -> None:
    words = ["narrow", "columns,", "notwithstanding"]
    puts = [Put(word, x=72 + 110 * number, y=690) for number, word in enumerate(words)]
    found = text_of([Put("The words of this line stand close together as usual in", y=704), *puts])
    assert "\t" not in found.text
    assert "narrow columns, notwithstanding" in found.text


def test_a_table_of_contents_is_boilerplate() -> None:
    entries = ["1 Introduction . . . . . . . . . . . 3", "2 The harbour . . . . . . . . . . 12"]
    found = text_of([*paragraph(entries), *paragraph(["The harbour was opened in May 1911."], y=600)])
    assert part(found, found.boilerplate) == ["\n".join(entries)]


def test_what_a_browser_prints_around_an_article_is_boilerplate() -> None:
    found = text_of(
        [
            Put("8/16/25, 1:33 PM", x=24, y=820, size=8),
            Put("A local story", x=270, y=820, size=8),
            *paragraph(["The harbour was opened in May 1911.", "It is closed."]),
            Put("https://news.example/2025/harbour", x=24, y=16, size=8),
            Put("1/1", x=560, y=16, size=8),
        ]
    )
    assert set(part(found, found.boilerplate)) == {
        "8/16/25, 1:33 PM",
        "A local story",
        "https://news.example/2025/harbour",
        "1/1",
    }


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_turned_page_has_the_same_text(rotate: int) -> None:
    line = "The harbour of Lindness was opened by the engineer Marta"
    data = written([[Put(line)]], rotate=rotate)
    found = read(data).content
    assert found.text == line
    assert check_places(data, found) == len(line)


def test_characters_beyond_latin_and_beyond_16_bits_keep_their_places() -> None:
    data = written(
        [[Put("日本語 \N{PARTY POPPER} \N{GRINNING FACE} हि", font="any"), Put("ﬁne oﬃces", y=600, font="any")]]
    )
    found = read(data).content
    assert found.text == "日本語 \N{PARTY POPPER} \N{GRINNING FACE} हि\n\nfine offices"
    check_places(data, found)


def test_the_writer_of_these_tests_puts_lines_where_it_says() -> None:
    data = written([[Put("Harbour", x=100, y=500, size=10, font="mono")]])
    document = pdfium.PdfDocument(data)
    page = document[0]
    left, bottom, right, top = page.get_textpage().get_charbox(0, loose=True)
    assert (round(left), round(right - left, 1)) == (100, 10 * MONO_WIDTH)
    assert bottom < 500 < top
    assert page.get_size() == (WIDTH, HEIGHT)
    document.close()
