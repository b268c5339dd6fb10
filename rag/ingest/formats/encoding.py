"""Bytes to text: byte order mark, UTF-8, then a detector; binary data is refused.

Nothing is repaired: what cannot be decoded without a loss is an error, because spans would point at characters that the
file does not have.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from rag.errors import FileError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 before UTF-16: its little-endian mark begins with the other's."""

_SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a zip archive or an office file"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"\x1f\x8b", "a gzip file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"{\\rtf", "an RTF file"),
    (b"ID3\x03", "an MP3 recording"),
    (b"OggS\x00", "an Ogg recording"),
)
_CONTROLS = bytes([*range(0, 9), *range(14, 32), 127])
"""Control bytes that text does not use; tab, line and page breaks are left out."""
_STRAY_CONTROLS = 4
_MOST_CONTROLS = 0.02
"""Share of control bytes above which data is binary; random bytes have 0.11, text practically none."""
_SAMPLE = 1 << 20
_TEXT_REMEDY = "Save it as UTF-8 text and add it again"


def decode(data: bytes, name: str, declared: str | None = None) -> str:
    """The text of ``data``, without a byte order mark, otherwise exactly as encoded.

    Args:
        data: a text file's bytes.
        name: the file's path as the caller named it, for messages.
        declared: the encoding the file itself names; tried after UTF-8.

    Raises:
        FileError: the file is empty, binary, or in no encoding that decodes it without a loss.
    """
    if not data.strip():
        raise FileError(name, "the file is empty", "Add a file that holds text")
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _checked(_decode_marked(data[len(mark) :], encoding, name), name)
    _refuse_known_binary(data, name)
    wide = _wide_encoding(data)
    if wide is not None:
        return _checked(_decode_marked(data, wide, name), name)
    _refuse_controls(data, name)
    try:
        return _checked(data.decode("utf-8"), name)
    except UnicodeDecodeError as error:
        _refuse_damaged_utf8(data, name, error.start)
    return _checked(_decode_detected(data, name, declared), name)


def _checked(text: str, name: str) -> str:
    if not text.strip():
        raise FileError(name, "the file holds nothing but white space", "Add a file that holds text")
    return text


def _decode_marked(data: bytes, encoding: str, name: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileError(
            name, f"it starts like {encoding.upper()} but byte {error.start} does not fit", _TEXT_REMEDY
        ) from error
    if "\x00" in text:
        raise FileError(name, "it is not a text file", "Add a text, Markdown or HTML file")
    return text


def _refuse_known_binary(data: bytes, name: str) -> None:
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            remedy = "Name it .pdf and add it again" if kind == "a PDF file" else _TEXT_REMEDY
            raise FileError(name, f"it is {kind}, whatever its name says", remedy)


def _refuse_controls(data: bytes, name: str) -> None:
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if b"\x00" in data or controls > _STRAY_CONTROLS + _MOST_CONTROLS * len(data):
        raise FileError(name, "it is not a text file", "Add a text, Markdown or HTML file")


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a byte order mark: Western text then has a NUL in nearly every second byte."""
    sample = data[:4096]
    if len(sample) < 8 or len(data) % 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.7 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _refuse_damaged_utf8(data: bytes, name: str, position: int) -> None:
    """Text that is UTF-8 nearly everywhere is damaged UTF-8, not an older encoding: guessing would garble it."""
    text = data.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    whole = sum(1 for _ in re.finditer("[^\x00-\x7f\ufffd]", text))
    if whole > damaged:
        raise FileError(name, f"its UTF-8 is damaged at byte {position}", _TEXT_REMEDY)


def _decode_detected(data: bytes, name: str, declared: str | None) -> str:
    if declared is not None:
        try:
            text = data.decode(declared)
            text.encode("utf-8")  # a few codecs let lone surrogates through
            return text
        except (LookupError, UnicodeError):
            pass
    best = from_bytes(data[:_SAMPLE]).best()
    encoding = _preferred(data, best.encoding) if best is not None else None
    if encoding is not None:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            pass
    raise FileError(name, "its text encoding cannot be recognised", _TEXT_REMEDY)


_WESTERN_LETTERS = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüŠŒŽšœžŸÿ"
_WESTERN = re.compile(rf"[\x00-\x7f{_WESTERN_LETTERS}€‚„…†‡‰‹‘’“”•–—™›\xa0¡£§©«®°±²³´·º»¼½¾¿×ª]*")
_SYMBOL_IN_WORD = re.compile(rf"[a-z{_WESTERN_LETTERS}][€‚„†‡‰‹“”•™›¡£§©«®°±²³´·º»¼½¾¿×ª][a-z{_WESTERN_LETTERS}]")
_LOOKALIKES = frozenset(
    "cp1250 cp1252 cp1254 cp1257 cp1258 latin_1 iso8859_15 iso8859_9 iso8859_3 cp775 cp437 cp850 cp858 cp865 cp863 "
    "mac_roman mac_iceland mac_turkish mac_latin2 hp_roman8".split()
)
_SHORT = 1000
_FEW_WORDS = 72
_WESTERN_SHARE = 0.1
"""Most accented letters and typographic signs in Western prose; French has about 0.05, Czech 0.15."""


def _preferred(data: bytes, detected: str) -> str:
    """Windows-1252 where it reads as well: the detector takes short Western texts for its look-alikes and others."""
    if detected not in _LOOKALIKES and len(data) > _SHORT:
        return detected
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return detected
    beyond_ascii = sum(byte > 127 for byte in data[:_SAMPLE])
    few = beyond_ascii <= _WESTERN_SHARE * max(len(data[:_SAMPLE]), _FEW_WORDS)
    return "cp1252" if few and _WESTERN.fullmatch(text) and not _SYMBOL_IN_WORD.search(text) else detected
