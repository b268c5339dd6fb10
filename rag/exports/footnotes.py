"""Footnotes in a Word document: a part of their own, which python-docx does not write."""

from __future__ import annotations

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import OxmlElement, parse_xml
from docx.text.paragraph import Paragraph
from lxml import etree  # type: ignore[import-untyped]

_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_EMPTY = (
    f"<w:footnotes {nsdecls('w')}>"
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
    "</w:footnotes>"
)


class Footnotes:
    """Collects the footnotes of one document; ``finish`` writes them into it."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._root = parse_xml(_EMPTY)
        self._count = 0

    def add(self, paragraph: Paragraph, text: str) -> None:
        """Put a footnote's number at the end of ``paragraph`` and ``text`` at the foot of its page."""
        self._count += 1
        mark = paragraph.add_run()
        mark.font.superscript = True
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(self._count))
        mark._r.append(reference)
        note = etree.SubElement(self._root, qn("w:footnote"))
        note.set(qn("w:id"), str(self._count))
        line = etree.SubElement(note, qn("w:p"))
        number = etree.SubElement(line, qn("w:r"))
        properties = etree.SubElement(number, qn("w:rPr"))
        etree.SubElement(properties, qn("w:vertAlign")).set(qn("w:val"), "superscript")
        etree.SubElement(number, qn("w:footnoteRef"))
        words = etree.SubElement(etree.SubElement(line, qn("w:r")), qn("w:t"))
        words.text = f" {text}"
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def finish(self) -> None:
        """Attach the footnotes to the document; call it once, before the document is saved."""
        package = self._document.part.package
        content = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
        part = Part(PackURI("/word/footnotes.xml"), _CONTENT_TYPE, content, package)
        self._document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
