"""Two fillings of the same questions compared: which answers are new, changed, gone, or in disagreement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.answer.equivalence import contradicts, same_answer
from rag.question.answer_types import expected_type
from rag.records import Answer, Citation
from rag.table.accounts import is_comparable
from rag.table.standing_records import Change

AGAINST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An article's answer to one question as it was.

    Attributes:
        path: where the article's file lies: what an update replaces keeps it.
    """

    question: str
    path: str
    article_id: str
    title: str
    source: str
    answer: Answer


def changes_between(
    before: Sequence[StoredAnswer], now: Sequence[StoredAnswer], standing: str, found: str
) -> list[Change]:
    """What is different ``now``, question by question; ids are 0 until they are stored.

    An article that stayed the same is never listed, even if another reader now answers otherwise; a file that was only
    renamed is the same article.
    """
    changes: list[Change] = []
    for question in dict.fromkeys(one.question for one in [*now, *before]):
        old = {one.path: one for one in before if one.question == question}
        new = {one.path: one for one in now if one.question == question}
        known = {one.article_id for one in old.values()}
        touched = [one for one in new.values() if one.article_id not in known]
        for one in touched:
            changes += _of_one(one, old.get(one.path), standing, found)
        changes += [_gone(one, standing, found) for one in _missing(old, new)]
        for one in touched:
            if against := _against(one, list(new.values()), old.get(one.path)):
                changes.append(_change("disagrees", one, standing, found, answer=one.answer, against=against))
    return changes


def _of_one(one: StoredAnswer, before: StoredAnswer | None, standing: str, found: str) -> Iterator[Change]:
    if before is None:
        if one.answer.answered:
            yield _change("new", one, standing, found, answer=one.answer)
    elif not _says_the_same(one, before):
        yield _change("changed", one, standing, found, answer=one.answer, before=before.answer)


def _says_the_same(one: StoredAnswer, other: StoredAnswer) -> bool:
    if not (one.answer.answered and other.answer.answered):
        return one.answer.answered == other.answer.answered
    return same_answer(one.answer.answer or "", other.answer.answer or "", expected_type(one.question))


def _missing(old: Mapping[str, StoredAnswer], new: Mapping[str, StoredAnswer]) -> Iterator[StoredAnswer]:
    there = {one.article_id for one in new.values()}
    for path, one in old.items():
        if path not in new and one.article_id not in there and one.answer.answered:
            yield one


def _against(one: StoredAnswer, others: Sequence[StoredAnswer], before: StoredAnswer | None) -> tuple[Citation, ...]:
    """What other articles say that cannot be right together with ``one``, unless it contradicted them before."""
    if not is_comparable(one.answer):
        return ()
    answer_type = expected_type(one.question)
    found: list[Citation] = []
    for other in others:
        if other.path == one.path or not is_comparable(other.answer):
            continue
        theirs = other.answer.answer or ""
        was = before is not None and contradicts(before.answer.answer or "", theirs, answer_type)
        if not was and contradicts(one.answer.answer or "", theirs, answer_type):
            found.append(other.answer.citations[0])
    return tuple(found[:AGAINST_SHOWN])


def _gone(one: StoredAnswer, standing: str, found: str) -> Change:
    return _change("gone", one, standing, found, before=one.answer)


def _change(kind: str, one: StoredAnswer, standing: str, found: str, **more: object) -> Change:
    return Change(0, standing, kind, one.question, one.article_id, one.title, one.source, found, **more)  # type: ignore[arg-type]
