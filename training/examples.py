"""Training questions with their passages, and the split between what is fitted and what is chosen on."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

SQUAD_TRAIN = "train-v2-reconstructed.json.gz"
QUESTIONS_PER_SENTENCE = 4
"""How many of QAMR's 35 questions per sentence are kept, so that its 978 sentences are not learned by heart."""
DEV_ARTICLES = 20
_TRAILING = " \t\n.,;:"


@dataclass(frozen=True, slots=True)
class Example:
    """A question and one passage that may answer it.

    Attributes:
        title: the article's title, or an empty string.
        answers: (text, start) pairs with ``context[start:start + len(text)] == text``; empty when the passage does not
            answer.
        source: the collection it comes from.
        judges_sentences: whether the sentences that bear on the question are those that the answers touch; else it is
            not known which they are.
    """

    identifier: str
    title: str
    context: str
    question: str
    answers: tuple[tuple[str, int], ...]
    source: str
    judges_sentences: bool = True


def read_squad(path: Path) -> list[Example]:
    """The questions of a file in SQuAD's JSON format (gzip), in file order; titles are made readable."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        articles = json.load(stream)["data"]
    return [
        Example(
            identifier=entry["id"],
            title=readable_title(article["title"]),
            context=paragraph["context"],
            question=entry["question"].strip(),
            answers=tuple((answer["text"], answer["answer_start"]) for answer in entry["answers"]),
            source="squad",
        )
        for article in articles
        for paragraph in article["paragraphs"]
        for entry in paragraph["qas"]
    ]


def read_rows(path: Path) -> list[Example]:
    """The questions of a JSON-lines file (gzip) with SQuAD-like rows, in file order."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [_from_row(json.loads(line)) for line in stream]


def readable_title(title: str) -> str:
    """SQuAD's address form of a title as words: ``Saint_Barth%C3%A9lemy`` becomes ``Saint Barthélemy``."""
    return unquote(title).replace("_", " ").strip()


def is_dev_title(title: str, dev_titles: frozenset[str]) -> bool:
    """Whether an article belongs to the part that training never sees."""
    return title in dev_titles


def choose_dev_titles(examples: Iterable[Example], count: int = DEV_ARTICLES) -> frozenset[str]:
    """``count`` titles chosen by the SHA-256 of the title: the same on every machine, unrelated to the order."""
    titles = {example.title for example in examples}
    return frozenset(sorted(titles, key=lambda title: hashlib.sha256(title.encode()).hexdigest())[:count])


def load_training_data(folder: Path, seed: int = 0) -> tuple[list[Example], list[Example]]:
    """Everything that may be learned from, as (train, dev); dev is the held-out SQuAD articles only.

    Args:
        folder: holds ``train/`` with the files that its README describes.
        seed: chooses which QAMR questions are kept.

    Raises:
        FileNotFoundError: when a collection is missing.
    """
    train_folder = folder / "train"
    squad = read_squad(train_folder / SQUAD_TRAIN)
    dev_titles = choose_dev_titles(squad)
    train = [example for example in squad if not is_dev_title(example.title, dev_titles)]
    dev = [example for example in squad if is_dev_title(example.title, dev_titles)]
    train += few_per_context(read_rows(train_folder / "qamr.jsonl.gz"), QUESTIONS_PER_SENTENCE, seed)
    for name in (
        "qadiscourse.jsonl.gz",
        "quoref_superni.jsonl.gz",
        "timeqa_human.jsonl.gz",
        "torque_multispan.jsonl.gz",
    ):
        train += read_rows(train_folder / name)
    return train, dev


def few_per_context(examples: Iterable[Example], count: int, seed: int) -> list[Example]:
    """At most ``count`` questions of each context, drawn with ``seed``, contexts in their first order."""
    by_context: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_context[example.context].append(example)
    chooser = random.Random(seed)
    return [
        example
        for group in by_context.values()
        for example in (group if len(group) <= count else chooser.sample(group, count))
    ]


def _from_row(row: dict[str, Any]) -> Example:
    return Example(
        identifier=row["id"],
        title=row["title"].strip(),
        context=row["context"],
        question=row["question"].strip(),
        answers=tuple(_trimmed(row["answers"])),
        source=row["source"].split("/")[0].split(" ")[0],
    )


def _trimmed(answers: Iterable[dict[str, Any]]) -> Iterator[tuple[str, int]]:
    """The answers without a sentence's closing marks, which a span should not learn to include."""
    for answer in answers:
        text = answer["text"].rstrip(_TRAILING)
        if text:
            yield text, answer["answer_start"]
