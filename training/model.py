"""The reader as it is trained: the encoder's own layers with heads for spans, for relevance and for sentences."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from transformers import AutoConfig, AutoModel

from rag.models.shipped_reader import BEARING, ReaderParts
from training.batches import Batch

RELEVANCE_WEIGHT = 0.5
"""Weight of the relevance loss beside the span loss."""
BEARING_WEIGHT = 0.5
"""Weight of the sentence loss beside the span loss."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """float32 logits.

    Attributes:
        starts, ends: ``[n, length]``.
        relevance: ``[n]``, does the passage answer.
        bearing: ``[n, length]``; their mean over a sentence's tokens: does the sentence bear on the question.
    """

    starts: torch.Tensor
    ends: torch.Tensor
    relevance: torch.Tensor
    bearing: torch.Tensor


class TrainableReader(nn.Module):
    """A BERT encoder; its tensors are named as in ``BertForQuestionAnswering``, plus ``relevance`` and ``bearing``.

    The embeddings are frozen, so that only the layers and heads change. There is no dropout: on a CPU its random
    numbers cost several times the rest of the forward pass.
    """

    def __init__(self, encoder: Path) -> None:
        super().__init__()
        config = AutoConfig.from_pretrained(
            encoder, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, local_files_only=True
        )
        # Eager attention: its bfloat16 backward is three times as fast as the fused one's on a CPU (measured).
        self.bert = AutoModel.from_pretrained(
            encoder,
            config=config,
            add_pooling_layer=False,
            attn_implementation="eager",
            local_files_only=True,
            use_safetensors=True,
        ).float()
        self.qa_outputs = nn.Linear(config.hidden_size, 2)
        self.relevance = nn.Linear(config.hidden_size, 1)
        self.bearing = nn.Linear(config.hidden_size, 1)
        for head in (self.qa_outputs, self.relevance, self.bearing):
            nn.init.normal_(head.weight, std=config.initializer_range)
            nn.init.zeros_(head.bias)
        for parameter in self.bert.embeddings.parameters():
            parameter.requires_grad_(False)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor) -> Outputs:
        """Logits of every position; positions outside the passage mean nothing but [CLS] ("no answer")."""
        hidden = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        logits = self.qa_outputs(hidden).float()
        return Outputs(
            logits[..., 0],
            logits[..., 1],
            self.relevance(hidden[:, 0]).float().squeeze(-1),
            self.bearing(hidden).float().squeeze(-1),
        )

    def restore(self, parts: ReaderParts) -> None:
        """Takes over the layers and heads of a reader in the shipped form; a sentence head it lacks begins anew."""
        tensors = parts.trained()
        with torch.no_grad():
            for name, parameter in self.trained().items():
                if name in tensors or not name.startswith(BEARING):
                    parameter.copy_(torch.from_numpy(tensors[name]))

    def trained(self) -> dict[str, nn.Parameter]:
        """The parameters that change, by name, in a fixed order."""
        return {name: parameter for name, parameter in self.named_parameters() if parameter.requires_grad}


def shared_norm_loss(outputs: Outputs, batch: Batch, places: torch.Tensor, companions: torch.Tensor) -> torch.Tensor:
    """How improbable the answer is among the tokens of two passages of one question together, summed over the pairs.

    The mean cross-entropy of start and end, "no answer" left out: it makes the scores of different passages comparable
    (Clark and Gardner, 2018).

    Args:
        places: ``int64[p]``, rows of the batch that hold an answer.
        companions: ``int64[p]``, rows with the other passage of the same question.
    """
    legal = batch.legal.clone()
    legal[:, 0] = False
    total = torch.zeros(())
    for logits, targets in ((outputs.starts, batch.starts), (outputs.ends, batch.ends)):
        masked = logits.masked_fill(~legal, float("-inf"))
        together = torch.cat([masked[places], masked[companions]], dim=1)
        total = total + nn.functional.cross_entropy(together, targets[places], reduction="sum")
    return total / 2


def training_loss(outputs: Outputs, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """(span loss, relevance loss), each summed over the batch.

    The span loss is the mean cross-entropy of start and end over legal positions, where [CLS] stands for "no answer";
    the relevance loss is the binary cross-entropy of whether the passage answers.
    """
    illegal = ~batch.legal
    starts = outputs.starts.masked_fill(illegal, float("-inf"))
    ends = outputs.ends.masked_fill(illegal, float("-inf"))
    span = (
        nn.functional.cross_entropy(starts, batch.starts, reduction="sum")
        + nn.functional.cross_entropy(ends, batch.ends, reduction="sum")
    ) / 2
    answered = (batch.starts > 0).float()
    relevance = nn.functional.binary_cross_entropy_with_logits(outputs.relevance, answered, reduction="sum")
    return span, relevance


def sentence_logits(bearing: torch.Tensor, sentences: torch.Tensor, count: int) -> torch.Tensor:
    """``[n, count]``: the mean of each sentence's token logits; 0 where there is no such sentence.

    Args:
        bearing: ``[n, length]``, a logit for each token.
        sentences: ``int64[n, length]``, the number of each token's sentence from 1 on; 0 outside all of them.
    """
    sums = torch.zeros(len(bearing), count + 1).scatter_add(1, sentences, bearing)
    sizes = torch.zeros(len(bearing), count + 1).scatter_add(1, sentences, torch.ones_like(bearing))
    return (sums / sizes.clamp(min=1))[:, 1:]


def bearing_loss(outputs: Outputs, batch: Batch) -> torch.Tensor:
    """Binary cross-entropy of whether each sentence bears on the question: mean over an input's sentences, summed."""
    logits = sentence_logits(outputs.bearing, batch.sentences, batch.bearing.shape[1])
    return nn.functional.binary_cross_entropy_with_logits(
        logits, batch.bearing, weight=batch.bearing_weights, reduction="sum"
    )
