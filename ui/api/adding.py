"""Uploaded files on their way into the store: the one door for the page and for programs."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from rag.presentation.html import shown
from rag.records import AddReport, FileOutcome, Progress

if TYPE_CHECKING:
    from rag.assistant import Assistant

UPLOADS_FOLDER = "uploads"
"""Inside the store: an uploaded file's place, so that uploading a file of the same name again updates its article."""
LOCK_FILE = "uploads.lock"
LONGEST_NAME_BYTES = 200
DIGITS = 16
"""Hex digits of a SHA-256 that tell users, or names that look the same, apart."""


class Uploads:
    """Adds uploads one at a time, each from a place that no other upload can reach meanwhile.

    An article is known by the place of its file, which for an upload is made of who sent it and of the file's name. So
    a user's second upload of a name updates the first, and never another user's article. The lock is a file's, because
    several processes may serve one store; it costs nothing, since the store takes one article at a time.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    @property
    def folder(self) -> Path:
        """Where uploads lie while they are added; empty otherwise."""
        return Path(self._assistant.store_path) / UPLOADS_FOLDER

    def place_of(self, original: str, user: str | None = None) -> Path:
        """Where the file that ``user`` calls ``original`` lies; None stands for this computer's own user."""
        folder = self.folder / _digits(user) if user is not None else self.folder
        return folder / stored_name(original)

    def add(
        self,
        original: str,
        content: Path,
        user: str | None = None,
        *,
        collection: str | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> AddReport:
        """Add the file that ``user`` calls ``original`` and whose content lies at ``content`` for now.

        Raises:
            CollectionError, ModelError, StoreError: as ``Assistant.add``.
            OSError: the disk cannot take it.
        """
        kept = self.place_of(original, user)
        kept.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder.with_name(LOCK_FILE)):
            try:
                shutil.copyfile(content, kept)
                report = self._assistant.add([kept], progress=progress, collection=collection)
                return replace(report, files=tuple(_without_folder(kept.parent, outcome) for outcome in report.files))
            finally:
                kept.unlink(missing_ok=True)


def _without_folder(folder: Path, outcome: FileOutcome) -> FileOutcome:
    """``outcome`` as the sender may see it: without the folder of the server wherever it stands."""
    path, message = outcome.path, outcome.message
    for prefix in (f"{folder.absolute()}{os.sep}", f"{folder}{os.sep}"):
        path, message = path.replace(prefix, ""), message.replace(prefix, "")
    return replace(outcome, path=path, message=message)


def stored_name(original: str) -> str:
    """The file name under which an upload is kept: the user's own, without folders and control characters.

    A name that cannot be kept as it is gets digits made from it, so that two different names stay different.
    """
    own = original.replace("\\", "/").rsplit("/", 1)[-1]
    name = shown(own).strip(". ").replace("\ufffd", "_")
    stem, dot, suffix = name.rpartition(".")
    stem, suffix = (stem, dot + suffix) if stem else (name, "")
    encoded = stem.encode("utf-8", "replace")[: LONGEST_NAME_BYTES - len(suffix.encode("utf-8", "replace"))]
    kept = encoded.decode("utf-8", "ignore")
    if not own or kept + suffix == own:
        return own or "article"
    return f"{kept or 'article'}-{_digits(own)}{suffix}"


def _digits(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:DIGITS]
