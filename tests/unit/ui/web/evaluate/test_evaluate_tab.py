from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from rag.evaluation.run_files import load_run
from tests.unit.ui.web.evaluate.evaluated import SET, Evaluated
from ui.web.evaluate.question_sets import ALL
from ui.web.evaluate.results import NO_COMPARISON
from ui.web.evaluate.tab import EvaluateTab


@pytest.fixture
def assistant(tmp_path: Path) -> Evaluated:
    return Evaluated(tmp_path)


@pytest.fixture
def tab(assistant: Evaluated) -> EvaluateTab:
    return EvaluateTab(assistant)  # type: ignore[arg-type]


def uploaded(tmp_path: Path, content: str, name: str = "mine.jsonl") -> dict[str, str]:
    path = tmp_path / "temporary.jsonl"
    path.write_text(content, encoding="utf-8")
    return {"path": str(path), "orig_name": name}


def as_lines() -> str:
    return "\n".join(json.dumps(row.to_dict()) for row in SET)


def finished(tab: EvaluateTab) -> str:
    tab.evaluations.wait(30)
    job = tab.evaluations.job
    assert job is not None
    assert job.run is not None
    return job.run


def test_an_upload_is_chosen_with_its_splits_and_its_file_removed(tab: EvaluateTab, tmp_path: Path) -> None:
    mine, sets, card, split, run = tab.upload(uploaded(tmp_path, as_lines()))
    assert (sets["value"], sets["choices"][0]) == ("uploaded", ("mine.jsonl", "uploaded"))
    assert "5 questions: 3 with" in card
    assert ([value for _, value in split["choices"]], split["value"]) == ([ALL, "dev", "test"], ALL)
    assert run["interactive"]
    assert not (tmp_path / "temporary.jsonl").exists()
    assert len(mine.question_set) == 5


def test_a_bad_upload_leaves_nothing_chosen(tab: EvaluateTab, tmp_path: Path) -> None:
    mine, sets, card, _, run = tab.upload(uploaded(tmp_path, "{}\n[]\n", "bad.jsonl"))
    assert (mine, sets["value"], run["interactive"]) == (None, None, False)
    for problem in ("bad.jsonl:1: answers: is missing", "bad.jsonl:2: row: must be an object"):
        assert problem in card


def test_a_split_is_run_and_then_shown(tab: EvaluateTab, tmp_path: Path) -> None:
    mine = tab.upload(uploaded(tmp_path, as_lines()))[0]
    tab.start("uploaded", "dev", mine, None)
    run = finished(tab)
    progress, message, start, stop, timer, results, shown = tab.follow()
    assert (progress, message, start["visible"], stop["visible"], timer["active"]) == ("", "", True, False, False)
    assert (results["visible"], shown["value"]) == (True, run)
    assert [row.id for row in load_run(run, tmp_path).rows] == ["ribbon", "cost"]
    compared, comparison, head, charts, failures = tab.results.show(run)
    assert (compared["value"], compared["interactive"], comparison) == (NO_COMPARISON, False, "")
    assert "mine.jsonl" in head
    assert charts.count("<svg") == 3
    assert 'data-question="cost"' in failures


def test_a_users_own_settings_are_measured(tab: EvaluateTab, tmp_path: Path) -> None:
    mine = tab.upload(uploaded(tmp_path, as_lines()))[0]
    tab.start("uploaded", ALL, mine, {"passages_read": 3})
    assert load_run(finished(tab), tmp_path).settings["answer"]["passages_read"] == 3


def test_a_second_evaluation_waits_its_turn_and_a_stop_is_told(
    tab: EvaluateTab, assistant: Evaluated, tmp_path: Path
) -> None:
    asking, go_on = threading.Event(), threading.Event()

    def hold(item: str) -> None:
        asking.set()
        assert go_on.wait(30)

    assistant.before_question = hold
    mine = tab.upload(uploaded(tmp_path, as_lines()))[0]
    started = tab.start("uploaded", ALL, mine, None)
    assert asking.wait(30)
    assert (started[2]["visible"], started[3]["visible"], started[4]["active"]) == (False, True, True)
    assert "Another evaluation is running" in tab.start("uploaded", ALL, mine, None)[1]
    assert "mine.jsonl" in tab.open(None, None)[4]
    told, _ = tab.stop()
    assert "what was done is kept" in told
    go_on.set()
    assert len(load_run(finished(tab), tmp_path).rows) == 1


def test_questions_that_cannot_be_asked_are_told(tab: EvaluateTab, tmp_path: Path) -> None:
    row = json.dumps({"id": "a", "question": "Who?", "answers": ["x"], "source": "gone.md"})
    mine = tab.upload(uploaded(tmp_path, row))[0]
    tab.start("uploaded", None, mine, None)
    tab.evaluations.wait(30)
    assert "no article is named &#x27;gone.md&#x27;" in tab.follow()[1]
    assert "Choose a question set first" in tab.start("saved-not", None, None, None)[1]


def test_two_runs_are_compared_and_reported(tab: EvaluateTab, assistant: Evaluated, tmp_path: Path) -> None:
    mine = tab.upload(uploaded(tmp_path, as_lines()))[0]
    tab.start("uploaded", ALL, mine, None)
    first = finished(tab)
    assistant.spans["What did the repairs cost?"] = ("bridge.md", "nothing", 0.8)
    tab.start("uploaded", ALL, mine, None)
    second = finished(tab)
    assert first in [value for _, value in tab.results.show(second)[0]["choices"]]
    assert "1 turned right and 0 turned wrong" in tab.results.compare(second, first)
    assert tab.results.compare(second, NO_COMPARISON) == ""
    assert f"Compared with <bdi>{first}" in tab.results.report({"run": second, "other": first})
    assert "Compared with" not in tab.results.report({"run": second, "other": None})


@pytest.mark.parametrize("request_", [None, {}, {"run": "../../etc/passwd"}, {"run": ["x"]}, {"run": ""}, "x"])
def test_what_a_browser_makes_up_reads_no_file(tab: EvaluateTab, tmp_path: Path, request_: Any) -> None:
    (tmp_path / "outside.json").write_text("{}")
    tab.start("uploaded", None, tab.upload(uploaded(tmp_path, as_lines()))[0], None)
    finished(tab)
    assert tab.results.report(request_) == ""
    assert "no longer in the store" in tab.results.open_question(request_)
    assert "no longer in the store" in tab.results.show(str(tmp_path / "outside.json"))[2]
    assert "no longer in the store" in tab.results.compare(str(tmp_path / "outside.json"), "x")


def test_a_question_is_opened_by_its_id(tab: EvaluateTab, tmp_path: Path) -> None:
    tab.start("uploaded", None, tab.upload(uploaded(tmp_path, as_lines()))[0], None)
    run = finished(tab)
    assert "2.3 million pounds" in tab.results.open_question({"run": run, "question": "cost"})
    assert "not in this run" in tab.results.open_question({"run": run, "question": "none"})


def test_an_empty_store_says_what_comes_first(tab: EvaluateTab, assistant: Evaluated) -> None:
    assert "Make a starter set" in tab.open(None, None)[1]
    assistant.texts.clear()
    opened = tab.open(None, "saved")
    assert "no articles yet" in opened[1]
    assert opened[3]["interactive"] is False


def test_a_starter_set_is_made_or_refused_in_words(tab: EvaluateTab, assistant: Evaluated) -> None:
    assistant.texts["race.md"] = "Marta Solberg founded Lindness Fort in 1926. Ida Quill opened Mill Bridge in 1911."
    waiting, made = tab.make()
    assert waiting[0]["interactive"] is False
    assert (made[0]["interactive"], made[1]["value"]) == (True, "starter")
    assert "45 were well formed" in made[2]
    assistant.texts.clear()
    assert "No starter set was made." in list(tab.make())[-1][2]
