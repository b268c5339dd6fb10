"""How fast the shipped reader reads, beside the same weights read as most programs do.

Milliseconds for 1, 8 and 16 passages of 200 tokens, ours against plain transformers in float32 (same weights, one
padded batch, the usual decoding), alternating in one process with the same threads; with the processor time of all
threads, which tells more on a machine that other programs use.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from rag.models.engine import uses_bfloat16
from rag.models.shipped_reader import SHIPPED_FOLDER, export_reader
from rag.read.checkpoint import load_shipped_reader
from rag.records import Article, Passage, Retrieved


def as_passage(text: str, title: str) -> Retrieved:
    """A whole text as one retrieved passage."""
    article = Article(article_id="0" * 16, title=title, source="benchmark", path="/benchmark", text=text)
    return Retrieved(Passage(article.article_id, 0, len(text)), 0.0, article)


def plain_reader(folder: Path = SHIPPED_FOLDER) -> tuple[Callable[[str, Sequence[str]], list[tuple[int, int]]], Any]:
    """The same weights read as most programs do: transformers in float32, one padded batch, and its tokenizer."""
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    with tempfile.TemporaryDirectory() as exported:
        export_reader(Path(exported) / "reader", folder)
        plain = AutoModelForQuestionAnswering.from_pretrained(f"{exported}/reader", dtype=torch.float32).eval()
        tokenizer = AutoTokenizer.from_pretrained(f"{exported}/reader")

    def read_plainly(question: str, passages: Sequence[str]) -> list[tuple[int, int]]:
        batch = tokenizer([question] * len(passages), list(passages), return_tensors="pt", padding=True)
        with torch.inference_mode():
            output = plain(**batch)
        scores = output.start_logits[:, :, None] + output.end_logits[:, None, :]
        best = torch.triu(scores).flatten(1).argmax(1)
        return [divmod(int(one), scores.shape[2]) for one in best]

    return read_plainly, tokenizer


def speed(contexts: Sequence[str], repeats: int, folder: Path) -> dict[str, Any]:
    """Median milliseconds per question for 1, 8 and 16 passages of 200 tokens, and what computed them."""
    import torch

    ours = load_shipped_reader(folder=folder)
    read_plainly, tokenizer = plain_reader(folder)
    texts = two_hundred_tokens(contexts, tokenizer)
    question = "When did the first of them arrive at the new place?"
    result: dict[str, Any] = {
        "processor": machine()["processor"],
        "threads": torch.get_num_threads(),
        "bfloat16": uses_bfloat16("auto"),
        "tokens": 200,
    }
    for count in (1, 8, 16):
        passages = texts[:count]
        found = [as_passage(text, "") for text in passages]
        runs: dict[str, Callable[[], object]] = {
            "ours": partial(ours.read, question, found),
            "plain": partial(read_plainly, question, passages),
        }
        timed = in_turns(runs, repeats)
        result[f"{count} passages"] = {
            "ours_ms": timed["ours"]["ms"],
            "plain_float32_ms": timed["plain"]["ms"],
            "share": timed["ours"]["share"],
            "processor_share": timed["ours"]["processor_share"],
        }
    return result


def in_turns(runs: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, Any]:
    """Median elapsed and processor milliseconds of each, and the share of ``plain``, after two rounds of warm-up."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for repeat in range(repeats + 2):
        for name, run in runs.items():
            elapsed, spent = time.perf_counter(), time.process_time()
            run()
            if repeat >= 2:
                times[name].append((time.perf_counter() - elapsed, time.process_time() - spent))
    medians = {
        name: tuple(1000 * statistics.median(pair[kind] for pair in values) for kind in (0, 1))
        for name, values in times.items()
    }
    return {
        name: {
            "ms": round(elapsed, 2),
            "processor_ms": round(spent, 2),
            "share": round(elapsed / medians["plain"][0], 3),
            "processor_share": round(spent / medians["plain"][1], 3),
        }
        for name, (elapsed, spent) in medians.items()
    }


def two_hundred_tokens(contexts: Sequence[str], tokenizer: Any) -> list[str]:
    """Sixteen texts of 200 tokens each, cut from longer paragraphs."""
    texts: list[str] = []
    for context in contexts:
        offsets = tokenizer(context, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
        if len(offsets) >= 200:
            texts.append(context[: offsets[199][1]])
        if len(texts) == 16:
            break
    return texts
