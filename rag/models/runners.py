"""Span networks as functions: on torch, by the fused pass for BERT, or on OpenVINO."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from rag.models.openvino_runtime import Converted, Identity, OpenVino, load_converted, padded_length
from rag.models.precision import uses_bfloat16
from rag.models.shipped_reader import ReaderParts

if TYPE_CHECKING:
    import torch

    from rag.models.fast_bert import FastBert


class Logits(NamedTuple):
    """What a reader's network gives for ``n`` inputs; all float32.

    Attributes:
        starts, ends: ``[n, length]``, of a span's first and last token.
        relevance: ``[n]``, does the passage answer; None where the model has no such output.
        bearing: ``[n, length]``; their mean over a sentence's tokens says whether the sentence bears on the question.
            None where the model has no such output.
    """

    starts: torch.Tensor
    ends: torch.Tensor
    relevance: torch.Tensor | None = None
    bearing: torch.Tensor | None = None


Run = Callable[["torch.Tensor", "torch.Tensor", "torch.Tensor"], Logits]


def checkpoint_runner(model: Any, precision: str, typed: bool) -> Run:
    """A model as a function; weights in bfloat16 where that is used, logits always in float32."""
    import torch

    from rag.models.fast_bert import FastBert, can_run

    dtype = torch.bfloat16 if uses_bfloat16(precision) else torch.float32
    if can_run(model.config):
        return _fast_runner(FastBert(model.state_dict(), model.config, dtype), {}, {})
    model = model.to(dtype).eval()

    def run(tokens: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> Logits:
        output = model(input_ids=tokens, attention_mask=mask, **({"token_type_ids": types} if typed else {}))
        return Logits(output.start_logits.float(), output.end_logits.float())

    return run


def shipped_runner(parts: ReaderParts, config: Any, precision: str) -> Run:
    """The shipped reader as a function."""
    import torch

    from rag.models.fast_bert import FastBert, can_run

    dtype = torch.bfloat16 if uses_bfloat16(precision) else torch.float32
    if can_run(config):
        return _fast_runner(FastBert(parts.tensors, config, dtype), parts.relevance, parts.bearing)
    module = shipped_module(parts, config).to(dtype).eval()
    return lambda tokens, mask, types: Logits(*module(tokens, mask, types))


def shipped_module(parts: ReaderParts, config: Any) -> torch.nn.Module:
    """The shipped reader as a module whose outputs are those of ``Logits`` that it has, in their order."""
    import torch
    from transformers import BertForQuestionAnswering

    model: Any = BertForQuestionAnswering.from_pretrained(
        None, config=config, state_dict=dict(parts.tensors), attn_implementation="sdpa"
    )

    class ShippedReader(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, tokens: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> Any:
            hidden = model.bert(input_ids=tokens, attention_mask=mask, token_type_ids=types).last_hidden_state
            logits = model.qa_outputs(hidden).float()
            heads = (_relevance(hidden, parts.relevance), _bearing(hidden, parts.bearing))
            return logits[..., 0], logits[..., 1], *(head for head in heads if head is not None)

    return ShippedReader()


def span_module(model: Any, typed: bool) -> torch.nn.Module:
    """Any checkpoint as a module whose outputs are start and end logits."""
    import torch

    class SpanReader(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, tokens: torch.Tensor, mask: torch.Tensor, types: torch.Tensor | None = None) -> Any:
            output = model(input_ids=tokens, attention_mask=mask, **({"token_type_ids": types} if typed else {}))
            return output.start_logits, output.end_logits

    return SpanReader()


def openvino_runner(
    choice: OpenVino,
    fingerprint: str,
    precision: str,
    build: Callable[[], torch.nn.Module],
    *,
    typed: bool,
    pad: int,
    longest: int,
) -> Run:
    """A network on OpenVINO as a function.

    Args:
        typed: whether it takes token types.
        pad: token number of padding.
        longest: longest input that it takes.
    """
    import torch

    def convert() -> Converted:
        tokens = torch.full((2, 16), 5)
        mask = torch.ones_like(tokens)
        mask[1, 9:] = 0
        example = (tokens, mask, torch.zeros_like(tokens))
        return Converted(build(), example if typed else example[:2])

    apply, _ = load_converted(choice, Identity("reader", fingerprint, uses_bfloat16(precision)), convert)

    def run(tokens: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> Logits:
        length = tokens.shape[1]
        missing = padded_length(length, longest) - length
        inputs = (tokens, mask, types) if typed else (tokens, mask)
        padded = [
            torch.nn.functional.pad(tensor, (0, missing), value=filler).numpy()
            for tensor, filler in zip(inputs, (pad, 0, 0), strict=False)
        ]
        outputs = [torch.from_numpy(output) for output in apply(padded)]
        return Logits(*(output[:, :length] if output.ndim == 2 else output for output in outputs))

    return run


def _fast_runner(model: FastBert, relevance: Mapping[str, torch.Tensor], bearing: Mapping[str, torch.Tensor]) -> Run:
    def run(tokens: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> Logits:
        hidden = model.hidden(tokens, mask, types)
        logits = model.logits(hidden)
        return Logits(logits[..., 0], logits[..., 1], _relevance(hidden, relevance), _bearing(hidden, bearing))

    return run


def _relevance(hidden: torch.Tensor, head: Mapping[str, torch.Tensor]) -> torch.Tensor | None:
    """``float32[n]`` from the states of [CLS], or None where the model has no such output."""
    if not head:
        return None
    return (hidden[:, 0].float() @ head["weight"].T + head["bias"]).squeeze(-1)


def _bearing(hidden: torch.Tensor, head: Mapping[str, torch.Tensor]) -> torch.Tensor | None:
    """``float32[n, length]`` from the states of all tokens, or None where the model has no such output."""
    return (hidden.float() @ head["weight"].T + head["bias"]).squeeze(-1) if head else None
