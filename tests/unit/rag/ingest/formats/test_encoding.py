from __future__ import annotations

import codecs
import random

import pytest

from rag.errors import FileError
from rag.ingest.formats.encoding import decode

GREETING = "Café “déjà vu” — \N{PARTY POPPER} e\N{COMBINING ACUTE ACCENT}\u00a0שלום\r\nnext\tline"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_unicode_is_decoded_exactly_and_loses_only_its_mark(mark: bytes, encoding: str) -> None:
    assert decode(mark + GREETING.encode(encoding), "a.txt").text == GREETING


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_recognised(encoding: str) -> None:
    text = "The envoy arrived on Monday and left on Friday."
    assert decode(text.encode(encoding), "a.txt").text == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "It’s over."),
        ("cp1252", "Café déjà vu, said the “minister” – at a cost of 5 €."),
        ("cp1252", "Größe und Übermaß sind nötig, sagte der Präsident am Freitag. " * 40),
        ("cp1251", "Президент России заявил, что переговоры продолжатся в Москве."),
        ("koi8_r", "Президент России заявил, что переговоры продолжатся. Он добавил, что встреча состоится в пятницу."),
        ("cp1250", "Zażółć gęślą jaźń. Prezydent powiedział, że rozmowy będą kontynuowane."),
        ("cp1250", "Něžná řeka zářící dřív příště věčně."),
        ("cp932", "今日は雨が降っています。私たちは出かけません。"),
        ("gb18030", "今天下雨。我们不去了。总统说谈判将继续。"),
        ("cp1253", "Καλημέρα κόσμε. Ο πρόεδρος μίλησε σήμερα."),
    ],
)
def test_older_encodings_are_detected(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), "a.txt").text == text


def test_a_declared_encoding_is_tried_before_the_detector() -> None:
    text = "שלום עולם. הנשיא דיבר היום בירושלים."
    assert decode(text.encode("cp1255"), "a.html", "cp1255").text == text


@pytest.mark.parametrize("declared", ["no-such-encoding", "hex", "ascii"])
def test_a_wrong_declaration_is_ignored(declared: str) -> None:
    assert decode("Café au lait, déjà vu.".encode("cp1252"), "a.html", declared).text == "Café au lait, déjà vu."


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7 text", "PDF"),
        (b"PK\x03\x04rest", "zip"),
        (b"\x89PNG\r\n\x1a\n....", "PNG"),
        (b"\xff\xd8\xff\xe0....", "JPEG"),
        (b"\x1f\x8b\x08rest", "gzip"),
        (b"{\\rtf1 text}", "RTF"),
        (b"\x7fELF....", "program"),
    ],
)
def test_known_binary_is_named(data: bytes, kind: str) -> None:
    with pytest.raises(FileError, match=kind):
        decode(data, "a.txt")


def test_other_binary_is_refused() -> None:
    noise = random.Random(5).randbytes(5000)
    for data in (noise, bytes(byte or 1 for byte in noise), b"a\x00b\x00\x01"):
        with pytest.raises(FileError, match="not a text file"):
            decode(data, "a.txt")


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", codecs.BOM_UTF8, codecs.BOM_UTF16_LE + "  \n".encode("utf-16-le")])
def test_nothing_to_read_is_said_plainly(data: bytes) -> None:
    with pytest.raises(FileError, match=r"empty|white space"):
        decode(data, "a.txt")


def test_damaged_utf8_is_an_error_that_names_the_byte_and_not_a_guess() -> None:
    data = "“It’s over,” he said — and left.".encode()
    damaged = data[:20] + b"\xff" + data[20:]
    with pytest.raises(FileError, match="damaged at byte 20"):
        decode(damaged, "a.txt")


def test_a_stray_control_character_is_text() -> None:
    assert decode(b"A\x1fb\x07.", "a.txt").text == "A\x1fb\x07."


def test_truncated_utf16_is_an_error() -> None:
    with pytest.raises(FileError, match="UTF-16-LE"):
        decode(codecs.BOM_UTF16_LE + "text".encode("utf-16-le") + b"\x00", "a.txt")


def test_bytes_of_no_encoding_are_an_error() -> None:
    with pytest.raises(FileError, match="cannot be recognised"):
        decode(bytes(range(128, 256)) * 3, "a.txt")


def test_a_stray_nul_byte_is_left_out() -> None:
    assert decode(b"The mill was built \x00in 1931.\n\x00", "a.txt").text == "The mill was built in 1931.\n"


@pytest.mark.parametrize(
    "encodings",
    [("utf-8", "cp1252"), ("cp1252", "utf-8"), ("utf-8", "cp1252", "cp1252", "cp1252"), ("utf-8", "utf-8", "cp1252")],
)
def test_lines_in_different_encodings_are_decoded_each_by_itself(encodings: tuple[str, ...]) -> None:
    line = "Frau Müller, née Lefèvre, öffnete das Café in Zürich.\n"
    decoded = decode(b"".join(line.encode(encoding) for encoding in encodings), "a.txt")
    assert decoded.text == line * len(encodings)
    assert "different encodings" in decoded.warnings[0]


def test_pairs_of_surrogates_are_the_characters_they_stand_for() -> None:
    data = b"A party " + "\ud83c\udf89".encode("utf-8", "surrogatepass") + b" began."
    assert decode(data, "a.txt").text == "A party \N{PARTY POPPER} began."


def test_a_damaged_byte_in_a_long_text_is_shown_and_said() -> None:
    line = "“It’s over,” he said — and left for the harbour of Torby, where the boats lay.\n"
    data = (line * 4).encode()
    decoded = decode(data[:200] + b"\xff" + data[200:], "a.txt")
    assert decoded.text.count("\ufffd") == 1
    assert "line 3" in decoded.warnings[0]


def test_a_stray_western_letter_in_utf8_is_read() -> None:
    data = "“It’s over,” said Andr".encode() + b"\xe9" + " — and left.".encode()
    assert decode(data, "a.txt").text == "“It’s over,” said André — and left."
