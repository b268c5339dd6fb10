"""Answers of other programs beside ours: the open-domain questions, the same passages, encoder and reader weights."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.intervals import change, means, percentiles
from benchmarks.markdown import number, share, significance, table, times
from benchmarks.peers.environment import PeerError, peers_python, run_worker
from benchmarks.peers.job import WARM_UP, Asked, Job, Report, Text, write_lines
from benchmarks.protocol import Measured, Setup
from benchmarks.retrieval import remembering_encoder
from benchmarks.squad_articles import read_test, shuffled, write_articles
from rag.assistant import Assistant
from rag.evaluation.metrics.answers import exact_match, f1
from rag.ingest.passages import embedding_text
from rag.models.engine import uses_bfloat16
from rag.models.folders import encoder_folder
from rag.models.shipped_reader import export_reader
from rag.settings import AnswerSettings, Settings
from training.examples import Example

PROGRAMS = {"citespan": "CiteSpan", "haystack": "Haystack", "txtai": "txtai"}
PEERS = ("haystack", "txtai")
FLOAT32 = "citespan_float32"
"""Our program once more, with the arithmetic of the others; where it computes in bfloat16 by default."""
TITLES = {"citespan": "CiteSpan", FLOAT32: "CiteSpan in float32", "haystack": "Haystack", "txtai": "txtai"}
VARIANTS = {
    "segment_ids": "with segment ids added by us",
    "forced": "kept by us from pointing outside the passages",
}
ENVIRONMENT = "peers-environment"
"""Folder under the work folder."""


def measure(setup: Setup) -> Measured:
    """Every program in a process of its own, one after the other."""
    python = peers_python(setup.work / ENVIRONMENT)
    test = read_test(setup.data)
    asked = shuffled([one for one in test if one.answers], setup.seed)[: setup.peer_questions + WARM_UP]
    questions, warm_up = asked[: setup.peer_questions], [one.question for one in asked[setup.peer_questions :]]
    with tempfile.TemporaryDirectory(dir=setup.folder("stores")) as temporary:
        folder = Path(temporary)
        job = replace(prepare(folder, test, questions, setup), warm_up=tuple(warm_up))
        reports = {
            name: run_worker(python if name in PEERS else sys.executable, name, job, folder, setup.progress)
            for name in PROGRAMS
        }
        if uses_bfloat16("auto"):
            slower = replace(job, precision="float32")
            reports[FLOAT32] = run_worker(sys.executable, "citespan", slower, folder, setup.progress)
    check_conditions(reports)
    return Measured(figures_of(questions, reports), {"questions": len(questions), "seed": setup.seed})


def prepare(folder: Path, test: Sequence[Example], questions: Sequence[Example], setup: Setup) -> Job:
    """Write articles, passages, questions and the reader's checkpoint; the passages are those that we cut."""
    settings = Settings()
    write_articles(test, folder / "articles")
    with (
        remembering_encoder(setup, settings) as encoder,
        Assistant(folder / "store", settings, encoder=encoder) as assistant,
    ):
        assistant.add(folder / "articles")
        texts = [
            Text(str(passage.passage_id), embedding_text(article.title, passage.span.of(article.text)))
            for summary in assistant.articles()
            for article in [assistant.article(summary.article_id)]
            for passage in assistant.passages(summary.article_id)
        ]
    write_lines(folder / "texts.jsonl", texts)
    write_lines(folder / "questions.jsonl", [Asked(one.identifier, one.question) for one in questions])
    export_reader(folder / "reader")
    return Job(
        encoder=str(encoder_folder(settings.retrieve.encoder)),
        reader=str(folder / "reader"),
        texts=str(folder / "texts.jsonl"),
        articles=str(folder / "articles"),
        questions=str(folder / "questions.jsonl"),
        passages_read=settings.answer.passages_read,
        candidates=settings.retrieve.candidates,
    )


def check_conditions(reports: Mapping[str, Report]) -> None:
    """The programs searched equally many passages with equally many threads.

    Raises:
        PeerError: they did not, so that their figures cannot be compared.
    """
    for what, found in (
        ("passages", {name: report.passages for name, report in reports.items()}),
        ("threads", {name: report.threads for name, report in reports.items()}),
    ):
        if len(set(found.values())) > 1:
            different = ", ".join(f"{name} {number}" for name, number in found.items())
            raise PeerError(f"the programs did not work with the same number of {what}: {different}")


def figures_of(questions: Sequence[Example], reports: Mapping[str, Report]) -> dict[str, Any]:
    """Quality, time and memory of every program, the peers' also over ours; who computed in float32."""
    scored = {name: scores(questions, report.answers) for name, report in reports.items()}
    ours = reports["citespan"]
    figures: dict[str, Any] = {"questions": len(questions)}
    for name, report in reports.items():
        spent = percentiles(report.milliseconds)
        per_second = report.passages / report.ingest_seconds
        figures[name] = {
            **means(scored[name]),
            "no_answer": sum(not answer for answer in report.answers.values()),
            "failures": report.failures,
            "passages": report.passages,
            **spent,
            "passages_per_second": round(per_second, 1),
            "peak_mb": report.peak_mb,
            "threads": report.threads,
            "versions": report.versions,
            "variants": {variant: means(scores(questions, answers)) for variant, answers in report.extra.items()},
        }
        if name == "citespan":
            continue
        if name in PEERS:
            figures[name]["ours_over_it"] = {
                metric: change(scored[name][metric], scored["citespan"][metric]) for metric in ("exact_match", "f1")
            }
        figures[name]["over_ours"] = {
            "p50": _ratio(np.percentile(report.milliseconds, 50), np.percentile(ours.milliseconds, 50)),
            "p95": _ratio(np.percentile(report.milliseconds, 95), np.percentile(ours.milliseconds, 95)),
            "passages_per_second": _ratio(per_second, ours.passages / ours.ingest_seconds),
            "peak_mb": _ratio(report.peak_mb, ours.peak_mb),
        }
    return figures


def scores(questions: Sequence[Example], answers: Mapping[str, str | None]) -> dict[str, list[float]]:
    """Exact match and F1 of each question."""
    pairs = [(answers.get(one.identifier), [text for text, _ in one.answers]) for one in questions]
    return {
        "exact_match": [exact_match(answer, acceptable) for answer, acceptable in pairs],
        "f1": [f1(answer, acceptable) for answer, acceptable in pairs],
    }


def _ratio(one: Any, other: Any) -> float | None:
    return round(float(one) / float(other), 3) if other else None


def section(figures: Mapping[str, Any]) -> str:
    """Quality with significance, then time and memory with ratios."""
    titles = {name: title for name, title in TITLES.items() if name in figures}
    quality: list[list[str]] = []
    for name, title in titles.items():
        of = figures[name]
        against = of.get("ours_over_it")
        quality.append(
            [
                _titled(title, name, of),
                share(of["exact_match"]),
                share(of["f1"]),
                "" if against is None else _change(against["f1"]),
            ]
        )
        for variant, result in of["variants"].items():
            quality.append([f"{title}, {VARIANTS[variant]}", share(result["exact_match"]), share(result["f1"]), ""])
    cost = [
        [title, *(_with_ratio(figures[name], key) for key in ("p50_ms", "p95_ms", "passages_per_second", "peak_mb"))]
        for name, title in titles.items()
    ]
    silent = ", ".join(
        f"{title} gave none to {figures[name]['no_answer']}"
        + (f" (in {figures[name]['failures']} its reader raised an error)" if figures[name]["failures"] else "")
        for name, title in titles.items()
        if figures[name]["no_answer"]
    )
    threads = figures["citespan"].get("threads")
    conditions = (
        ""
        if threads is None
        else f", with {threads} thread{'' if threads == 1 else 's'} each. The clock starts when the models are loaded, "
        "the passages added and some other questions answered"
    )
    return (
        f"{figures['questions']:,} of the open-domain questions, every one to be answered. All programs search "
        f"the same {figures['citespan']['passages']:,} passages behind their articles' titles, with the same weights "
        f"of encoder and reader, in processes of their own one after the other{conditions}. A reader is given the "
        f"{AnswerSettings().passages_read} best passages; CiteSpan's own leaves out those that score far below the "
        "first.\n\n"
        + table(["", "exact match, %", "F1, %", "our F1 minus its"], quality)
        + "\n\n"
        + table(["", "p50, ms", "p95, ms", "passages added per second", "peak memory, MB"], cost)
        + "\n\nIn brackets the ratio to ours. Adding includes reading the files and cutting them for CiteSpan, which "
        "also keeps everything on disk; the others are given finished passages and keep them in memory. CiteSpan "
        "computes in bfloat16 where the processor computes it faster, the others in float32, which is their default."
        + _in_float32(figures)
        + (f" No answer: {silent}." if silent else "")
    )


def _in_float32(figures: Mapping[str, Any]) -> str:
    """The median times with the same arithmetic."""
    if FLOAT32 not in figures:
        return ""
    ours = figures[FLOAT32]["p50_ms"]
    ratios = " and ".join(f"{TITLES[peer]} {times(_ratio(figures[peer]['p50_ms'], ours))}" for peer in PEERS)
    return f" Where all compute in float32, the median times are {ratios} ours."


def _titled(title: str, name: str, of: Mapping[str, Any]) -> str:
    """A program with its release."""
    release = of["versions"].get({"haystack": "haystack-ai"}.get(name, name))
    return f"{title} {release}" if release else title


def _change(figure: Mapping[str, Any]) -> str:
    interval = f"{100 * figure['low']:+.1f} to {100 * figure['high']:+.1f}"
    return f"{100 * figure['difference']:+.1f} ({interval}), {significance(figure['p'])}"


def _with_ratio(of: Mapping[str, Any], key: str) -> str:
    ratio = of.get("over_ours", {}).get(key.removesuffix("_ms"))
    return number(of[key]) + ("" if ratio is None else f" ({times(ratio)})")
