"""The program that reads files for another process: ``python -m rag.ingest.worker``.

Each order is a line of JSON on standard input with the ``size`` of the file, then the file's bytes; each answer a line
of JSON on standard output with the ``size`` of a picture, then its bytes. A file that makes a parser crash, or use up
memory or time, takes this process with it and nothing else.
"""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import fields
from typing import Any

from rag.errors import FileError
from rag.ingest.formats import FORMATS, Document, read_with
from rag.ingest.pdf.document import PdfError, draw

MEMORY = 3 << 30
"""Bytes of address space. A PDF file of 25 MB takes some hundred megabytes."""


def answer(order: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """What the order asks for: ``{"task": "read", "format", "name"}`` or ``{"task": "draw", "page", "width",
    "wanted"}``; ``ends`` is set when this process should do nothing more."""
    if order["task"] == "draw":
        try:
            drawing = draw(data, order["page"], order["width"], order["wanted"])
        except PdfError as error:
            return {"error": {"path": "", "problem": error.problem, "remedy": error.remedy}}, b""
        return {"width": drawing.width, "height": drawing.height, "areas": drawing.areas}, drawing.png
    known = next(known for known in FORMATS if known.name == order["format"])
    try:
        contents = read_with(known, data, order["name"])
    except FileError as error:
        return {"error": _stated_error(error)}, b""
    documents = [_stated(document) for document in contents.documents]
    return {"documents": documents, "failures": [_stated_error(error) for error in contents.failures]}, b""


def safe_answer(order: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """The same, whatever the file does to its parser."""
    name = str(order.get("name", ""))
    try:
        return answer(order, data)
    except (MemoryError, RecursionError):
        problem = "reading it takes too much time or memory"
    except Exception as error:
        problem = f"it is damaged in a way that its reader does not expect ({type(error).__name__})"
    remedy = "Split it, or save it anew with the program that made it"
    return {"error": {"path": name, "problem": problem, "remedy": remedy}, "ends": True}, b""


def _stated(document: Document) -> dict[str, Any]:
    stated = {field.name: getattr(document, field.name) for field in fields(document)}
    ranges = {name: [(span.start, span.end) for span in stated[name]] for name in ("headings", "boilerplate")}
    return {**stated, **ranges}


def _stated_error(error: FileError) -> dict[str, str]:
    return {"path": str(error.path), "problem": error.problem, "remedy": error.remedy}


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some, and a lower limit may be set already
            resource.setrlimit(what, (most, most))


def _limit_time(seconds: float) -> None:
    """Let this process use so many more seconds of the processor."""
    try:
        import resource
    except ImportError:
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 1, hard))


def main() -> None:
    """Answer orders until there are no more."""
    _limit_memory()
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while line := requests.readline():
        order = json.loads(line)
        data = requests.read(order["size"])
        _limit_time(order["seconds"])
        document, picture = safe_answer(order, data)
        answers.write(json.dumps({**document, "size": len(picture)}).encode("ascii") + b"\n" + picture)
        answers.flush()


if __name__ == "__main__":
    main()
