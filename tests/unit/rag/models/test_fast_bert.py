"""The fused pass against transformers' own model, in every form that it has on some processor."""

from __future__ import annotations

import pytest
import torch
from transformers import BertConfig, BertForQuestionAnswering, BertModel

from rag.models import fast_bert
from rag.models.fast_bert import FastBert, can_run
from tests.unit.training import tiny

TOLERANCE = {torch.float32: 1e-5, torch.bfloat16: 0.05}
"""Largest difference of a logit, as a share of the largest logit."""
FORMS = [
    pytest.param(dtype, padded, fused, id=f"{dtype}-{'padded' if padded else 'packed'}-{'fused' if fused else 'plain'}")
    for dtype in TOLERANCE
    for padded in (True, False)
    for fused in (True, False)
]


def wide() -> BertConfig:
    config = tiny.config()
    config.hidden_size, config.num_attention_heads, config.intermediate_size = 64, 2, 128
    return config


def inputs(count: int, length: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    tokens = torch.randint(5, len(tiny.VOCABULARY), (count, length))
    return tokens, torch.ones_like(tokens), (torch.arange(length) > length // 2).long().repeat(count, 1)


def fast_form(
    model: BertForQuestionAnswering, form: tuple[torch.dtype, bool, bool], monkeypatch: pytest.MonkeyPatch
) -> FastBert:
    dtype, padded, fused = form
    if not fused:
        monkeypatch.setattr(fast_bert, "has_fused_linear", lambda dtype: False)
    return FastBert(model.state_dict(), model.config, dtype, padded=padded)


@pytest.mark.parametrize(("dtype", "padded", "fused"), FORMS)
def test_it_is_the_plain_model(dtype: torch.dtype, padded: bool, fused: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(2)
    model = BertForQuestionAnswering(wide()).eval()
    tokens, mask, types = inputs(3, 20)
    mask[1, 12:] = 0
    mask[2, 1:] = 0
    fast = fast_form(model, (dtype, padded, fused), monkeypatch)
    with torch.inference_mode():
        expected = model(input_ids=tokens, attention_mask=mask, token_type_ids=types)
        hidden = fast.hidden(tokens, mask, types)
        alone = fast.logits(fast.hidden(tokens[1:2, :12], mask[1:2, :12], types[1:2, :12]))
    assert hidden.dtype == dtype
    logits = fast.logits(hidden)
    assert logits.dtype == torch.float32
    inside = mask.bool()
    for found, plain in ((logits[..., 0], expected.start_logits), (logits[..., 1], expected.end_logits)):
        most = TOLERANCE[dtype] * float(plain.abs().max())
        assert float((found - plain)[inside].abs().max()) < most
    assert float((alone - logits[1:2, :12]).abs().max()) < TOLERANCE[dtype] * float(logits.abs().max())


@pytest.mark.parametrize(("dtype", "padded", "fused"), FORMS)
@pytest.mark.parametrize("length", [1, 15, 16, 17, 31, 50, 63, 64])
def test_padding_changes_nothing(
    length: int, dtype: torch.dtype, padded: bool, fused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lengths that the padded form fills up, lengths that it does not, and the model's last positions."""
    torch.manual_seed(2)
    model = BertForQuestionAnswering(tiny.config(positions=64 if length > 50 else 50)).eval()
    tokens, mask, types = inputs(2, length)
    fast = fast_form(model, (dtype, padded, fused), monkeypatch)
    with torch.inference_mode():
        expected = model(input_ids=tokens, attention_mask=mask, token_type_ids=types).start_logits
        starts = fast.logits(fast.hidden(tokens, mask, types))[..., 0]
    assert starts.shape == (2, length)
    rounding = 0.01 if dtype == torch.bfloat16 else 1e-6
    assert float((starts - expected).abs().max()) < TOLERANCE[dtype] * float(expected.abs().max()) + rounding


def test_an_encoder_has_no_span_head() -> None:
    model = BertModel(tiny.config()).eval()
    fast = FastBert(model.state_dict(), model.config, torch.float32)
    with torch.inference_mode(), pytest.raises(ValueError, match="no span head"):
        fast.logits(fast.hidden(*inputs(1, 4)))


@pytest.mark.parametrize(("key", "value"), [("hidden_act", "relu"), ("model_type", "roberta"), ("is_decoder", True)])
def test_other_models_take_the_plain_pass(key: str, value: object) -> None:
    other = tiny.config()
    assert can_run(other)
    setattr(other, key, value)
    assert not can_run(other)
