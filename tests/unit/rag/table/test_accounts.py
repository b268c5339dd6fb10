from __future__ import annotations

from dataclasses import replace

from rag.table.accounts import compare
from rag.table.records import Cell
from tests.unit.rag.table.made_up import abstention, answer_of, article_of

QUESTION = "How many people were hurt in the Lunden fire?"
ARTICLES = [
    article_of(1, "The Lunden fire hurt 14 people."),
    article_of(2, "Fourteen people were hurt in Lunden."),
    article_of(3, "In Lunden 19 people were hurt."),
    article_of(4, "The fair in Lunden was sunny."),
]
SAYS = ["14", "Fourteen", "19"]


def cells() -> list[Cell]:
    answers = [answer_of(QUESTION, article, text) for article, text in zip(ARTICLES, SAYS, strict=False)]
    answers.append(abstention(QUESTION, ARTICLES[3]))
    return [Cell(article.article_id, 0, answer) for article, answer in zip(ARTICLES, answers, strict=True)]


def test_rows_that_agree_are_one_account_and_others_contradict_it() -> None:
    column, marked = compare(QUESTION, cells())
    assert column.answered == 3
    assert [(one.answer, len(one.rows), one.contradicts) for one in column.accounts] == [
        ("14", 2, (1,)),
        ("19", 1, (0,)),
    ]
    assert [(cell.account, cell.contradicted) for cell in marked] == [(0, True), (0, True), (1, True), (None, False)]


def test_what_has_no_comparable_value_contradicts_nothing() -> None:
    clauses = [replace(cell, answer=replace(cell.answer, shape="clause")) for cell in cells()]
    column, marked = compare(QUESTION, clauses)
    assert column.accounts == ()
    assert not any(cell.contradicted for cell in marked)


def test_one_account_alone_is_not_contradicted() -> None:
    column, marked = compare(QUESTION, cells()[:2])
    assert [one.contradicts for one in column.accounts] == [()]
    assert not any(cell.contradicted for cell in marked)
