"""A store as plain files that other programs can read, and back: JSON lines, one array of embeddings, the kept files.

``articles.jsonl`` has an article a line; ``embeddings.npy`` is ``float32[n, dimension]``, and each passage names its
row; ``originals/`` has the files whose pages can be shown; ``export.json`` says what made it all.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from rag.article_ids import article_id_of
from rag.errors import InputError, StoreError, StoreFullError
from rag.index import changing
from rag.index.articles import read_article, read_embeddings, read_original, read_passages
from rag.index.catalog import Catalog
from rag.index.catalog_collections import join_collections
from rag.index.damage import naming
from rag.index.identity import StoreIdentity
from rag.index.paths import attach, holder, paths_of
from rag.index.rows import SUMMARY_COLUMNS, summary_from_row
from rag.index.snapshot import Snapshot
from rag.index.validation import check_article
from rag.originals import Original
from rag.records import Article, FileOutcome, Passage, Span

FORMAT = 1
_METADATA = ("article_id", "title", "source", "path", "published", "author", "outlet", "about")


def export_articles(catalog: Catalog, folder: Path) -> int:
    """Write every article to the new folder ``folder``; returns how many there are. All of one moment, all or nothing.

    Raises:
        StoreDamagedError: an article is not what was stored.
        StoreFullError: the disk is full; nothing is left behind.
        StoreError: the folder exists and is not empty, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(f"{folder}: is there already and not empty. Name a new folder")
    beside = folder.with_name(f"{folder.name}-{secrets.token_hex(4)}")
    try:
        (beside / "originals").mkdir(parents=True)
        with catalog.database.reading() as connection:
            count = _write(connection, beside)
        identity = catalog.identity()
        about = {"format": FORMAT, "articles": count, "identity": None if identity is None else asdict(identity)}
        (beside / "export.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        if folder.exists():
            folder.rmdir()
        beside.rename(folder)
    except OSError as error:
        kind = StoreFullError if error.errno == 28 else StoreError
        raise kind(f"{folder}: cannot be written ({error.strerror or error}). Name another place") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return count


def _write(connection: sqlite3.Connection, folder: Path) -> int:
    snapshot = Snapshot(connection)
    shape = (snapshot.passages, snapshot.dimension or 0)
    rows = np.lib.format.open_memmap(folder / "embeddings.npy", mode="w+", dtype=np.float32, shape=shape)
    written = 0
    numbers = [number for (number,) in connection.execute("SELECT id FROM articles ORDER BY id")]
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as lines:
        for number in numbers:
            with naming(connection, number):
                document, embeddings, original = _document(connection, number, written)
            if embeddings is not None:
                rows[written : written + len(embeddings)] = embeddings
                written += len(embeddings)
            if original is not None:
                (folder / "originals" / document["article_id"]).write_bytes(original.data)
            lines.write(json.dumps(document, ensure_ascii=False) + "\n")
    rows.flush()
    return len(numbers)


def _document(
    connection: sqlite3.Connection, number: int, row: int
) -> tuple[dict[str, Any], np.ndarray[Any, Any] | None, Original | None]:
    article = read_article(connection, number)
    passages = read_passages(connection, number, article.article_id)
    passages.sort(key=lambda passage: passage.passage_id)
    original = read_original(connection, number)
    summary = summary_from_row(
        connection.execute(f"SELECT {SUMMARY_COLUMNS} FROM articles WHERE id = ?", (number,)).fetchone()
    )
    document = {
        **{name: getattr(article, name) for name in _METADATA},
        "paths": paths_of(connection, number),
        "added": summary.added,
        "collections": summary.collections,
        "boilerplate": _pairs(article.boilerplate),
        "pages": article.pages,
        "passages": [
            {"start": one.start, "end": one.end, "sentences": _pairs(one.sentences), "embedding": row + place}
            for place, one in enumerate(passages)
        ],
        "places": None if original is None else original.places,
        "text": article.text,
    }
    return document, read_embeddings(connection, number), original


def import_articles(catalog: Catalog, folder: Path) -> Iterator[FileOutcome]:
    """Store the articles of an export that are not stored yet, one transaction each; yields what became of each.

    One that was interrupted goes on where it was when it is run again.

    Raises:
        InputError: the folder holds no export, or one that was changed; the message names the line.
        StoreMismatchError: another encoder made its embeddings.
        StoreError: the store cannot be written.
    """
    try:
        about = json.loads((folder / "export.json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise InputError(
                f"{folder}: this export was made by another version of CiteSpan. Export again with this one"
            )
        if about["identity"] is not None:
            catalog.require(StoreIdentity(**about["identity"]))
        rows = np.load(folder / "embeddings.npy", mmap_mode="r", allow_pickle=False)
        with (folder / "articles.jsonl").open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    yield _take(catalog, folder, json.loads(line), rows)
                except (KeyError, TypeError, ValueError, IndexError) as error:
                    raise InputError(
                        f"{folder / 'articles.jsonl'}:{number}: is not what was exported ({error}). Export it again"
                    ) from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{folder}: holds no export that can be read ({error}). Make one with: citespan export"
        ) from error


def _take(catalog: Catalog, folder: Path, document: dict[str, Any], rows: np.ndarray[Any, Any]) -> FileOutcome:
    article = Article(
        **{name: document[name] for name in _METADATA},
        text=document["text"],
        boilerplate=_spans(document["boilerplate"]),
        pages=tuple(document["pages"]),
    )
    if article.article_id != article_id_of(article.text):
        raise ValueError("the text is not the one that the id is the hash of")
    stored = catalog.find(article.article_id)
    if stored is not None and catalog.damage(article.article_id) is None:
        return FileOutcome(article.path, "unchanged", article.article_id, stored.title)
    passages = [
        Passage(article.article_id, one["start"], one["end"], _spans(one["sentences"])) for one in document["passages"]
    ]
    embeddings = np.array(rows[[one["embedding"] for one in document["passages"]]], dtype=np.float32)
    check_article(article, passages, embeddings)
    original = None
    if document["places"] is not None:
        data = (folder / "originals" / article.article_id).read_bytes()
        original = Original(data, tuple((a, b, c, d) for a, b, c, d in document["places"]))
    with catalog.changing() as connection:
        changing.put_article(connection, changing.at_free_path(connection, article), passages, embeddings, original)
        number = changing.number_of(connection, article.article_id)
        assert number is not None
        attach(connection, number, [path for path in document["paths"] if holder(connection, path) is None])
        join_collections(connection, number, document["collections"])
    return FileOutcome(article.path, "added", article.article_id, article.title, passages=len(passages))


def _pairs(spans: tuple[Span, ...]) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in spans]


def _spans(pairs: list[list[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)
