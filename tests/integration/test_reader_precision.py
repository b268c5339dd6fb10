"""The shipped reader as this processor runs it against plain transformers in float32, on the sample questions."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import BertConfig

from rag.ingest.reading import read_article
from rag.models.fast_bert import FastBert
from rag.models.networks import Network, load_shipped_network
from rag.models.runners import Logits, shipped_module
from rag.models.shipped_reader import ReaderParts, load_parts
from rag.read.checkpoint import CheckpointReader
from rag.records import Candidate, Passage, Retrieved
from rag.settings import IngestSettings

QUESTIONS = 100
CHARACTERS = 900
MARGIN = {"float32": 1e-3, "bfloat16": 0.15}
"""Mean distance of the margins that is allowed; they spread over about ten."""
Requests = list[tuple[str, list[Retrieved]]]


@pytest.fixture(scope="module")
def parts() -> ReaderParts:
    return load_parts()


@pytest.fixture(scope="module")
def network() -> Network:
    return load_shipped_network("float32")


@pytest.fixture(scope="module")
def requests(project: Path) -> Requests:
    """Each question with a passage of the article that answers it."""
    rows = [
        json.loads(line)
        for line in (project / "seeds" / "questions.jsonl").read_text(encoding="utf-8").split("\n")
        if line
    ]
    asked = [row for row in rows if row["answers"] and row["source"]][:QUESTIONS]
    made: Requests = []
    for row in asked:
        article = read_article(project / "seeds" / row["source"], IngestSettings()).article
        places = [article.text.find(answer) for answer in row["answers"]]
        middle = next((place for place in places if place >= 0), 0)
        start = max(0, min(middle - CHARACTERS // 2, len(article.text) - CHARACTERS))
        passage = Passage(article.article_id, start, min(start + CHARACTERS, len(article.text)))
        made.append((row["question"], [Retrieved(passage, 0.0, article)]))
    return made


@pytest.fixture(scope="module")
def expected(parts: ReaderParts, network: Network, requests: Requests) -> list[list[Candidate]]:
    config = {name: value for name, value in parts.config.items() if name != "citespan"}
    module: Any = shipped_module(parts, BertConfig(**config)).eval()
    return CheckpointReader(replace(network, run=lambda *inputs: Logits(*module(*inputs)))).read_many(requests)


@pytest.mark.parametrize("padded", [True, False], ids=["padded", "packed"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=["float32", "bfloat16"])
def test_the_fused_pass_finds_the_spans_of_plain_transformers(
    dtype: torch.dtype, padded: bool, parts: ReaderParts, network: Network, requests: Requests, expected: Any
) -> None:
    config = {name: value for name, value in parts.config.items() if name != "citespan"}
    fast = FastBert(parts.tensors, BertConfig(**config), dtype, padded=padded)

    def run(tokens: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> Logits:
        hidden = fast.hidden(tokens, mask, types)
        logits = fast.logits(hidden)
        relevance = hidden[:, 0].float() @ parts.relevance["weight"].T + parts.relevance["bias"]
        return Logits(logits[..., 0], logits[..., 1], relevance.squeeze(-1))

    found = CheckpointReader(replace(network, run=run)).read_many(requests)
    assert len(found) == QUESTIONS
    same = [ours[0].span == plain[0].span for ours, plain in zip(found, expected, strict=True)]
    assert np.mean(same) >= 0.99
    moved = [abs(ours[0].margin - plain[0].margin) for ours, plain in zip(found, expected, strict=True)]
    assert np.mean(moved) < MARGIN["bfloat16" if dtype == torch.bfloat16 else "float32"]
