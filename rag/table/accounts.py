"""The answers of a column compared: which rows agree, and which cannot be right together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answer.equivalence import contradicts, same_answer
from rag.language.english.normal_form import normal_form
from rag.question.answer_types import expected_type
from rag.records import Answer
from rag.table.records import Account, Cell, Column

COMPARED = 200
"""Distinct answers of a column that are compared pair by pair, those of most rows first; the rest count as alone."""


def compare(question: str, cells: Sequence[Cell]) -> tuple[Column, list[Cell]]:
    """The column of ``question`` with its accounts, and its cells with the account each belongs to.

    Only short answers are compared: clauses, lists and sentences have no value that could contradict another.
    """
    spans = [cell for cell in cells if is_comparable(cell.answer)]
    groups = _groups(question, spans)
    answer_type = expected_type(question)
    texts = [group[0].answer.answer or "" for group in groups]
    against = [
        tuple(
            other
            for other in range(min(len(groups), COMPARED))
            if number < COMPARED and other != number and contradicts(texts[number], texts[other], answer_type)
        )
        for number in range(len(groups))
    ]
    accounts = tuple(
        Account(text, tuple(cell.row for cell in group), others)
        for text, group, others in zip(texts, groups, against, strict=True)
    )
    number_of = {cell.row: number for number, group in enumerate(groups) for cell in group}
    marked = [
        replace(cell, account=number_of.get(cell.row), contradicted=bool(_against(accounts, number_of.get(cell.row))))
        for cell in cells
    ]
    return Column(question, sum(cell.answer.answered for cell in cells), accounts), marked


def is_comparable(answer: Answer) -> bool:
    """Whether an answer is one short span, which another can contradict."""
    return answer.answered and answer.shape == "span" and bool(answer.answer)


def _against(accounts: Sequence[Account], number: int | None) -> tuple[int, ...]:
    return () if number is None else accounts[number].contradicts


def _groups(question: str, cells: Sequence[Cell]) -> list[list[Cell]]:
    """Cells that give the same answer, together; the largest group first, then the table's order."""
    answer_type = expected_type(question)
    by_form: dict[str, list[Cell]] = {}
    for cell in cells:
        by_form.setdefault(normal_form(cell.answer.answer or ""), []).append(cell)
    groups: list[list[Cell]] = []
    for same_form in by_form.values():
        text = same_form[0].answer.answer or ""
        for group in groups[:COMPARED]:
            if same_answer(group[0].answer.answer or "", text, answer_type):
                group.extend(same_form)
                break
        else:
            groups.append(list(same_form))
    return sorted(groups, key=len, reverse=True)
