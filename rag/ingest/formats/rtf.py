"""RTF files through striprtf; pictures and objects in them are left out."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.errors import FileError
from rag.ingest.formats.layout import Layout, collapse
from rag.ingest.formats.metadata import one_line
from rag.ingest.formats.packed import no_text, refused_unless
from rag.ingest.formats.properties import stated_author, stated_day, stated_title
from rag.ingest.formats.protocol import Document
from rag.ingest.formats.raised import raised

_SUPER = re.compile(
    r"\{(?:\\[a-z]+-?\d* ?){0,6}\\super\b ?(?:\\[a-z]+-?\d* ?){0,6}(?P<group>[^{}\\]{1,12})\}"
    r"|\\super (?P<run>[^{}\\]{1,12})\\nosupersub ?"
)
_INFO = re.compile(r"\{\\(title|author) ?((?:[^{}\\]|\\'[0-9a-f]{2}|\\u-?\d+ ?\??){1,300})\}")
_CREATED = re.compile(r"\{\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
_CODE_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")


class RtfFormat:
    """Reads ``.rtf``."""

    name = "RTF"
    suffixes: tuple[str, ...] = (".rtf",)

    def read(self, data: bytes, name: str) -> Document:
        """Extract the text, and title, author and date of creation.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is no RTF file, damaged, or holds no text.
        """
        from striprtf.striprtf import rtf_to_text as convert

        rtf_to_text: Callable[..., str] = convert
        if not data.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"{\\rtf"):
            raise FileError(name, "it is not an RTF file", "Open it in the program that made it, and save it as RTF")
        page = _CODE_PAGE.search(data)
        encoding = f"cp{page[1].decode()}" if page is not None else "cp1252"
        layout = Layout()
        with refused_unless(name, "an RTF file"):
            "".encode(encoding)
            source = data.decode("latin-1").replace("\x00", "")
            source = _SUPER.sub(lambda match: _note(source, match), source)
            for block in rtf_to_text(source, encoding=encoding, errors="replace").splitlines():
                layout.add(collapse(block.replace("|", "\t") if block.endswith("|") else block))
            stated = {
                match[1]: rtf_to_text("{\\rtf1 " + match[2] + "}", encoding=encoding, errors="replace")
                for match in _INFO.finditer(source)
            }
        if not any(character.isalnum() for character in layout.text):
            raise no_text(name)
        created = _CREATED.search(source)
        return Document(
            text=layout.text,
            title=stated_title(one_line(stated.get("title"))),
            published=stated_day("-".join(created.groups())) if created is not None else None,
            author=stated_author(one_line(stated.get("author"))),
        )


def _note(source: str, match: re.Match[str]) -> str:
    content = match["group"] or match["run"]
    mark = raised(source[max(0, match.start() - 40) : match.start()], content, source[match.end() : match.end() + 5])
    return "".join(one if ord(one) < 128 else f"\\u{ord(one)}?" for one in mark)
