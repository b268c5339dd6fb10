from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from rag import Assistant
from tests.integration.served import TOWNS, add_bridges, application, bridge_text, open_assistant, question_about
from ui.terminal.cli import main
from ui.web.server import passwords
from ui.web.server.guard import Logins
from ui.web.server.passwords import Entry, PasswordFile, write_entries

ADDRESS = "http://127.0.0.1:7860"
UPLOAD_LIMITS = {"max_upload_mb": 0.01, "max_upload_files": 3}


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with open_assistant(tmp_path, ui=UPLOAD_LIMITS) as assistant:
        yield assistant


@pytest.fixture
def full(assistant: Assistant, tmp_path: Path) -> Assistant:
    add_bridges(assistant, tmp_path)
    return assistant


@pytest.fixture
def client(assistant: Assistant) -> TestClient:
    return TestClient(application(assistant), base_url=ADDRESS)


def upload(client: TestClient, *files: tuple[str, bytes]) -> tuple[int, dict[str, object]]:
    response = client.post("/api/articles", files=[("files", file) for file in files])
    return response.status_code, response.json()


def printed(capsys: pytest.CaptureFixture[str], assistant: Assistant, *command: str) -> object:
    assert main([*command, "--store", str(assistant.store_path), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_an_answer_is_the_object_that_the_engine_gives(client: TestClient, full: Assistant) -> None:
    question, year = question_about("Lunden")
    given = client.post("/api/ask", json={"question": question}).json()
    expected = json.loads(json.dumps(full.ask(question).to_dict()))
    assert year in given["answer"]
    assert list(given) == list(expected)
    assert {**given, "timings_ms": None} == {**expected, "timings_ms": None}


def test_lists_and_articles_are_the_objects_that_the_command_line_prints(
    client: TestClient, full: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    def without_folders(document: dict[str, Any]) -> dict[str, Any]:
        return {**document, "path": Path(document["path"]).name}

    listed = client.get("/api/articles").json()
    articles = printed(capsys, full, "articles")["articles"]
    assert listed["articles"] == [without_folders(article) for article in articles]
    article_id = listed["articles"][0]["article_id"]
    whole = client.get(f"/api/articles/{article_id}").json()
    assert whole == without_folders(printed(capsys, full, "show", article_id))
    part = client.get(f"/api/articles/{article_id}", params={"start": 4, "end": 10}).json()
    assert part == without_folders(printed(capsys, full, "show", article_id, "--start", "4", "--end", "10"))


def test_a_search_by_address_is_the_search_by_body(client: TestClient, full: Assistant) -> None:
    question, _ = question_about("Holm")
    body = {"question": question, "count": 3, "filters": {"sources": ["holm.txt", "kelby.txt"]}}
    address = {"question": question, "count": 3, "sources": ["holm.txt", "kelby.txt"]}
    found = client.post("/api/search", json=body).json()
    assert client.get("/api/search", params=address).json() == found
    assert [passage["source"] for passage in found["passages"]] == ["holm.txt", "kelby.txt"]


def test_a_citation_leads_to_exactly_its_text(client: TestClient, full: Assistant) -> None:
    (citation, *_) = client.post("/api/ask", json={"question": question_about("Rosby")[0]}).json()["citations"]
    place = {"start": citation["start"], "end": citation["end"]}
    article = client.get(f"/api/articles/{citation['article_id']}", params=place).json()
    assert article["text"] == citation["text"]


def test_filters_and_history_reach_the_engine(client: TestClient, full: Assistant) -> None:
    asked = {"question": "When was it opened?", "history": [question_about("Dorne")[0]]}
    assert "Dorne" in client.post("/api/ask", json=asked).json()["searched_for"]
    only = {"question": question_about("Dorne")[0], "filters": {"sources": ["esker.txt"]}}
    assert {one["source"] for one in client.post("/api/ask", json=only).json()["citations"]} == {"esker.txt"}
    unknown = client.post("/api/ask", json={"question": "x", "filters": {"article_ids": ["nobody"]}})
    assert unknown.status_code == 422
    assert unknown.json()["type"] == "/api/docs#FilterError"


def test_an_uploaded_file_answers_until_it_is_removed(client: TestClient, assistant: Assistant) -> None:
    status, report = upload(client, ("holm.txt", bridge_text("Holm").encode()))
    assert (status, report["added"]) == (200, 1)
    (article,) = assistant.articles()
    assert article.source == "holm.txt"
    question, year = question_about("Holm")
    assert year in client.post("/api/ask", json={"question": question}).json()["answer"]
    assert client.delete(f"/api/articles/{article.article_id}").json()["removed"][0]["source"] == "holm.txt"
    assert client.post("/api/ask", json={"question": question}).json()["citations"] == []
    again = client.delete(f"/api/articles/{article.article_id}")
    assert (again.status_code, again.json()["type"]) == (404, "/api/docs#ArticleNotFoundError")


def test_a_second_upload_of_a_name_updates_and_one_bad_file_does_not_stop_the_others(
    client: TestClient, assistant: Assistant
) -> None:
    upload(client, ("a.txt", b"The first text of this article."))
    status, report = upload(client, ("a.txt", b"Another text of this article."), ("empty.txt", b""))
    assert status == 200
    assert (report["updated"], report["failed"]) == (1, 1)
    assert len(assistant.articles()) == 1


def test_nothing_of_an_upload_stays_on_disk(client: TestClient, assistant: Assistant) -> None:
    upload(client, ("a.txt", b"Some text of an article."), ("empty.txt", b""))
    assert list((assistant.store_path / "uploads").iterdir()) == []


def test_a_users_upload_never_takes_the_place_of_anothers(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "COST", 2**4)
    write_entries(tmp_path / "people", {name: Entry.of("correct horse") for name in ("ada", "bo")})
    served = application(assistant, logins=Logins(PasswordFile(tmp_path / "people")))
    for user, text in (("ada", "The first of ada."), ("bo", "One of bo."), ("ada", "The second of ada.")):
        client = TestClient(served, base_url=ADDRESS)
        client.auth = (user, "correct horse")
        assert upload(client, ("notes.txt", f"{text} It is a note.".encode()))[0] == 200
    texts = {assistant.article(one.article_id).text.partition(" It is")[0] for one in assistant.articles()}
    assert texts == {"One of bo.", "The second of ada."}
    assert {one.source for one in assistant.articles()} == {"notes.txt"}


@pytest.mark.parametrize("name", ["../../evil.txt", "/etc/evil.txt", "..\\evil.txt", "uploads/../evil.txt"])
def test_a_file_name_leads_nowhere(client: TestClient, assistant: Assistant, name: str) -> None:
    assert upload(client, (name, b"Some text of an article."))[0] == 200
    (article,) = assistant.articles()
    assert article.source == "evil.txt"
    assert Path(article.path).parent == (assistant.store_path / "uploads").resolve()


def test_an_upload_of_nothing_usable_fails_with_each_reason(client: TestClient) -> None:
    status, problem = upload(client, ("empty.txt", b""), ("x.exe", b"MZ"))
    assert (status, problem["type"]) == (422, "/api/docs#NothingAdded")
    assert [one["where"] for one in problem["errors"]] == ["empty.txt", "x.exe"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "files", [[("a.txt", b"word " * 3_000)], [("a.txt", b"x")] * 4, [("a.txt", b"x" * 60_000)] * 3]
)
def test_too_large_or_too_many_files_are_refused_before_anything_is_added(
    client: TestClient, assistant: Assistant, files: list[tuple[str, bytes]]
) -> None:
    status, problem = upload(client, *files)
    assert (status, problem["type"]) == (413, "/api/docs#TooLarge")
    assert assistant.articles() == []


def test_a_body_without_a_declared_length_is_cut_off_where_the_limit_is(client: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"question": "'
        for _ in range(150):
            yield b"x" * 10_000

    response = client.post("/api/ask", content=pieces(), headers={"Content-Type": "application/json"})
    assert response.request.headers.get("content-length") is None
    assert (response.status_code, response.json()["type"]) == (413, "/api/docs#TooLarge")


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"question": "x"}', "text/plain", 415),
        (b'{"question": "x"}', "application/x-www-form-urlencoded", 415),
        (b'{"question": "x"}', "", 415),
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'{"question": "\\ud800"}', "application/json", 422),
        (b'{"question": " \\t"}', "application/json", 422),
        (b'{"question": "x", "quesion": "y"}', "application/json", 422),
        (b'{"question": "x", "filters": {"published_from": "16.8.2025"}}', "application/json", 422),
    ],
)
def test_a_bad_question_is_refused_with_where_and_what_to_do(
    client: TestClient, body: bytes, content_type: str, status: int
) -> None:
    response = client.post("/api/ask", content=body, headers={"Content-Type": content_type})
    problem = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, problem["status"]) == (status, status)
    assert problem["where"].startswith(("body", "header Content-Type", "POST /api/ask"))
    assert problem["remedy"]


@pytest.mark.parametrize(
    "body", [b"", b"--b--", b'--b\r\nContent-Disposition: form-data; name="files"\r\n\r\nx\r\n--b--\r\n']
)
def test_a_form_without_files_is_refused(client: TestClient, body: bytes) -> None:
    response = client.post("/api/articles", content=body, headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert response.status_code == 400
    assert response.json()["type"] == "/api/docs#Malformed"


def test_what_is_not_there_is_a_problem_too(client: TestClient) -> None:
    assert client.get("/api/nothing").json()["type"] == "/api/docs#UnknownPath"
    wrong = client.put("/api/ask")
    assert wrong.json()["type"] == "/api/docs#WrongMethod"
    assert wrong.headers["allow"] == "POST"
    assert client.put("/api/articles").headers["allow"] == "GET, POST"
    assert client.put("/api/articles/0").headers["allow"] == "DELETE, GET"


def test_a_range_outside_the_article_is_refused(client: TestClient, full: Assistant) -> None:
    article_id = full.articles()[0].article_id
    response = client.get(f"/api/articles/{article_id}", params={"start": 10, "end": 5})
    assert (response.status_code, response.json()["type"]) == (422, "/api/docs#InputError")


def test_an_unforeseen_failure_tells_nothing_of_the_machine(
    client: TestClient, full: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("/home/ada/secret")

    monkeypatch.setattr(full, "ask", fail)
    response = client.post("/api/ask", json={"question": "x"})
    assert (response.status_code, response.json()["type"]) == (500, "/api/docs#Unexpected")
    assert "secret" not in response.text
    assert "secret" in caplog.text


def test_health_says_that_the_store_answers(client: TestClient, assistant: Assistant) -> None:
    assert client.get("/api/health").json()["status"] == "ok"
    assistant.close()
    assert client.get("/api/health").status_code >= 500


def test_a_foreign_page_can_neither_upload_nor_remove(client: TestClient, full: Assistant) -> None:
    foreign = {"Origin": "https://evil.example"}
    files = [("files", ("evil.txt", b"Some text of an article."))]
    assert client.post("/api/articles", files=files, headers=foreign).status_code == 403
    assert client.delete(f"/api/articles/{full.articles()[0].article_id}", headers=foreign).status_code == 403
    assert len(full.articles()) == len(TOWNS)


def test_the_page_about_the_interface_asks_no_other_host(client: TestClient) -> None:
    page = client.get("/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "//" not in page.text.replace("// An element", "")
    assert client.get("/api").url.path == "/api/docs"


def test_every_problem_that_can_be_sent_is_in_the_document(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    named = {one["name"] for one in document["x-problems"]}
    assert {"ForeignOrigin", "LoginNeeded", "Busy", "TooLarge", "QuestionError"} <= named
    ask = document["paths"]["/ask"]["post"]["responses"]
    assert ask["200"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Answer"}
    assert ask["422"]["content"] == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
