"""Paths to files, a file to an article."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rag.article_ids import article_id_of
from rag.errors import FileError
from rag.ingest.boilerplate import find_boilerplate
from rag.ingest.formats import SUPPORTED_SUFFIXES, Document, format_for, is_address, read_with
from rag.ingest.formats.text import TextFormat
from rag.ingest.isolation import read_isolated
from rag.ingest.titles import title_from_text
from rag.language.sentences import split_sentences
from rag.originals import Original
from rag.records import Article, Span
from rag.settings import IngestSettings

__all__ = ["FoundFiles", "ReadArticle", "ReadFile", "article_id_of", "find_files", "read_article", "read_file"]

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """What a list of paths came to.

    Attributes:
        files: each real file once, in the order of the paths; those of a folder sorted.
        failures: what could not be used, in the same order.
        unsupported: files in folders that are of no supported format, sorted.
    """

    files: tuple[Path, ...]
    failures: tuple[FileError, ...]
    unsupported: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article as read from its file, with what its passages are made of.

    Attributes:
        article: the article; ``article.boilerplate`` is filled.
        sentences: its content sentences and headings in order; none of them touches boilerplate.
        headings: the headings its format marked.
        original: the file itself, where its pages can be shown.
        warnings: what of it could not be read, for the user.
    """

    article: Article
    sentences: tuple[Span, ...] = field(repr=False)
    headings: tuple[Span, ...] = field(default=(), repr=False)
    original: Original | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file came to: its articles, most often one, and what in it could not be read."""

    articles: tuple[ReadArticle, ...]
    failures: tuple[FileError, ...] = ()


def find_files(paths: Iterable[Path | str]) -> FoundFiles:
    """The files that ``paths`` stand for: files as named, folders with everything supported below them.

    Hidden files and folders below a named folder are skipped. Links are followed once, so loops end, and a file that
    is reached twice is listed once. Nothing is opened.
    """
    files: list[Path] = []
    failures: list[FileError] = []
    unsupported: list[Path] = []
    seen: set[str] = set()
    for named in paths:
        path = Path(named)
        try:
            if is_address(path):
                format_for(path)
            mode = path.stat().st_mode
        except FileError as error:
            failures.append(error)
            continue
        except (OSError, ValueError) as error:
            failures.append(_failure(path, error))
            continue
        if stat.S_ISDIR(mode):
            before = len(failures)
            found = list(_walk(path, failures, unsupported))
            if not found and len(failures) == before:
                known = ", ".join(SUPPORTED_SUFFIXES)
                failures.append(FileError(path, "the folder holds no supported files", f"Supported: {known}"))
        else:
            found = [path]
            try:
                format_for(path)
            except FileError as error:
                failures.append(error)
                continue
        for file in found:
            real = os.path.realpath(file)
            if real not in seen:
                seen.add(real)
                files.append(file)
    return FoundFiles(tuple(files), tuple(failures), tuple(sorted(unsupported)))


def read_article(path: Path, settings: IngestSettings) -> ReadArticle:
    """The article of a file that holds one.

    Raises:
        FileError: as :func:`read_file`; or the file holds several articles, or nothing that can be read.
    """
    read = read_file(path, settings)
    if read.failures:
        raise read.failures[0]
    if len(read.articles) != 1:
        raise FileError(_showable(path), f"it holds {len(read.articles)} articles", "Read them with read_file")
    return read.articles[0]


def read_file(path: Path, settings: IngestSettings) -> ReadFile:
    """Read one file.

    Args:
        path: the file; its absolute path without links becomes ``Article.path``, followed by where in the file the
            article lies when it holds several.
        settings: ``max_file_mb`` is the largest size that is read.

    Raises:
        FileError: the file is missing, unreadable, not a regular file, too large, empty, binary, undecodable, not
            of its format, or holds no text.
    """
    shown = _showable(path)
    known = format_for(path)
    data = _read_bytes(path, settings.max_file_mb)
    if isinstance(known, TextFormat):
        contents = read_with(known, data, shown)  # takes linear time and memory
    else:
        contents = read_isolated(known.name, data, shown)
    if shown != str(path):
        raise FileError(shown, "the file's name is not valid UTF-8", "Rename it and add it again")
    articles: list[ReadArticle] = []
    failures = list(contents.failures)
    for document in contents.documents:
        try:
            articles.append(_article(path, document, data))
        except FileError as error:
            failures.append(error)
    return ReadFile(tuple(articles), tuple(failures))


def _article(path: Path, document: Document, data: bytes) -> ReadArticle:
    text = document.text
    boilerplate = _united(find_boilerplate(text, document.headings), document.boilerplate)
    sentences = _content_sentences(text, document.headings, boilerplate)
    if not sentences:
        # Marking everything would mean the rules were wrong about this file, not that it says nothing.
        boilerplate = ()
        sentences = _content_sentences(text, document.headings, boilerplate)
    if not sentences:
        raise FileError(_showable(path) + document.member, "it holds no words", "Add a file that holds text")
    source = path.name + document.member
    article = Article(
        article_id=article_id_of(text),
        title=document.title or title_from_text(text, sentences, document.headings, source),
        source=source,
        path=Path(os.path.realpath(path)).as_posix() + document.member,
        text=text,
        published=document.published,
        author=document.author,
        outlet=document.outlet,
        about=document.about,
        boilerplate=boilerplate,
        pages=document.pages,
    )
    original = Original(data, document.places) if document.places and not document.member else None
    return ReadArticle(article, sentences, document.headings, original, document.warnings)


def _united(*ranges: tuple[Span, ...]) -> tuple[Span, ...]:
    """The ranges as sorted, disjoint ones; those that overlap become one."""
    united: list[Span] = []
    for span in sorted(one for some in ranges for one in some):
        if united and span.start < united[-1].end:
            united[-1] = Span(united[-1].start, max(united[-1].end, span.end))
        else:
            united.append(span)
    return tuple(united)


def _content_sentences(text: str, headings: tuple[Span, ...], boilerplate: tuple[Span, ...]) -> tuple[Span, ...]:
    """Sentences outside ``boilerplate``; neither a heading nor boilerplate ever runs into its neighbours."""
    content: list[Span] = []
    marked = iter(boilerplate)
    current = next(marked, None)
    for sentence in split_sentences(text, sorted({*headings, *boilerplate})):
        while current is not None and current.end <= sentence.start:
            current = next(marked, None)
        if current is None or not current.overlaps(sentence):
            content.append(sentence)
    return tuple(content)


def _walk(folder: Path, failures: list[FileError], unsupported: list[Path]) -> Iterator[Path]:
    """Supported files below ``folder``, sorted by path; each real folder is entered once."""
    entered: set[str] = set()
    waiting = [folder]
    found: list[Path] = []
    while waiting:
        current = waiting.pop()
        real = os.path.realpath(current)
        if real in entered:
            continue
        entered.add(real)
        try:
            entries = sorted(os.scandir(current), key=lambda entry: entry.name)
        except OSError as error:
            failures.append(_failure(current, error))
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = current / entry.name
            try:
                if entry.is_dir():
                    waiting.append(path)
                elif not path.suffix or path.suffix.lower() in SUPPORTED_SUFFIXES:
                    if stat.S_ISREG(path.stat().st_mode):
                        found.append(path)
                    else:
                        failures.append(_not_regular(path))
                else:
                    unsupported.append(path)
            except OSError as error:
                failures.append(_failure(path, error))
    yield from sorted(found)


def _read_bytes(path: Path, max_file_mb: float) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _not_regular(path)
        limit = int(max_file_mb * _MEGABYTE)
        if status.st_size > limit:
            raise _too_large(path, status.st_size, max_file_mb)
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise _failure(path, error) from error
    if len(data) > limit:
        raise _too_large(path, len(data), max_file_mb)
    return data


def _too_large(path: Path, size: int, max_file_mb: float) -> FileError:
    return FileError(
        _showable(path),
        f"the file has {size / _MEGABYTE:.1f} MB, more than the {max_file_mb:g} MB that are allowed",
        "Split it into articles, or raise ingest.max_file_mb",
    )


def _not_regular(path: Path) -> FileError:
    if path.is_dir():
        return FileError(_showable(path), "it is a folder", "Name the files in it, or add the folder as a whole")
    return FileError(_showable(path), "it is not a regular file", "Copy its content into a file and add that")


def _failure(path: Path, error: OSError | ValueError) -> FileError:
    """The error that a failed system call stands for."""
    shown = _showable(path)
    if isinstance(error, FileNotFoundError):
        if path.is_symlink():
            return FileError(shown, "the link points to a file that does not exist", "Mend or remove the link")
        return FileError(shown, "there is no such file or folder", "Check the path")
    if isinstance(error, PermissionError):
        return FileError(shown, "reading it is not permitted", f"Allow it, for example: chmod u+r {shown!r}")
    if isinstance(error, OSError):
        return FileError(shown, f"it cannot be read ({error.strerror or error})", "Check the file and the disk")
    return FileError(shown, f"the path is not valid ({error})", "Check the path")


def _showable(path: Path) -> str:
    """The path as text that can be printed and stored: bytes that are no UTF-8 become U+FFFD."""
    return os.fsencode(path).decode("utf-8", errors="replace")
