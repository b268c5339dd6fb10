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
        ("<p>In 1931<sup>2</sup>, 12<sup>[5]</sup> and 40<sup>a</sup></p>", "In 1931[2], 12[5] and 40[a]"),
        ("<p>10<sup>6</sup> on 4 km<sup>2</sup>, the 4<sup>th</sup></p>", "10⁶ on 4 km², the 4th"),
        ("<p>10<sup>−3</sup>, <sup>14</sup>C, CO<sub>2</sub>, 1<sup>1</sup>/<sub>2</sub></p>", "10⁻³, 14C, CO2, 1 1/2"),
        ('<p>In 1931<a class="footnote" href="#fn2">2</a>.<sup><a href="#n">7</a></sup></p>', "In 1931[2].[7]"),
        ("<p>In 1931² and 10³</p>", "In 1931[2] and 10³"),
        ("<p>Wind&shy;mill, bak&#8203;ery, \ufb02our, a&#8288;b</p>", "Windmill, bakery, flour, ab"),
        ("<p>Wind\x00mill</p>", "Windmill"),
        ("<p>Seen.<span style='display:none'>no</span></p><p hidden>no</p><p class='sr-only'>no</p>", "Seen."),
        ("<p>Seen.<span style='color:#fff'>no</span></p><p style='position:absolute;left:-9999px'>no</p>", "Seen."),
        ("<p>Seen <span style='color:white;background:black'>too</span>.</p>", "Seen too."),
        (
            "<p>If <math><msup><mi>x</mi><mn>2</mn></msup><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></math>"
            " holds</p>",
            "If x²=1/2 holds",
        ),
        ("<table role=presentation><tr><td><p>One.</p><p>Two.</p></td></tr></table>", "One.\n\nTwo."),
    ]
    + [
        (
            f'<div id="{name}">We use cookies. <a>Accept</a></div><p>The mill opened in Torby on Tuesday.</p>',
            "The mill opened in Torby on Tuesday.",
        )
        for name in ("cookie-banner", "onetrust-consent-sdk", "gdpr")
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


BODY = f"<h1>A mill opens</h1><p>{LONG}</p><p>{LONG}</p>"
NODE = '{"@type": "NewsArticle", "headline": "A mill opens", "datePublished": "2024-05-06T08:00:00+02:00"}'
OTHER = '{"@type": "NewsArticle", "headline": "Another story", "datePublished": "2020-01-01"}'


def script(source: str) -> str:
    return f'<script type="application/ld+json">{source}</script>'


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (script(NODE), f"<article>{BODY}</article>"),
        (script(f'{{"@graph": [{{"@type": "Organization"}}, {NODE}]}}'), f"<article>{BODY}</article>"),
        (script(f"[{OTHER}, {NODE}]"), f"<article>{BODY}</article>"),
        (script(f'{{"@type": "ItemPage", "mainEntity": {NODE}, "relatedLink": [{OTHER}]}}'), BODY),
        (script(f'{{"@type": "ItemList", "itemListElement": [{OTHER}]}}') + script(NODE), BODY),
        (
            '<meta property="article:published_time" content="2024-05-06">'
            '<meta property="article:modified_time" content="2024-07-01">',
            BODY,
        ),
        ('<meta name="DC.date.issued" content="2024-05-06"><meta name="last-modified" content="2024-07-01">', BODY),
        ("", f'<article itemscope>{BODY}<span itemprop="datePublished" content="2024-05-06">May</span></article>'),
        ("", f'<article><time datetime="2024-05-06">May 6</time>{BODY}</article>'),
        (
            "",
            f"<article><p>By Ann, <time>6 May 2024</time></p>{BODY}</article>"
            '<aside><time datetime="2021-01-01">x</time></aside>',
        ),
        (
            "",
            f'<article><time datetime="2024-05-06">x</time>{BODY}'
            '<p>Updated <time datetime="2024-06-01">y</time></p></article>',
        ),
        (
            "",
            f'<main><article>{BODY}<time datetime="2024-05-06" pubdate>x</time></article>'
            '<div class="related"><article><time datetime="2021-01-01">y</time></article></div></main>',
        ),
        (
            "",
            f'<article><time datetime="2024-05-06">x</time>{BODY}'
            f'<p>{LONG}<time datetime="1987-05-14">then</time></p></article>',
        ),
        ('<link rel="canonical" href="https://a.example/2024/05/06/a-mill">', BODY),
    ],
)
def test_the_date_is_that_of_the_article(head: str, body: str) -> None:
    assert (
        read(f"<html><head><title>A mill opens</title>{head}</head><body>{body}</body></html>").published
        == "2024-05-06"
    )


@pytest.mark.parametrize(
    "page",
    [
        f"<article>{BODY}</article><footer>© 2024 Paper. Last updated 3 March 2024</footer>",
        f"<article>{BODY}</article><aside><time datetime='2021-11-11'>x</time></aside>",
        f"<article>{BODY}<p>Last updated: <time datetime='2021-11-11'>x</time></p></article>",
        f"<article>{BODY}</article><meta property='article:modified_time' content='2024-01-02'>",
        f"<article><time datetime='2024-05-06'>x</time><time datetime='2024-05-08'>y</time>{BODY}</article>",
        f"<article><time>05/06/2024</time>{BODY}</article>",
        f"<article>{BODY}<section class='comments'><time datetime='2024-05-06'>x</time></section></article>",
        f"<article>{BODY}</article><p>Published 3 March 2024 in Torby.</p>",
        script("{not json") + f"<article>{BODY}</article>",
    ],
)
def test_a_date_of_something_else_or_an_ambiguous_one_is_none(page: str) -> None:
    assert read(f"<html><head><title>A mill opens</title></head><body>{page}</body></html>").published is None
