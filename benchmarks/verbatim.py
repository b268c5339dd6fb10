"""Which words of a paper's chunk bear on a keyword query: the 100 gold rows of ACL-Verbatim.

A **test** set: nothing was chosen on it. Each row is a query, a chunk of a paper and the spans of it that people marked
(none where the chunk is beside the point). Scored is the micro F1 of words over all rows: a word (``\\S+``) counts when
any of its characters is covered. Two systems are compared with the committed predictions of two encoders of 150 M
trained for just this, by a paired bootstrap over rows:

- ``answer``: what the product cites, at its own threshold;
- ``sentences``: the sentences that the reader takes to bear on the query (probability of one half or more).
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.intervals import as_paired, with_intervals
from benchmarks.lists import EveryWord, as_passage
from benchmarks.markdown import rate, significance, table
from benchmarks.protocol import Measured, Setup
from rag.answer.answerer import Answerer
from rag.evaluation.metrics.bootstrap import Statistic
from rag.read.checkpoint import load_shipped_reader
from rag.read.confidence import load_calibration
from rag.read.protocol import Reader, examine
from rag.records import Span
from rag.settings import AnswerSettings

TEST = "eval/acl_verbatim_gold.jsonl.gz"
BEARS_FROM = 0.5
SYSTEMS = {"answer": "the answer's citations", "sentences": "the sentences that the reader takes to bear on it"}
_WORD = re.compile(r"\S+")
Counts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """A query with a chunk, the gold spans, and what others predicted."""

    query: str
    title: str
    chunk: str
    gold: tuple[Span, ...]
    peers: Mapping[str, tuple[Span, ...]]


def read_rows(path: Path) -> list[Row]:
    """The rows of the set."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    return [
        Row(
            row["query"],
            row["title"],
            row["chunk"],
            _spans(row["spans"]),
            {name: _spans(spans) for name, spans in row["peers"].items()},
        )
        for row in rows
    ]


def counts(row: Row, spans: Sequence[Span]) -> Counts:
    """``float64[3]``: words that are covered by both, by ``spans``, and by the gold."""
    words = [Span(*match.span()) for match in _WORD.finditer(row.chunk)]
    given = np.array([any(word.overlaps(span) for span in spans) for word in words])
    wanted = np.array([any(word.overlaps(span) for span in row.gold) for word in words])
    return np.array([(given & wanted).sum(), given.sum(), wanted.sum()], dtype=np.float64)


def micro_f1(counted: Counts) -> Statistic:
    """The F1 of words of ``float64[rows, 3]``, summed over the rows."""
    return lambda weights: 2 * (weights @ counted[:, 0]) / (weights @ (counted[:, 1] + counted[:, 2]))


def measure(setup: Setup) -> Measured:
    """All rows."""
    rows = read_rows(setup.file(TEST))
    setup.progress("reading", 0, len(rows))
    return Measured(figures_of(rows, load_shipped_reader()), {"rows": len(rows)})


def figures_of(rows: Sequence[Row], reader: Reader) -> dict[str, Any]:
    """The F1 of every system, and each of ours beside each peer."""
    answerer = Answerer(reader, load_calibration("checkpoint"), AnswerSettings(), EveryWord())
    covered: dict[str, list[Counts]] = {name: [] for name in (*SYSTEMS, *rows[0].peers)}
    for row in rows:
        passage = as_passage(row.chunk, row.title)
        answer = answerer.answer(row.query, row.query, [passage])
        judged = examine(reader, row.query, [passage]).sentences
        given = {
            "answer": [Span(citation.start, citation.end) for citation in answer.citations],
            "sentences": [sentence.span for sentence in judged if sentence.probability >= BEARS_FROM],
            **row.peers,
        }
        for name, spans in given.items():
            covered[name].append(counts(row, spans))
    statistics = {name: micro_f1(np.array(counted)) for name, counted in covered.items()}
    return {
        "rows": len(rows),
        "reader": reader.name,
        "f1": with_intervals(statistics, len(rows)),
        "beside": {
            ours: {peer: as_paired(statistics[peer], statistics[ours], len(rows)) for peer in rows[0].peers}
            for ours in SYSTEMS
        },
    }


def section(figures: Mapping[str, Any]) -> str:
    """Word F1 of ours and of the peers."""
    rows = [[SYSTEMS.get(name, name), rate(value)] for name, value in figures["f1"].items()]
    beside = [
        f"{SYSTEMS[ours]} beside {peer}: {change['difference']:+.3f} ({significance(change['p'])})"
        for ours, peers in figures["beside"].items()
        for peer, change in peers.items()
    ]
    return (
        f"{figures['rows']} pairs of a keyword query and a chunk of a paper; micro F1 of words, 95 % intervals.\n\n"
        + table(["", "word F1"], rows)
        + "\n\n"
        + "; ".join(beside)
        + "."
    )


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)
