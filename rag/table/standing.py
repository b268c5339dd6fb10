"""Standing questions: asked again when articles come, change or go; what is new is listed until it is seen."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from rag.errors import FilterError, InputError
from rag.records import Filters, Progress
from rag.table.changes import StoredAnswer, changes_between
from rag.table.filling import Answers, TableFilling, checked_questions
from rag.table.standing_records import Change, StandingRun, StandingSet
from rag.table.standing_store import StandingStore

LONGEST_NAME = 100
NO_FILTERS = Filters()


class Standing:
    """The standing questions of one store; safe to share between threads.

    Every method raises a StoreError when the store's folder cannot be read or written.
    """

    def __init__(self, assistant: Answers) -> None:
        self._assistant = assistant

    def sets(self) -> list[StandingSet]:
        """Every set, by name."""
        with self._opened() as store:
            return store.all()

    def add(self, name: str, questions: Sequence[str], filters: Filters | None = None) -> StandingSet:
        """Save questions under a name. They are asked by the first ``run``, against which later ones compare.

        Raises:
            InputError: the name is taken, empty, too long or holds characters that cannot be shown.
            QuestionError: there is no question, or one is empty.
            FilterError: ``filters`` names an unknown article or collection, or a date that is not one.
        """
        asked = checked_questions(questions)
        self._assistant.articles(filters)
        with self._opened() as store:
            return store.add(StandingSet(_checked_name(name), asked, filters or NO_FILTERS, _now()))

    def remove(self, name: str) -> StandingSet:
        """Forget a set with its answers and changes.

        Raises:
            InputError: there is no such set.
        """
        with self._opened() as store:
            return store.remove(name)

    def run(
        self,
        name: str,
        *,
        progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> StandingRun:
        """Ask a set again and list what is new, changed, gone, or now disagrees.

        Only what changed is really asked: unchanged articles answer from memory. A run that is stopped records nothing,
        but what it asked is remembered.

        Raises:
            InputError: there is no such set.
            ModelError, StoreMismatchError: as ``Assistant.ask``.
        """
        with self._opened() as store:
            saved = store.find(name)
            filling = self._filling(saved)
            for cell in filling or ():
                if filling is not None and progress is not None:
                    progress(filling.progress(cell))
                if should_stop is not None and should_stop():
                    break
            if filling is not None and filling.done < filling.total:
                return StandingRun(saved.name, saved.last_run is None, 0, (), saved.unread, complete=False)
            moment = _now()
            now = self._answers(saved, filling)
            articles = len(filling.rows) if filling is not None else 0
            first, changes, unread = store.record(
                saved.name,
                now,
                articles,
                moment,
                lambda before, after: changes_between(before, after, saved.name, moment),
            )
            return StandingRun(saved.name, first, articles, tuple(changes), unread)

    def changes(self, name: str | None = None, *, unread_only: bool = True) -> list[Change]:
        """The changes of one set, or of all, newest first.

        Raises:
            InputError: there is no such set.
        """
        with self._opened() as store:
            return store.changes(name, unread_only=unread_only)

    def seen(self, name: str, change_ids: Sequence[int] | None = None) -> int:
        """Take changes of a set, or all of them, for seen; returns how many were unread.

        Raises:
            InputError: there is no such set or change.
        """
        with self._opened() as store:
            return store.mark_seen(name, change_ids)

    @contextmanager
    def _opened(self) -> Iterator[StandingStore]:
        store = StandingStore(self._assistant.store_path, self._assistant.settings.index.lock_seconds)
        try:
            yield store
        finally:
            store.close()

    def _filling(self, saved: StandingSet) -> TableFilling | None:
        """The table to fill; None when the filters now name what no article has: then every article is gone."""
        filters = None if saved.filters.is_empty else saved.filters
        try:
            return TableFilling(self._assistant, saved.questions, filters)
        except FilterError:
            return None

    def _answers(self, saved: StandingSet, filling: TableFilling | None) -> list[StoredAnswer]:
        if filling is None:
            return []
        paths = {one.article_id: one for one in self._assistant.articles()}
        return [
            StoredAnswer(
                saved.questions[cell.column], found.path, found.article_id, found.title, found.source, cell.answer
            )
            for cell in filling.table().cells
            if (found := paths.get(cell.row)) is not None
        ]


def _checked_name(name: str) -> str:
    shown = " ".join(name.split())
    if not shown:
        raise InputError("the name of standing questions is empty. Give them one")
    if len(shown) > LONGEST_NAME:
        raise InputError(f"the name has {len(shown):,} characters; at most {LONGEST_NAME} are allowed")
    if any(unicodedata.category(character)[0] == "C" for character in shown):
        raise InputError("the name holds characters that cannot be seen. Leave them out")
    return shown


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
