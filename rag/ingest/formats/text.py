"""Plain text: the article is the file, character for character."""

from __future__ import annotations

from rag.ingest.formats.encoding import decode
from rag.ingest.formats.protocol import Document


class TextFormat:
    """Reads ``.txt``, ``.text``, ``.log`` and ``.asc``; the text is what was decoded, line endings included."""

    name = "plain text"
    suffixes: tuple[str, ...] = (".txt", ".text", ".log", ".asc")

    def read(self, data: bytes, name: str) -> Document:
        """Decode the file.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is empty, binary or cannot be decoded.
        """
        decoded = decode(data, name)
        return Document(text=decoded.text, warnings=decoded.warnings)
