"""Harm of the follow-up rules, on dev data: ``python -m benchmarks.follow_up_harm --data DIR``.

Questions that people wrote to stand alone (CAsT's first turns, SQuAD train's questions that hold a name, the single
questions of the sample set's dev split), each asked after a conversation about something else; SQuAD's also after one
about their own article. Whatever changes is harm.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import random
from collections.abc import Sequence
from pathlib import Path

from benchmarks.follow_ups import read_cases
from rag.question.follow_ups.history import Turn
from rag.question.follow_ups.rewriting import stand_alone
from rag.question.follow_ups.words import Role, tokenize
from rag.records import Answer, Citation, Quote
from training.follow_up_conversations import articles, conversations

_log = logging.getLogger(__name__)


def whole_questions(data: Path, seeds: Path) -> dict[str, list[tuple[str, tuple[Answer | str, ...]]]]:
    """Stand-alone questions by their source, each with the conversation it is asked after; always the same ones."""
    draw = random.Random(0)
    squad = articles(data / "train" / "train-v2-reconstructed.json.gz")
    squad.sort(key=lambda article: hashlib.sha256(article["title"].encode()).hexdigest())
    talks = [said(turns) for article in squad[:60] for turns, _ in conversations(article, 6)]
    cast = [case for name in ("cast2019", "cast2020") for case in read_cases(data / "rewrite" / f"{name}.jsonl.gz")]
    chats = [case for case in cast if case.history]
    found: dict[str, list[tuple[str, tuple[Answer | str, ...]]]] = {"cast": [], "squad": [], "squad, own article": []}
    for case in cast:
        if not case.history:
            others = [one.history for one in draw.sample(chats, 6) if one.conversation != case.conversation]
            found["cast"] += [(case.question, history) for history in (*others, *draw.sample(talks, 6))]
    for article in squad[60:]:
        named = [
            asked["question"]
            for paragraph in article["paragraphs"]
            for asked in paragraph["qas"]
            if asked["answers"] and any(token.role is Role.NAME for token in tokenize(asked["question"]))
        ]
        for question in draw.sample(named, min(6, len(named))):
            found["squad"] += [(question, draw.choice(talks)), (question, draw.choice(chats).history)]
        for turns, _ in conversations(article, 3):
            if any(token.role is Role.NAME for token in tokenize(turns[-1].question)):
                found["squad, own article"].append((turns[-1].question, said(turns[:-1])))
    with seeds.open(encoding="utf-8") as stream:
        rows = [row for row in map(json.loads, stream) if row["split"] == "dev"]
    single = [row["question"] for row in rows if not row["history"]]
    histories = [(*row["history"], row["question"]) for row in rows]
    found["seeds"] = [
        (question, history)
        for question in single
        for history in (*draw.sample(histories, 8), *draw.sample(talks, 8))
        if question not in history
    ]
    return found


def said(turns: Sequence[Turn]) -> tuple[Answer | str, ...]:
    """Made turns as a history: an ``Answer`` where the answer is known, else the plain question."""
    history: list[Answer | str] = []
    for turn in turns:
        quote = Quote(0, len(turn.quote), turn.quote)
        citation = Citation("", turn.title, "", None, 0, len(turn.answer), turn.answer, quote, 1.0)
        answer = Answer(turn.question, turn.question, True, turn.answer, 1.0, (citation,))
        history.append(answer if turn.answer else turn.question)
    return tuple(history)


def measure_harm(data: Path, seeds: Path) -> dict[str, dict[str, float]]:
    """How many of the stand-alone questions of each source change."""
    report = {}
    for name, pairs in whole_questions(data, seeds).items():
        changed = sum(stand_alone(question, history).question != question for question, history in pairs)
        report[name] = {"questions": len(pairs), "changed": changed, "harm": round(changed / len(pairs), 4)}
    return report


def main(argv: Sequence[str] | None = None) -> None:
    """Measures and logs one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.follow_up_harm", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds train/ and rewrite/")
    parser.add_argument("--seeds", type=Path, default=Path("seeds/questions.jsonl"), help="the sample question set")
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    _log.info("%s", json.dumps(measure_harm(options.data, options.seeds), indent=1))


if __name__ == "__main__":
    main()
