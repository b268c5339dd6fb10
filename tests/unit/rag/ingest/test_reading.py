from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from rag.errors import FileError
from rag.ingest.reading import article_id_of, find_files, read_article
from rag.settings import IngestSettings

SETTINGS = IngestSettings()


def write(path: Path, content: str | bytes = "Some text here.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def failure_of(path: Path, settings: IngestSettings = SETTINGS) -> str:
    with pytest.raises(FileError) as caught:
        read_article(path, settings)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_folders_are_searched_and_files_taken_as_named(tmp_path: Path) -> None:
    one = write(tmp_path / "folder" / "b.txt")
    two = write(tmp_path / "folder" / "a" / "z.MD")
    three = write(tmp_path / "folder" / "page.htm")
    write(tmp_path / "folder" / "notes.xyz")
    write(tmp_path / "folder" / ".hidden.txt")
    write(tmp_path / "folder" / ".git" / "x.txt")
    named = write(tmp_path / ".named.txt")
    found = find_files([named, str(tmp_path / "folder")])
    assert found.files == (named, two, one, three)
    assert [path.name for path in found.unsupported] == ["notes.xyz"]
    assert found.failures == ()


def test_each_real_file_is_found_once(tmp_path: Path) -> None:
    file = write(tmp_path / "a" / "x.txt")
    (tmp_path / "a" / "again.txt").symlink_to(file)
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    found = find_files([tmp_path / "a", file, tmp_path])
    assert len(found.files) == 1
    assert found.failures == ()


def test_failures_name_the_path_and_what_is_supported(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    word = write(tmp_path / "a.xyz")
    dangling = tmp_path / "link.txt"
    dangling.symlink_to(tmp_path / "gone.txt")
    good = write(tmp_path / "good.txt")
    found = find_files([tmp_path / "missing.txt", empty, word, dangling, good])
    assert found.files == (good,)
    messages = [str(error) for error in found.failures]
    assert "no such file" in messages[0]
    assert "no supported files" in messages[1]
    assert ".txt, .text, .log, .asc, .md" in messages[1]
    assert ".xyz files are not supported" in messages[2]
    assert "does not exist" in messages[3]


@pytest.mark.parametrize("name", ["a\x00b.txt", "x" * 5000 + ".txt"])
def test_impossible_paths_are_failures(name: str) -> None:
    assert len(find_files([name]).failures) == 1


def test_a_folder_reports_special_files_and_dangling_links_in_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "link.md").symlink_to("nowhere.md")
    found = find_files([tmp_path])
    assert found.files == ()
    assert sorted(error.path.name for error in found.failures) == ["link.md", "pipe.txt"]


def test_an_unreadable_folder_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "locked" / "a.txt")
    good = write(tmp_path / "open" / "b.txt")
    scan = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = find_files([tmp_path])
    assert found.files == (good,)
    assert "not permitted" in str(found.failures[0])


def test_a_text_file_becomes_an_article(tmp_path: Path) -> None:
    text = "Skip to content\r\n\r\nHarbour Grows\r\n\r\nIt grew. “Much,” he said.\r\n"
    path = write(tmp_path / "a.txt", text)
    read = read_article(path, SETTINGS)
    article = read.article
    assert article.text == text
    assert article.article_id == article_id_of(text)
    assert article.title == "Harbour Grows"
    assert article.source == "a.txt"
    assert article.path == path.resolve().as_posix()
    assert [span.of(text) for span in article.boilerplate] == ["Skip to content"]
    assert [span.of(text) for span in read.sentences] == ["Harbour Grows", "It grew.", "“Much,” he said."]
    assert article.published is None


def test_a_markdown_file_keeps_its_metadata_and_headings(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.md",
        "---\ntitle: Stated\npublished: 2025-08-16\nsource: Gazette\n---\n# Comments\n\nText *here*.\n",
    )
    read = read_article(path, SETTINGS)
    assert (read.article.title, read.article.published, read.article.outlet) == ("Stated", "2025-08-16", "Gazette")
    assert [span.of(read.article.text) for span in read.sentences] == ["Comments", "Text here."]
    assert len(read.headings) == 1


def test_the_same_path_through_a_link_is_the_same_identity(tmp_path: Path) -> None:
    path = write(tmp_path / "a" / "x.txt")
    (tmp_path / "b").symlink_to(tmp_path / "a", target_is_directory=True)
    assert read_article(tmp_path / "b" / "x.txt", SETTINGS) == read_article(path, SETTINGS)


def test_if_everything_looks_like_boilerplate_nothing_is(tmp_path: Path) -> None:
    read = read_article(write(tmp_path / "a.txt", "Advertisement\nShare\n"), SETTINGS)
    assert read.article.boilerplate == ()
    assert len(read.sentences) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"***\n---\n", "no words"),
        (b"%PDF-1.7\n%rest", "PDF"),
        (b"\x00\x01\x02\x03binary", "not a text file"),
        ("“ok” é".encode() + b"\xff", "damaged at byte"),
    ],
)
def test_unusable_content_is_said_plainly(tmp_path: Path, content: bytes, message: str) -> None:
    assert message in failure_of(write(tmp_path / "a.txt", content))


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert "no such file" in failure_of(tmp_path / "a.txt")
    (tmp_path / "folder.txt").mkdir()
    assert "it is a folder" in failure_of(tmp_path / "folder.txt")


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert "not a regular file" in failure_of(tmp_path / "a.txt")


def test_too_large_is_seen_before_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    message = failure_of(path)
    assert "50.0 MB" in message
    assert "25 MB" in message
    assert "ingest.max_file_mb" in message


def test_a_file_that_grows_while_being_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.txt", "word " * 1000)
    real = path.stat()
    small = os.stat_result((stat.S_IFREG | 0o644, *real[1:6], 10, *real[7:10]))
    monkeypatch.setattr(Path, "stat", lambda self, **_: small)
    with pytest.raises(FileError, match="more than the"):
        read_article(path, IngestSettings(max_file_mb=0.001))


def test_missing_permission_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.txt")

    def refuse(self: Path, *_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    assert "not permitted" in failure_of(path)


def test_a_name_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_bytes(b"Some text.")
    with pytest.raises(FileError, match="not valid UTF-8") as caught:
        read_article(path, SETTINGS)
    str(caught.value).encode("utf-8")
