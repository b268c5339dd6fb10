"""Many people at once: everybody gets the answer to their own question, and nobody sees another's conversation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from rag import Assistant
from tests.integration.served import TOWNS, add_bridges, open_assistant, question_about, serving
from ui.web.server import passwords
from ui.web.server.passwords import Entry, write_entries

PEOPLE = {"ada": "correct horse", "bo": "battery staple"}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("many")
    with open_assistant(folder) as assistant:
        add_bridges(assistant, folder)
        yield assistant


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("people") / "people"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "COST", 2**4)
        write_entries(path, {name: Entry.of(password) for name, password in PEOPLE.items()})
    return path


class Visitor:
    """One user's browser tab, as the server sees it: a session of its own, and what the page sends."""

    def __init__(self, address: str, name: str) -> None:
        self.session = f"session-of-{name}"
        self.http = httpx.Client(base_url=address, timeout=120)
        self.http.post("login", data={"username": name, "password": PEOPLE[name]}).raise_for_status()
        dependencies = self.http.get("config").json()["dependencies"]
        self._event = next(one for one in dependencies if one["api_name"] == "ask_1")

    def ask(self, question: str) -> str:
        """Everything that the server sends back for a question typed into the box."""
        data = [question, *([None] * (len(self._event["inputs"]) - 1))]
        body = {"data": data, "fn_index": self._event["id"], "session_hash": self.session}
        self.http.post("gradio_api/queue/join", json=body).raise_for_status()
        received = []
        with self.http.stream("GET", "gradio_api/queue/data", params={"session_hash": self.session}) as events:
            for line in events.iter_lines():
                received.append(line)
                if '"close_stream"' in line or '"process_completed"' in line:
                    break
        assert '"success":true' in received[-1] or any('"success":true' in line for line in received)
        return "\n".join(received)


def test_two_users_never_see_each_others_conversation(assistant: Assistant, people: Path) -> None:
    with serving(assistant, password_file=people) as address:
        ada, bo = Visitor(address, "ada"), Visitor(address, "bo")
        with ThreadPoolExecutor(2) as pool:
            for mine, theirs in (("Arvik", "Tarnside"), ("Bolund", "Selvik")):
                to_ada = pool.submit(ada.ask, f"Ada asks: {question_about(mine)[0]}")
                to_bo = pool.submit(bo.ask, f"Bo asks: {question_about(theirs)[0]}")
                assert question_about(mine)[1] in to_ada.result()
                assert question_about(theirs)[1] in to_bo.result()
                assert "Bo asks" not in to_ada.result()
                assert "Ada asks" not in to_bo.result()
        assert "Ada asks: When was the bridge of Arvik" in to_ada.result(), "the conversation goes on"
        assert "Bo asks: When was the bridge of Tarnside" in to_bo.result()
        for visitor in (ada, bo):
            visitor.http.close()


def test_twenty_simultaneous_askers_each_get_their_own_answer(assistant: Assistant) -> None:
    with serving(assistant) as address, httpx.Client(base_url=address, timeout=300) as http:

        def ask(town: str) -> dict[str, object]:
            answer: dict[str, object] = http.post("api/ask", json={"question": question_about(town)[0]}).json()
            return answer

        with ThreadPoolExecutor(len(TOWNS)) as pool:
            answers = list(pool.map(ask, TOWNS))
    for town, answer in zip(TOWNS, answers, strict=True):
        question, year = question_about(town)
        assert answer["question"] == question
        assert year in str(answer["answer"]), json.dumps(answer)
