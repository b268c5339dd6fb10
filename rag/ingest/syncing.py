"""The store made equal to a folder: what is new, changed, renamed or gone there."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from rag.errors import FileError, InputError
from rag.index.store import Store
from rag.ingest.adding import Adding, failed_outcome, same_metadata
from rag.ingest.reading import find_files, read_file
from rag.records import AddReport, Article, ArticleSummary, FileOutcome, FileStatus, SyncReport
from rag.settings import IngestSettings


class Syncing:
    """Makes the articles that came from one folder the ones that its files hold now.

    Args:
        include: patterns, as ``*.md`` or ``notes/*``, of which a file must match one; none lets every file pass.
        exclude: patterns of files that are left out. Both are matched against the path within the folder and the name.
    """

    def __init__(
        self,
        store: Store,
        settings: IngestSettings,
        folder: Path | str,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
    ) -> None:
        self._store = store
        self._settings = settings
        self._folder = Path(os.path.realpath(folder))
        self._include, self._exclude = tuple(include), tuple(exclude)

    def run(self, adding: Callable[[], Adding], *, may_empty: bool = False) -> SyncReport:
        """Add what is new or changed, and remove what no file holds any more.

        Args:
            may_empty: also where the folder holds no file at all now, which a drive that is not mounted looks like.

        Raises:
            InputError: there is no such folder, or it holds no file while articles came from it.
            StoreError: the store cannot be written.
        """
        started = time.perf_counter()
        files, failures = self._find()
        gone = self._gone(files, failures, may_empty)
        report = adding().add(files) if files else AddReport(())
        held = {outcome.path for outcome in report}
        # Read again: what was renamed has let go of its old path by now.
        gone = [path for path in gone if path not in held and self._store.find_by_path(path) is not None]
        before = {article.article_id: article for article in self._store.articles()} if gone else {}
        removed = [before[article_id] for article_id in self._store.drop_paths(gone)]
        self._store.save_caches()
        outcomes = (*(failed_outcome(error) for error in failures), *report)
        return SyncReport(outcomes, removed=tuple(removed), seconds=round(time.perf_counter() - started, 3))

    def preview(self, *, may_empty: bool = False) -> SyncReport:
        """What ``run`` would do; nothing is changed, nothing is embedded.

        Raises:
            InputError: as :meth:`run`.
        """
        started = time.perf_counter()
        files, failures = self._find()
        gone = set(self._gone(files, failures, may_empty))
        outcomes = [failed_outcome(error) for error in failures]
        holds: dict[str, str] = {}
        for file in files:
            try:
                read = read_file(file, self._settings)
            except FileError as error:
                outcomes.append(failed_outcome(error))
                continue
            outcomes += [failed_outcome(error) for error in read.failures]
            for each in read.articles:
                outcomes.append(self._foresee(each.article, holds, gone))
                holds[each.article.path] = each.article.article_id
        removed = [article for article in self._store.articles() if self._would_go(article, holds, gone)]
        return SyncReport(
            tuple(outcomes),
            removed=tuple(removed),
            seconds=round(time.perf_counter() - started, 3),
            is_preview=True,
        )

    def _find(self) -> tuple[list[Path], list[FileError]]:
        if not self._folder.is_dir():
            raise InputError(f"{self._folder}: there is no such folder. Check the path, and that its drive is mounted")
        found = find_files([self._folder])
        failures = [error for error in found.failures if error.path != self._folder]
        return [file for file in found.files if self._is_meant(file)], failures

    def _is_meant(self, file: Path) -> bool:
        inside = file.relative_to(self._folder).as_posix() if file.is_relative_to(self._folder) else file.name

        def matches(patterns: Iterable[str]) -> bool:
            return any(fnmatchcase(inside, pattern) or fnmatchcase(file.name, pattern) for pattern in patterns)

        return (not self._include or matches(self._include)) and not matches(self._exclude)

    def _gone(self, files: Sequence[Path], failures: Sequence[FileError], may_empty: bool) -> list[str]:
        """The stored paths of the folder that are none of its files now, nor lie where nothing could be looked at."""
        present = {Path(os.path.realpath(file)).as_posix() for file in files}
        unseen = {Path(os.path.realpath(error.path)).as_posix() for error in failures}
        gone = [
            path for path in self._store.paths_within(self._folder.as_posix()) if not _lies_in(path, present | unseen)
        ]
        if gone and not files and not may_empty:
            raise InputError(
                f"{self._folder}: the folder holds no file that can be read now, and {len(gone):,} articles came from "
                "it. Is its drive mounted? If they are to go, run it again with: --allow-empty"
            )
        return gone

    def _foresee(self, article: Article, holds: dict[str, str], gone: set[str]) -> FileOutcome:
        there = self._store.find(article.article_id)
        before = self._store.find_by_path(article.path)
        if there is None and article.article_id not in holds.values():
            status: FileStatus = "added" if before is None else "updated"
            return FileOutcome(article.path, status, article.article_id, article.title)
        if there is None or (there.path != article.path and there.path not in gone):
            return FileOutcome(article.path, "duplicate", article.article_id, article.title)
        is_same = there.path == article.path and same_metadata(there, article)
        return FileOutcome(article.path, "unchanged" if is_same else "updated", article.article_id, article.title)

    def _would_go(self, article: ArticleSummary, holds: dict[str, str], gone: set[str]) -> bool:
        if article.article_id in holds.values():
            return False
        paths = self._store.paths_of(article.article_id)
        return all(path in gone or path in holds for path in paths)


def _lies_in(path: str, files: set[str]) -> bool:
    """Whether the path is one of ``files``, or lies in one of them: a member of a file, a file of a folder."""
    return path in files or any(path[:mark] in files for mark, character in enumerate(path) if character in "/#")
