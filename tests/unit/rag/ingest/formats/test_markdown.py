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
    ("lines", "title"),
    [
        ("title: Harbour news: a mill opens", "Harbour news: a mill opens"),
        ("title: @anna moves on", "@anna moves on"),
        ("title: %d mills", "%d mills"),
        ("title: *Gull* lands", "*Gull* lands"),
        ('title: "Gull" lands', '"Gull" lands'),
        ("title: 'Gull' and 'Tern'", "'Gull' and 'Tern'"),
        ("title: `Gull`", "`Gull`"),
        ("title: [a", "[a"),
        ("title: A mill\ntags:\n\t- wind\n\t- grain", "A mill"),
        ("title: A mill\nup: [[Mills]], [[Wind]]", "A mill"),
        ("title: [[Old mill]]", "Old mill"),
        ("title: {{ page }}", "{{ page }}"),
        ("title: !!python/object:os.system x", "x"),
        ("Title: A mill\nlayout: post\n\n# comment\nother: {a: b}", "A mill"),
    ],
)
def test_front_matter_that_is_no_yaml_is_read_as_written(lines: str, title: str) -> None:
    document = read(f"---\n{lines}\ndate: 2024-05-06\n---\nThe mill stands.\n")
    assert (document.title, document.published, document.text) == (title, "2024-05-06", "The mill stands.")


@pytest.mark.parametrize(
    "above",
    [
        "\n\n---\ntitle: A mill\ndate: 2024-05-06\n---\n",
        "<!-- made by hand -->\n---\ntitle: A mill\ndate: 2024-05-06\n---\n",
        '+++\ntitle = "A mill"\ndate = 2024-05-06T10:00:00Z\n+++\n',
        "+++\ntitle = A mill\ndate = 2024-05-06\n+++\n",
        '{\n"title": "A mill",\n"date": "2024-05-06"\n}\n\n',
        "---\ntitle: A mill\npublished: true\ndate: 2024-05-06\n---\n",
        "---\ntitle: A mill\ndate: 2024-05-06\nlastmod: 2024-09-01\n...\n",
        "% A mill\n% Anna Holm\n% 6 May 2024\n\n",
        "Title: A mill\nDate: 2024-05-06\n\n",
    ],
)
def test_every_kind_of_front_matter(above: str) -> None:
    document = read(above + "The mill stands.\n")
    assert (document.title, document.published, document.text) == ("A mill", "2024-05-06", "The mill stands.")


@pytest.mark.parametrize("author", ["[[Anna Holm]]", "{name: Anna Holm, url: x}", "\n  - Anna Holm", '"Anna Holm"'])
def test_authors(author: str) -> None:
    assert read(f"---\nauthor: {author}\n---\nText.").author == "Anna Holm"


@pytest.mark.parametrize(
    "body",
    [
        "---\nText\n---\nMore.",
        "---\nText: one\ntwo [\n---\nMore.",
        "{Text}\n\nMore.",
        "---\n\nText without an end.",
        "Text.\n\n---\ntitle: x\n---",
    ],
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


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("Opened in 1931<sup>2</sup> on 10<sup>4</sup> m<sup>2</sup>.", "Opened in 1931[2] on 10⁴ m²."),
        ("Opened in 1931² on 10⁴ m².", "Opened in 1931[2] on 10⁴ m²."),
        ("The 4<sup>th</sup> mill, H<sub>2</sub>O.", "The 4th mill, H2O."),
        ("Opened in 1931[^2].\n\n[^2]: Register.", "Opened in 1931[2].\n\n[2] Register."),
        ("By [[Anna Holm]] at [[places/Torby|Torby]]'s [[Mill#Sails]].", "By Anna Holm at Torby's Mill > Sails."),
        ("A ![[mill.png]]picture, `[[code]]`.", "A picture, [[code]]."),
        ("> [!warning]- Storm\n> The mill closed.\n> At noon.", "Storm\n\nThe mill closed. At noon."),
        ("> [!note]\n> The mill closed.", "The mill closed."),
        ("> [!important news] today", "[!important news] today"),
        ("- [ ] paint the mill\n- [x] sell flour", "- paint the mill\n- sell flour"),
        ("The ==old== mill%%hidden%% {{< figure x >}}stands{% raw %}.", "The old mill stands."),
        ("# The mill {#mill}\n\nText.\n{: .lead}", "The mill\n\nText."),
        ("The wind&shy;mill and the \ufb02our", "The windmill and the flour"),
    ],
)
def test_dialects_show_what_their_programs_show(markdown: str, text: str) -> None:
    assert read(markdown).text == text
