"""The questions that a calibration is fitted and judged on, by source: each with the articles it is asked of.

What people ask of a few articles of their own (with what a right answer is), and encyclopaedia articles that the reader
was not trained on. A calibration that holds on a source it has not seen may hold on a user's.
"""

from __future__ import annotations

import json
import random
import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.evaluation.metrics.equivalence import is_right
from rag.evaluation.question_files import read_questions
from training.examples import SQUAD_TRAIN, Example, choose_dev_titles, read_squad
from training.exchanged_words import exchange
from training.unstated import persons, unstated

OTHER_ARTICLES = 8
"""Train articles that fill the store beside the held-out ones: nothing is asked about them."""
SQUAD_MIXTURE = {"answerable": 0.45, "adversarial": 0.20, "absent": 0.10, "exchanged": 0.15, "unstated": 0.10}


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what a right answer to it is.

    Attributes:
        answers: acceptable ones; empty when the articles do not answer it.
        forbidden: texts that make an answer that holds them wrong.
    """

    question: str
    answers: tuple[str, ...]
    forbidden: tuple[str, ...] = ()

    def accepts(self, answer: str) -> bool:
        """Whether ``answer`` is right: equivalent to an acceptable one and free of what is forbidden."""
        wrong = any(is_right(answer, [text]) for text in self.forbidden)
        return bool(self.answers) and not wrong and is_right(answer, self.answers)


@dataclass(frozen=True, slots=True)
class Source:
    """Some articles in a folder, and what is asked of them.

    Attributes:
        name: what questions of the same kind share: a calibration is judged on one name with the others fitted.
        store: name of the store that holds the articles, unique.
        is_people: whether people's own questions, whose base rate of answers holds.
    """

    name: str
    store: str
    articles: Path
    cases: tuple[Case, ...]
    is_people: bool = False


def squad_source(data: Path, folder: Path, count: int, seed: int) -> Source:
    """About ``count`` questions on the articles held out of the reader's training, in the shares of ``SQUAD_MIXTURE``.

    The made negatives (one word exchanged, something asked that is not stated) count beside the written ones.

    Raises:
        FileNotFoundError: ``data`` has no training data.
    """
    examples = read_squad(data / "train" / SQUAD_TRAIN)
    held_out = choose_dev_titles(examples)
    others = sorted(choose_dev_titles(examples, len(held_out) + 2 * OTHER_ARTICLES) - held_out)
    stored = held_out | set(others[:OTHER_ARTICLES])
    inside = [example for example in examples if example.title in held_out]
    people = persons(inside)
    pools = {
        "answerable": [example for example in inside if example.answers],
        "adversarial": [example for example in inside if not example.answers],
        "absent": [example for example in examples if example.title in others[OTHER_ARTICLES:] and example.answers],
        "exchanged": list(exchange(inside, people, seed)),
        "unstated": list(unstated(inside, people, seed)),
    }
    chooser = random.Random(seed)
    cases: list[Case] = []
    for kind, share in SQUAD_MIXTURE.items():
        drawn = chooser.sample(pools[kind], min(len(pools[kind]), round(share * count)))
        answered = kind == "answerable"
        cases += [Case(row.question, tuple(text for text, _ in row.answers) if answered else ()) for row in drawn]
    write_articles([example for example in examples if example.title in stored], folder)
    return Source("encyclopaedia", "encyclopaedia", folder, tuple(cases))


def people_sources(path: Path, articles: dict[str, Path]) -> list[Source]:
    """People's questions from a JSONL file with ``store``, ``question``, ``expect``, ``answers`` and ``forbid``.

    Only those that stand alone and are due an answer of their own or a refusal; others are judged otherwise.

    Args:
        articles: the folder of each store.
    """
    cases: dict[str, list[Case]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["history"] or row["all_of"] or row["expect"] not in ("answer", "refuse"):
            continue
        answers = tuple(row["answers"]) if row["expect"] == "answer" else ()
        cases[row["store"]].append(Case(row["question"], answers, tuple(row["forbid"])))
    return [
        Source(f"people: {store}", f"people-{store}", articles[store], tuple(group), is_people=True)
        for store, group in sorted(cases.items())
    ]


def sample_source(samples: Path, folder: Path) -> Source:
    """The dev split of the sample articles' question set, without follow-ups.

    The articles are copied to ``folder``: the question set beside them would be an article that answers everything.
    """
    shutil.copytree(samples, folder, ignore=shutil.ignore_patterns("*.jsonl"), dirs_exist_ok=True)
    questions = read_questions(samples / "questions.jsonl").with_split("dev")
    cases = tuple(
        Case(question.question, tuple(question.answers or ()))
        for question in questions
        if not question.history and question.answers is not None
    )
    return Source("samples", "samples", folder, cases, is_people=True)


def write_articles(examples: Sequence[Example], folder: Path) -> None:
    """Write the paragraphs of each title as one Markdown file with front matter; what is there already stays."""
    folder.mkdir(parents=True, exist_ok=True)
    paragraphs: dict[str, dict[str, None]] = defaultdict(dict)
    for example in examples:
        paragraphs[example.title][example.context] = None
    for number, (title, contexts) in enumerate(sorted(paragraphs.items())):
        header = f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n\n"
        (folder / f"{number:03}.md").write_text(header + "\n\n".join(contexts), encoding="utf-8")
