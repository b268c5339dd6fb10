"""A BERT span reader in bfloat16 without what its generic form spends on a CPU.

The same function as ``BertForQuestionAnswering``: query, key and value in one product, bias and GELU computed inside
the matrix product (oneDNN's fused linear, which PyTorch exposes to its own compiler), weights packed once. Used where
the processor has AMX tiles and PyTorch has that operator; elsewhere the generic model runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn
from torch.nn.functional import layer_norm, pad, scaled_dot_product_attention

Linear = Callable[[torch.Tensor], torch.Tensor]
LENGTH_MULTIPLE = 16
"""Inputs are padded to a multiple of this: attention over 224 positions takes 0.63 of the time of 214 (measured)."""
_MASKED = -1e4
"""Added to the attention logits of padding; far below any real logit, and exact in bfloat16."""


def can_run(config: Any) -> bool:
    """Whether a model of this configuration runs here: a plain BERT with exact GELU, a PyTorch with the operator."""
    return bool(
        config.model_type == "bert"
        and config.hidden_act == "gelu"
        and not getattr(config, "is_decoder", False)
        and getattr(config, "position_embedding_type", "absolute") == "absolute"
        and torch.cpu._is_amx_tile_supported()
        and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
        and hasattr(torch.ops.mkldnn, "_linear_pointwise")
        and hasattr(torch.ops.mkldnn, "_reorder_linear_weight")
    )


class FastBert:
    """Runs the tensors of a ``BertForQuestionAnswering`` in bfloat16.

    Args:
        tensors: by the names of ``BertForQuestionAnswering``.
        config: of that model; absolute positions and exact GELU.
    """

    def __init__(self, tensors: Mapping[str, torch.Tensor], config: Any) -> None:
        self._heads = int(config.num_attention_heads)
        self._epsilon = float(config.layer_norm_eps)
        values = {name.removeprefix("bert."): tensor.detach() for name, tensor in tensors.items()}
        embeddings = "embeddings."
        self._words = values[f"{embeddings}word_embeddings.weight"].float()
        self._places = values[f"{embeddings}position_embeddings.weight"].float()
        self._types = values[f"{embeddings}token_type_embeddings.weight"].float()
        self._first_norm = _pair(values, f"{embeddings}LayerNorm", torch.float32)
        self._layers = [
            self._layer(values, f"encoder.layer.{number}.") for number in range(int(config.num_hidden_layers))
        ]
        self._head = _pair(values, "qa_outputs", torch.float32)

    def hidden(self, tokens: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
        """``bfloat16[n, length, hidden]`` from ``int64[n, length]`` inputs."""
        asked = tokens.shape[1]
        missing = min(-asked % LENGTH_MULTIPLE, len(self._places) - asked)
        if missing:
            tokens, mask, types = (pad(one, (0, missing)) for one in (tokens, mask, types))
        count, length = tokens.shape
        states = nn.functional.embedding(tokens, self._words)
        states = states + nn.functional.embedding(types, self._types) + self._places[:length]
        states = self._norm(states, self._first_norm).bfloat16()
        size = states.shape[-1] // self._heads
        bias = None if bool(mask.all()) else ((1 - mask) * _MASKED).bfloat16()[:, None, None, :]
        for project, attend, norm, up, down, last_norm in self._layers:
            query, key, value = project(states).view(count, length, 3, self._heads, size).permute(2, 0, 3, 1, 4)
            mixed = scaled_dot_product_attention(query, key, value, attn_mask=bias)
            states = states + attend(mixed.transpose(1, 2).reshape(count, length, -1))
            states = self._norm(states, norm)
            states = self._norm(states + down(up(states)), last_norm)
        return states[:, :asked]

    def logits(self, hidden: torch.Tensor) -> torch.Tensor:
        """``float32[n, length, 2]``: start and end."""
        return nn.functional.linear(hidden.float(), *self._head)

    def _norm(self, states: torch.Tensor, parameters: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        return layer_norm(states, states.shape[-1:], *parameters, eps=self._epsilon)

    def _layer(self, values: Mapping[str, torch.Tensor], prefix: str) -> tuple[Any, ...]:
        attention = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
        return (
            _fused(values, attention, "none"),
            _fused(values, [f"{prefix}attention.output.dense"], "none"),
            _pair(values, f"{prefix}attention.output.LayerNorm", torch.bfloat16),
            _fused(values, [f"{prefix}intermediate.dense"], "gelu"),
            _fused(values, [f"{prefix}output.dense"], "none"),
            _pair(values, f"{prefix}output.LayerNorm", torch.bfloat16),
        )


def _pair(values: Mapping[str, torch.Tensor], name: str, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    return values[f"{name}.weight"].to(dtype), values[f"{name}.bias"].to(dtype)


def _fused(values: Mapping[str, torch.Tensor], names: list[str], activation: str) -> Linear:
    """One matrix product over the stacked weights of ``names``, its bias and activation computed inside."""
    weight = torch.cat([values[f"{name}.weight"] for name in names]).bfloat16()
    bias = torch.cat([values[f"{name}.bias"] for name in names]).bfloat16()
    packed = torch.ops.mkldnn._reorder_linear_weight(weight)
    algorithm = "none" if activation == "gelu" else ""

    def apply(states: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = torch.ops.mkldnn._linear_pointwise(states, packed, bias, activation, [], algorithm)
        return result

    return apply
