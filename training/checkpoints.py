"""A run's state on disk: complete or absent, never half written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file


@dataclass(frozen=True, slots=True)
class Position:
    """Where a run stands: the next step, and the seconds it has taken so far."""

    step: int
    elapsed: float


def save_checkpoint(folder: Path, position: Position, tensors: Mapping[str, torch.Tensor]) -> None:
    """Replaces the checkpoint in ``folder``; a crash at any moment leaves the old or the new one."""
    fresh = folder.with_name(f"{folder.name}.new")
    old = folder.with_name(f"{folder.name}.old")
    for path in (fresh, old):
        shutil.rmtree(path, ignore_errors=True)
    fresh.mkdir(parents=True)
    save_file(dict(tensors), fresh / "state.safetensors")
    (fresh / "position.json").write_text(json.dumps(asdict(position)), encoding="utf-8")
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def load_checkpoint(folder: Path) -> tuple[Position, dict[str, torch.Tensor]] | None:
    """The last complete checkpoint, or None when there is none yet."""
    for path in (folder, folder.with_name(f"{folder.name}.old")):
        if (path / "position.json").exists():
            position = Position(**json.loads((path / "position.json").read_text(encoding="utf-8")))
            return position, load_file(path / "state.safetensors")
    return None
