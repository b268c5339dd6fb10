"""Subtitles: what is spoken as paragraphs; above each stands its time code, which is shown but never quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.errors import FileError
from rag.ingest.formats.encoding import decode
from rag.ingest.formats.layout import collapse
from rag.ingest.formats.protocol import Document
from rag.language.paragraphs import ends_like_a_sentence
from rag.language.reading_text import printed
from rag.records import Span

_TIMES = re.compile(
    r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s*(?:-->|,)\s*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
)
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>\n]{1,80})>")
_MARKUP = re.compile(r"<[^>\n]{0,200}>|\{\\[^}\n]{0,200}\}")
_PARAGRAPH_SECONDS = 30
"""Seconds after which a paragraph ends with its sentence."""
_PAUSE = 8
"""Seconds without a cue after which a new paragraph begins."""
Cue = tuple[int, str]
"""When it begins, in seconds, and what it says."""


class SubtitlesFormat:
    """Reads ``.srt``, ``.vtt`` and ``.sbv``."""

    name = "subtitles"
    suffixes: tuple[str, ...] = (".srt", ".vtt", ".sbv")

    def read(self, data: bytes, name: str) -> Document:
        """Extract what is spoken; time codes are marked as boilerplate.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file cannot be decoded, or holds no cues.
        """
        decoded = decode(data, name)
        parts: list[str] = []
        codes: list[Span] = []
        length = 0
        for start, text in _paragraphs(_cues(decoded.text)):
            if parts:
                parts.append("\n\n")
                length += 2
            code = f"{start // 3600}:{start // 60 % 60:02d}:{start % 60:02d}"
            codes.append(Span(length, length + len(code)))
            parts.append(f"{code}\n{text}")
            length += len(code) + 1 + len(text)
        if not parts:
            raise FileError(name, "it holds no subtitles", "Add a file with time codes and text, or name it .txt")
        return Document(text="".join(parts), boilerplate=tuple(codes), warnings=decoded.warnings)


def _cues(source: str) -> Iterator[Cue]:
    last = ""
    for block in re.split(r"\r?\n[ \t]*\r?\n", source.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.split("\n")
        place = next((number for number, line in enumerate(lines) if _TIMES.search(line)), None)
        if place is None:
            continue
        match = _TIMES.search(lines[place])
        if match is None:
            continue
        spoken = [collapse(_MARKUP.sub("", _VOICE.sub(r"\1: ", line))) for line in lines[place + 1 :]]
        new = [line for line in spoken if line and line != last]  # captions that roll up repeat their last line
        if new:
            last = new[-1]
            hours, minutes, seconds = (int(part or 0) for part in match.groups()[:3])
            yield hours * 3600 + minutes * 60 + seconds, printed(" ".join(new))


def _paragraphs(cues: Iterator[Cue]) -> Iterator[Cue]:
    """Cues joined to paragraphs that end with a sentence, or before a pause or another speaker's dash."""
    start = before = 0
    text = ""
    for when, spoken in cues:
        complete = ends_like_a_sentence(text)
        if text and ((complete and when - start >= _PARAGRAPH_SECONDS) or when - before > _PAUSE or spoken[0] in "-–—"):
            yield start, text
            text = ""
        if not text:
            start = when
        text = f"{text} {spoken}" if text else spoken
        before = when
    if text:
        yield start, text
