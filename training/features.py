"""Questions and passages as compact token arrays: 170,000 features take megabytes instead of the gigabytes of lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.language.sentences import split_sentences
from rag.read.checkpoint import MAX_QUESTION_TOKENS, MAX_TITLE_TOKENS, window_ranges
from rag.records import Span
from training.examples import Example

MAX_LENGTH = 256
"""Tokens per input, as long as the encoder itself reads."""
SPECIAL_TOKENS = 3
MOST_SENTENCES = 62
"""Sentences of a context that are told apart; later ones belong to none."""
UNJUDGED = -1
"""In place of sentence bits: it is not known which sentences bear on the question."""
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class TokenTable:
    """Many token sequences in one array.

    Attributes:
        tokens: ``int32[total]``.
        bounds: ``int64[n + 1]``; sequence i is ``tokens[bounds[i]:bounds[i + 1]]``.
    """

    tokens: NDArray[np.int32]
    bounds: NDArray[np.int64]

    def sequence(self, index: int) -> NDArray[np.int32]:
        """The tokens of sequence ``index``."""
        return self.tokens[self.bounds[index] : self.bounds[index + 1]]

    def length_of(self, indices: NDArray[np.int32]) -> NDArray[np.int64]:
        """``int64[n]``, tokens of the sequences ``indices``."""
        return self.bounds[indices + 1] - self.bounds[indices]


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """What a reader is trained or measured on.

    Attributes:
        questions, titles, contexts: token tables without special tokens; a title ends with a full stop, an absent
            title is empty.
        context_spans: ``int32[tokens, 2]``, half-open code point range of each context token in its context.
        rows: ``int32[n, 8]``: question, title, context, window begin and end (tokens of the context), answer's first
            and last token within the window (-1 when the window does not hold it), example.
        context_sentences: ``int16[tokens]``, the number of each context token's sentence from 1 on; 0 outside.
        bearing: ``int64[n]``: bit i is set when sentence i + 1 of the context bears on the question, or ``UNJUDGED``.
    """

    questions: TokenTable
    titles: TokenTable
    contexts: TokenTable
    context_spans: NDArray[np.int32]
    rows: NDArray[np.int32]
    context_sentences: NDArray[np.int16]
    bearing: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    def lengths(self, with_title: NDArray[np.bool_]) -> NDArray[np.int64]:
        """``int64[n]``, tokens of each input including special ones."""
        return self.lengths_of(np.arange(len(self.rows)), with_title)

    def lengths_of(self, indices: NDArray[np.int64], with_title: NDArray[np.bool_]) -> NDArray[np.int64]:
        """As ``lengths`` for the features ``indices`` only; ``with_title`` runs along ``indices``."""
        rows = np.asarray(self.rows[indices])
        result: NDArray[np.int64] = rows[:, 4] - rows[:, 3] + self.questions.length_of(rows[:, 0]) + SPECIAL_TOKENS
        return result + self.titles.length_of(rows[:, 1]) * with_title

    def sentences_of(self, context: int, begin: int, end: int) -> NDArray[np.int16]:
        """``int16[end - begin]``: the sentence numbers of a window's tokens, 0 outside all sentences."""
        offset = int(self.contexts.bounds[context])
        return self.context_sentences[offset + begin : offset + end]

    def save(self, folder: Path) -> None:
        """Writes one ``.npy`` file per array."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in self._arrays().items():
            np.save(folder / f"{name}.npy", array, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> FeatureSet:
        """The feature set that ``save`` wrote, memory-mapped."""
        arrays = {path.stem: np.load(path, mmap_mode="r", allow_pickle=False) for path in folder.glob("*.npy")}
        tables = {
            name: TokenTable(arrays[f"{name}_tokens"], arrays[f"{name}_bounds"])
            for name in ("questions", "titles", "contexts")
        }
        return cls(
            **tables,
            context_spans=arrays["context_spans"],
            rows=arrays["rows"],
            context_sentences=arrays["context_sentences"],
            bearing=arrays["bearing"],
        )

    def _arrays(self) -> dict[str, NDArray[Any]]:
        arrays: dict[str, NDArray[Any]] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, TokenTable):
                arrays[f"{field.name}_tokens"] = value.tokens
                arrays[f"{field.name}_bounds"] = value.bounds
            else:
                arrays[field.name] = value
        return arrays


def build_features(examples: Sequence[Example], tokenizer: Any, max_length: int = MAX_LENGTH) -> FeatureSet:
    """Every example cut into windows of at most ``max_length`` tokens (title included).

    The first of an example's answers is the target. ``tokenizer`` is a fast tokenizer of ``transformers``.
    """
    questions = {text: number for number, text in enumerate(dict.fromkeys(e.question for e in examples))}
    titles = {text: number for number, text in enumerate(dict.fromkeys(e.title for e in examples))}
    contexts = {text: number for number, text in enumerate(dict.fromkeys(e.context for e in examples))}
    question_table, _ = _tokenize(list(questions), tokenizer, MAX_QUESTION_TOKENS)
    title_table, _ = _tokenize([f"{title}." if title else "" for title in titles], tokenizer, MAX_TITLE_TOKENS)
    context_table, spans = _tokenize(list(contexts), tokenizer, None)
    sentences = [split_sentences(context)[:MOST_SENTENCES] for context in contexts]
    token_sentences = _sentences_of_tokens(sentences, context_table, spans)
    rows: list[tuple[int, ...]] = []
    bearing: list[int] = []
    for number, example in enumerate(examples):
        question, title, context = questions[example.question], titles[example.title], contexts[example.context]
        begin, end = context_table.bounds[context], context_table.bounds[context + 1]
        taken = len(question_table.sequence(question)) + len(title_table.sequence(title)) + SPECIAL_TOKENS
        first, last = answer_tokens(spans[begin:end], example.answers)
        for window_begin, window_end in window_ranges(int(end - begin), max_length - taken):
            inside = window_begin <= first and last < window_end
            target = (first - window_begin, last - window_begin) if first >= 0 and inside else (-1, -1)
            rows.append((question, title, context, window_begin, window_end, *target, number))
            bearing.append(_bearing_bits(example, sentences[context]))
    return FeatureSet(
        question_table,
        title_table,
        context_table,
        spans,
        np.array(rows, dtype=np.int32).reshape(-1, 8),
        token_sentences,
        np.array(bearing, dtype=np.int64),
    )


def answer_tokens(spans: NDArray[np.int32], answers: Sequence[tuple[str, int]]) -> tuple[int, int]:
    """First and last token that touch the first answer, or (-1, -1) when there is none."""
    if not answers:
        return -1, -1
    text, start = answers[0]
    touched = np.flatnonzero((spans[:, 1] > start) & (spans[:, 0] < start + len(text)))
    return (int(touched[0]), int(touched[-1])) if len(touched) else (-1, -1)


def _bearing_bits(example: Example, sentences: Sequence[Span]) -> int:
    """Bit i for each sentence i that an answer touches, or ``UNJUDGED``."""
    if not example.judges_sentences:
        return UNJUDGED
    bits = 0
    for text, start in example.answers:
        for number, sentence in enumerate(sentences):
            if sentence.start < start + len(text) and start < sentence.end:
                bits |= 1 << number
    return bits


def _sentences_of_tokens(
    sentences: Sequence[Sequence[Span]], contexts: TokenTable, spans: NDArray[np.int32]
) -> NDArray[np.int16]:
    """``int16[tokens]``: which of its context's sentences each token begins in, from 1 on; 0 for none."""
    numbers = np.zeros(len(spans), dtype=np.int16)
    for context, ranges in enumerate(sentences):
        begin, end = contexts.bounds[context], contexts.bounds[context + 1]
        for number, sentence in enumerate(ranges, start=1):
            inside = (spans[begin:end, 0] >= sentence.start) & (spans[begin:end, 0] < sentence.end)
            numbers[begin:end][inside] = number
    return numbers


def _tokenize(texts: list[str], tokenizer: Any, limit: int | None) -> tuple[TokenTable, NDArray[np.int32]]:
    tokens: list[NDArray[np.int32]] = [np.zeros(0, dtype=np.int32)]
    spans: list[NDArray[np.int32]] = [np.zeros((0, 2), dtype=np.int32)]
    lengths: list[int] = []
    for begin in range(0, len(texts), _BLOCK):
        encoded = tokenizer(
            texts[begin : begin + _BLOCK],
            add_special_tokens=False,
            return_offsets_mapping=True,
            return_attention_mask=False,
            return_token_type_ids=False,
            truncation=limit is not None,
            max_length=limit,
            verbose=False,
        )
        for ids, offsets in zip(encoded["input_ids"], encoded["offset_mapping"], strict=True):
            tokens.append(np.asarray(ids, dtype=np.int32))
            spans.append(np.asarray(offsets, dtype=np.int32).reshape(-1, 2))
            lengths.append(len(ids))
    bounds = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)
    return TokenTable(np.concatenate(tokens), bounds), np.concatenate(spans)
