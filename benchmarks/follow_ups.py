"""How well follow-up questions are made to stand alone, against human rewrites.

Per set: precision, recall and F1 of the added terms (normalised content words of the rewrite that are not in the
question, micro-averaged), for ours and for two baselines (leave the question alone; put the whole previous question
before it), and harm: the share of questions whose human rewrite equals the question that we changed (given again for
those that hold no third-person pronoun: a person who left "he" in place did not make the question stand alone).
Intervals are 95 % bootstrap intervals over conversations. Times are processor time per question.

Conversations become histories like this. CAsT rows hold questions only: each is a plain string. CANARD rows begin
with a page title and a section title, then alternate questions and answers: the two titles become plain strings, as
if the user had named them; each exchange becomes an ``Answer`` whose citation carries the page title and the answer
as quote, and whose ``searched_for`` is our own rewrite of that question, as in use.
"""

from __future__ import annotations

import gzip
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.markdown import number, share, table
from benchmarks.protocol import Measured, Setup
from rag.language.english.function_words import THIRD_PERSON
from rag.question.follow_ups.rewriting import stand_alone
from rag.question.follow_ups.words import terms, tokenize
from rag.records import Answer, Citation, Quote

SYSTEMS = {"ours": "ours", "nothing": "leave the question alone", "prepend": "put the previous question before it"}
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


def figures_of(cases: Sequence[Case], system: Callable[[Case], str]) -> dict[str, Any]:
    """All figures of one system on one set."""
    groups: dict[str, list[float]] = {}
    for case in cases:
        rewrite = system(case)
        is_whole = normalised(case.question) == normalised(case.rewrite)
        changed = is_whole and rewrite != case.question
        clear = is_whole and not any(token.lower in THIRD_PERSON for token in tokenize(case.question))
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
    for name, drawn in (("f1", f1), ("harm", harm)):
        low, high = np.percentile(drawn, [2.5, 97.5])
        result[name] = {"value": result[name], "low": round(float(low), 4), "high": round(float(high), 4)}
    return result


def measure(setup: Setup) -> Measured:
    """Every set, whole: every system, with the time per question of ours."""
    figures: dict[str, Any] = {}
    for done, (name, split) in enumerate(SETS.items()):
        setup.progress("rewriting", done, len(SETS))
        cases = read_cases(setup.file(f"rewrite/{name}.jsonl.gz"))
        milliseconds = []
        for case in cases:
            begun = time.process_time()
            ours(case)
            milliseconds.append(1000 * (time.process_time() - begun))
        systems: Mapping[str, Callable[[Case], str]] = {"ours": ours, "nothing": nothing, "prepend": prepend}
        figures[name] = {
            "split": split,
            "questions": len(cases),
            **{system: figures_of(cases, rewrite) for system, rewrite in systems.items()},
            "processor_ms_p50": round(float(np.percentile(milliseconds, 50)), 3),
            "processor_ms_p95": round(float(np.percentile(milliseconds, 95)), 3),
        }
    return Measured(figures, {name: one["questions"] for name, one in figures.items()})


def section(figures: Mapping[str, Any]) -> str:
    """Added terms and harm of each system on each set."""
    rows = [
        [
            f"{name} ({one['split']}, {one['questions']:,})",
            title,
            share(one[system]["precision"]),
            share(one[system]["recall"]),
            share(one[system]["f1"]),
            share(one[system]["harm"]),
        ]
        for name, one in figures.items()
        for system, title in SYSTEMS.items()
    ]
    spent = ", ".join(f"{name} {number(one['processor_ms_p50'], 2)} ms" for name, one in figures.items())
    return (
        table(["set", "", "precision, %", "recall, %", "F1, %", "harm, %"], rows)
        + "\n\nPrecision, recall and F1 of the terms added to the question, against a person's rewrite; harm is the "
        f"share of questions that stand alone and were changed all the same. Processor time, median: {spent}."
    )
