"""``citespan evaluate`` and ``citespan compare`` over an assistant whose answers are known."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rag.errors import ArticleNotFoundError
from rag.evaluation.questions import QuestionSet
from rag.evaluation.records import Evaluation
from rag.evaluation.runs import evaluate
from rag.records import Answer, Article, ArticleSummary, Citation, Progress, Quote, Retrieved
from rag.settings import AnswerSettings, Settings
from ui.terminal.cli import main
from ui.terminal.command import Context

TEXT = "Ida Quill cut the ribbon. Petra Nunn sells bread."
QUESTIONS = [
    {"id": "cut", "question": "Who cut it?", "answers": ["Ida Quill"], "source": "bridge.md", "split": "dev"},
    {"id": "sells", "question": "Who sells bread?", "answers": ["Petra Nunn"], "source": "bridge.md", "split": "dev"},
    {"id": "moon", "question": "Who walked on the moon?", "answers": [], "source": None, "split": "test"},
]


class FakeAssistant:
    def __init__(self, store: Path) -> None:
        self.settings = Settings()
        self.store_path = store
        self.store = SimpleNamespace(generation=1)
        self.encoder = SimpleNamespace(name="fake-encoder", fingerprint="f" * 64)
        self.reader = SimpleNamespace(name="fake\x1breader")
        self.answers = {"Who cut it?": "Ida Quill", "Who sells bread?": "Petra Nunn"}
        self.interrupt_on = ""

    def __enter__(self) -> FakeAssistant:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def load(self) -> None:
        pass

    def articles(self) -> list[ArticleSummary]:
        return [ArticleSummary("a", "Bridge", "bridge.md", "/bridge.md", None, None, None, None, 9, 1, "2025-01-01")]

    def article(self, article_id: str) -> Article:
        if article_id != "a":
            raise ArticleNotFoundError(article_id)
        return Article("a", "Bridge", "bridge.md", "/bridge.md", TEXT)

    def retrieve(self, question: str, k: int = 10) -> list[Retrieved]:
        return []

    def ask(
        self, question: str, history: Sequence[Answer | str] = (), *, answering: AnswerSettings | None = None
    ) -> Answer:
        if question == self.interrupt_on:
            raise KeyboardInterrupt
        text = self.answers.get(question)
        if text is None:
            return Answer(question, question, False, None, 0.1, timings_ms={"total": 2.0})
        start = TEXT.index(text)
        citation = Citation("a", "Bridge", "bridge.md", None, start, start + len(text), text, Quote(0, 49, TEXT), 0.9)
        return Answer(question, question, True, text, 0.9, (citation,), timings_ms={"total": 3.0})

    def evaluate(self, question_set: QuestionSet, *, progress: Callable[[Progress], None] | None = None) -> Evaluation:
        return evaluate(self, question_set, progress=progress)  # type: ignore[arg-type]


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeAssistant:
    fake = FakeAssistant(tmp_path / "store")
    monkeypatch.setattr(Context, "assistant", lambda self, create=False: fake)
    monkeypatch.setattr(Context, "settings", lambda self: SimpleNamespace(store=fake.store_path))
    return fake


@pytest.fixture
def questions(tmp_path: Path) -> str:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(map(json.dumps, QUESTIONS)))
    return str(path)


def json_of(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == status
    document = json.loads(capsys.readouterr().out)
    assert isinstance(document, dict)
    return document


@pytest.mark.usefixtures("assistant")
def test_evaluate_json_has_the_promised_shape(questions: str, capsys: pytest.CaptureFixture[str]) -> None:
    document = json_of(capsys, "evaluate", questions)
    assert (document["questions"], document["answerable"]) == (3, 2)
    promised = {
        "retrieval": {"recall@1", "recall@5", "recall@10", "mrr", "ndcg@10"},
        "answers": {"exact_match", "f1", "contains"},
        "abstention": {"precision", "recall", "f1", "auroc"},
        "citations": {"verbatim", "in_source"},
        "calibration": {"ece", "brier"},
        "latency_ms": {"p50", "p95"},
    }
    for group, keys in promised.items():
        assert keys | {f"{key}_ci" for key in keys} <= set(document[group])
    assert [row["id"] for row in document["per_question"]] == ["cut", "sells", "moon"]
    assert document["answers"]["exact_match"] == 1.0


def test_evaluate_prints_a_table_and_stores_the_run(
    assistant: FakeAssistant, questions: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", questions]) == 0
    shown = capsys.readouterr().out
    assert "  Exact match                      1.000   0.342–1.000" in shown
    assert "fake␛reader" in shown
    (stored,) = (assistant.store_path / "runs").iterdir()
    assert f"citespan compare RUN {stored.stem}" in shown


@pytest.mark.usefixtures("assistant")
def test_split_and_limit_choose_questions(questions: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert json_of(capsys, "evaluate", questions, "--split", "dev", "--limit", "1")["questions"] == 1
    assert json_of(capsys, "evaluate", questions, "--split", "test")["questions"] == 1
    assert main(["evaluate", questions, "--split", "train"]) == 1
    assert "no question is in 'train'; it has dev, test" in capsys.readouterr().err
    assert main(["evaluate", questions, "--limit", "0"]) == 2


@pytest.mark.usefixtures("assistant")
def test_the_report_is_written(questions: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.html"
    assert main(["evaluate", questions, "--html", str(path)]) == 0
    assert f"Report: {path}" in capsys.readouterr().out
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_asked(
    assistant: FakeAssistant, questions: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (tmp_path / "nowhere" / "report.html", tmp_path):
        assert main(["evaluate", questions, "--html", str(path)]) == 1
        assert f"{path}: the report cannot be written there. Name a file" in capsys.readouterr().err
    assert not (assistant.store_path / "runs").exists()


@pytest.mark.usefixtures("assistant")
def test_a_report_that_fails_at_the_end_names_the_run_that_was_kept(
    questions: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rag.evaluation.report.write_whole", full)
    assert main(["evaluate", questions, "--html", str(tmp_path / "report.html")]) == 1
    assert "No space left on device. The run was kept as 20" in capsys.readouterr().err


def test_a_worsened_assistant_fails_the_gate(
    assistant: FakeAssistant, questions: str, capsys: pytest.CaptureFixture[str]
) -> None:
    gate = ["--fail-under", "answers.exact_match=0.9", "--fail-under", "latency_ms.p95=50"]
    assert main(["evaluate", questions, *gate]) == 0
    assert "Passed: answers.exact_match=0.9, latency_ms.p95=50" in capsys.readouterr().out
    assistant.answers["Who cut it?"] = "Petra Nunn"
    assert main(["evaluate", questions, *gate]) == 1
    captured = capsys.readouterr()
    assert "failed: answers.exact_match is 0.5, wanted at least 0.9" in captured.err
    assert "Passed" not in captured.out


@pytest.mark.usefixtures("assistant")
def test_a_wrong_gate_is_a_wrong_call(questions: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", questions, "--fail-under", "f1=0.9"]) == 2
    assert "there is no metric 'f1'" in capsys.readouterr().err


@pytest.mark.usefixtures("assistant")
def test_every_bad_row_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": "a", "question": "", "answers": []}\n{"id": "b"}\nnot json\n')
    assert main(["evaluate", str(path)]) == 1
    problems = capsys.readouterr().err
    for place in (":1: question", ":2: question", ":2: answers", ":3: row"):
        assert f"{path}{place}" in problems
    assert "Traceback" not in problems


def test_interrupting_prints_what_was_done(
    assistant: FakeAssistant, questions: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assistant.interrupt_on = "Who sells bread?"
    document = json_of(capsys, "evaluate", questions, status=130)
    assert (document["partial"], document["questions"]) == (True, 1)
    assert main(["evaluate", questions]) == 130
    assert "Interrupted after 1 of 3 questions" in capsys.readouterr().out


def test_compare_says_what_changed(
    assistant: FakeAssistant, questions: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = json_of(capsys, "evaluate", questions)["run"]
    assistant.answers["Who cut it?"] = "Petra Nunn"
    after = json_of(capsys, "evaluate", questions)["run"]
    document = json_of(capsys, "compare", before, after)
    assert [(change["id"], change["direction"]) for change in document["changes"]] == [("cut", "worse")]
    assert main(["compare", before, str(assistant.store_path / "runs" / f"{after}.json")]) == 0
    shown = capsys.readouterr().out
    assert "Worse in B: 1\n  cut: Who cut it?\n      Ida Quill → Petra Nunn" in shown


@pytest.mark.usefixtures("assistant")
def test_compare_without_runs_says_how_to_make_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "a", "b"]) == 1
    assert "Make one with: citespan evaluate QUESTIONS" in capsys.readouterr().err
