"""The questions that a calibration is fitted and judged on: a store of articles, and what is asked of it."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from training.examples import SQUAD_TRAIN, Example, choose_dev_titles, read_squad

OTHER_ARTICLES = 28
"""Train articles that fill the store beside the held-out ones: nothing is asked about them."""
ABSENT_ARTICLES = 40
ABSENT_SHARE = 0.15
ADVERSARIAL_SHARE = 0.35


@dataclass(frozen=True, slots=True)
class Part:
    """Questions about some articles of the store, and questions about articles that it does not have."""

    inside: list[Example]
    outside: list[Example]


@dataclass(frozen=True, slots=True)
class Parts:
    """What is stored, and what is asked of it: ``fit`` to fit on, ``dev`` to judge on; they share no article.

    Both ask about the articles that were held out of the reader's training: a reader is surer of what it has learned
    from than of anything it will be asked later.
    """

    stored: list[Example]
    fit: Part
    dev: Part


def choose_parts(data: Path, seed: int) -> Parts:
    """The held-out articles in two halves, in a store with others.

    Raises:
        FileNotFoundError: ``data`` has no training data.
    """
    examples = read_squad(data / "train" / SQUAD_TRAIN)
    held_out = choose_dev_titles(examples)
    others = sorted(choose_dev_titles(examples, len(held_out) + OTHER_ARTICLES + ABSENT_ARTICLES) - held_out)
    chooser = random.Random(seed)
    chooser.shuffle(others)
    stored, absent_titles = held_out | set(others[:OTHER_ARTICLES]), set(others[OTHER_ARTICLES:])
    fit_titles = set(chooser.sample(sorted(held_out), len(held_out) // 2))
    absent = [one for one in examples if one.title in absent_titles]
    chooser.shuffle(absent)
    half = len(absent) // 2
    return Parts(
        stored=[one for one in examples if one.title in stored],
        fit=Part([one for one in examples if one.title in fit_titles], absent[:half]),
        dev=Part([one for one in examples if one.title in held_out - fit_titles], absent[half:]),
    )


def write_articles(examples: Sequence[Example], folder: Path) -> None:
    """Write the paragraphs of each title as one Markdown file with front matter."""
    paragraphs: dict[str, dict[str, None]] = defaultdict(dict)
    for example in examples:
        paragraphs[example.title][example.context] = None
    for number, (title, contexts) in enumerate(sorted(paragraphs.items())):
        header = f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n\n"
        (folder / f"{number:03}.md").write_text(header + "\n\n".join(contexts), encoding="utf-8")


def draw_questions(part: Part, count: int, seed: int) -> list[Example]:
    """``count`` questions: half answerable inside, the rest adversarial inside or about the articles outside."""
    chooser = random.Random(seed)
    absent = round(ABSENT_SHARE * count)
    adversarial = round(ADVERSARIAL_SHARE * count)
    answerable = [one for one in part.inside if one.answers]
    unanswerable = [one for one in part.inside if not one.answers]
    elsewhere = [replace(one, answers=()) for one in part.outside if one.answers]
    chosen = (
        chooser.sample(answerable, min(len(answerable), count - absent - adversarial))
        + chooser.sample(unanswerable, min(len(unanswerable), adversarial))
        + chooser.sample(elsewhere, min(len(elsewhere), absent))
    )
    chooser.shuffle(chosen)
    return chosen
