"""Uploaded files: how much of them is read, and where their content lies until it is added."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from ui.api.problems import MALFORMED, TOO_LARGE, WRONG_TYPE, RequestError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from rag.settings import UiSettings

BYTES_PER_MB = 1_000_000
LARGEST_JSON = 1_000_000
"""Bytes of a body that is not an upload; the longest question and filters fit many times."""
ROOM_FOR_HEADERS = 4_096
"""Bytes that multipart adds around each file, at most."""
FIELD = "files"


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How much one upload may hold."""

    megabytes: float
    files: int
    total_megabytes: float = 200.0

    @classmethod
    def of(cls, settings: UiSettings) -> UploadLimits:
        """The limits that the settings name."""
        return cls(settings.max_upload_mb, settings.max_upload_files, settings.max_upload_total_mb)

    @property
    def file_bytes(self) -> int:
        """The largest file."""
        return int(self.megabytes * BYTES_PER_MB)

    @property
    def total_bytes(self) -> int:
        """The largest body, whatever number of files it holds."""
        return int(max(self.megabytes, self.total_megabytes) * BYTES_PER_MB) + self.files * ROOM_FOR_HEADERS


class BodyLimit:
    """ASGI middleware that stops reading a body that is too large, whether or not its length was declared."""

    def __init__(self, app: ASGIApp, limits: UploadLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a body that ends in an HTTP 413 where the limit is reached."""
        headers = dict(scope.get("headers", ()))
        is_upload = headers.get(b"content-type", b"").lower().startswith(b"multipart/")
        most = self._limits.total_bytes if is_upload else LARGEST_JSON
        declared = headers.get(b"content-length", b"0")
        left = -1 if declared.isdigit() and int(declared) > most else most

        async def receive_within_limit() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0 and message["type"] == "http.request":
                raise HTTPException(413, f"the body has more than {most:,} bytes")
            return message

        await self._app(scope, receive_within_limit if scope["type"] == "http" else receive, send)


@asynccontextmanager
async def received_files(request: Request, limits: UploadLimits) -> AsyncIterator[Sequence[tuple[str, Path]]]:
    """The files of an upload, as their own names and where their content lies until this ends.

    Raises:
        RequestError: the body is no upload of files, or of too many or too large ones.
    """
    form = await _parsed(request, limits)
    try:
        with TemporaryDirectory(prefix="citespan-upload-") as folder:
            yield [
                await _saved(upload, Path(folder) / str(number)) for number, upload in enumerate(_uploads(form, limits))
            ]
    finally:
        await form.close()


async def _parsed(request: Request, limits: UploadLimits) -> FormData:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        raise RequestError(WRONG_TYPE, "an upload is multipart/form-data", "header Content-Type")
    parser = MultiPartParser(request.headers, request.stream(), max_files=limits.files, max_fields=0)
    try:
        return await parser.parse()
    except MultiPartException as error:
        kind = TOO_LARGE if error.message.startswith("Too many files") else MALFORMED
        raise RequestError(kind, error.message, "body") from error


def _uploads(form: FormData, limits: UploadLimits) -> list[UploadFile]:
    uploads = [value for name, value in form.multi_items() if name == FIELD and isinstance(value, UploadFile)]
    if not uploads or len(uploads) != len(form.multi_items()):
        raise RequestError(MALFORMED, f"each part of an upload is a file in the field {FIELD!r}", f"body.{FIELD}")
    for upload in uploads:
        if (upload.size or 0) > limits.file_bytes:
            raise RequestError(
                TOO_LARGE, f"the file {upload.filename!r} has more than {limits.megabytes:g} MB", f"body.{FIELD}"
            )
    return uploads


async def _saved(upload: UploadFile, path: Path) -> tuple[str, Path]:
    def save() -> None:
        with path.open("wb") as written:
            while chunk := upload.file.read(2**20):
                written.write(chunk)

    await to_thread.run_sync(save)
    return upload.filename or "article.txt", path
