"""A file of every format with given paragraphs, as the programs that people use would write it."""

from __future__ import annotations

import gzip
import html
import io
import json
import plistlib
import tarfile
import textwrap
import zipfile
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage

from tests.unit.rag.ingest.pdf.written import Put, written

TITLE = "A mill for Torby"
AUTHOR = "Anna Holm"
DATE = "2024-05-06"
PROSE = [
    "The council of Torby met on Friday and agreed to build a second mill on the hill above the harbour.",
    "The first mill was opened by Anna Holm in 1931, two years after the great storm had taken the old one.",
]
Make = Callable[[Sequence[str]], bytes]


def plain(blocks: Sequence[str]) -> bytes:
    return "\n\n".join(blocks).encode()


def front_matter(blocks: Sequence[str]) -> bytes:
    return f"---\ntitle: {TITLE}\nauthor: {AUTHOR}\ndate: {DATE}\n---\n\n".encode() + plain(blocks)


def page(blocks: Sequence[str]) -> bytes:
    head = f'<title>{TITLE}</title><meta name="author" content="{AUTHOR}"><meta name="date" content="{DATE}">'
    return f"<!doctype html><html><head>{head}</head><body>{paragraphs(blocks)}</body></html>".encode()


def paragraphs(blocks: Sequence[str]) -> str:
    return "".join(f"<p>{html.escape(block)}</p>\n" for block in blocks)


def pdf(blocks: Sequence[str]) -> bytes:
    facts = {"Title": TITLE, "Author": AUTHOR, "CreationDate": "D:20240506100000"}
    lines = [(row, line) for row, block in enumerate(blocks) for line in textwrap.wrap(block, 64) or [block]]
    return written(
        [[Put(line, y=800 - 14 * number - 16 * row, font="any") for number, (row, line) in enumerate(lines)]], facts
    )


def docx(blocks: Sequence[str]) -> bytes:
    import docx as library

    document = library.Document()
    _state(document.core_properties)
    for block in blocks:
        document.add_paragraph(block)
    return _saved(document)


def pptx(blocks: Sequence[str]) -> bytes:
    from pptx import Presentation

    presentation = Presentation()
    _state(presentation.core_properties)
    for block in blocks:
        slide = presentation.slides.add_slide(presentation.slide_layouts[6])
        slide.shapes.add_textbox(0, 0, 100, 100).text_frame.text = block
    return _saved(presentation)


def _state(properties: object) -> None:
    from datetime import datetime

    properties.title, properties.author = TITLE, AUTHOR  # type: ignore[attr-defined]
    properties.created = datetime(2024, 5, 6, 10)  # type: ignore[attr-defined]


def _saved(document: object) -> bytes:
    file = io.BytesIO()
    document.save(file)  # type: ignore[attr-defined]
    return file.getvalue()


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def odt(blocks: Sequence[str]) -> bytes:
    names = " ".join(
        f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{key}:1.0"' for key in ("office", "text", "meta", "style")
    )
    body = "".join(f"<text:p>{html.escape(block)}</text:p>" for block in blocks)
    dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    stated = f"<dc:title>{TITLE}</dc:title><meta:initial-creator>{AUTHOR}</meta:initial-creator>"
    created = f"<meta:creation-date>{DATE}T10:00:00</meta:creation-date>"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {names}><office:body><office:text>{body}</office:text>"
            "</office:body></office:document-content>",
            "meta.xml": f"<office:document-meta {names} {dc}><office:meta>{stated}{created}</office:meta>"
            "</office:document-meta>",
        }
    )


def epub(blocks: Sequence[str]) -> bytes:
    chapters = {
        f"c{number}.xhtml": f"<html><body><p>{html.escape(block)}</p></body></html>"
        for number, block in enumerate(blocks)
    }
    items = "".join(f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in chapters)
    spine = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    stated = f"<dc:title>{TITLE}</dc:title><dc:creator>{AUTHOR}</dc:creator><dc:date>{DATE}</dc:date>"
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OPS/book.opf"/></rootfiles></container>',
            "OPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<metadata>{stated}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>",
            **{f"OPS/{name}": chapter for name, chapter in chapters.items()},
        }
    )


def rtf(blocks: Sequence[str]) -> bytes:
    def escaped(text: str) -> str:
        units = text.encode("utf-16-le")
        codes = [int.from_bytes(units[place : place + 2], "little", signed=True) for place in range(0, len(units), 2)]
        return "".join(chr(code) if 32 <= code < 127 and chr(code) not in "\\{}" else f"\\u{code}?" for code in codes)

    info = f"{{\\info{{\\title {TITLE}}}{{\\author {AUTHOR}}}{{\\creatim\\yr2024\\mo5\\dy6}}}}"
    body = "".join(escaped(block) + "\\par " for block in blocks)
    return f"{{\\rtf1\\ansi\\ansicpg1252{info}{body}}}".encode()


def message(blocks: Sequence[str]) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Date"] = TITLE, AUTHOR, "Mon, 06 May 2024 10:00:00 +0200"
    mail.set_content("\n\n".join(blocks))
    return mail


def eml(blocks: Sequence[str]) -> bytes:
    return bytes(message(blocks))


def mbox(blocks: Sequence[str]) -> bytes:
    return b"From anna@example.org Mon May  6 10:00:00 2024\n" + eml(blocks)


def mhtml(blocks: Sequence[str]) -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "Saved"
    mail.set_content(page(blocks).decode(), subtype="html")
    mail.make_related()
    return bytes(mail)


def webarchive(blocks: Sequence[str]) -> bytes:
    return plistlib.dumps({"WebMainResource": {"WebResourceData": page(blocks)}})


def feed(blocks: Sequence[str]) -> bytes:
    content = html.escape(paragraphs(blocks))
    return (
        f"<rss><channel><title>Mills</title><item><title>{TITLE}</title><author>{AUTHOR}</author>"
        f"<pubDate>Mon, 06 May 2024 10:00:00 GMT</pubDate><description>{content}</description></item></channel></rss>"
    ).encode()


def table(blocks: Sequence[str]) -> bytes:
    import csv

    file = io.StringIO()
    csv.writer(file).writerows([["title", "author", "date", "text"], [TITLE, AUTHOR, DATE, "\n\n".join(blocks)]])
    return file.getvalue().encode()


def xlsx(blocks: Sequence[str]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["title", "author", "date", "text"], [TITLE, AUTHOR, DATE, "\n\n".join(blocks)]):
        book.active.append([cell if not cell.startswith("=") else f" {cell}" for cell in row])
    return _saved(book)


def jsonl(blocks: Sequence[str]) -> bytes:
    return json.dumps({"title": TITLE, "author": AUTHOR, "date": DATE, "text": "\n\n".join(blocks)}).encode()


def srt(blocks: Sequence[str]) -> bytes:
    cues = (
        f"{number}\n00:{number:02d}:00,000 --> 00:{number:02d}:04,000\n{block}\n"
        for number, block in enumerate(blocks, 1)
    )
    return "\n".join(cues).encode()


def notebook(blocks: Sequence[str]) -> bytes:
    cells = [{"cell_type": "markdown", "source": [block]} for block in blocks]
    return json.dumps({"cells": cells, "nbformat": 4}).encode()


def rst(blocks: Sequence[str]) -> bytes:
    return f"{TITLE}\n{'=' * len(TITLE)}\n\n:Author: {AUTHOR}\n:Date: {DATE}\n\n".encode() + plain(blocks)


def org(blocks: Sequence[str]) -> bytes:
    return f"#+TITLE: {TITLE}\n#+AUTHOR: {AUTHOR}\n#+DATE: <{DATE} Mon>\n\n".encode() + plain(blocks)


def tex(blocks: Sequence[str]) -> bytes:
    head = f"\\title{{{TITLE}}}\\author{{{AUTHOR}}}\\date{{{DATE}}}\n\\begin{{document}}\\maketitle\n\n"
    return head.encode() + plain(blocks) + b"\n\\end{document}\n"


def archive(blocks: Sequence[str]) -> bytes:
    return zipped({"notes/mill.md": front_matter(blocks)})


def tar_gz(blocks: Sequence[str]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as packed:
        data = front_matter(blocks)
        info = tarfile.TarInfo("notes/mill.md")
        info.size = len(data)
        packed.addfile(info, io.BytesIO(data))
    return file.getvalue()


def gz(blocks: Sequence[str]) -> bytes:
    return gzip.compress(front_matter(blocks), mtime=0)


MADE: Mapping[str, Make] = {
    ".txt": plain, ".md": front_matter, ".html": page, ".pdf": pdf, ".docx": docx, ".odt": odt, ".rtf": rtf,
    ".pptx": pptx, ".epub": epub, ".eml": eml, ".mbox": mbox, ".mhtml": mhtml, ".webarchive": webarchive, ".rss": feed,
    ".csv": table, ".xlsx": xlsx, ".jsonl": jsonl, ".srt": srt, ".ipynb": notebook, ".rst": rst, ".org": org,
    ".tex": tex, ".zip": archive, ".tar.gz": tar_gz, ".md.gz": gz, "": plain,
}  # fmt: skip
"""By the end of the file's name."""
