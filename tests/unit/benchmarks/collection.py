"""A tiny retrieval collection and a setup for it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from benchmarks.protocol import Setup

CORPUS = [
    {"_id": "7", "title": "Mill Bridge", "text": "Mill Bridge reopened in March after long repairs."},
    {"_id": "8", "title": "Harbour fair", "text": "The harbour fair drew twelve thousand visitors."},
    {"_id": "9", "title": "Council minutes", "text": ""},
    {"_id": "10", "title": "", "text": ""},
    {"_id": "11", "title": "", "text": "The harbour fair drew twelve thousand visitors."},
]
QUERIES = [{"_id": "q1", "text": "when did mill bridge reopen"}, {"_id": "q2", "text": "council minutes"}]
JUDGEMENTS = "query-id\tcorpus-id\tscore\nq1\t7\t1\nq2\t9\t2\nq2\t10\t1\n"


def write_collection(data: Path, name: str) -> None:
    folder = data / "eval" / name
    folder.mkdir(parents=True)
    for file, rows in (("corpus.jsonl.gz", CORPUS), ("queries.jsonl.gz", QUERIES)):
        (folder / file).write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    (folder / "qrels.tsv").write_text(JUDGEMENTS, encoding="utf-8")


def setup(folder: Path) -> Setup:
    return Setup(folder / "data", folder / "work", questions=5, peer_questions=2, sizes=(3,))
