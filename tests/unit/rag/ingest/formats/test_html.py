from __future__ import annotations

import pytest

from rag.errors import FileError
from rag.ingest.formats.html import HtmlFormat
from rag.ingest.formats.protocol import Document

LONG = "The council met on Tuesday and agreed, after a long debate, to widen the harbour before the winter storms. "
PAGE = f"""<!doctype html><html><head><title>Harbour grows | The Gazette</title>
<meta property="og:site_name" content="The Gazette"><meta name="author" content="Ann Lee">
<meta property="article:published_time" content="2025-08-16T23:30:00Z">
<script>var hidden = "secret script";</script><style>p {{ color: red }}</style></head>
<body><nav><a href="/">Start page</a> <a href="/w">World</a></nav>
<article><h1>Harbour grows</h1><p>{LONG}The <b>mayor</b> of Ash was <a href="x">pleased</a>.</p>
<script>document.write("secret inline")</script>
<h2>What it costs</h2><p>{LONG}<br>A second line follows here.</p>
<ul><li>One item of the list.</li><li>Another item.</li></ul>
<blockquote><p>We will build it, she said.</p></blockquote>
<table><tr><th>Year</th><th>Ships</th></tr><tr><td>1955</td><td>12</td></tr></table></article>
<footer>Impressum of the paper</footer></body></html>"""


def read(page: str | bytes) -> Document:
    return HtmlFormat().read(page if isinstance(page, bytes) else page.encode(), "folder/a.html")


def test_metadata_and_main_content() -> None:
    document = read(PAGE)
    assert document.title == "Harbour grows"
    assert document.author == "Ann Lee"
    assert document.outlet == "The Gazette"
    assert document.published == "2025-08-16"
    lines = document.text.split("\n")
    assert f"{LONG}The mayor of Ash was pleased." in lines
    assert "- One item of the list." in lines
    assert "We will build it, she said." in lines
    assert "1955\t12" in lines
    assert "A second line follows here." in lines


def test_headings_are_marked() -> None:
    document = read(PAGE)
    assert [heading.of(document.text) for heading in document.headings] == ["Harbour grows", "What it costs"]


@pytest.mark.parametrize("hidden", ["secret", "color: red", "Start page", "<"])
def test_what_is_not_content_is_left_out(hidden: str) -> None:
    assert hidden not in read(PAGE).text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>Hello world.</p>", "Hello world."),
        ("only text", "only text"),
        ("<p>One.</p><p>Two.</p><script>bad()</script>", "One.\n\nTwo."),
        ("<p>A &lt;b&gt; tag &amp; more</p>", "A <b> tag & more"),
        ("<nav>Menu</nav><p>Text.</p><footer>End</footer>", "Text."),
        ("<ol><li>One</li><li>Two<p>more</p></li></ol>After", "1. One\n2. Two\n   more\n\nAfter"),
        ("<pre>x\n  y</pre>z", "x\n  y\n\nz"),
        ("<pre><b>x</b>\n<code>c</code>\n y</pre>", "x\nc\n y"),
        ("<h2>Head <i>line</i></h2>text", "Head line\n\ntext"),
        ("<nav><ul><li>Menu</li></ul> more</nav><p>Text.</p><svg><text>x</text></svg>", "Text."),
        ("<nav><p>Only this.</p></nav>", "Only this."),
        ("<form><input value='a'><button>Go</button></form><p>Text.</p>", "Text."),
        ("<p>&#xD800;x</p>", "\ufffdx"),
    ],
)
def test_short_pages_are_read_whole(page: str, text: str) -> None:
    assert read(page).text == text


def test_a_page_title_without_markup_serves_as_title() -> None:
    assert read("<html><head><title> A\n page </title></head><body><p>Text.</p></body></html>").title == "A page"


@pytest.mark.parametrize(
    "page",
    [
        "<html><body></body></html>",
        "<script>var a = 1;</script>",
        "<html><body><div id=root></div></body></html>",
        "<!-- x -->",
    ],
)
def test_a_page_without_text_is_an_error(page: str) -> None:
    with pytest.raises(FileError, match="no text"):
        read(page)


@pytest.mark.parametrize(
    ("encoding", "declaration"),
    [
        ("cp1251", '<meta charset="windows-1251">'),
        ("cp1255", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1255">'),
        ("cp1252", "<meta charset=iso-8859-1>"),
        ("utf-8", '<meta charset="windows-1251">'),
        ("utf-16", ""),
        ("shift_jis", '<?xml version="1.0" encoding="shift_jis"?>'),
    ],
)
def test_the_declared_encoding_is_used(encoding: str, declaration: str) -> None:
    words = {"cp1251": "Привет", "cp1255": "שלום", "cp1252": "“Größe”", "shift_jis": "今日は"}.get(encoding, "Grüße")
    page = f"{declaration}<html><head></head><body><p>{words} 1.</p></body></html>"
    assert read(page.encode(encoding)).text == f"{words} 1."


def test_deep_nesting_is_read() -> None:
    assert read("<div>" * 500 + "deep").text == "deep"
