"""Which features make a batch, and the batch as padded tensors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from training.features import FeatureSet

PAD_MULTIPLE = 16
_BATCHES_PER_BUCKET = 64
TITLE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """Token numbers that frame an input: ``[CLS] question [SEP] title. passage [SEP]``."""

    cls: int
    sep: int
    pad: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded inputs and targets.

    Attributes:
        input_ids, token_type_ids, attention_mask: ``int64[n, length]``.
        legal: ``bool[n, length]``, where a span may start or end: tokens of the passage, and [CLS] for "no answer".
        starts, ends: ``int64[n]``, positions in the input; 0 ([CLS]) when there is no answer.
        passage_starts: ``int64[n]``, position of the passage's first token.
        sentences: ``int64[n, length]``, the number of each token's sentence from 1 on; 0 outside the sentences.
        bearing: ``float32[n, most sentences]``, 1 where a sentence bears on the question.
        bearing_weights: ``float32[n, most sentences]``, sum 1 in a row; all 0 where it is not known what bears.
    """

    input_ids: torch.Tensor
    token_type_ids: torch.Tensor
    attention_mask: torch.Tensor
    legal: torch.Tensor
    starts: torch.Tensor
    ends: torch.Tensor
    passage_starts: torch.Tensor
    sentences: torch.Tensor
    bearing: torch.Tensor
    bearing_weights: torch.Tensor


def titles_shown(count: int, seed: int, epoch: int) -> NDArray[np.bool_]:
    """``bool[count]``: which features show their title in this epoch (about half, drawn with the seed)."""
    return np.random.default_rng((seed, epoch, 1)).random(count) < TITLE_SHARE


def epoch_batches(lengths: NDArray[np.int64], batch_size: int, seed: int, epoch: int) -> list[NDArray[np.int64]]:
    """Every full batch of one epoch: shuffled, inputs of similar length together, in random order.

    Features are shuffled, cut into groups of 64 batches, sorted by length within a group, and the batches shuffled:
    little padding, and still a random mixture. What is left of the last batch is not used in this epoch.
    """
    generator = np.random.default_rng((seed, epoch, 0))
    order = generator.permutation(len(lengths))
    batches: list[NDArray[np.int64]] = []
    for begin in range(0, len(order), batch_size * _BATCHES_PER_BUCKET):
        group = order[begin : begin + batch_size * _BATCHES_PER_BUCKET]
        group = group[np.argsort(lengths[group], kind="stable")]
        batches += [group[at : at + batch_size] for at in range(0, len(group) - batch_size + 1, batch_size)]
    return [batches[index] for index in generator.permutation(len(batches))]


def training_batches(
    features: FeatureSet,
    batch_size: int,
    seed: int,
    first_step: int = 0,
    companions: NDArray[np.int64] | None = None,
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.bool_]]]:
    """Batches without end from ``first_step`` on, as (feature numbers, whether each shows its title).

    The sequence depends on the seed only, so that a resumed run sees what the uninterrupted one would have seen.

    Args:
        companions: as :func:`training.hard_negatives.companions` gives them; a companion is in no batch of its own.
    """
    step = epoch = 0
    drawn = np.arange(len(features))
    if companions is not None:
        drawn = np.setdiff1d(drawn, companions)
    while True:
        shown = titles_shown(len(features), seed, epoch)
        lengths = features.lengths(shown)
        if companions is not None:
            lengths = np.where(companions >= 0, np.maximum(lengths, lengths[companions]), lengths)
        batches = epoch_batches(lengths[drawn], batch_size, seed, epoch)
        if not batches:
            raise ValueError(f"{len(drawn)} features do not fill one batch of {batch_size}")
        for places in batches:
            batch = drawn[places]
            if step >= first_step:
                yield batch, shown[batch]
            step += 1
        epoch += 1


def with_companions(
    indices: NDArray[np.int64], shown: NDArray[np.bool_], companions: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """A batch with the companions of its features behind it.

    Returns:
        feature numbers, whether each shows its title (a companion does as the feature beside it), and ``int64[p]``: the
        places in ``indices`` whose companions these are, in order.
    """
    places = np.flatnonzero(companions[indices] >= 0)
    return np.concatenate([indices, companions[indices[places]]]), np.concatenate([shown, shown[places]]), places


def assemble(
    features: FeatureSet, indices: NDArray[np.int64], with_title: NDArray[np.bool_], special: SpecialTokens
) -> Batch:
    """The features as one batch, padded to a multiple of 16."""
    longest = int(features.lengths_of(indices, with_title).max())
    length = -(-longest // PAD_MULTIPLE) * PAD_MULTIPLE
    count = len(indices)
    input_ids = np.full((count, length), special.pad, dtype=np.int64)
    token_types = np.zeros((count, length), dtype=np.int64)
    attention = np.zeros((count, length), dtype=np.int64)
    legal = np.zeros((count, length), dtype=bool)
    targets = np.zeros((2, count), dtype=np.int64)
    passage_starts = np.zeros(count, dtype=np.int64)
    sentences = np.zeros((count, length), dtype=np.int64)
    for row, index in enumerate(indices):
        question, title, context, begin, end, first, last, _ = features.rows[index].tolist()
        question_tokens = features.questions.sequence(question)
        title_tokens = features.titles.sequence(title) if with_title[row] else features.titles.tokens[:0]
        passage_tokens = features.contexts.sequence(context)[begin:end]
        second = len(question_tokens) + 2
        passage = second + len(title_tokens)
        stop = passage + len(passage_tokens)
        input_ids[row, 0] = special.cls
        input_ids[row, 1 : second - 1] = question_tokens
        input_ids[row, second - 1] = special.sep
        input_ids[row, second:passage] = title_tokens
        input_ids[row, passage:stop] = passage_tokens
        input_ids[row, stop] = special.sep
        token_types[row, second : stop + 1] = 1
        attention[row, : stop + 1] = 1
        legal[row, 0] = True
        legal[row, passage:stop] = True
        passage_starts[row] = passage
        sentences[row, passage:stop] = features.sentences_of(context, begin, end)
        if first >= 0:
            targets[:, row] = passage + first, passage + last
    bearing, weights = _sentence_targets(sentences, features.bearing[indices])
    tensors = (input_ids, token_types, attention, legal, *targets, passage_starts, sentences, bearing, weights)
    return Batch(*(torch.from_numpy(array) for array in tensors))


def _sentence_targets(
    sentences: NDArray[np.int64], masks: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """``bearing`` and ``bearing_weights`` of a batch from its tokens' sentences and its inputs' bits."""
    most = max(1, int(sentences.max()))
    numbers = np.arange(1, most + 1)
    present = (sentences[:, :, None] == numbers).any(axis=1) & (masks >= 0)[:, None]
    weights = present / np.maximum(1, present.sum(axis=1, keepdims=True))
    bearing = (masks[:, None] >> (numbers - 1)) & 1
    return (bearing * present).astype(np.float32), weights.astype(np.float32)
