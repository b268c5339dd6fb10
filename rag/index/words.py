"""The word index: BM25 over passages and their articles' titles (tantivy). A cache: the catalog has all of it."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from tantivy import Occur, Query, TextAnalyzerBuilder, Tokenizer

from rag.index.snapshot import PassageText
from rag.index.vectors.protocol import Ids
from rag.language.english.terms import stem
from rag.language.english.terms import terms as terms_of
from rag.language.english.terms import words as words_of

VERSION = f"tantivy {metadata.version('tantivy')}, analysis 3"
"""What a saved word index must say to be read; the number grows when the same passages would be indexed differently."""
REBUILD_BELOW = 10_000
"""Up to this many passages a removal rebuilds the index (1.1 s at the most, measured), so that BM25 counts only what
is stored; above, removed passages are counted until they are more than ``REMOVED_SHARE``."""
REMOVED_SHARE = 0.05
_MOST_RANGES = 64
"""Ranges of ids that the query itself checks (1.9 ms at 50,000 passages); with more, its results are sieved."""
_TIE = 2e-6
"""Relative difference under which two scores are equal: the order in which tantivy adds up float32 terms depends on
how the index grew, and float32 carries 1e-7."""
_WRITER_BYTES = 64_000_000

_ANALYZER = TextAnalyzerBuilder(Tokenizer.whitespace()).build()
"""Terms are made by ``rag.language.english.terms``; the index takes them as they come."""
_SCHEMA = (
    tantivy.SchemaBuilder()
    .add_integer_field("passage", indexed=True, fast=True)
    .add_text_field("title", tokenizer_name="words", index_option="freq")
    .add_text_field("body", tokenizer_name="words", index_option="freq")
    .build()
)
Hits = list[tuple[int, float]]


class WordIndex:
    """Ranks passages by the words they share with a question.

    Not safe to share between threads while it changes.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Open the index in ``folder``, starting an empty one there when it holds none; None keeps it in memory.

        Raises:
            OSError: the folder cannot be written.
            ValueError: what the folder holds is not an index of this version.
        """
        self.removed = 0
        """Passages that were removed since the index was built from nothing."""
        self._folder = folder
        self._index = tantivy.Index(_SCHEMA, path=None if folder is None else str(folder))
        self._index.register_tokenizer("words", _ANALYZER)
        self._searcher = self._index.searcher()

    @classmethod
    def load(cls, saved: Path, folder: Path, removed: int = 0) -> WordIndex:
        """Open a copy, in the new folder ``folder``, of what ``save`` wrote to ``saved``.

        Files that never change again are linked rather than copied where the file system allows it.

        Raises:
            OSError: the folder cannot be read or written.
            ValueError: what ``saved`` holds is not an index of this version.
        """
        _copy_index(saved, folder)
        index = cls(folder)
        index.removed = removed
        return index

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def prefers_rebuilding(self, removed: int) -> bool:
        """Whether term statistics should be counted afresh rather than with ``removed`` more passages that are gone."""
        return removed > 0 and self.removed + removed > (0 if len(self) <= REBUILD_BELOW else REMOVED_SHARE * len(self))

    def add(self, passages: Iterable[PassageText]) -> None:
        """Add passages whose ids are not in the index yet.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        self._change(np.empty(0, dtype=np.int64), passages)

    def remove(self, ids: Ids) -> None:
        """Forget these passages; ids that are not in the index are ignored.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        self._change(ids, ())

    def search(self, question: str, k: int, allowed: Ids | None = None, title_weight: float = 0.15) -> Hits:
        """The at most ``k`` best (passage id, score above 0), best first; ties by smaller id.

        The score is ``(1 - title_weight) × BM25 of the body + title_weight × BM25 of the title``.

        Args:
            question: any text; nothing in it is syntax.
            allowed: when given, ascending ids; only these may be returned.
            title_weight: 0 to 1.
        """
        terms = Counter(terms_of(question))
        total = len(self)
        if k <= 0 or not terms or not total or (allowed is not None and not len(allowed)):
            return []
        query = _query(terms, title_weight)
        sieve = allowed
        if allowed is not None and len(ranges := _ranges(allowed)) <= _MOST_RANGES:
            sieve = None
            query = Query.boolean_query([(Occur.Must, query), (Occur.Must, _within(ranges))])
        limit = k + 16
        while True:
            found = self._searcher.search(query, min(limit, total), count=False).hits
            ids = self._searcher.fast_field_values("passage", [address for _, address in found])
            hits = [(int(number or 0), float(score)) for number, (score, _) in zip(ids, found, strict=True)]
            is_complete = len(hits) < limit
            if sieve is not None and hits:
                kept = np.isin([number for number, _ in hits], sieve)
                hits = [hit for hit, is_kept in zip(hits, kept, strict=True) if is_kept]
            # The ranking is settled when the last score seen is truly lower than the k-th.
            if is_complete or (len(hits) > k and found[-1][0] < hits[k - 1][1] * (1 - 4 * _TIE)):
                return _settle_ties(hits)[:k]
            limit *= 4

    def similar(self, word: str, k: int) -> list[int]:
        """At most ``k`` passages that hold a word one or two edits from ``word`` (Levenshtein, a swap counts one)."""
        term = stem(word)
        if k <= 0 or len(term) < 4 or not len(self):
            return []
        edits = 1 if len(term) < 7 else 2
        fields = [Query.fuzzy_term_query(_SCHEMA, field, term, distance=edits) for field in ("body", "title")]
        query = Query.boolean_query([(Occur.Should, field) for field in fields])
        hits = self._searcher.search(query, min(k, len(self)), count=False).hits
        return sorted(
            int(number or 0) for number in self._searcher.fast_field_values("passage", [at for _, at in hits])
        )

    def document_frequencies(self, words: Sequence[str]) -> list[int]:
        """For each word, how many passages hold it or its inflections, in their text or title.

        A word of several terms ("1,250") counts where all of them are; one without terms ("?!"), never. Unlike
        tantivy's own counts these leave out what was removed.
        """
        return [self._count([stem(part) for part, _ in words_of(word)]) for word in words]

    def _count(self, terms: Sequence[str]) -> int:
        if not terms or not len(self):
            return 0
        parts = [(Occur.Must, _query(Counter([term]), 0.5)) for term in terms]
        result: Any = self._searcher.search(Query.boolean_query(parts), 1, count=True)
        return int(result.count)

    def save(self, folder: Path) -> None:
        """Write a copy of the index to ``folder``, which does not exist yet; every file is flushed to the disk.

        Raises:
            OSError: the disk is full, or the index is only in memory.
        """
        if self._folder is None:
            raise OSError("the word index is only in memory")
        _copy_index(self._folder, folder)

    def close(self) -> None:
        """Delete the index's own folder."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _change(self, removed: Ids, added: Iterable[PassageText]) -> None:
        try:
            before = len(self)
            writer = self._index.writer(_WRITER_BYTES, 1)
            for number in removed.tolist():
                writer.delete_documents_by_term("passage", number)
            for passage in added:
                document = tantivy.Document()
                document.add_integer("passage", passage.passage_id)
                document.add_text("title", _indexed(passage.title))
                document.add_text("body", _indexed(passage.text))
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()
        except ValueError as error:  # what tantivy raises when it cannot write
            raise OSError(f"the word index cannot be written: {error}") from error
        self._searcher = self._index.searcher()
        if len(removed):
            self.removed += before - len(self)


def _indexed(text: str) -> str:
    return " ".join(terms_of(text))


def _query(terms: Counter[str], title_weight: float) -> Query:
    weights = [(field, weight) for field, weight in (("body", 1 - title_weight), ("title", title_weight)) if weight > 0]
    return Query.boolean_query(
        [
            (Occur.Should, Query.boost_query(Query.term_query(_SCHEMA, field, term, "freq"), weight * count))
            for term, count in sorted(terms.items())
            for field, weight in weights
        ]
    )


def _ranges(ids: Ids) -> list[tuple[int, int]]:
    """Ascending ``ids`` as inclusive ranges of consecutive numbers."""
    breaks = np.flatnonzero(np.diff(ids) > 1)
    starts = ids[np.concatenate(([0], breaks + 1))]
    ends = ids[np.concatenate((breaks, [len(ids) - 1]))]
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _within(ranges: Sequence[tuple[int, int]]) -> Query:
    integer = tantivy.FieldType.Integer
    parts = [(Occur.Should, Query.range_query(_SCHEMA, "passage", integer, start, end)) for start, end in ranges]
    return Query.const_score_query(Query.boolean_query(parts), 0.0)


def _settle_ties(hits: Hits) -> Hits:
    """Give scores that differ by float32 noise the same value, then order by score and id."""
    settled: Hits = []
    level = previous = 0.0
    for number, score in sorted(hits, key=lambda hit: (-hit[1], hit[0])):
        if not settled or score < previous * (1 - _TIE):
            level = score
        previous = score
        settled.append((number, level))
    return sorted(settled, key=lambda hit: (-hit[1], hit[0]))


def _copy_index(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for file in sorted(source.iterdir()):
        if file.suffix == ".lock":
            continue
        # tantivy never writes to a file again: it adds new ones, and replaces its lists of them by renaming.
        try:
            os.link(file, target / file.name)
        except OSError:  # this file system has no links
            shutil.copyfile(file, target / file.name)
