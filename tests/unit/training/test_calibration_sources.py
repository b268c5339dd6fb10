"""Where the questions of a calibration come from, and when an answer to one is right."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.unit.training import tiny
from training import calibration_sources
from training.calibration_sources import (
    Case,
    people_sources,
    sample_source,
    squad_source,
    write_articles,
)

TOWNS = 40
THINGS = ("mill", "bridge", "church", "market")


def town(number: int) -> dict[str, object]:
    """One article a town, each with a question that it answers and one that it does not."""
    context = " ".join(f"The {thing} of town {number} was built by master {thing}{number}." for thing in THINGS)
    entries = [
        {
            "id": f"{number}-{place}",
            "question": question,
            "answers": [{"text": answer, "answer_start": context.index(answer)}] if answer else [],
        }
        for place, (question, answer) in enumerate(
            [
                *((f"Who built the {thing} of town {number}?", f"master {thing}{number}") for thing in THINGS),
                (f"Who sold the harbour of town {number}?", ""),
            ]
        )
    ]
    return {"title": f"Town_{number}", "paragraphs": [{"context": context, "qas": entries}]}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "train"
    folder.mkdir(parents=True)
    with gzip.open(folder / "train-v2-reconstructed.json.gz", "wt", encoding="utf-8") as stream:
        json.dump({"data": [town(number) for number in range(TOWNS)]}, stream)
    return folder.parent


def test_the_encyclopaedia_is_asked_what_it_answers_what_it_does_not_and_what_it_lacks(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration_sources, "OTHER_ARTICLES", 6)
    source = squad_source(data, tmp_path / "articles", 40, seed=1)
    stored = "\n".join(path.read_text(encoding="utf-8") for path in (tmp_path / "articles").glob("*.md"))
    assert stored.count("title:") == 26
    answered = [case for case in source.cases if case.answers]
    assert len(answered) == round(0.45 * 40)
    assert all(case.answers[0] in stored for case in answered)
    absent = [case for case in source.cases if case.question.split()[-1].rstrip("?") not in stored]
    assert not any(case.answers for case in absent)
    assert sum("harbour" in case.question for case in source.cases) == round(0.20 * 40)
    assert source == squad_source(data, tmp_path / "articles", 40, seed=1)


def test_people_are_due_an_answer_or_a_refusal(tmp_path: Path) -> None:
    row = {"store": "news", "question": "Who?", "history": [], "all_of": [], "forbid": ["Ben"], "answers": ["Ada"]}
    rows = [
        {**row, "expect": "answer"},
        {**row, "expect": "refuse", "question": "Who not?"},
        {**row, "expect": "passages", "question": "About?"},
        {**row, "expect": "answer", "history": ["Earlier?"]},
        {**row, "expect": "answer", "all_of": ["Ada", "Eve"]},
    ]
    path = tmp_path / "people.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (source,) = people_sources(path, {"news": tmp_path})
    assert source.is_people
    assert source.cases == (Case("Who?", ("Ada",), ("Ben",)), Case("Who not?", (), ("Ben",)))


def test_an_answer_is_right_without_what_is_forbidden() -> None:
    case = Case("Who?", ("Ada Finch",), ("Ben Marsh",))
    assert case.accepts("the mayor, Ada Finch")
    assert not case.accepts("Ada Finch and Ben Marsh")
    assert not case.accepts("Ben Marsh")
    assert not Case("Who?", ()).accepts("Ada Finch")


def test_the_samples_are_the_dev_split_without_follow_ups(tmp_path: Path) -> None:
    rows = [
        {"id": "d1", "question": "When did it burn?", "answers": ["1911"], "split": "dev"},
        {"id": "d2", "question": "And then?", "answers": ["It stood"], "split": "dev", "history": ["When?"]},
        {"id": "t1", "question": "What burned?", "answers": ["The mill"], "split": "test"},
    ]
    (tmp_path / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "mill.md").write_text("# Mill\n\nIt burned in 1911.\n")
    source = sample_source(tmp_path, tmp_path.parent / "copied")
    assert [case.question for case in source.cases] == ["When did it burn?"]
    assert [path.name for path in source.articles.iterdir()] == ["mill.md"]


def test_each_article_is_one_file_with_each_paragraph_once(tmp_path: Path) -> None:
    write_articles([example for example in tiny.examples(9) if example.title], tmp_path)
    (file,) = sorted(tmp_path.glob("*.md"))
    text = file.read_text(encoding="utf-8")
    assert text.startswith('---\ntitle: "mill bridge"\n---\n')
    assert text.count("lives in") == 18
