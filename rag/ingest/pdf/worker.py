"""The program that reads one PDF file and ends: ``python -m rag.ingest.pdf.worker``.

On standard input a line of JSON, then the file's bytes; on standard output a line of JSON, then a picture's bytes.
A file that makes PDFium crash, or use up memory or time, takes this process with it and nothing else.
"""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import asdict
from typing import Any

MEMORY = 3 << 30
"""Bytes of address space. A document of 25 MB takes some hundred megabytes."""
SECONDS = 60
"""Processor time."""


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some, and a lower limit may be set already
            resource.setrlimit(what, (most, most))


def answer(order: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """What the order asks for: ``{"task": "read"}`` or ``{"task": "draw", "page", "width", "wanted"}``."""
    from rag.ingest.pdf.document import PdfError, draw, read

    try:
        if order["task"] == "read":
            return asdict(read(data)), b""
        drawing = draw(data, order["page"], order["width"], order["wanted"])
        return {"width": drawing.width, "height": drawing.height, "areas": drawing.areas}, drawing.png
    except PdfError as error:
        return {"error": str(error)}, b""
    except MemoryError:
        return {"error": "too costly"}, b""


def main() -> None:
    """Answer one order."""
    _limit()
    order = json.loads(sys.stdin.buffer.readline())
    document, picture = answer(order, sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(document).encode("ascii") + b"\n" + picture)


if __name__ == "__main__":
    main()
