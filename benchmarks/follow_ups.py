"""How well follow-up questions are made to stand alone, against human rewrites.

``python benchmarks/follow_ups.py --data ../shared/data`` prints one JSON object. Per set: precision, recall and F1 of
the added terms (normalised content words of the rewrite that are not in the question, micro-averaged), for ours and for
two baselines (leave the question alone; put the whole previous question before it), and harm: the share of questions
whose human rewrite equals the question that we changed (given again for those that hold no third-person pronoun: a
person who left "he" in place did not make the question stand alone). Intervals are 95 % bootstrap intervals over
conversations. Times are processor time per question.

Conversations become histories like this. CAsT rows hold questions only: each is a plain string. CANARD rows begin with
a page title and a section title, then alternate questions and answers: the two titles become plain strings, as if the
user had named them; each exchange becomes an ``Answer`` whose citation carries the page title and the answer as quote,
and whose ``searched_for`` is our own rewrite of that question, as in use.

``--whole`` measures harm alone, on dev data: questions that people wrote to stand alone (CAsT's first turns, SQuAD
train's questions that hold a name, the single questions of the sample question set's dev split), each asked after a
conversation about something else; SQuAD's also after one about their own article.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.question.follow_ups import lexicon
from rag.question.follow_ups.history import Turn
from rag.question.follow_ups.rewriting import stand_alone
from rag.question.follow_ups.words import Role, terms, tokenize
from rag.records import Answer, Citation, Quote
from training.follow_up_conversations import articles, conversations

SETS = {"cast2019": "train", "cast2020": "dev", "canard_dev": "test"}


@dataclass(frozen=True, slots=True)
class Case:
    """A follow-up in its conversation, with the human rewrite."""

    id: str
    conversation: str
    question: str
    rewrite: str
    previous: str
    history: tuple[Answer | str, ...]


def read_cases(path: Path) -> list[Case]:
    """The cases of one set; see the module's docstring for how histories are made."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    cases = []
    for row in rows:
        said: list[str] = row["history"]
        is_canard = row["source"].startswith("canard")
        history = answered(said) if is_canard else tuple(said)
        questions = said[2::2] if is_canard else said
        conversation = re.split(r"#|_(?=\d+$)", row["id"])[0]
        cases.append(
            Case(row["id"], conversation, row["question"], row["rewrite"], questions[-1] if questions else "", history)
        )
    return cases


_MADE: dict[tuple[str, ...], tuple[Answer | str, ...]] = {}


def answered(said: Sequence[str]) -> tuple[Answer | str, ...]:
    """CANARD's strings as a history: two titles, then answers whose ``searched_for`` is our own rewrite."""
    key = tuple(said)
    if key in _MADE:
        return _MADE[key]
    if len(said) <= 2:
        history: tuple[Answer | str, ...] = key
    else:
        earlier = answered(said[:-2])
        question, answer = said[-2], said[-1]
        quote = Quote(0, len(answer), answer)
        citation = Citation("", said[0], "", None, 0, len(answer), answer, quote, 1.0)
        searched_for = stand_alone(question, earlier).question
        is_known = answer.strip() not in ("", "CANNOTANSWER", "I don't know.", "unanswerable")
        history = (
            *earlier,
            Answer(
                question, searched_for, is_known, answer if is_known else None, 1.0, (citation,) if is_known else ()
            ),
        )
    _MADE[key] = history
    return history


def nothing(case: Case) -> str:
    """The baseline that leaves the question alone."""
    return case.question


def prepend(case: Case) -> str:
    """The baseline that puts the whole previous question before this one."""
    return f"{case.previous} {case.question}".strip()


def ours(case: Case) -> str:
    """The rewrite under test."""
    return stand_alone(case.question, case.history).question


def normalised(text: str) -> str:
    """Lower case, without punctuation and repeated spaces: what "equal" means for stand-alone questions."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def counts(case: Case, rewrite: str) -> tuple[int, int, int]:
    """Terms added rightly, terms added, terms the human added."""
    asked = terms(case.question)
    added, wanted = terms(rewrite) - asked, terms(case.rewrite) - asked
    return len(added & wanted), len(added), len(wanted)


def rates(totals: Sequence[float]) -> dict[str, float]:
    """Precision, recall and F1 from summed counts."""
    right, added, wanted = totals
    return {
        "precision": right / added if added else 0.0,
        "recall": right / wanted if wanted else 0.0,
        "f1": 2 * right / (added + wanted) if added + wanted else 0.0,
    }


def measure(cases: Sequence[Case], system: Callable[[Case], str]) -> dict[str, Any]:
    """All figures of one system on one set."""
    groups: dict[str, list[float]] = {}
    for case in cases:
        rewrite = system(case)
        is_whole = normalised(case.question) == normalised(case.rewrite)
        changed = is_whole and rewrite != case.question
        clear = is_whole and not any(token.lower in lexicon.THIRD_PERSON for token in tokenize(case.question))
        group = groups.setdefault(case.conversation, [0.0] * 7)
        flags = (changed, is_whole, changed and clear, clear)
        for index, value in enumerate((*counts(case, rewrite), *flags)):
            group[index] += value
    table = np.array(list(groups.values()))
    totals = table.sum(axis=0)
    result: dict[str, Any] = {
        **{name: round(value, 4) for name, value in rates(totals[:3]).items()},
        "harm": round(float(totals[3] / totals[4]), 4) if totals[4] else 0.0,
        "stand_alone_questions": int(totals[4]),
        "harm_without_pronouns": round(float(totals[5] / totals[6]), 4) if totals[6] else 0.0,
        "stand_alone_questions_without_pronouns": int(totals[6]),
    }
    draws = np.random.default_rng(0).integers(0, len(table), (1000, len(table)))
    sums = table[draws].sum(axis=1)
    f1 = [rates(row[:3])["f1"] for row in sums]
    harm = sums[:, 3] / np.maximum(1, sums[:, 4])
    result["f1_interval"] = [round(float(value), 4) for value in np.percentile(f1, [2.5, 97.5])]
    result["harm_interval"] = [round(float(value), 4) for value in np.percentile(harm, [2.5, 97.5])]
    return result


def evaluate(data: Path, names: Sequence[str], show: Callable[[Case, str], None] | None = None) -> dict[str, Any]:
    """The report: every system on every named set, with the time per question of ours."""
    report: dict[str, Any] = {}
    for name in names:
        cases = read_cases(data / "rewrite" / f"{name}.jsonl.gz")
        milliseconds = []
        for case in cases:
            begun = time.process_time()
            rewrite = ours(case)
            milliseconds.append(1000 * (time.process_time() - begun))
            if show:
                show(case, rewrite)
        systems: Mapping[str, Callable[[Case], str]] = {"ours": ours, "nothing": nothing, "prepend": prepend}
        report[name] = {
            "split": SETS[name],
            "questions": len(cases),
            **{system: measure(cases, run) for system, run in systems.items()},
            "processor_ms_p50": round(float(np.percentile(milliseconds, 50)), 3),
            "processor_ms_p95": round(float(np.percentile(milliseconds, 95)), 3),
        }
    return report


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


def main(argv: Sequence[str] | None = None) -> int:
    """Measures and prints one JSON object on stdout."""
    parser = argparse.ArgumentParser(description="Follow-up rewriting against human rewrites.")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds rewrite/")
    parser.add_argument("--sets", nargs="+", choices=sorted(SETS), default=list(SETS))
    parser.add_argument("--show", action="store_true", help="also list each question's rewrite on stderr")
    parser.add_argument("--whole", action="store_true", help="measure harm on stand-alone questions instead")
    parser.add_argument("--seeds", type=Path, default=Path("seeds/questions.jsonl"), help="the sample question set")
    arguments = parser.parse_args(argv)
    if arguments.whole:
        print(json.dumps(measure_harm(arguments.data, arguments.seeds), indent=1))
        return 0

    def show(case: Case, rewrite: str) -> None:
        sys.stderr.write(f"{case.id}\n  Q {case.question}\n  O {rewrite}\n  H {case.rewrite}\n")

    report = evaluate(arguments.data, arguments.sets, show if arguments.show else None)
    print(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
