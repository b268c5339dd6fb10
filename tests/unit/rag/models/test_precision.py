from __future__ import annotations

import pytest
import torch

from rag.models.precision import has_fast_bfloat16, uses_bfloat16


@pytest.mark.parametrize(
    ("amx", "avx512_bf16", "fast"),
    [(True, True, True), (True, False, True), (False, True, True), (False, False, False)],
)
def test_auto_is_bfloat16_where_the_processor_is_fast_at_it(
    amx: bool, avx512_bf16: bool, fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: amx)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: avx512_bf16)
    assert has_fast_bfloat16() is fast
    assert uses_bfloat16("auto") is fast
    assert uses_bfloat16("bfloat16")
    assert not uses_bfloat16("float32")
