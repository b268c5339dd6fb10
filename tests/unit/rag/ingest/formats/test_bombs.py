"""Files that are made to harm: what unpacks to gigabytes, leads out of its archive, or expands without end."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest

from rag.errors import FileError
from rag.ingest.formats import Contents, format_for, packed, read_with
from tests.unit.rag.ingest.formats.made import PROSE, docx, front_matter, zipped


def read(name: str, data: bytes) -> Contents:
    from pathlib import Path

    return read_with(format_for(Path(name)), data, name)


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte instead of hundreds, so that a bomb takes no time to make."""
    for module in (packed, __import__("rag.ingest.formats.archive", fromlist=["archive"])):
        monkeypatch.setattr(module, "MOST_UNPACKED", 1 << 20)


BOMB = b"The mill. " * 300_000


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", zipped({"a.txt": BOMB})),
        ("a.docx", zipped({"word/document.xml": BOMB})),
        ("a.odt", zipped({"content.xml": BOMB})),
        ("a.epub", zipped({"META-INF/container.xml": BOMB})),
        ("a.xlsx", zipped({"xl/workbook.xml": BOMB})),
        ("a.pptx", zipped({"ppt/presentation.xml": BOMB})),
        ("a.txt.gz", gzip.compress(BOMB)),
        ("a.txt.bz2", bz2.compress(BOMB)),
        ("a.txt.xz", lzma.compress(BOMB)),
        ("a.tar.gz", gzip.compress(BOMB)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_unpacks_to_too_much_is_refused(name: str, data: bytes, small_limits: None) -> None:
    with pytest.raises(FileError, match="more than may be unpacked"):
        read(name, data)


def test_a_container_of_too_many_files_is_refused() -> None:
    with pytest.raises(FileError, match="more than may be unpacked"):
        read("a.zip", zipped({f"{number}.txt": "" for number in range(packed.MOST_MEMBERS + 1)}))


def test_archives_in_archives_end() -> None:
    data = front_matter(PROSE)
    name = "a.md"
    for number in range(6):
        data, name = zipped({name: data}), f"{number}.zip"
    contents = read("outer.zip", data)
    assert contents.documents == ()
    assert "too deep" in contents.failures[0].problem


def test_paths_that_lead_out_and_links_are_not_followed() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("../up.txt", "/etc/top.txt", "in/../../up.txt", "good.txt"):
            archive.writestr(name, "The mill was opened in 1931.")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    contents = read("a.zip", file.getvalue())
    assert [document.member for document in contents.documents] == ["/good.txt"]
    assert len(contents.failures) == 4
    assert all("link, or its path leads out" in failure.problem for failure in contents.failures)


def test_links_and_devices_of_a_tar_archive_are_not_followed() -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, kind in (
            ("link.txt", tarfile.SYMTYPE),
            ("hard.txt", tarfile.LNKTYPE),
            ("pipe.txt", tarfile.FIFOTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("good.txt")
        info.size = 28
        archive.addfile(info, io.BytesIO(b"The mill was opened in 1931."))
    contents = read("a.tar", file.getvalue())
    assert [document.text for document in contents.documents] == ["The mill was opened in 1931."]
    assert len(contents.failures) == 3


def test_entities_are_not_expanded() -> None:
    laughs = "".join(
        f'<!ENTITY l{number} "{"&l" + str(number - 1) + ";"}{"&l" + str(number - 1) + ";"}">' for number in range(1, 40)
    )
    source = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    entry = "<title>The mill</title><description>Opened in 1931. &l39; &file;</description>"
    contents = read("a.rss", f"{source}<rss><channel><item>{entry}</item></channel></rss>".encode())
    text = contents.documents[0].text
    assert "Opened in 1931." in text
    assert "haha" not in text
    assert "root:" not in text


def test_a_password_is_said() -> None:
    data = bytearray(zipped({"a.txt": "The mill."}))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + place] |= 1
    with pytest.raises(FileError, match="password"):
        read("a.zip", bytes(data))


def test_a_file_whose_name_says_another_format_is_refused() -> None:
    for name in ("a.docx", "a.xlsx", "a.epub", "a.odt", "a.pptx"):
        with pytest.raises(FileError, match="or is damaged"):
            read(name, b"Just text about a mill.")
    with pytest.raises(FileError, match="or is damaged"):
        read("a.xlsx", docx(PROSE))
