from __future__ import annotations

import textwrap

import pytest

from rag.language.paragraphs import ends_like_a_sentence, find_paragraphs, lies_alone, lines_of
from rag.records import Span


def paragraphs(text: str) -> list[str]:
    return [span.of(text) for span in find_paragraphs(text)]


WRAPPED = (
    "The envoy, who had been in the capital since the weekend, met the minister from\n"
    "Kyiv and his deputy on Tuesday, and both sides said that the talks, held at the\n"
    "U.S. embassy, had been useful. The next round will be held in late May in\n"
    "Vienna."
)


HEADLINE = "Envoy Meets Kyiv Ministers While Both Sides Call It Useful"
LOWER_CASE_LINES = (
    "Kremlin and the leaders of the opposition, who had arrived\n"
    "the day before, and with whom they spoke until well after\n"
    "midnight."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\nTwo.", ["One.", "Two."]),
        ("One.\n\n\nTwo.", ["One.", "Two."]),
        ("One\r\n\r\nTwo", ["One", "Two"]),
        ("One\rTwo", ["One", "Two"]),
        ("The mill was re-\nbuilt.", ["The mill was re-\nbuilt."]),
        ("A re\u00ad\nbuilt mill", ["A re\u00ad\nbuilt mill"]),
        ("Rooms 1-\nthree", ["Rooms 1-", "three"]),
        ("One.\u2029Two.\u2028Three.\x0cFour", ["One.", "Two.", "Three.", "Four"]),
        ("Heading\nA paragraph that follows it.", ["Heading", "A paragraph that follows it."]),
        (WRAPPED, [WRAPPED]),
        (f"Heading\n{WRAPPED}", ["Heading", WRAPPED]),
        (f"{WRAPPED}\n\n{WRAPPED}", [WRAPPED, WRAPPED]),
        (
            "A first line that is long enough to have been wrapped here\ngoes on in lower case.",
            ["A first line that is long enough to have been wrapped here\ngoes on in lower case."],
        ),
        (
            "A first line that is long enough to go on, and it ends in the\nKremlin.",
            ["A first line that is long enough to go on, and it ends in the\nKremlin."],
        ),
        ("milk\nbread\nbutter", ["milk", "bread", "butter"]),
        ("- one\n- two\n* three\n• four", ["one", "two", "three", "four"]),
        (
            "– Short item\n— Come here, he said to the tall man at the door.",
            ["Short item", "— Come here, he said to the tall man at the door."],
        ),
        ("It listed:\nfirst\nsecond", ["It listed:", "first", "second"]),
        ("1. Wash it,\n2. boil it", ["1. Wash it,", "2. boil it"]),
        ("Red,\nGreen and blue.", ["Red,\nGreen and blue."]),
        (
            "Man Bites Dog in the Park by the River\nDog Bites Man in the Park by the Lake\n"
            "Cat Sees It All From the Roof",
            [
                "Man Bites Dog in the Park by the River",
                "Dog Bites Man in the Park by the Lake",
                "Cat Sees It All From the Roof",
            ],
        ),
        (
            "Man bites dog in the old park by the river\nDog bites man in the old park by the water\n"
            "Cat sees it all from the roof of the house",
            [
                "Man bites dog in the old park by the river",
                "Dog bites man in the old park by the water",
                "Cat sees it all from the roof of the house",
            ],
        ),
        (f"{HEADLINE}\n{LOWER_CASE_LINES}", [HEADLINE, LOWER_CASE_LINES]),
        (
            f"The ministers met their guests in Vienna, according to the\n{LOWER_CASE_LINES}",
            [f"The ministers met their guests in Vienna, according to the\n{LOWER_CASE_LINES}"],
        ),
        (
            f"On Tuesday morning the envoy and his deputy, together with\n{LOWER_CASE_LINES}",
            [f"On Tuesday morning the envoy and his deputy, together with\n{LOWER_CASE_LINES}"],
        ),
        (
            f"The talks in Vienna, held on Tuesday, will bring together\n{LOWER_CASE_LINES}",
            [f"The talks in Vienna, held on Tuesday, will bring together\n{LOWER_CASE_LINES}"],
        ),
        ("   \n\t\n", []),
        ("", []),
    ],
)
def test_paragraphs(text: str, expected: list[str]) -> None:
    assert paragraphs(text) == expected


def test_only_the_range_is_looked_at() -> None:
    text = "Out.\nIn one.\nIn two.\nOut."
    assert [span.of(text) for span in find_paragraphs(text, 5, 20)] == ["In one.", "In two."]


def test_lines_are_trimmed_and_not_empty() -> None:
    text = "  a \n\n\t\r\n b\u2028c"
    assert [line.of(text) for line in lines_of(text)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "line", ["It ended.", "Did it?", "“It did.”", "It did.[3]", "(No!)", "完了。", "हुआ।", "« Non. »", "So…"]
)
def test_sentence_ends(line: str) -> None:
    assert ends_like_a_sentence(line)


@pytest.mark.parametrize("line", ["Heading", "He said:", "one,", "“Quoted”", "", "3.5 million"])
def test_no_sentence_ends(line: str) -> None:
    assert not ends_like_a_sentence(line)


@pytest.mark.parametrize(
    ("text", "alone"),
    [("a\n[X]\nb", True), ("  [X]  ", True), ("[X]", True), ("a [X]\n", False), ("\n[X] b", False), ("- [X]", False)],
)
def test_lying_alone(text: str, alone: bool) -> None:
    assert lies_alone(text, Span(text.index("["), text.index("]") + 1)) is alone


COLUMN_WORDS = (
    "the council of the town elected the former baker Ida Quill de la Fontaine as its mayor on Monday, after three "
    "rounds of voting, and thanked the men and women who had counted the votes through the night."
).split()


@pytest.mark.parametrize("width", range(24, 41))
def test_a_narrow_column_is_one_paragraph(width: int) -> None:
    lines = textwrap.wrap(" ".join(COLUMN_WORDS), width, break_long_words=False)
    assert len(paragraphs("Ostby has a mayor\n\n" + "\n".join(lines))) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Wheat flour\nSalt and sugar\nFresh yeast\nCold water",
        "Alderby\nCarrow\nDunwick\nPell Regis",
        "Two roads diverged\nIn a yellow wood\nAnd sorry I could not\nTravel both",
    ],
)
def test_short_lines_that_begin_anew_stay_apart(text: str) -> None:
    assert len(paragraphs(text)) == text.count("\n") + 1
