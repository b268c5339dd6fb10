from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ArticleNotFoundError, CiteSpanError, QuestionError, SettingsError, StoreFullError
from ui.api.gate import BusyError
from ui.api.problems import KINDS, UNUSABLE, Complaint, RequestError, problem_of, problem_response


def every_error() -> Iterator[type[CiteSpanError]]:
    pending: list[type[CiteSpanError]] = [CiteSpanError]
    while pending:
        error = pending.pop()
        yield error
        pending += error.__subclasses__()


@pytest.mark.parametrize("error", sorted(every_error(), key=lambda error: error.__name__), ids=lambda e: e.__name__)
def test_every_error_of_the_engine_is_a_problem_with_what_where_and_what_to_do(
    error: type[CiteSpanError], caplog: pytest.LogCaptureFixture
) -> None:
    raised = error.__new__(error)
    Exception.__init__(raised, "the store is in the way. Move it")
    response = problem_of(raised, "POST /api/ask")
    problem = json.loads(bytes(response.body))
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["status"] == response.status_code >= 400
    assert ("in the way" in problem["detail"]) == (response.status_code < 500)
    assert ("in the way" in caplog.text) == (response.status_code >= 500)
    assert problem["where"] == "POST /api/ask"
    assert problem["remedy"]
    assert problem["type"].removeprefix("/api/docs#") in {kind.name for kind in KINDS}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ArticleNotFoundError("x"), 404),
        (QuestionError("x"), 422),
        (StoreFullError("x"), 507),
        (SettingsError("x"), 503),
        (BusyError("x"), 503),
    ],
)
def test_the_status_says_whose_turn_it_is(error: Exception, status: int) -> None:
    assert problem_of(error, "").status_code == status


def test_who_is_turned_away_is_told_when_to_come_back() -> None:
    assert int(problem_of(BusyError("x"), "").headers["retry-after"]) > 0


def test_what_nobody_foresaw_is_logged_and_kept_back(caplog: pytest.LogCaptureFixture) -> None:
    response = problem_of(RuntimeError("/home/ada/secret"), "GET /api/articles")
    assert response.status_code == 500
    assert b"secret" not in bytes(response.body)
    assert "/home/ada/secret" in caplog.text


def test_each_bad_part_is_listed() -> None:
    error = RequestError(
        UNUSABLE, "two things", "body", [Complaint("body.a", "is missing"), Complaint("body.b", "is bad")]
    )
    problem = json.loads(bytes(problem_of(error, "").body))
    assert problem["errors"] == [{"where": "body.a", "what": "is missing"}, {"where": "body.b", "what": "is bad"}]


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_told(text: str) -> None:
    assert json.loads(bytes(problem_response(UNUSABLE, text, text).body))["detail"] == text


def test_kinds_have_names_of_their_own() -> None:
    names = [kind.name for kind in KINDS]
    assert len(names) == len(set(names))
