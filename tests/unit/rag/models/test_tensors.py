"""Mapped weights against the safetensors library, and files that are no weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from rag.errors import ModelError
from rag.models.tensors import MappedTensors


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    file = tmp_path / "model.safetensors"
    tensors = {
        f"bert.{name}": torch.randn(3, 5).to(dtype)
        for name, dtype in (("full", torch.float32), ("half", torch.float16), ("brain", torch.bfloat16))
    }
    save_file({**tensors, "numbers": torch.arange(4)}, file, metadata={"format": "pt"})
    return file


def test_every_floating_point_tensor_is_the_librarys(weights: Path) -> None:
    mapped = MappedTensors([weights])
    expected = {name: tensor for name, tensor in load_file(weights).items() if tensor.is_floating_point()}
    found = mapped.named()
    assert set(found) == set(expected)
    for name, tensor in expected.items():
        assert found[name].dtype == np.float32
        np.testing.assert_array_equal(found[name], tensor.float().numpy())
    assert set(mapped.named("bert.")) == {"full", "half", "brain"}


def test_what_was_released_is_read_again(weights: Path) -> None:
    mapped = MappedTensors([weights])
    full = mapped.named()["bert.full"]
    before = full.copy()
    mapped.release()
    np.testing.assert_array_equal(full, before)


def test_writing_to_a_view_changes_no_file(weights: Path) -> None:
    before = weights.read_bytes()
    MappedTensors([weights]).named()["bert.full"][:] = 0
    assert weights.read_bytes() == before


def header(one: dict[str, object]) -> bytes:
    text = json.dumps({"a": one}).encode()
    return len(text).to_bytes(8, "little") + text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        (1 << 60).to_bytes(8, "little") + b"{}",
        (2).to_bytes(8, "little") + b"[]",
        header({"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}),
        header({"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}) + bytes(8),
        header({"dtype": "F32", "shape": [2]}) + bytes(8),
    ],
)
def test_a_damaged_file_is_named(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "broken.safetensors"
    file.write_bytes(content)
    with pytest.raises(ModelError, match=r"broken\.safetensors: no safetensors file"):
        MappedTensors([file])
