"""A reader that runs extractive question-answering weights: the shipped ones, or any Hugging Face checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from rag.language.reading_text import ReadingText, reading_text
from rag.models.networks import Network, load_checkpoint_network, load_shipped_network
from rag.models.shipped_reader import SHIPPED_FOLDER
from rag.read.readings import Reading, ScoredSentence
from rag.read.sentence_scores import bearing_of, sentence_scores
from rag.read.span_lengths import length_prior
from rag.read.spans import Offsets, Window, barriers, best_spans, null_score
from rag.records import Candidate, Retrieved

if TYPE_CHECKING:
    from tokenizers import Encoding

MAX_QUESTION_TOKENS = 64
MAX_TITLE_TOKENS = 32
STRIDE = 64
"""Tokens that two windows of one passage share."""
SPANS_PER_PASSAGE = 3
_BATCH = 16
_LEAST_FILLED = 0.75
"""A batch ends before inputs shorter than this share of its longest: padding costs as much as text does."""


@dataclass(frozen=True, slots=True)
class _Input:
    """One window of a passage as the network reads it; ``begin`` and ``end`` are the passage's places in ``tokens``."""

    passage: int
    first_token: int
    tokens: list[int]
    types: list[int]
    begin: int
    end: int


class CheckpointReader:
    """A :class:`rag.read.protocol.Examiner` over a network; safe to share between threads.

    Each passage is read behind its article's title, as ``question [SEP] title. passage``; spans come from the passage
    only. Passages longer than the model's input are read in overlapping windows.
    """

    def __init__(self, network: Network, *, most_tokens: int = 30, spans: int = SPANS_PER_PASSAGE) -> None:
        self._network = network
        self._most_tokens = most_tokens
        self._spans = spans
        self._prior = length_prior(most_tokens)
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"CheckpointReader({self.name!r})"

    @property
    def name(self) -> str:
        """The folder's name and the first digits of the weights' checksum."""
        return self._network.name

    def read(self, question: str, passages: Sequence[Retrieved]) -> list[Candidate]:
        """The best spans of every passage, those most preferred to "no answer" first."""
        return list(self.examine(question, passages).candidates)

    def examine(self, question: str, passages: Sequence[Retrieved]) -> Reading:
        """The same with the passages' sentences, where the network judges them."""
        return self.examine_many([(question, passages)])[0]

    def read_many(self, requests: Sequence[tuple[str, Sequence[Retrieved]]]) -> list[list[Candidate]]:
        """``read`` for many questions at once, in order, as ``examine_many``."""
        return [list(reading.candidates) for reading in self.examine_many(requests)]

    def examine_many(self, requests: Sequence[tuple[str, Sequence[Retrieved]]]) -> list[Reading]:
        """``examine`` for many questions at once, in order; inputs of all questions share batches.

        Sharing batches may change the last digits of bfloat16 scores.
        """
        longest = min(MAX_QUESTION_TOKENS, self._network.max_length // 4)
        asked = [(self._cut(question, longest), passages) for question, passages in requests]
        prepared = [
            self._windows(number, question, found)
            for number, (question, found) in enumerate(
                (question, found) for question, passages in asked for found in passages
            )
        ]
        inputs = [one for windows, _ in prepared for one in windows]
        read: list[list[Window]] = [[] for _ in prepared]
        for one, window in zip(inputs, self._run(inputs), strict=True):
            read[one.passage].append(window)
        readings: list[Reading] = []
        number = 0
        for _, passages in requests:
            candidates: list[Candidate] = []
            sentences: list[ScoredSentence] = []
            for passage in passages:
                places, windows = prepared[number][1], read[number]
                judged = sentence_scores(passage, places, windows)
                candidates += self._candidates(passage, places, windows, judged)
                sentences += judged
                number += 1
            candidates.sort(key=lambda one: (-one.margin, one.retrieved.article.article_id, one.span))
            readings.append(Reading(candidates, sentences))
        return readings

    def _candidates(
        self, found: Retrieved, places: Offsets, windows: Sequence[Window], judged: Sequence[ScoredSentence]
    ) -> list[Candidate]:
        """The best spans of one passage."""
        if not windows:
            return []
        null = null_score(windows)
        spans = best_spans(
            found.text,
            places,
            windows,
            start=found.passage.start,
            most_tokens=self._most_tokens,
            prior=self._prior,
            count=self._spans,
            barriers=barriers(found),
        )
        return [Candidate(found, one.span, one.score, null, bearing_of(one.span, judged)) for one in spans]

    def _windows(self, number: int, question: str, found: Retrieved) -> tuple[list[_Input], Offsets]:
        """The inputs that cover a passage, and ``int[tokens, 2]`` ranges of its tokens within its text."""
        title = self._cut(found.article.title, min(MAX_TITLE_TOKENS, self._network.max_length // 8))
        prefix = f"{title}. " if title else ""
        reading = reading_text(found.text)
        encoding, begin, end = self._encode(question, prefix, reading.text)
        room = self._network.max_length - (len(encoding.ids) - (end - begin))
        places = _in_source(
            reading, np.asarray(encoding.offsets[begin:end], dtype=np.int64).reshape(-1, 2) - len(prefix)
        )
        tokens, types = encoding.ids, encoding.type_ids
        inputs = [
            _Input(
                number,
                first,
                tokens[:begin] + tokens[begin + first : begin + last] + tokens[end:],
                types[:begin] + types[begin + first : begin + last] + types[end:],
                begin,
                begin + last - first,
            )
            for first, last in window_ranges(end - begin, max(1, room))
        ]
        return inputs, places

    def _encode(self, question: str, prefix: str, text: str) -> tuple[Encoding, int, int]:
        """The encoded pair with the half-open range of its tokens that belong to ``text``."""
        encoding = self._network.tokenizer.encode(question, prefix + text)
        mine = [
            position
            for position, (sequence, (start, _)) in enumerate(zip(encoding.sequence_ids, encoding.offsets, strict=True))
            if sequence == 1 and start >= len(prefix)
        ]
        return (encoding, mine[0], mine[-1] + 1) if mine else (encoding, 0, 0)

    def _cut(self, text: str, tokens: int) -> str:
        """``text`` cut after so many tokens."""
        encoding = self._network.tokenizer.encode(text.strip(), add_special_tokens=False)
        end = encoding.offsets[tokens - 1][1] if len(encoding.ids) > tokens else None
        return text.strip()[:end]

    def _run(self, inputs: Sequence[_Input]) -> list[Window]:
        """The logits of every input, in order; inputs of similar length are run together."""
        windows: dict[int, Window] = {}
        order = sorted(range(len(inputs)), key=lambda index: (-len(inputs[index].tokens), index))
        lengths = [len(inputs[number].tokens) for number in order]
        for first, last in batch_ranges(lengths):
            numbers = order[first:last]
            windows.update(zip(numbers, self._run_batch([inputs[number] for number in numbers]), strict=True))
        return [windows[number] for number in range(len(inputs))]

    def _run_batch(self, inputs: Sequence[_Input]) -> list[Window]:
        network = self._network
        length = max(len(one.tokens) for one in inputs)
        tokens = np.full((len(inputs), length), network.pad, dtype=np.int64)
        types = np.zeros_like(tokens)
        mask = np.zeros_like(tokens)
        for row, one in enumerate(inputs):
            size = len(one.tokens)
            tokens[row, :size], types[row, :size], mask[row, :size] = one.tokens, one.types, 1
        with self._lock:
            logits = network.run(tokens, mask, types)
        starts, ends, bearing = logits.starts, logits.ends, logits.bearing
        windows: list[Window] = []
        for row, one in enumerate(inputs):
            cls = one.tokens.index(network.cls) if network.cls in one.tokens else 0
            null = float(starts[row, cls] + ends[row, cls])
            if logits.relevance is not None:
                null -= network.relevance_weight * float(logits.relevance[row])
            inside = slice(one.begin, one.end)
            judged = None if bearing is None else bearing[row, inside]
            windows.append(Window(one.first_token, starts[row, inside], ends[row, inside], null, judged))
        return windows


def batch_ranges(lengths: Sequence[int]) -> list[tuple[int, int]]:
    """Half-open ranges that cover ``lengths`` (longest first), each of inputs that fill a batch well."""
    ranges: list[tuple[int, int]] = []
    first = 0
    for place, length in enumerate(lengths):
        if place - first == _BATCH or length < _LEAST_FILLED * lengths[first]:
            ranges.append((first, place))
            first = place
    return [*ranges, (first, len(lengths))] if lengths else []


def window_ranges(tokens: int, size: int) -> list[tuple[int, int]]:
    """Half-open ranges of at most ``size`` that cover ``tokens``; neighbours share ``STRIDE`` or half."""
    if tokens == 0:
        return []
    ranges = [(0, min(tokens, size))]
    while ranges[-1][1] < tokens:
        begin = ranges[-1][1] - min(STRIDE, size // 2)
        ranges.append((begin, min(tokens, begin + size)))
    return ranges


def load_shipped_reader(
    *,
    precision: str = "auto",
    threads: int = 0,
    most_tokens: int = 30,
    folder: Path = SHIPPED_FOLDER,
    encoder: Path | None = None,
) -> CheckpointReader:
    """The reader that comes with the package; arguments and errors as for ``load_shipped_network``."""
    return CheckpointReader(load_shipped_network(precision, folder, encoder, threads=threads), most_tokens=most_tokens)


def load_checkpoint_reader(
    folder: Path, *, precision: str = "auto", threads: int = 0, most_tokens: int = 30
) -> CheckpointReader:
    """A reader over any extractive question-answering checkpoint folder; errors as for ``load_checkpoint_network``."""
    return CheckpointReader(load_checkpoint_network(folder, precision, threads=threads), most_tokens=most_tokens)


def _in_source(reading: ReadingText, places: Offsets) -> Offsets:
    """Ranges of tokens in a passage's reading, as ranges of the passage itself."""
    if not reading.edits:
        return places
    source = places.copy()
    for row, (start, end) in enumerate(places.tolist()):
        span = reading.source_span(start, max(start + 1, end))
        source[row] = span.start, span.end if end > start else span.start
    return source
