"""LaTeX through pylatexenc: what is printed, sections as headings; nothing is run and no other file is read."""

from __future__ import annotations

import re
from typing import Any

from rag.ingest.formats.encoding import decode
from rag.ingest.formats.layout import Layout, collapse
from rag.ingest.formats.metadata import iso_date, one_line
from rag.ingest.formats.packed import no_text, refused_unless
from rag.ingest.formats.protocol import Document

_BODY = re.compile(r"\\begin\s*\{document\}(?P<body>.*?)(?:\\end\s*\{document\}|\Z)", re.DOTALL)
_STATED = re.compile(r"\\(title|author|date)\s*(?:\[[^\]\n]{0,200}\])?\s*\{((?:[^{}]|\{[^{}]*\}){0,2000})\}")
_HEADINGS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph")
_HEADING = re.compile(r"\x01([^\x01\x02]*)\x02")
_COMMENT = re.compile(r"(?<!\\)%.*$", re.MULTILINE)


class TexFormat:
    """Reads ``.tex`` and ``.latex``."""

    name = "LaTeX"
    suffixes: tuple[str, ...] = (".tex", ".latex")

    def read(self, data: bytes, name: str) -> Document:
        r"""Extract the text, and what ``\title``, ``\author`` and ``\date`` state.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is empty, binary or cannot be decoded, or holds no text.
        """
        decoded = decode(data, name)
        source = decoded.text.replace("\x01", "").replace("\x02", "")
        layout = Layout()
        with refused_unless(name, "a LaTeX file"):
            convert = _converter()
            body = _BODY.search(source)
            text = convert(body["body"] if body is not None else source)
            stated = {match[1]: collapse(convert(match[2])) for match in _STATED.finditer(_COMMENT.sub("", source))}
        for block in re.split(r"\n[ \t]*\n", text):
            _write(layout, block)
        if not any(character.isalnum() for character in layout.text):
            raise no_text(name)
        return Document(
            text=layout.text,
            title=one_line(stated.get("title")) or layout.first_heading,
            published=iso_date(stated.get("date")),
            author=one_line(stated.get("author")),
            headings=layout.headings,
            warnings=decoded.warnings,
        )


def _write(layout: Layout, block: str) -> None:
    position = 0
    for match in _HEADING.finditer(block):
        layout.add(collapse(block[position : match.start()]))
        layout.add(collapse(match[1]), heading=True)
        position = match.end()
    layout.add(collapse(block[position:]))


def _converter() -> Any:
    """A function from LaTeX to text."""
    from pylatexenc import latex2text, latexwalker, macrospec

    macros = [latex2text.MacroTextSpec(name, simplify_repl="\n\n\x01%(2)s%(3)s\x02\n\n") for name in _HEADINGS]
    silent = (
        "cite",
        "citep",
        "citet",
        "label",
        "ref",
        "eqref",
        "pageref",
        "nocite",
        "bibliography",
        "input",
        "include",
    )
    macros += [latex2text.MacroTextSpec(name, simplify_repl="") for name in silent]
    macros += [
        latex2text.MacroTextSpec("footnote", simplify_repl=" [%(2)s]"),
        latex2text.MacroTextSpec("textsuperscript", simplify_repl="[%(1)s]"),
        latex2text.MacroTextSpec("item", simplify_repl="\n\n- "),
        latex2text.MacroTextSpec("maketitle", simplify_repl=""),
    ]
    shown = latex2text.get_default_latex_context_db()
    shown.add_context_category("article", prepend=True, macros=macros)
    parsed = latexwalker.get_default_latex_context_db()
    heading = [macrospec.MacroSpec(name, "*[{") for name in _HEADINGS]
    citing = [macrospec.MacroSpec(name, "*[[{") for name in ("cite", "citep", "citet", "nocite")]
    plain = [macrospec.MacroSpec(name, "{") for name in ("label", "ref", "eqref", "pageref", "textsuperscript")]
    parsed.add_context_category(
        "article", prepend=True, macros=[*heading, *citing, *plain, macrospec.MacroSpec("footnote", "[{")]
    )
    text = latex2text.LatexNodes2Text(latex_context=shown, strict_latex_spaces=False, keep_comments=False)

    def convert(source: str) -> str:
        walker = latexwalker.LatexWalker(source, latex_context=parsed, tolerant_parsing=True)
        return str(text.nodelist_to_text(walker.get_latex_nodes()[0]))

    return convert
