"""Jupyter notebooks: the text cells as Markdown, the code cells as they stand; outputs are left out."""

from __future__ import annotations

import json

from rag.ingest.formats.encoding import decode
from rag.ingest.formats.layout import Layout
from rag.ingest.formats.markdown import lay_out_markdown
from rag.ingest.formats.packed import no_text, refused_unless
from rag.ingest.formats.protocol import Document


class NotebookFormat:
    """Reads ``.ipynb``."""

    name = "notebook"
    suffixes: tuple[str, ...] = (".ipynb",)

    def read(self, data: bytes, name: str) -> Document:
        """Extract text and code; the first heading is the title.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is no notebook, or holds no text.
        """
        decoded = decode(data, name)
        layout = Layout()
        with refused_unless(name, "a notebook"):
            notebook = json.loads(decoded.text, strict=False)
            cells = notebook.get("cells") or [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]
            for cell in cells:
                source = cell.get("source", cell.get("input", ""))
                text = "".join(source) if isinstance(source, list) else str(source)
                if cell.get("cell_type") in ("markdown", "heading"):
                    lay_out_markdown(text, layout)
                elif cell.get("cell_type") in ("code", "raw"):
                    layout.add(text)
        if not any(character.isalnum() for character in layout.text):
            raise no_text(name)
        return Document(
            text=layout.text, title=layout.first_heading, headings=layout.headings, warnings=decoded.warnings
        )
