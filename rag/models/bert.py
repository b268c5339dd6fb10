"""A BERT, from its weights and configuration to what it computes; the encoder and the reader are such networks.

Tokens are looked up in the mapped weights by numpy, so that of the large table only the rows that a text needs are ever
read. Everything after that is one graph, computed by the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rag.models.engine import Engine, openvino
from rag.models.tensors import Floats

Integers = npt.NDArray[np.int64]
Tensors = Mapping[str, Floats]
"""Weights by the names of ``BertModel``."""

LENGTH_MULTIPLE = 16
"""Inputs are padded to a multiple of this: the engine prepares itself for every length that it has not seen."""
_MASKED = -1e4
"""Added to the attention logits of padding; far below any real logit, and exact in bfloat16."""


@dataclass(frozen=True, slots=True)
class BertConfig:
    """What of a BERT's ``config.json`` decides what it computes."""

    layers: int
    heads: int
    hidden: int
    epsilon: float
    positions: int
    pad: int

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> BertConfig | None:
        """The configuration of a plain BERT with exact GELU; None for every other model."""
        is_plain = (
            config.get("model_type") == "bert"
            and config.get("hidden_act") == "gelu"
            and not config.get("is_decoder")
            and config.get("position_embedding_type", "absolute") == "absolute"
        )
        if not is_plain:
            return None
        return cls(
            layers=int(config["num_hidden_layers"]),
            heads=int(config["num_attention_heads"]),
            hidden=int(config["hidden_size"]),
            epsilon=float(config["layer_norm_eps"]),
            positions=int(config["max_position_embeddings"]),
            pad=int(config.get("pad_token_id") or 0),
        )


class Outputs(NamedTuple):
    """What a BERT computes for ``n`` inputs; float32. None for what it was not built with.

    Attributes:
        tokens: ``[n, length, rows]``, a linear head over every token.
        first: ``[n, rows]``, a linear head over the first token.
        mean: ``[n, hidden]``, the mean state of the tokens that are not padding.
    """

    tokens: Floats | None
    first: Floats | None
    mean: Floats | None


class Head(NamedTuple):
    """A linear layer: ``weight`` ``[rows, hidden]`` and ``bias`` ``[rows]``."""

    weight: Floats
    bias: Floats


class Bert:
    """The network as a function; not safe to share between threads without a lock.

    Args:
        tokens, first: heads over every token, over the first token.
        mean: whether the mean state is wanted.

    Raises:
        KeyError: a tensor is missing.
        ModelError: the engine cannot run it here.
    """

    def __init__(
        self,
        tensors: Tensors,
        config: BertConfig,
        engine: Engine,
        *,
        tokens: Head | None = None,
        first: Head | None = None,
        mean: bool = False,
    ) -> None:
        self._words, self._places, self._types = (
            tensors[f"embeddings.{kind}_embeddings.weight"] for kind in ("word", "position", "token_type")
        )
        self._wanted = (tokens is not None, first is not None, mean)
        self._run = engine.compile(_Graph(tensors, config).model(tokens, first, mean))

    def __call__(self, tokens: Integers, mask: Integers, types: Integers) -> Outputs:
        """The outputs for inputs ``int64[n, length]``; those of padding mean nothing."""
        length = tokens.shape[1]
        missing = min(-length % LENGTH_MULTIPLE, len(self._places) - length)
        if missing > 0:
            tokens, mask, types = (np.pad(one, ((0, 0), (0, missing))) for one in (tokens, mask, types))
        states = self._words[tokens]
        states += self._types[types]
        states += self._places[: tokens.shape[1]]
        found = iter(self._run([states, mask.astype(np.float32)]))
        every, first, mean = (next(found) if wanted else None for wanted in self._wanted)
        return Outputs(None if every is None else every[:, :length], first, mean)


class _Graph:
    """Writes the network in OpenVINO's operations."""

    def __init__(self, tensors: Tensors, config: BertConfig) -> None:
        self._package = openvino()
        from openvino import opset13

        self._op: Any = opset13
        self._tensors = tensors
        self._config = config

    def model(self, tokens: Head | None, first: Head | None, mean: bool) -> Any:
        """From summed embeddings ``[n, length, hidden]`` and a mask ``[n, length]`` to what is wanted."""
        op, config = self._op, self._config
        embedded = op.parameter([-1, -1, config.hidden], np.float32)
        mask = op.parameter([-1, -1], np.float32)
        hidden = op.multiply(op.subtract(mask, self._floats(1.0)), self._floats(-_MASKED))
        bias = op.unsqueeze(hidden, self._integers(1, 2))
        states = self._norm(embedded, "embeddings.LayerNorm")
        for number in range(config.layers):
            states = self._layer(states, bias, f"encoder.layer.{number}.")
        outputs = []
        if tokens is not None:
            outputs.append(self._product(states, *tokens))
        if first is not None:
            outputs.append(self._product(op.gather(states, self._integer(0), self._integer(1)), *first))
        if mean:
            weights = op.unsqueeze(mask, self._integers(2))
            total = op.reduce_sum(op.multiply(states, weights), self._integers(1))
            outputs.append(op.divide(total, op.reduce_sum(weights, self._integers(1))))
        return self._package.Model(outputs, [embedded, mask])

    def _layer(self, states: Any, bias: Any, prefix: str) -> Any:
        op, config = self._op, self._config
        parts = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
        weight, shift = (np.concatenate([self._tensors[f"{name}.{kind}"] for name in parts]) for kind in _LINEAR)
        size = config.hidden // config.heads
        together = op.reshape(self._product(states, weight, shift), self._integers(0, 0, 3 * config.heads, size), True)
        apart = op.split(op.transpose(together, self._integers(0, 2, 1, 3)), self._integer(1), 3)
        mixed = op.scaled_dot_product_attention(*apart.outputs(), bias)
        joined = op.reshape(op.transpose(mixed, self._integers(0, 2, 1, 3)), self._integers(0, 0, config.hidden), True)
        attended = op.add(states, self._linear(joined, f"{prefix}attention.output.dense"))
        states = self._norm(attended, f"{prefix}attention.output.LayerNorm")
        wide = op.gelu(self._linear(states, f"{prefix}intermediate.dense"), "erf")
        return self._norm(op.add(states, self._linear(wide, f"{prefix}output.dense")), f"{prefix}output.LayerNorm")

    def _norm(self, states: Any, name: str) -> Any:
        op = self._op
        even = op.mvn(states, self._integers(-1), True, self._config.epsilon, "inside_sqrt")
        weight, bias = (self._floats(self._tensors[f"{name}.{kind}"]) for kind in _LINEAR)
        return op.add(op.multiply(even, weight), bias)

    def _linear(self, states: Any, name: str) -> Any:
        weight, bias = (self._tensors[f"{name}.{kind}"] for kind in _LINEAR)
        return self._product(states, weight, bias)

    def _product(self, states: Any, weight: Floats, bias: Floats) -> Any:
        return self._op.add(self._op.matmul(states, self._floats(weight), False, True), self._floats(bias))

    def _floats(self, values: Floats | float) -> Any:
        return self._op.constant(np.ascontiguousarray(values, dtype=np.float32), shared_memory=True)

    def _integers(self, *values: int) -> Any:
        return self._op.constant(np.array(values, dtype=np.int32))

    def _integer(self, value: int) -> Any:
        return self._op.constant(np.array(value, dtype=np.int32))


_LINEAR = ("weight", "bias")
