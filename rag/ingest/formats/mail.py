"""Mail: a message is an article, and so is each of its attachments that a format reads."""

from __future__ import annotations

import email.policy
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

from rag.errors import FileError
from rag.ingest.formats.encoding import decode
from rag.ingest.formats.html import lay_out_markup
from rag.ingest.formats.layout import Layout
from rag.ingest.formats.members import read_inner
from rag.ingest.formats.metadata import one_line
from rag.ingest.formats.packed import no_text, refused_unless
from rag.ingest.formats.protocol import Contents, Document
from rag.language.reading_text import printed
from rag.records import Span

_FROM = re.compile(rb"^From \S.*\d{2}:\d{2}.*\r?\n", re.MULTILINE)
_QUOTED_FROM = re.compile(r"^>(>*From )", re.MULTILINE)
_SIGNATURE = re.compile(r"^-- ?\r?\n(?:.*\r?\n?){1,12}\Z", re.MULTILINE)
_MOST_MESSAGES = 50_000
_FOLDED = re.compile(r"\s+")


class MailFormat:
    """Reads ``.eml``: one message with what is attached to it."""

    name = "mail"
    suffixes: tuple[str, ...] = (".eml",)

    def read_all(self, data: bytes, name: str) -> Contents:
        """The message and its attachments; an attachment's member is ``#`` and its name.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is no message, or holds no text.
        """
        if not data.strip():
            raise FileError(name, "the file is empty", "Add a file that holds text")
        contents = _read_message(data, name, "")
        if not contents.documents:
            raise contents.failures[0] if contents.failures else no_text(name)
        return contents


class MailboxFormat:
    """Reads ``.mbox``: messages one after the other."""

    name = "mailbox"
    suffixes: tuple[str, ...] = (".mbox", ".mbx")

    def read_all(self, data: bytes, name: str) -> Contents:
        """Every message, with the member ``#1``, ``#2`` …, and its attachments.

        Args:
            data: the file's bytes.
            name: the file's path as the caller named it, for messages.

        Raises:
            FileError: the file is no mailbox, holds too many messages, or none with text.
        """
        starts = [match for match in _FROM.finditer(data) if _begins(data, match.start())]
        if not starts:
            raise FileError(name, "it is not a mailbox", "Save it in the mbox format, or its messages as .eml files")
        if len(starts) > _MOST_MESSAGES:
            raise FileError(name, f"it holds more than {_MOST_MESSAGES} messages", "Split it and add the parts")
        documents: list[Document] = []
        failures: list[FileError] = []
        ends = [match.start() for match in starts[1:]] + [len(data)]
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1):
            try:
                contents = _read_message(data[start.end() : end], name, f"#{number}")
            except FileError as error:
                failures.append(error)
                continue
            documents += contents.documents
            failures += contents.failures
        return Contents(tuple(documents), tuple(failures))


def _begins(data: bytes, start: int) -> bool:
    """Whether a line that begins with "From " begins a message: it is the first, or an empty one is above it."""
    above = data[max(0, start - 4) : start]
    return start == 0 or above.endswith((b"\n\n", b"\r\n\r\n"))


def _read_message(data: bytes, name: str, member: str) -> Contents:
    with refused_unless(name + member, "a message"):
        message = message_from_bytes(data, policy=email.policy.default)
        if not isinstance(message, EmailMessage) or not (message["From"] or message["Subject"] or message["Date"]):
            raise ValueError("no headers")
        document = _document(message, member)
        attachments = list(_attachments(message))
    documents = [document] if document is not None else []
    failures: list[FileError] = []
    for file_name, content in attachments:
        inner = read_inner(content, name, f"{member}#{file_name}" if not member else f"{member}/{file_name}", file_name)
        if inner is not None:
            documents += inner.documents
            failures += inner.failures
    if not documents and not failures:
        failures.append(no_text(name + member))
    return Contents(tuple(documents), tuple(failures))


def _document(message: EmailMessage, member: str) -> Document | None:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None or not isinstance(body, EmailMessage):
        return None
    layout = Layout()
    text = _text_of(body)
    if body.get_content_type() == "text/html":
        lay_out_markup(text, layout)
        text = layout.text
    else:
        text = printed(_QUOTED_FROM.sub(r"\1", text.replace("\r\n", "\n"))).strip("\n")
    if not text.strip():
        return None
    signature = _SIGNATURE.search(text) if not layout.text else None
    return Document(
        text=text,
        title=_header(message, "Subject"),
        published=_sent(message),
        author=_sender(message),
        headings=layout.headings,
        boilerplate=(Span(signature.start(), len(text.rstrip())),) if signature is not None else (),
        member=member,
    )


def _text_of(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset()
    if not data.strip():
        return ""
    if charset in (None, "utf-8", "us-ascii"):
        return decode(data, "message").text
    try:
        return data.decode(charset or "utf-8")
    except (LookupError, UnicodeError):
        return decode(data, "message").text


def _header(message: EmailMessage, key: str) -> str | None:
    value = message[key]
    return one_line(_FOLDED.sub(" ", str(value))) if value is not None else None


def _sender(message: EmailMessage) -> str | None:
    """The sender's name, or the address where there is none."""
    name, address = parseaddr(_header(message, "From") or "")
    return one_line(name or address) or _header(message, "From")


def _sent(message: EmailMessage) -> str | None:
    try:
        return parsedate_to_datetime(str(message["Date"])).date().isoformat()
    except (TypeError, ValueError, IndexError):
        return None


def _attachments(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    for part in message.walk():
        file_name = part.get_filename()
        if not file_name or part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield file_name.replace("\\", "/").rsplit("/", 1)[-1], payload
