from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from packaging.utils import canonicalize_name

from benchmarks import retrieval
from benchmarks.peers import answers, environment, rankings
from benchmarks.peers.environment import REQUIREMENTS, PeerError, peers_python, run_worker
from benchmarks.peers.job import Asked, Job, Report, Text, peak_mb, read_job, work, write_lines
from benchmarks.retrieval_sets import COLLECTIONS
from tests.integration.hashed_encoder import HashedEncoder
from tests.unit.benchmarks.collection import setup, write_collection
from training.examples import Example


def job(folder: Path, depth: int = 0) -> Job:
    write_lines(folder / "texts.jsonl", [Text("1", "Oslo"), Text("2", "Rome")])
    write_lines(folder / "questions.jsonl", [Asked("q1", "Norway?"), Asked("q2", "Atlantis?")])
    names = [str(folder / name) for name in ("texts.jsonl", "articles", "questions.jsonl")]
    return Job("encoder", "reader", names[0], names[1], names[2], 8, 50, depth, warm_up=("Chad?", "Atlantis?"))


class Program:
    packages: Sequence[str] = ("numpy",)
    expected_errors: tuple[type[Exception], ...] = (TypeError,)

    def __init__(self) -> None:
        self.done: list[str] = []

    def load(self, job: Job) -> None:
        self.done.append("load")

    def ingest(self, job: Job) -> int:
        self.done.append("ingest")
        return len(job.read_texts())

    def answer(self, question: str) -> str | None:
        self.done.append(question)
        if question == "Atlantis?":
            raise TypeError
        return "Oslo"

    def rank(self, question: str, depth: int) -> list[str]:
        return ["2", "1"][:depth]

    def variants(self, question: str) -> dict[str, str | None]:
        return {"louder": "OSLO"}


def test_a_worker_warms_up_then_answers_every_question(tmp_path: Path) -> None:
    program = Program()
    report = work(program, job(tmp_path))
    assert program.done == ["load", "ingest", "Chad?", "Atlantis?", "Norway?", "Atlantis?"]
    assert report.answers == {"q1": "Oslo", "q2": None}
    assert report.extra == {"louder": {"q1": "OSLO", "q2": "OSLO"}}
    assert (report.passages, report.failures, len(report.milliseconds)) == (2, 1, 2)
    assert report.peak_mb > 1
    assert report.threads == torch.get_num_threads()
    assert "numpy" in report.versions


def test_a_worker_ranks_when_the_job_asks_for_a_depth(tmp_path: Path) -> None:
    report = work(Program(), job(tmp_path, depth=1))
    assert (report.rankings, report.answers) == ({"q1": ["2"], "q2": ["2"]}, {})


def test_other_errors_of_a_program_are_not_taken_for_no_answer(tmp_path: Path) -> None:
    class Broken(Program):
        def answer(self, question: str) -> str | None:
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        work(Broken(), job(tmp_path))


def test_a_job_survives_its_file(tmp_path: Path) -> None:
    job(tmp_path, 7).write(tmp_path / "job.json")
    assert read_job(tmp_path / "job.json") == job(tmp_path, 7)


def test_a_worker_that_fails_is_an_error_that_says_why(tmp_path: Path) -> None:
    with pytest.raises(PeerError, match=r"(?s)nothing ended with status 1.*nothing_worker"):
        run_worker(sys.executable, "nothing", job(tmp_path), tmp_path, lambda stage, done, total: None)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system has no account of the program alone")
def test_the_memory_of_a_worker_is_its_own_not_that_of_who_started_it() -> None:
    held = b"x" * 300_000_000
    program = "from benchmarks.peers.job import peak_mb; print(peak_mb())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8")
    assert peak_mb() > len(held) / 2**20
    assert 1 < float(done.stdout) < 100


def test_an_environment_that_was_left_half_made_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("# nothing\n", encoding="utf-8")
    monkeypatch.setattr(environment, "REQUIREMENTS", requirements)
    folder = tmp_path / "environment"
    (folder / "bin").mkdir(parents=True)
    for name in ("bin/python", "leftover"):
        (folder / name).write_text("", encoding="utf-8")
    python = peers_python(folder)
    assert not (folder / "leftover").exists()
    subprocess.run([str(python), "-m", "pip", "--version"], check=True, capture_output=True)
    made = python.lstat().st_mtime_ns
    assert peers_python(folder).lstat().st_mtime_ns == made
    requirements.write_text("no such requirement !\n", encoding="utf-8")
    with pytest.raises(PeerError, match="cannot be installed"):
        peers_python(folder)


def test_an_environment_that_is_current_is_used_as_it_is(tmp_path: Path) -> None:
    import hashlib

    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text("", encoding="utf-8")
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    (tmp_path / "requirements.sha256").write_text(digest, encoding="utf-8")
    assert peers_python(tmp_path) == tmp_path / "bin" / "python"


def test_everything_a_peer_runs_with_is_pinned_and_what_is_shared_is_the_same_release() -> None:
    lines = [line for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==\d[\w.]*", line)] == []
    pins = {canonicalize_name(name): release for name, release in (line.split("==") for line in lines)}
    assert {"haystack-ai", "txtai", "faiss-haystack", "transformers-haystack"} <= set(pins)
    constraints = (REQUIREMENTS.parents[2] / "constraints.txt").read_text(encoding="utf-8")
    ours = {canonicalize_name(name): release for name, release in (line.split("==") for line in constraints.split())}
    for package in ("torch", "transformers", "tokenizers", "sentence-transformers", "faiss-cpu", "safetensors"):
        assert pins[package] == ours[package], package


def report(answered: dict[str, str | None], milliseconds: float, peak: float) -> Report:
    return Report(
        versions={"haystack-ai": "3", "txtai": "9", "citespan": "0"},
        threads=2,
        passages=100,
        ingest_seconds=milliseconds / 10,
        milliseconds=[milliseconds] * len(answered),
        peak_mb=peak,
        answers=answered,
        extra={"segment_ids": answered},
    )


def test_the_peers_are_compared_with_us_on_the_same_questions() -> None:
    questions = [Example(f"q{number}", "t", "Oslo", "?", (("Oslo", 0),), "squad") for number in range(4)]
    right = dict.fromkeys(("q0", "q1", "q2", "q3"), "Oslo")
    half: dict[str, str | None] = {"q0": "Oslo", "q1": "the Oslo", "q2": None, "q3": "Rome"}
    figures = answers.figures_of(
        questions,
        {
            "citespan": report(dict(right), 50, 1000),
            "haystack": report(half, 200, 1500),
            "txtai": report(half, 100, 500),
            answers.FLOAT32: report(dict(right), 80, 1100),
        },
    )
    assert figures["haystack"]["exact_match"]["value"] == 0.5
    assert figures["haystack"]["no_answer"] == 1
    assert figures["haystack"]["ours_over_it"]["f1"]["difference"] == 0.5
    assert figures["haystack"]["over_ours"] == {"p50": 4.0, "p95": 4.0, "passages_per_second": 0.25, "peak_mb": 1.5}
    assert figures["txtai"]["over_ours"]["peak_mb"] == 0.5
    page = answers.section(json.loads(json.dumps(figures)))
    assert "| Haystack 3 | 50.0" in page
    assert "200 (4.00 ×)" in page
    assert "with segment ids added by us" in page
    assert "one after the other, with 2 threads each." in page
    assert "| CiteSpan in float32 | 100.0" in page
    assert "| CiteSpan in float32 | 80 (1.60 ×)" in page
    assert "the median times are Haystack 2.50 × and txtai 1.25 × ours" in page


def test_programs_that_did_not_work_alike_are_not_compared() -> None:
    alike = {"citespan": report({}, 1, 1), "txtai": report({}, 1, 1)}
    answers.check_conditions(alike)
    changes: list[tuple[dict[str, Any], str]] = [
        ({"threads": 1}, "threads: citespan 2, txtai 1"),
        ({"passages": 7}, "passages: citespan 100"),
    ]
    for change, what in changes:
        with pytest.raises(PeerError, match=what):
            answers.check_conditions({**alike, "txtai": replace(alike["txtai"], **change)})


def test_all_programs_answer_the_same_questions_and_warm_up_on_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = [Example(f"q{number}", "t", "Oslo", f"Which, {number}?", (("Oslo", 0),), "squad") for number in range(9)]
    jobs: list[tuple[str, Job]] = []

    def run(python: object, name: str, job: Job, folder: Path, progress: object) -> Report:
        asked = [one.question for one in job.read_questions()]
        assert len({*asked, *job.warm_up}) == 2 + 5
        jobs.append((name, job))
        return report({one.id: "Oslo" for one in job.read_questions()}, 10, 100)

    def prepare(folder: Path, test: object, chosen: Sequence[Example], given: object) -> Job:
        made = job(folder)
        write_lines(Path(made.questions), [Asked(one.identifier, one.question) for one in chosen])
        return made

    monkeypatch.setattr(answers, "peers_python", lambda folder: Path(sys.executable))
    monkeypatch.setattr(answers, "read_test", lambda data: examples)
    monkeypatch.setattr(answers, "prepare", prepare)
    monkeypatch.setattr(answers, "run_worker", run)
    for is_faster, names in ((True, [*answers.PROGRAMS, "citespan"]), (False, list(answers.PROGRAMS))):
        jobs.clear()
        monkeypatch.setattr(answers, "uses_bfloat16", lambda precision, is_faster=is_faster: is_faster)
        measured = answers.measure(setup(tmp_path))
        assert [name for name, _ in jobs] == names
        assert [one.precision for _, one in jobs] == ["auto"] * 3 + ["float32"] * is_faster
        assert measured.figures["questions"] == 2
        assert (answers.FLOAT32 in measured.figures) == is_faster


def test_rankings_are_compared_on_the_passages_that_we_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = setup(tmp_path)
    for name in COLLECTIONS:
        write_collection(given.data, name)
    jobs: list[Job] = []

    def run(python: Path, name: str, job: Job, folder: Path, progress: object) -> Report:
        jobs.append(job)
        assert np.load(job.vectors).shape == (len(job.read_texts()), HashedEncoder.dimension)
        ids = [one.id for one in job.read_texts() if one.text.startswith("Mill" if name == "haystack" else "Council")]
        return Report({}, 4, 1.0, [], 1.0, rankings={one.id: ids for one in job.read_questions()})

    monkeypatch.setattr(retrieval, "load_encoder", lambda _: HashedEncoder())
    monkeypatch.setattr(rankings, "peers_python", lambda folder: Path(sys.executable))
    monkeypatch.setattr(rankings, "run_worker", run)
    figures = rankings.measure(given).figures
    assert {one.depth for one in jobs} == {50}
    npl = figures["npl"]
    # Haystack finds what query 1 asks for and nothing for query 2, txtai the other way round.
    assert npl["haystack"]["value"] == 0.5
    assert npl["txtai"]["value"] == pytest.approx(2 / (2 + 1 / np.log2(3)) / 2, abs=1e-4)
    assert npl["ours_over"]["haystack"]["difference"] == pytest.approx(npl["citespan"]["value"] - 0.5, abs=1e-3)
    assert "| Haystack | 0.500" in rankings.section(figures)
