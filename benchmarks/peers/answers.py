"""Answers of other programs beside ours: the open-domain questions, the same passages, encoder and reader weights."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.intervals import change, means, percentiles
from benchmarks.markdown import number, share, significance, table, times
from benchmarks.peers.environment import peers_python, run_worker
from benchmarks.peers.job import Asked, Job, Report, Text, write_lines
from benchmarks.protocol import Measured, Setup
from benchmarks.retrieval import remembering_encoder
from benchmarks.squad_articles import read_test, shuffled, write_articles
from rag.assistant import Assistant
from rag.evaluation.metrics.answers import exact_match, f1
from rag.ingest.passages import embedding_text
from rag.models.shipped_reader import export_reader
from rag.retrieve.encoder import encoder_folder
from rag.settings import Settings
from rag.training.examples import Example

PROGRAMS = {"citespan": "CiteSpan", "haystack": "Haystack", "txtai": "txtai"}
PEERS = ("haystack", "txtai")
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
    questions = shuffled([one for one in test if one.answers], setup.seed)[: setup.peer_questions]
    with tempfile.TemporaryDirectory(dir=setup.folder("stores")) as temporary:
        folder = Path(temporary)
        job = prepare(folder, test, questions, setup)
        reports = {
            name: run_worker(python if name in PEERS else sys.executable, name, job, folder, setup.progress)
            for name in PROGRAMS
        }
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


def figures_of(questions: Sequence[Example], reports: Mapping[str, Report]) -> dict[str, Any]:
    """Quality, time and memory of every program, the peers' also over ours."""
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
            "versions": report.versions,
            "variants": {variant: means(scores(questions, answers)) for variant, answers in report.extra.items()},
        }
        if name == "citespan":
            continue
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
    quality: list[list[str]] = []
    for name, title in PROGRAMS.items():
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
        [
            title,
            *(
                _with_ratio(figures[name], key, digits)
                for key, digits in (("p50_ms", 0), ("p95_ms", 0), ("passages_per_second", 0), ("peak_mb", 0))
            ),
        ]
        for name, title in PROGRAMS.items()
    ]
    silent = ", ".join(
        f"{title} gave none to {figures[name]['no_answer']}"
        + (f" (in {figures[name]['failures']} its reader raised an error)" if figures[name]["failures"] else "")
        for name, title in PROGRAMS.items()
        if figures[name]["no_answer"]
    )
    return (
        f"{figures['questions']:,} of the open-domain questions, every one to be answered. All programs search "
        f"the same {figures['citespan']['passages']:,} passages behind their articles' titles, with the same weights "
        "of encoder and reader, in processes of their own one after the other, with as many threads as they choose.\n\n"
        + table(["", "exact match, %", "F1, %", "our F1 minus its"], quality)
        + "\n\n"
        + table(["", "p50, ms", "p95, ms", "passages added per second", "peak memory, MB"], cost)
        + "\n\nIn brackets the ratio to ours. Adding includes reading the files and cutting them for CiteSpan, which "
        "also keeps everything on disk; the others are given finished passages and keep them in memory. CiteSpan "
        "computes in bfloat16 where the processor has AMX tiles, the others in float32, which is their default."
        + (f" No answer: {silent}." if silent else "")
    )


def _titled(title: str, name: str, of: Mapping[str, Any]) -> str:
    release = of["versions"].get({"haystack": "haystack-ai"}.get(name, name))
    return f"{title} {release}"


def _change(figure: Mapping[str, Any]) -> str:
    interval = f"{100 * figure['low']:+.1f} to {100 * figure['high']:+.1f}"
    return f"{100 * figure['difference']:+.1f} ({interval}), {significance(figure['p'])}"


def _with_ratio(of: Mapping[str, Any], key: str, digits: int) -> str:
    ratio = of.get("over_ours", {}).get(key.removesuffix("_ms"), of.get("over_ours", {}).get(key))
    return number(of[key], digits) + ("" if ratio is None else f" ({times(ratio)})")
