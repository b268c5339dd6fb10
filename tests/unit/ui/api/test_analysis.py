from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from rag import Assistant
from tests.integration.served import add_bridges, application, bridge_text, open_assistant, question_about

ADDRESS = "http://127.0.0.1:7860"


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with open_assistant(tmp_path) as assistant:
        add_bridges(assistant, tmp_path)
        yield assistant


@pytest.fixture
def client(assistant: Assistant) -> TestClient:
    return TestClient(application(assistant), base_url=ADDRESS)


def test_a_table_has_a_cell_for_each_article_and_question(client: TestClient, assistant: Assistant) -> None:
    question, _ = question_about("Lunden")
    table = client.post("/api/table", json={"questions": [question], "thorough": True}).json()
    assert len(table["cells"]) == len(assistant.articles())
    for cell in table["cells"]:
        for citation in cell["answer"]["citations"]:
            place = {"start": citation["start"], "end": citation["end"]}
            part = client.get(f"/api/articles/{citation['article_id']}", params=place).json()
            assert part["text"] == citation["text"]
            assert citation["article_id"] == cell["row"]


def test_a_table_comes_as_a_file(client: TestClient) -> None:
    question, year = question_about("Lunden")
    body = {"questions": [question]}
    response = client.post("/api/table/file", json=body)
    assert "table.xlsx" in response.headers["content-disposition"]
    assert load_workbook(io.BytesIO(response.content))["Table"]["E1"].value == question
    lines = list(
        csv.reader(io.StringIO(client.post("/api/table/file?format=csv", json=body).content.decode("utf-8-sig")))
    )
    assert any(year in line[4] for line in lines[1:])
    assert client.post("/api/table/file?format=exe", json=body).status_code == 422


def test_a_draft_is_checked(client: TestClient) -> None:
    sentence = bridge_text("Lunden").strip().splitlines()[-1]
    check = client.post("/api/check", json={"draft": f"They wrote “{sentence}”."}).json()
    assert [one["status"] for one in check["quotations"]] == ["verbatim"]
    assert client.post("/api/check", json={"draft": " "}).status_code == 422


def test_standing_questions_from_saving_to_seen(client: TestClient, assistant: Assistant, tmp_path: Path) -> None:
    question, _ = question_about("Lunden")
    added = client.post("/api/standing", json={"name": "bridges", "questions": [question]}).json()
    assert added["questions"] == [question]
    assert client.post("/api/standing/run", json={"name": "bridges"}).json()["first"] is True
    (tmp_path / "again.txt").write_text(f"A report. {bridge_text('Lunden')}", encoding="utf-8")
    assistant.add(tmp_path / "again.txt")
    run = client.post("/api/standing/run", json={"name": "bridges"}).json()
    assert [change["kind"] for change in run["changes"]][:1] == ["new"]
    listed = client.get("/api/standing").json()
    assert listed["standing"][0]["unread"] == len(listed["changes"]) == run["unread"]
    assert client.post("/api/standing/seen", json={"name": "bridges"}).json() == {
        "name": "bridges",
        "seen": run["unread"],
    }
    assert client.delete("/api/standing", params={"name": "bridges"}).json()["name"] == "bridges"
    assert client.post("/api/standing/run", json={"name": "bridges"}).status_code == 422


def test_a_permanent_link_leads_to_the_page(client: TestClient, assistant: Assistant) -> None:
    article_id = assistant.articles()[0].article_id
    response = client.get(f"/article/{article_id}", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (307, f"/?article={article_id}")
    for other in ("//evil.example", "<script>", "xyz"):
        assert client.get(f"/article/{other}", follow_redirects=False).status_code == 404
