"""Bytes to text: byte order mark, UTF-8, then a detector, line by line where encodings are mixed; binary is refused.

Nothing is guessed in silence: what was decoded otherwise than as a whole is said in a warning, a byte that fits no
encoding becomes U+FFFD, and a file with many of those is an error.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

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
_DAMAGE = 100
"""Characters that a damaged file must have for each that is lost; with fewer it is refused."""
_RARE_UTF8 = 10
"""Lines in another encoding for each line of UTF-8 from which the latter is taken for chance."""
_BLANK = b" \t\n\r\f\v\x00"
_TEXT_REMEDY = "Save it as UTF-8 text and add it again"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, and what the user should know of how it was decoded."""

    text: str = field(repr=False)
    warnings: tuple[str, ...] = ()


def decode(data: bytes, name: str, declared: str | None = None) -> Decoded:
    """The text of ``data``, without a byte order mark and NUL bytes, otherwise exactly as encoded.

    Args:
        data: a text file's bytes.
        name: the file's path as the caller named it, for messages.
        declared: the encoding the file itself names; tried after UTF-8.

    Raises:
        FileError: the file is empty, binary, in no encoding that can be recognised, or damaged in many places.
    """
    if not data.strip(_BLANK):
        raise FileError(name, "the file is empty", "Add a file that holds text")
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            if encoding == "utf-8":
                data = data[len(mark) :]
                break
            return _checked(Decoded(_decode_marked(data[len(mark) :], encoding, name)), name)
    _refuse_known_binary(data, name)
    wide = _wide_encoding(data)
    if wide is not None:
        return _checked(Decoded(_decode_marked(data, wide, name)), name)
    data = _without_stray_nuls(data, name)
    try:
        return _checked(Decoded(data.decode("utf-8")), name)
    except UnicodeDecodeError as error:
        return _checked(_decode_other(data, name, declared, error.start), name)


def _checked(decoded: Decoded, name: str) -> Decoded:
    if not decoded.text.strip():
        raise FileError(name, "the file holds nothing but white space", "Add a file that holds text")
    return decoded


def _decode_marked(data: bytes, encoding: str, name: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileError(
            name, f"it starts like {encoding.upper()} but byte {error.start} does not fit", _TEXT_REMEDY
        ) from error
    if text.count("\x00") * _DAMAGE > len(text):
        raise FileError(name, "it is not a text file", "Add a text, Markdown or HTML file")
    return text.replace("\x00", "")


def _refuse_known_binary(data: bytes, name: str) -> None:
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            remedy = "Name it .pdf and add it again" if kind == "a PDF file" else _TEXT_REMEDY
            raise FileError(name, f"it is {kind}, whatever its name says", remedy)


def _without_stray_nuls(data: bytes, name: str) -> bytes:
    """``data`` without the NUL bytes that a text may hold by accident."""
    controls = len(data) - len(data.translate(None, _CONTROLS))
    stray, share = (2, 1 / _DAMAGE) if b"\x00" in data else (_STRAY_CONTROLS, _MOST_CONTROLS)
    if controls > stray + share * len(data):
        raise FileError(name, "it is not a text file", "Add a text, Markdown or HTML file")
    return data.replace(b"\x00", b"")


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


def _decode_other(data: bytes, name: str, declared: str | None, position: int) -> Decoded:
    """Text that is not UTF-8 throughout: in another encoding, in several, or damaged at byte ``position`` first."""
    if (paired := _with_paired_surrogates(data)) is not None:
        return Decoded(paired)
    lines = data.splitlines(keepends=True)
    others = [number for number, line in enumerate(lines) if not _is_utf8(line)]
    utf8_lines = sum(not line.isascii() for line in lines) - len(others)
    if utf8_lines == 0 and _holds_utf8(data):
        return _repaired(data, name, position)
    if utf8_lines * _RARE_UTF8 <= len(others):
        return Decoded(_decode_detected(data, name, declared))
    plain = [number for number in others if not _holds_utf8(lines[number])]
    utf8_text = b"".join(line for line in lines if not line.isascii() and _is_utf8(line)).decode("utf-8")
    is_western = _WESTERN.fullmatch(utf8_text) is not None
    encoding = _detected(b"".join(lines[number] for number in plain), is_western) if plain else None
    if encoding is None:
        return _repaired(data, name, position)
    for number in plain:
        try:
            lines[number] = lines[number].decode(encoding).encode("utf-8")
        except UnicodeError:
            return _repaired(data, name, position)
    repaired = _repaired(b"".join(lines), name, position)
    places = ", ".join(str(number + 1) for number in plain[:5]) + (" …" if len(plain) > 5 else "")
    warning = f"its lines are in different encodings: {places} read as {encoding}, the others as UTF-8"
    return Decoded(repaired.text, (warning, *repaired.warnings))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _holds_utf8(data: bytes) -> bool:
    """Whether most of what is beyond ASCII in ``data`` is UTF-8 although not all of it is."""
    text = data.decode("utf-8", errors="replace")
    return sum(1 for _ in re.finditer("[^\x00-\x7f\ufffd]", text)) > text.count("\ufffd")


def _with_paired_surrogates(data: bytes) -> str | None:
    """The text of CESU-8, in which characters beyond the first 65,536 are two of three bytes each; else None."""
    try:
        text = data.decode("utf-8", "surrogatepass")
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeError:
        return None


def _repaired(data: bytes, name: str, position: int) -> Decoded:
    """UTF-8 that is damaged in a few places: each is U+FFFD, or the Windows-1252 letter that surely stands there."""
    text = _UNSURE.sub("\ufffd", data.decode("utf-8", errors="surrogateescape"))
    text = _STRAY_LETTER.sub(lambda match: bytes([ord(match.group()) - 0xDC00]).decode("cp1252"), text)
    lost = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    if lost * _DAMAGE > len(text):
        raise FileError(name, f"its UTF-8 is damaged at byte {position}", _TEXT_REMEDY)
    if not lost:
        return Decoded(text)
    line = data.count(b"\n", 0, position) + 1
    what = "a character" if lost == 1 else f"{lost} characters"
    return Decoded(text, (f"{what} could not be decoded (the first in line {line}) and is shown as \ufffd",))


def _decode_detected(data: bytes, name: str, declared: str | None) -> str:
    if declared is not None:
        try:
            text = data.decode(declared)
            text.encode("utf-8")  # a few codecs let lone surrogates through
            return text
        except (LookupError, UnicodeError):
            pass
    encoding = _detected(data)
    if encoding is not None:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            pass
    raise FileError(name, "its text encoding cannot be recognised", _TEXT_REMEDY)


def _detected(data: bytes, is_western: bool = False) -> str | None:
    """The encoding of ``data``; ``is_western`` when other text of the same file shows that its language is."""
    best = from_bytes(data[:_SAMPLE]).best()
    return _preferred(data, best.encoding, is_western) if best is not None else None


_UNSURE = re.compile(r"[\udc80-\udcff]{2,}|[\udc80-\udc90\udc98-\udcbf\udcc2\udcc3\udce2\udcf0\udcfe\udcff]")
"""Bytes that are parts of a damaged sequence, or no letter."""
_STRAY_LETTER = re.compile(r"[\udc91-\udc97\udcc0-\udcfd]")
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


def _preferred(data: bytes, detected: str, is_western: bool) -> str:
    """Windows-1252 where it reads as well: the detector takes short Western texts for its look-alikes and others."""
    if detected not in _LOOKALIKES and len(data) > _SHORT and not is_western:
        return detected
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return detected
    beyond_ascii = sum(byte > 127 for byte in data[:_SAMPLE])
    few = is_western or beyond_ascii <= _WESTERN_SHARE * max(len(data[:_SAMPLE]), _FEW_WORDS)
    return "cp1252" if few and _WESTERN.fullmatch(text) and not _SYMBOL_IN_WORD.search(text) else detected
