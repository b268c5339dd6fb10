"""Weights, gradients and optimizer state as flat tensors that several processes share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True, slots=True)
class SharedState:
    """Everything that a step reads or writes, in shared memory.

    Attributes:
        weights, average, first_moment, second_moment: ``float32[parameters]``.
        gradients: ``float32[workers, parameters]``.
        norms: ``float32[workers]``, squared gradient norms of each worker's slice.
        losses: ``float64[workers, 4]``, summed span, relevance, shared-norm and sentence losses of the last step.
        clock: ``float64[1]``, the run's progress as the first worker sees it.
    """

    weights: torch.Tensor
    average: torch.Tensor
    first_moment: torch.Tensor
    second_moment: torch.Tensor
    gradients: torch.Tensor
    norms: torch.Tensor
    losses: torch.Tensor
    clock: torch.Tensor

    @classmethod
    def for_parameters(cls, parameters: Mapping[str, nn.Parameter], workers: int) -> SharedState:
        """A fresh state that starts at the parameters' values."""
        flat = torch.cat([parameter.detach().reshape(-1) for parameter in parameters.values()])
        size = flat.numel()
        tensors = (
            flat,
            flat.clone(),
            torch.zeros(size),
            torch.zeros(size),
            torch.zeros(workers, size),
            torch.zeros(workers),
            torch.zeros(workers, 4, dtype=torch.float64),
            torch.zeros(1, dtype=torch.float64),
        )
        return cls(*(tensor.share_memory_() for tensor in tensors))  # type: ignore[no-untyped-call]

    def saved(self) -> dict[str, torch.Tensor]:
        """The tensors that a checkpoint needs."""
        return {name: getattr(self, name) for name in ("weights", "average", "first_moment", "second_moment")}

    def restore(self, tensors: Mapping[str, torch.Tensor]) -> None:
        """Puts a checkpoint's tensors in place."""
        for name, tensor in self.saved().items():
            tensor.copy_(tensors[name])


def attach(parameters: Mapping[str, nn.Parameter], weights: torch.Tensor) -> None:
    """Makes each parameter a view of its place in the flat tensor."""
    for name, view in named_views(parameters, weights).items():
        parameters[name].data = view


def named_views(parameters: Mapping[str, nn.Parameter], flat: torch.Tensor) -> dict[str, torch.Tensor]:
    """The flat tensor cut into named tensors of the parameters' shapes."""
    views: dict[str, torch.Tensor] = {}
    begin = 0
    for name, parameter in parameters.items():
        views[name] = flat[begin : begin + parameter.numel()].view_as(parameter)
        begin += parameter.numel()
    return views


def slice_of(worker: int, workers: int, size: int) -> slice:
    """The part of the flat tensors that ``worker`` updates."""
    share = -(-size // workers)
    return slice(worker * share, min(size, (worker + 1) * share))
