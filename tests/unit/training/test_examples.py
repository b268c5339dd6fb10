"""Loading training data: every offset right, the dev articles held out."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from training.examples import (
    Example,
    choose_dev_titles,
    few_per_context,
    load_training_data,
    read_rows,
    read_squad,
    readable_title,
)


def write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)


def row(number: int, context: str = "The Luno ran aground.", answer: str = "The Luno") -> dict[str, object]:
    answers = [{"text": answer, "answer_start": context.index(answer)}] if answer else []
    return {
        "id": str(number),
        "title": "",
        "context": context,
        "question": f"Which ship is number {number}? ",
        "answers": answers,
        "source": "qamr/dev/wikinews",
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "train"
    folder.mkdir()
    articles = [
        {
            "title": f"Town_{number}",
            "paragraphs": [
                {
                    "context": f"Town {number} has a mill.",
                    "qas": [
                        {
                            "id": f"{number}-a",
                            "question": "What has it?",
                            "answers": [{"text": "a mill", "answer_start": 13}],
                        },
                        {"id": f"{number}-b", "question": "What has it not?", "answers": []},
                    ],
                }
            ],
        }
        for number in range(100, 130)
    ]
    with gzip.open(folder / "train-v2-reconstructed.json.gz", "wt", encoding="utf-8") as stream:
        json.dump({"version": "2", "data": articles}, stream)
    write_rows(folder / "qamr.jsonl.gz", [row(number) for number in range(9)])
    for name in ("qadiscourse", "quoref_superni", "timeqa_human", "torque_multispan"):
        write_rows(folder / f"{name}.jsonl.gz", [row(1)])
    return tmp_path


def test_train_and_dev_share_no_article(data: Path) -> None:
    train, dev = load_training_data(data)
    assert {example.title for example in dev}.isdisjoint(example.title for example in train)
    assert len({example.title for example in dev}) == 20
    assert len(train) == 2 * 10 + 4 + 4


def test_the_test_set_is_never_opened(data: Path) -> None:
    assert not (data / "train" / "dev-v2-reconstructed.json.gz").exists()
    load_training_data(data)


def test_every_answer_is_where_it_says(data: Path) -> None:
    for examples in load_training_data(data):
        for example in examples:
            for text, start in example.answers:
                assert example.context[start : start + len(text)] == text


def test_dev_titles_do_not_depend_on_the_order() -> None:
    examples = [Example(str(n), f"title {n}", "", "", (), "squad") for n in range(50)]
    assert choose_dev_titles(examples, 5) == choose_dev_titles(examples[::-1], 5)
    assert len(choose_dev_titles(examples, 5)) == 5


def test_titles_become_readable() -> None:
    assert readable_title("Saint_Barth%C3%A9lemy") == "Saint Barthélemy"


def test_unanswerable_questions_have_no_answers(data: Path) -> None:
    examples = read_squad(data / "train" / "train-v2-reconstructed.json.gz")
    assert [bool(example.answers) for example in examples[:2]] == [True, False]


def test_closing_marks_are_not_learned(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl.gz", [row(1, "It sank in May. Then", "May."), row(2, "So.", "")])
    first, second = read_rows(tmp_path / "rows.jsonl.gz")
    assert first.answers == (("May", 11),)
    assert second.answers == ()
    assert first.source == "qamr"


def test_few_questions_of_each_context_are_kept_the_same_ones_each_time() -> None:
    examples = [Example(str(n), "", f"context {n % 2}", "", (), "qamr") for n in range(20)]
    kept = few_per_context(examples, 3, seed=5)
    assert [example.context for example in kept] == ["context 0"] * 3 + ["context 1"] * 3
    assert kept == few_per_context(examples, 3, seed=5)
    assert kept != few_per_context(examples, 3, seed=6)
