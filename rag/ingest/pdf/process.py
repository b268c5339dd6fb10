"""Runs the worker: each document in a process of its own, so that no file can crash, block or fill this one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

WORKER = "rag.ingest.pdf.worker"
PATIENCE = 300
"""Seconds on the clock; on a busy machine the processor time that the worker may use takes longer."""
AT_ONCE = 2
_TURNS = threading.BoundedSemaphore(AT_ONCE)
"""However many users open pages, they wait for each other rather than fill the memory."""
REASONS: dict[str, tuple[str, str]] = {
    "password": ("it can only be opened with a password", "Save a copy without a password and add that"),
    "damaged": ("it is not a PDF file, or is damaged", "Open it in a PDF viewer, print it into a new PDF and add that"),
    "no pages": ("it holds no pages", "Add a file that holds text"),
    "no text": (
        "it holds no text, only pictures of pages (a scan)",
        "Run text recognition first, for example: ocrmypdf in.pdf out.pdf; then add the result",
    ),
    "garbled": (
        "its text layer cannot be read: the letters in it do not have the meanings that are shown",
        "Run text recognition over it, for example: ocrmypdf --force-ocr in.pdf out.pdf; then add the result",
    ),
    "many pages": ("it has more than 2,000 pages", "Split it and add the parts"),
    "much text": ("it holds more text than a document of 2,000 pages", "Split it and add the parts"),
    "too costly": ("reading it takes too much time or memory", "Print it into a new PDF, or split it, and add that"),
}
"""What is wrong and what to do, by the worker's word for it."""


class PdfProcessError(Exception):
    """The worker could not do its task.

    Attributes:
        problem, remedy: two halves of a message for the user.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.problem, self.remedy = REASONS[reason]


def run(order: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Have the worker do ``order`` (see ``worker.answer``) with a document's bytes.

    Raises:
        PdfProcessError: it cannot be done with this document.
    """
    package = str(Path(__file__).resolve().parents[3])
    paths = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    try:
        with _TURNS:
            done = subprocess.run(
                [sys.executable, "-P", "-m", WORKER],
                input=json.dumps(order).encode("ascii") + b"\n" + data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": paths},
                timeout=PATIENCE,
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise PdfProcessError("too costly") from error
    if done.returncode:
        is_limit = -done.returncode in (signal.SIGXCPU, signal.SIGKILL)
        raise PdfProcessError("too costly" if is_limit else "damaged")
    written, _, picture = done.stdout.partition(b"\n")
    document: dict[str, Any] = json.loads(written)
    if "error" in document:
        raise PdfProcessError(document["error"])
    return document, picture
