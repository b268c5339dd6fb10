"""The network on the engine against transformers' own model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from transformers import BertConfig as TheirConfig
from transformers import BertForQuestionAnswering

from rag.models.bert import Bert, BertConfig, Head, Integers
from rag.models.engine import Engine
from rag.models.tensors import Floats
from tests.unit.training import tiny

ENGINE = Engine(bfloat16=False, threads=1)
CLOSE = 1e-5


def wide() -> TheirConfig:
    config = tiny.config()
    config.hidden_size, config.num_attention_heads, config.intermediate_size = 64, 2, 128
    return config


def model_of(config: TheirConfig) -> Any:
    torch.manual_seed(2)
    return BertForQuestionAnswering(config).eval()


def tensors_of(model: Any) -> dict[str, Floats]:
    return {name.removeprefix("bert."): tensor.numpy() for name, tensor in model.state_dict().items()}


def bert_of(model: Any, **wanted: Any) -> Bert:
    tensors = tensors_of(model)
    config = BertConfig.of(model.config.to_dict())
    assert config is not None
    head = Head(tensors["qa_outputs.weight"], tensors["qa_outputs.bias"])
    return Bert(tensors, config, ENGINE, **({"tokens": head} | wanted))


def inputs(count: int, length: int) -> tuple[Integers, Integers, Integers]:
    tokens = np.random.default_rng(5).integers(5, len(tiny.VOCABULARY), (count, length))
    types = np.tile((np.arange(length) > length // 2).astype(np.int64), (count, 1))
    return tokens, np.ones_like(tokens), types


def expected(model: Any, tokens: Integers, mask: Integers, types: Integers) -> tuple[Floats, Floats]:
    """The states and the span logits of plain transformers."""
    ids, attention, kinds = (torch.from_numpy(one) for one in (tokens, mask, types))
    with torch.inference_mode():
        states = model.bert(input_ids=ids, attention_mask=attention, token_type_ids=kinds).last_hidden_state
        return states.numpy(), model.qa_outputs(states).numpy()


@pytest.mark.parametrize("config", [tiny.config(), wide()], ids=["tiny", "wide"])
def test_it_is_the_plain_model(config: TheirConfig) -> None:
    model = model_of(config)
    tokens, mask, types = inputs(3, 20)
    mask[1, 12:] = 0
    mask[2, 1:] = 0
    states, logits = expected(model, tokens, mask, types)
    first = Head(states[0, :3].copy(), np.array([1.0, -1.0, 0.0], dtype=np.float32))
    found = bert_of(model, first=first, mean=True)(tokens, mask, types)
    assert found.tokens is not None
    assert found.first is not None
    assert found.mean is not None
    inside = mask.astype(bool)
    np.testing.assert_allclose(found.tokens[inside], logits[inside], atol=CLOSE)
    np.testing.assert_allclose(found.first, states[:, 0] @ first.weight.T + first.bias, atol=1e-4)
    means = np.stack([row[kept].mean(axis=0) for row, kept in zip(states, inside, strict=True)])
    np.testing.assert_allclose(found.mean, means, atol=CLOSE)


@pytest.mark.parametrize("length", [1, 15, 16, 17, 31, 50, 63, 64])
def test_padding_changes_nothing(length: int) -> None:
    """Lengths that are filled up, lengths that are not, and the model's last positions."""
    model = model_of(tiny.config(positions=64 if length > 50 else 50))
    tokens, mask, types = inputs(2, length)
    found = bert_of(model)(tokens, mask, types)
    assert found.tokens is not None
    assert found.tokens.shape == (2, length, 2)
    np.testing.assert_allclose(found.tokens, expected(model, tokens, mask, types)[1], atol=CLOSE)
    assert (found.first, found.mean) == (None, None)


def test_a_head_may_have_any_number_of_rows() -> None:
    model = model_of(tiny.config())
    tokens, mask, types = inputs(2, 9)
    weight = np.random.default_rng(1).normal(size=(4, 16)).astype(np.float32)
    bias = np.arange(4, dtype=np.float32)
    found = bert_of(model, tokens=Head(weight, bias))(tokens, mask, types).tokens
    assert found is not None
    np.testing.assert_allclose(found, expected(model, tokens, mask, types)[0] @ weight.T + bias, atol=1e-4)


def test_the_same_input_gives_the_same_output() -> None:
    model = model_of(tiny.config())
    tokens, mask, types = inputs(3, 20)
    bert, again = bert_of(model), bert_of(model)
    first = bert(tokens, mask, types).tokens
    bert(*inputs(1, 40))
    assert first is not None
    for other in (bert(tokens, mask, types).tokens, again(tokens, mask, types).tokens):
        np.testing.assert_array_equal(first, other)


def test_a_missing_tensor_is_named() -> None:
    model = model_of(tiny.config())
    tensors = tensors_of(model)
    del tensors["encoder.layer.1.output.dense.bias"]
    config = BertConfig.of(model.config.to_dict())
    assert config is not None
    with pytest.raises(KeyError, match=r"encoder\.layer\.1\.output\.dense\.bias"):
        Bert(tensors, config, ENGINE, mean=True)


@pytest.mark.parametrize(
    ("key", "value"),
    [("hidden_act", "relu"), ("model_type", "roberta"), ("is_decoder", True), ("position_embedding_type", "relative")],
)
def test_other_models_are_no_plain_berts(key: str, value: object) -> None:
    plain = tiny.config().to_dict()
    assert BertConfig.of(plain) is not None
    assert BertConfig.of({**plain, key: value}) is None
