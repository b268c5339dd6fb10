"""SQuAD's test articles as files that the product adds, and the questions asked of them."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.protocol import PROJECT
from rag.evaluation.question_files import read_questions
from training.examples import SQUAD_TRAIN, Example, choose_dev_titles, read_squad

SQUAD_TEST = "dev-v2-reconstructed.json.gz"
WRITTEN = PROJECT / "benchmarks" / "absent_questions.jsonl"
ABSENT_SHARE = 0.25
"""Questions about absent subjects, as a share of the answerable ones."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked of the store of test articles.

    Attributes:
        answerable: answered by an article there.
        unanswerable: written about an article there, which does not answer them.
        absent: about the articles held out of training, none of which is there; some name no subject.
        written: by us, each naming a subject that is not there.
    """

    answerable: tuple[Example, ...]
    unanswerable: tuple[Example, ...]
    absent: tuple[Example, ...]
    written: tuple[Example, ...]


def read_test(data: Path) -> list[Example]:
    """All questions of the test articles, with their paragraphs."""
    return read_squad(data / "train" / SQUAD_TEST)


def choose_questions(data: Path, test: Sequence[Example], count: int, seed: int) -> Questions:
    """``count`` answerable questions, as many unanswerable ones, and a quarter as many about absent subjects.

    A smaller ``count`` takes the first of a larger one's questions.
    """
    train = read_squad(data / "train" / SQUAD_TRAIN)
    held_out = choose_dev_titles(train)
    there = {one.title for one in test}
    absent = [one for one in train if one.title in held_out - there and one.answers]
    return Questions(
        shuffled([one for one in test if one.answers], seed)[:count],
        shuffled([one for one in test if not one.answers], seed)[:count],
        shuffled(absent, seed)[: max(1, round(ABSENT_SHARE * count))],
        shuffled(read_written(), seed)[:count],
    )


def read_written() -> list[Example]:
    """The questions of ``absent_questions.jsonl``, a question set that no test article answers."""
    return [Example(one.id, "", "", one.question, (), "written") for one in read_questions(WRITTEN)]


def shuffled(examples: Sequence[Example], seed: int) -> tuple[Example, ...]:
    """The examples in an order that the seed decides."""
    order = list(examples)
    random.Random(seed).shuffle(order)
    return tuple(order)


def write_articles(examples: Sequence[Example], folder: Path) -> int:
    """Write the paragraphs of each title as one Markdown file with the title in front matter; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    paragraphs: dict[str, dict[str, None]] = defaultdict(dict)
    for example in examples:
        paragraphs[example.title][example.context] = None
    for number, (title, contexts) in enumerate(sorted(paragraphs.items())):
        header = f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n\n"
        (folder / f"{number:03}.md").write_text(header + "\n\n".join(contexts) + "\n", encoding="utf-8")
    return len(paragraphs)
