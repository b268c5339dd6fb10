"""The shipped reader as this processor runs it against plain transformers in float32, on the sample questions."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForQuestionAnswering

from rag.ingest.reading import read_article
from rag.models.bert import Integers
from rag.models.engine import Engine, uses_bfloat16
from rag.models.networks import Network, load_shipped_network
from rag.models.runners import Logits, torch_runner
from rag.models.shipped_reader import export_reader, load_parts
from rag.read.checkpoint import CheckpointReader
from rag.records import Candidate, Passage, Retrieved
from rag.settings import IngestSettings

QUESTIONS = 100
CHARACTERS = 900
MARGIN = {"float32": 1e-3, "bfloat16": 0.15}
"""Mean distance of the margins that is allowed; they spread over about ten."""
Requests = list[tuple[str, list[Retrieved]]]


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


def plainly(requests: Requests, folder: Path, network: Network) -> list[list[Candidate]]:
    """What the exported reader finds, run by transformers in float32."""
    model = AutoModelForQuestionAnswering.from_pretrained(folder, dtype=torch.float32)
    relevance = load_parts().relevance
    run = torch_runner(model, Engine(bfloat16=False, threads=1), typed=True)

    def judged(tokens: Integers, mask: Integers, types: Integers) -> Logits:
        inputs = [torch.from_numpy(one) for one in (tokens, mask, types)]
        with torch.inference_mode():
            states = model.bert(input_ids=inputs[0], attention_mask=inputs[1], token_type_ids=inputs[2])
        first = states.last_hidden_state[:, 0].numpy()
        logits = (first @ relevance["weight"].T + relevance["bias"])[:, 0]
        return run(tokens, mask, types)._replace(relevance=logits)

    return CheckpointReader(replace(network, run=judged)).read_many(requests)


def test_the_engine_finds_the_spans_of_plain_transformers(requests: Requests, tmp_path: Path) -> None:
    export_reader(tmp_path / "exported")
    network = load_shipped_network("auto")
    found = CheckpointReader(network).read_many(requests)
    expected = plainly(requests, tmp_path / "exported", network)
    assert len(found) == QUESTIONS
    same = [ours[0].span == plain[0].span for ours, plain in zip(found, expected, strict=True)]
    assert np.mean(same) >= 0.99
    moved = [abs(ours[0].margin - plain[0].margin) for ours, plain in zip(found, expected, strict=True)]
    assert np.mean(moved) < MARGIN["bfloat16" if uses_bfloat16("auto") else "float32"]
