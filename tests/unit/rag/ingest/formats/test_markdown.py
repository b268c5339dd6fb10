from __future__ import annotations

import pytest

from rag.errors import FileError
from rag.ingest.formats.markdown import MarkdownFormat
from rag.ingest.formats.protocol import Document


def read(markdown: str) -> Document:
    return MarkdownFormat().read(markdown.encode(), "folder/a.md")


def test_front_matter_becomes_metadata() -> None:
    document = read(
        "---\ntitle: 'Harbour: a plan'\npublished: 16 August 2025\nauthor: [Ann Lee, Bo Ray]\n"
        "source: The Gazette\nabout: A plan.\n---\nThe harbour grows.\n"
    )
    assert document.title == "Harbour: a plan"
    assert document.published == "2025-08-16"
    assert document.author == "Ann Lee, Bo Ray"
    assert document.outlet == "The Gazette"
    assert document.about == "A plan."
    assert document.text == "The harbour grows."


@pytest.mark.parametrize(
    ("lines", "published"),
    [
        ("date: 2025-08-16", "2025-08-16"),
        ("date: 2025-08-16T10:00:00Z", "2025-08-16"),
        ("published: 2025-08-15\ndate: 2025-08-16", "2025-08-15"),
        ("Published: 2025-08-15", "2025-08-15"),
        ("date: 2025-02-30", None),
        ("date: soon", None),
        ("date:", None),
        ("date: null", None),
    ],
)
def test_dates(lines: str, published: str | None) -> None:
    assert read(f"---\n{lines}\n---\nText.").published == published


@pytest.mark.parametrize(
    ("lines", "outlet"),
    [
        ("outlet: A\npublisher: B\nsource: C", "A"),
        ("publisher: B\nsource: C", "B"),
        ("source: C", "C"),
        ("source: [C, D]", "C, D"),
        ("source: {a: b}", None),
    ],
)
def test_outlets(lines: str, outlet: str | None) -> None:
    assert read(f"---\n{lines}\n---\nText.").outlet == outlet


@pytest.mark.parametrize(
    ("line", "title"), [("title: 1984", "1984"), ("title: Yes", "Yes"), ("title: 2001-01-01", "2001-01-01")]
)
def test_titles_stay_as_written(line: str, title: str) -> None:
    assert read(f"---\n{line}\n---\nText.").title == title


@pytest.mark.parametrize(
    "front", ["title: [a", "title: a: b", "title: !!python/object:os.system x", "a\n b: - c\n\t- d"]
)
def test_bad_front_matter_is_an_error_with_its_place(front: str) -> None:
    if "!!" in front:
        assert read(f"---\n{front}\n---\nText.").title == "x"
        return
    with pytest.raises(FileError, match=r"front matter is not valid YAML \(line \d") as caught:
        read(f"---\n{front}\n---\nText.")
    assert "folder/a.md" in str(caught.value)


@pytest.mark.parametrize(
    "body", ["---\nText\n---\nMore.", "---\n\nText without an end.", "Text.\n\n---\ntitle: x\n---"]
)
def test_rules_are_not_front_matter(body: str) -> None:
    document = read(body)
    assert "Text" in document.text
    assert document.title is None


def test_front_matter_alone_is_an_error() -> None:
    with pytest.raises(FileError, match="no text"):
        read("---\ntitle: x\n---\n\n")


def test_the_first_main_heading_is_the_title() -> None:
    assert read("Lead.\n\n## Minor\n\n# The *real* title\n\nText.").title == "The real title"
    assert read("## Minor\n\nText.").title is None


def test_the_body_shows_no_markup() -> None:
    document = read(
        "# Heading *one*\n\nA **bold** [link](http://a.example 'x') and `code`,\nwrapped; ~~struck~~ <b>raw</b> "
        "![picture](a.png)end.  \nHard break &amp; \\*star\\*.\n\nSetext\n======\n\n> quoted\n> text\n\n***\n"
    )
    assert document.text == (
        "Heading one\n\nA bold link and code, wrapped; struck raw end.\nHard break & *star*.\n\nSetext\n\nquoted text"
    )
    assert [heading.of(document.text) for heading in document.headings] == ["Heading one", "Setext"]


def test_lists_tables_and_code() -> None:
    document = read(
        "Before:\n\n- one\n- two\n  goes on\n  1. inner\n  2. inner two\n\n- three\n\n4. four\n5. five\n\n"
        "| A | B |\n|---|--:|\n| a *1* | b |\n| c |  |\n\n```sh\nls  -l\n# x\n```\n\nAfter.\n"
    )
    assert document.text == (
        "Before:\n\n- one\n- two goes on\n  1. inner\n  2. inner two\n- three\n\n4. four\n5. five\n\n"
        "A\tB\na 1\tb\nc\n\nls  -l\n# x\n\nAfter."
    )


def test_scripts_and_styles_are_never_text() -> None:
    document = read(
        "Seen <script>alert(1)</script> too.\n\n<script>\nalert(2)\n\nalert(3)\n</script>\n\n"
        "<div><style>p {}</style>Block &lt;b&gt;</div>\n\n<!-- alert(4) -->\n\nEnd.\n"
    )
    assert document.text == "Seen too.\n\nBlock <b>\n\nEnd."
