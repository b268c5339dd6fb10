"""Span networks as functions: plain BERTs on the engine, every other model on torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from rag.models.bert import Bert, BertConfig, Head, Integers
from rag.models.engine import Engine
from rag.models.shipped_reader import BACKBONE, ReaderParts
from rag.models.tensors import Floats

SPANS = "qa_outputs"


class Logits(NamedTuple):
    """What a reader's network gives for ``n`` inputs; all float32.

    Attributes:
        starts, ends: ``[n, length]``, of a span's first and last token.
        relevance: ``[n]``, does the passage answer; None where the model has no such output.
        bearing: ``[n, length]``; their mean over a sentence's tokens says whether the sentence bears on the question.
            None where the model has no such output.
    """

    starts: Floats
    ends: Floats
    relevance: Floats | None = None
    bearing: Floats | None = None


Run = Callable[[Integers, Integers, Integers], Logits]


def bert_runner(
    tensors: Mapping[str, Floats],
    config: BertConfig,
    engine: Engine,
    relevance: Mapping[str, Floats] | None = None,
    bearing: Mapping[str, Floats] | None = None,
) -> Run:
    """A plain BERT with a span head as a function.

    Args:
        tensors: by the names of ``BertForQuestionAnswering``.
        relevance, bearing: ``weight`` and ``bias`` of the other heads that it has.

    Raises:
        KeyError: a tensor is missing.
        ModelError: the engine cannot run it here.
    """
    heads = [_head(tensors, f"{SPANS}."), *([_head(bearing)] if bearing else [])]
    bert = Bert(
        {name.removeprefix(BACKBONE): tensor for name, tensor in tensors.items()},
        config,
        engine,
        tokens=Head(np.concatenate([one.weight for one in heads]), np.concatenate([one.bias for one in heads])),
        first=_head(relevance) if relevance else None,
    )

    def run(tokens: Integers, mask: Integers, types: Integers) -> Logits:
        every, first, _ = bert(tokens, mask, types)
        assert every is not None
        return Logits(
            every[..., 0],
            every[..., 1],
            None if first is None else first[:, 0],
            every[..., 2] if bearing else None,
        )

    return run


def shipped_runner(parts: ReaderParts, engine: Engine) -> Run:
    """The shipped reader as a function; errors as for ``bert_runner``."""
    config = BertConfig.of(parts.config)
    if config is None:
        raise KeyError("config.json describes no plain BERT")
    return bert_runner(parts.tensors, config, engine, parts.relevance, parts.bearing)


def torch_runner(model: Any, engine: Engine, typed: bool) -> Run:
    """Any checkpoint as a function, run by transformers with the engine's precision and threads.

    Args:
        typed: whether it takes token types.
    """
    import torch

    model = model.to(torch.bfloat16 if engine.bfloat16 else torch.float32).eval()
    torch.set_num_threads(engine.threads)

    def run(tokens: Integers, mask: Integers, types: Integers) -> Logits:
        named = {"input_ids": tokens, "attention_mask": mask, **({"token_type_ids": types} if typed else {})}
        with torch.inference_mode():
            output = model(**{name: torch.from_numpy(values) for name, values in named.items()})
        return Logits(output.start_logits.float().numpy(), output.end_logits.float().numpy())

    return run


def _head(tensors: Mapping[str, Floats], prefix: str = "") -> Head:
    return Head(tensors[f"{prefix}weight"], tensors[f"{prefix}bias"])
