"""What a worker is told and what it writes down. Standard library only: every worker's environment has it."""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

WARM_UP = 5
"""Questions asked before the clock starts, none of which is asked again."""


@dataclass(frozen=True, slots=True)
class Text:
    """A passage or a collection's article: ``text`` begins with the title."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question."""

    id: str
    question: str


@dataclass(frozen=True, slots=True)
class Job:
    """What to do.

    Attributes:
        encoder: folder of the sentence-transformers model.
        reader: folder of the extractive question-answering checkpoint.
        texts: JSON lines of ``Text``: what to put into the index.
        articles: the folder of the files from which the passages were cut; for the program that reads files.
        questions: JSON lines of ``Asked``.
        passages_read: passages for the reader.
        candidates: passages from each half before fusion.
        depth: texts in a ranking; 0 asks for answers instead.
        vectors: a file of the texts' embeddings, ``float32[n, dimension]``, for rankings alone: programs that share an
            encoder need not each embed tens of thousands of passages. Empty: each embeds them.
        warm_up: questions asked before the clock starts.
        precision: as ``retrieve.precision``; for the program that has such a setting.
    """

    encoder: str
    reader: str
    texts: str
    articles: str
    questions: str
    passages_read: int
    candidates: int
    depth: int = 0
    vectors: str = ""
    warm_up: tuple[str, ...] = ()
    precision: str = "auto"

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    def read_texts(self) -> list[Text]:
        """What goes into the index."""
        return [Text(**row) for row in read_lines(Path(self.texts))]

    def read_questions(self) -> list[Asked]:
        """What is asked."""
        return [Asked(**row) for row in read_lines(Path(self.questions))]


def read_job(path: Path) -> Job:
    """A job as ``Job.write`` left it."""
    values = json.loads(path.read_text(encoding="utf-8"))
    return Job(**{**values, "warm_up": tuple(values["warm_up"])})


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSON-lines file."""
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def write_lines(path: Path, rows: Iterable[Any]) -> None:
    """Dataclass values as JSON lines."""
    path.write_text("".join(json.dumps(asdict(row)) + "\n" for row in rows), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Report:
    """What a worker measured.

    Attributes:
        versions: of the packages that do the work.
        passages: how many are in the index.
        ingest_seconds: to embed and index them; the models were loaded before.
        answers: by question id: the answer, or None; with ``extra`` for variants that were not timed.
        rankings: by question id, the ids of the best texts.
        milliseconds: of each question, in order.
        peak_mb: the most memory that the process ever held.
        failures: questions on which the program raised an error, which counts as no answer.
        threads: of torch, once everything is loaded; None when the program does not use it.
    """

    versions: dict[str, str]
    passages: int
    ingest_seconds: float
    milliseconds: list[float]
    peak_mb: float
    answers: dict[str, str | None] = field(default_factory=dict)
    extra: dict[str, dict[str, str | None]] = field(default_factory=dict)
    rankings: dict[str, list[str]] = field(default_factory=dict)
    failures: int = 0
    threads: int | None = None


class Program(Protocol):
    """A question-answering program at work."""

    packages: Sequence[str]
    """Whose versions are written down."""
    expected_errors: tuple[type[Exception], ...]
    """What its reader raises where another program would find no answer."""

    def load(self, job: Job) -> None:
        """Load the models."""
        ...

    def ingest(self, job: Job) -> int:
        """Embed and index; returns the number of passages."""
        ...

    def answer(self, question: str) -> str | None:
        """The best answer; None for none."""
        ...

    def rank(self, question: str, depth: int) -> list[str]:
        """The ids of the best texts."""
        ...

    def variants(self, question: str) -> dict[str, str | None]:
        """Answers of variants that are not timed, to the question that was just answered."""
        ...


def work(program: Program, job: Job) -> Report:
    """Load, ingest, warm up, then time every question."""
    program.load(job)
    began = time.perf_counter()
    passages = program.ingest(job)
    ingest_seconds = time.perf_counter() - began
    questions = job.read_questions()
    answers: dict[str, str | None] = {}
    extra: dict[str, dict[str, str | None]] = {}
    rankings: dict[str, list[str]] = {}
    milliseconds: list[float] = []
    failures = 0

    def attempt(question: str) -> str | None:
        nonlocal failures
        try:
            return program.answer(question)
        except program.expected_errors:
            failures += 1
            return None

    for question in job.warm_up:
        attempt(question) if not job.depth else program.rank(question, job.depth)
    failures = 0
    for number, one in enumerate(questions):
        if number % 25 == 0:
            tell("asking", number, len(questions))
        began = time.perf_counter()
        if job.depth:
            rankings[one.id] = program.rank(one.question, job.depth)
        else:
            answers[one.id] = attempt(one.question)
        milliseconds.append(round(1000 * (time.perf_counter() - began), 3))
        if not job.depth:
            for name, answer in program.variants(one.question).items():
                extra.setdefault(name, {})[one.id] = answer
    tell("asking", len(questions), len(questions))
    return Report(
        versions={package: version(package) for package in program.packages},
        passages=passages,
        ingest_seconds=round(ingest_seconds, 3),
        milliseconds=milliseconds,
        peak_mb=round(peak_mb(), 1),
        answers=answers,
        extra=extra,
        rankings=rankings,
        failures=failures,
        threads=torch.get_num_threads() if (torch := sys.modules.get("torch")) else None,
    )


def peak_mb() -> float:
    """The most resident memory this process has held, in MB.

    From the kernel's own account of the running program where there is one: on Linux ``getrusage`` also counts what the
    process held before it started this program, which is the memory of whoever started it.
    """
    status = Path("/proc/self/status")
    if status.is_file() and (found := re.search(r"^VmHWM:\s*(\d+) kB", status.read_text(), re.MULTILINE)):
        return int(found[1]) / 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def tell(stage: str, done: int, total: int) -> None:
    """A line of progress for the program that started the worker."""
    sys.stderr.write(f"{stage} {done} {total}\n")
    sys.stderr.flush()


def main(program: Callable[[], Program]) -> None:
    """``python -m benchmarks.peers.NAME_worker JOB REPORT``."""
    job, report = (Path(name) for name in sys.argv[1:3])
    document = asdict(work(program(), read_job(job)))
    report.write_text(json.dumps(document, indent=1), encoding="utf-8")
