"""A BERT without what its generic form spends on a CPU, in bfloat16 or float32; for the reader and the encoder.

The same function as ``BertModel``: query, key and value in one product, bias and GELU computed inside the matrix
product (oneDNN's fused linear, which PyTorch exposes to its own compiler), weights packed once. Where PyTorch or the
processor lacks that operator, the ordinary one takes its place.

Attention has two forms. Packed, the tokens of all inputs stand in one matrix without padding, and each input attends to
itself. Padded, all inputs attend at once; only AMX tiles are faster that way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch.nn.functional import embedding, gelu, layer_norm, linear, pad, scaled_dot_product_attention

from rag.models.precision import has_amx

Linear = Callable[[torch.Tensor], torch.Tensor]
Attention = Callable[[torch.Tensor], torch.Tensor]
LENGTH_MULTIPLE = 16
"""Padded inputs have a multiple of this: attention over 224 positions takes 0.63 of the time of 214 (AMX, measured)."""
_MASKED = -1e4
"""Added to the attention logits of padding; far below any real logit, and exact in bfloat16."""


def can_run(config: Any) -> bool:
    """Whether this pass is a model of this configuration: a plain BERT with exact GELU."""
    return bool(
        config.model_type == "bert"
        and config.hidden_act == "gelu"
        and not getattr(config, "is_decoder", False)
        and getattr(config, "position_embedding_type", "absolute") == "absolute"
    )


class FastBert:
    """Runs the tensors of a ``BertModel``, or of a ``BertForQuestionAnswering`` with its span head.

    Args:
        tensors: by the names of either model.
        config: of that model, one that :func:`can_run`.
        dtype: of the layers; embeddings and the span head compute in float32.
        padded: the form of attention; None takes the faster one.
    """

    def __init__(
        self, tensors: Mapping[str, torch.Tensor], config: Any, dtype: torch.dtype, *, padded: bool | None = None
    ) -> None:
        self._heads = int(config.num_attention_heads)
        self._size = int(config.hidden_size) // self._heads
        self._epsilon = float(config.layer_norm_eps)
        self._dtype = dtype
        self._is_padded = (dtype == torch.bfloat16 and has_amx()) if padded is None else padded
        values = {name.removeprefix("bert."): tensor.detach().float() for name, tensor in tensors.items()}
        embeddings = "embeddings."
        self._words = values[f"{embeddings}word_embeddings.weight"]
        self._places = values[f"{embeddings}position_embeddings.weight"]
        self._types = values[f"{embeddings}token_type_embeddings.weight"]
        self._first_norm = _pair(values, f"{embeddings}LayerNorm", torch.float32)
        self._layers = [
            self._layer(values, f"encoder.layer.{number}.") for number in range(int(config.num_hidden_layers))
        ]
        self._head = _pair(values, "qa_outputs", torch.float32) if "qa_outputs.weight" in values else None

    def hidden(self, tokens: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
        """``dtype[n, length, hidden]`` from ``int64[n, length]`` inputs; what stands at padding means nothing."""
        return self._padded(tokens, mask, types) if self._is_padded else self._packed(tokens, mask, types)

    def logits(self, hidden: torch.Tensor) -> torch.Tensor:
        """``float32[n, length, 2]``: start and end.

        Raises:
            ValueError: the model has no span head.
        """
        if self._head is None:
            raise ValueError("this model has no span head")
        return linear(hidden.float(), *self._head)

    def _packed(self, tokens: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
        kept = mask.bool()
        places = kept.nonzero()[:, 1]
        bounds = [0, *kept.sum(dim=1).cumsum(dim=0).tolist()]
        states = self._through_layers(
            self._embedded(tokens[kept], types[kept], places), lambda projected: self._attend_apart(projected, bounds)
        )
        hidden = states.new_zeros(*tokens.shape, states.shape[-1])
        hidden[kept] = states
        return hidden

    def _padded(self, tokens: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
        asked = tokens.shape[1]
        missing = min(-asked % LENGTH_MULTIPLE, len(self._places) - asked)
        if missing:
            tokens, mask, types = (pad(one, (0, missing)) for one in (tokens, mask, types))
        count, length = tokens.shape
        bias = None if bool(mask.all()) else ((1 - mask) * _MASKED).to(self._dtype)[:, None, None, :]

        def attend(projected: torch.Tensor) -> torch.Tensor:
            query, key, value = projected.view(count, length, 3, self._heads, self._size).permute(2, 0, 3, 1, 4)
            mixed = scaled_dot_product_attention(query, key, value, attn_mask=bias, scale=1.0)
            return mixed.transpose(1, 2).reshape(count * length, -1)

        places = torch.arange(length).repeat(count)
        states = self._through_layers(self._embedded(tokens.flatten(), types.flatten(), places), attend)
        return states.view(count, length, -1)[:, :asked]

    def _embedded(self, tokens: torch.Tensor, types: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        """``dtype[tokens, hidden]``."""
        states = embedding(tokens, self._words) + embedding(types, self._types) + embedding(places, self._places)
        return self._norm(states, self._first_norm).to(self._dtype)

    def _through_layers(self, states: torch.Tensor, mix: Attention) -> torch.Tensor:
        for project, attend, norm, up, down, last_norm in self._layers:
            states = self._norm(states + attend(mix(project(states))), norm)
            states = self._norm(states + down(up(states)), last_norm)
        return states

    def _attend_apart(self, projected: torch.Tensor, bounds: Sequence[int]) -> torch.Tensor:
        """Attention within each range of rows of ``projected``: query, key and value of every token."""
        mixed = projected.new_empty(len(projected), self._heads, self._size)
        for begin, end in pairwise(bounds):
            query, key, value = projected[begin:end].view(-1, 3, self._heads, self._size).permute(1, 2, 0, 3)
            mixed[begin:end] = _attend(query, key, value).transpose(0, 1)
        return mixed.view(len(projected), -1)

    def _norm(self, states: torch.Tensor, parameters: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        return layer_norm(states, states.shape[-1:], *parameters, eps=self._epsilon)

    def _layer(self, values: Mapping[str, torch.Tensor], prefix: str) -> tuple[Any, ...]:
        scale = 1 / math.sqrt(self._size)
        parts = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
        # The scale of the attention logits is part of the query, so that it costs nothing later.
        weight, bias = (
            torch.cat([values[f"{name}.{kind}"] * (scale if name.endswith("query") else 1.0) for name in parts])
            for kind in ("weight", "bias")
        )
        return (
            _fused(weight, bias, self._dtype),
            self._linear(values, f"{prefix}attention.output.dense"),
            _pair(values, f"{prefix}attention.output.LayerNorm", self._dtype),
            self._linear(values, f"{prefix}intermediate.dense", activated=True),
            self._linear(values, f"{prefix}output.dense"),
            _pair(values, f"{prefix}output.LayerNorm", self._dtype),
        )

    def _linear(self, values: Mapping[str, torch.Tensor], name: str, *, activated: bool = False) -> Linear:
        return _fused(values[f"{name}.weight"], values[f"{name}.bias"], self._dtype, activated=activated)


def has_fused_linear(dtype: torch.dtype) -> bool:
    """Whether PyTorch has oneDNN's fused linear, and oneDNN that arithmetic on this processor."""
    operators = torch.ops.mkldnn
    return bool(
        torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
        and hasattr(operators, "_linear_pointwise")
        and hasattr(operators, "_reorder_linear_weight")
        and (dtype != torch.bfloat16 or operators._is_mkldnn_bf16_supported())
    )


def _attend(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """``[heads, n, size]`` of one input; the logits' scale is in the query."""
    return scaled_dot_product_attention(query[None], key[None], value[None], scale=1.0)[0]


def _pair(values: Mapping[str, torch.Tensor], name: str, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    return values[f"{name}.weight"].to(dtype), values[f"{name}.bias"].to(dtype)


def _fused(weight: torch.Tensor, bias: torch.Tensor, dtype: torch.dtype, *, activated: bool = False) -> Linear:
    """A matrix product with its bias, and GELU where ``activated``."""
    weight, bias = weight.to(dtype), bias.to(dtype)
    if not has_fused_linear(dtype):
        return lambda states: gelu(linear(states, weight, bias)) if activated else linear(states, weight, bias)
    packed = torch.ops.mkldnn._reorder_linear_weight(weight)
    activation, algorithm = ("gelu", "none") if activated else ("none", "")

    def apply(states: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = torch.ops.mkldnn._linear_pointwise(states, packed, bias, activation, [], algorithm)
        return result

    return apply
