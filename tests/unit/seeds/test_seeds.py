from __future__ import annotations

import json
import os
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[3]
SEEDS = PROJECT / "seeds"
RAW_ARTICLES = PROJECT.parent / "shared" / "seeds"
ARTICLES = sorted(SEEDS.glob("*.md"))
DIGESTS = [path for path in ARTICLES if path.name.startswith("digest-")]
PAIRS = [
    (path, path.with_name(path.name.replace("-a.md", "-b.md"))) for path in ARTICLES if path.name.endswith("-a.md")
]
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
QUOTATION = re.compile(r'"[^"]*"')
LONGEST_SHARED_RUN = 7


def split_front_matter(path: Path) -> tuple[dict[str, Any], str]:
    opening, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    assert opening == ""
    return yaml.safe_load(front), body


def read_body(source: str) -> str:
    return split_front_matter(SEEDS / source)[1]


def read_questions() -> list[dict[str, Any]]:
    lines = (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


QUESTIONS = read_questions()
ANSWERABLE = [row for row in QUESTIONS if row["answers"]]
UNANSWERABLE = [row for row in QUESTIONS if not row["answers"]]
DIFFERING = [row for row in QUESTIONS if row["kind"] == "differs"]


def by_id(row: dict[str, Any]) -> str:
    return str(row["id"])


def straighten(text: str) -> str:
    return text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})


def word_runs(text: str, length: int) -> set[str]:
    words = [word.lower() for word in WORD.findall(straighten(text))]
    return {" ".join(words[start : start + length]) for start in range(len(words) - length + 1)}


def runs_outside_quotations(text: str, length: int) -> set[str]:
    parts = QUOTATION.split(straighten(text))
    return set().union(*(word_runs(part, length) for part in parts))


def test_folder_holds_the_promised_articles() -> None:
    assert len(DIGESTS) == 4
    assert len(PAIRS) == 3
    assert all(second.is_file() for _, second in PAIRS)
    assert len([path for path in ARTICLES if path.name.startswith("background-")]) >= 12


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.name)
def test_every_article_has_title_and_date(path: Path) -> None:
    front, body = split_front_matter(path)
    assert isinstance(front["title"], str)
    assert front["title"].strip()
    assert isinstance(front["published"], date)
    assert body.strip()


@pytest.mark.parametrize("path", DIGESTS, ids=lambda path: path.name)
def test_digest_names_the_original_and_keeps_its_length(path: Path) -> None:
    front, body = split_front_matter(path)
    assert front["about"].strip()
    assert 300 <= len(body.split()) <= 600


@pytest.mark.parametrize("path", [path for path in ARTICLES if "oskerby" in path.name], ids=lambda path: path.name)
def test_invented_news_says_that_it_is_invented(path: Path) -> None:
    front, body = split_front_matter(path)
    assert front["title"].startswith("Fictional sample")
    assert "fictional sample" in body.split("\n\n")[0]


@pytest.mark.shared
@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.name)
def test_no_article_repeats_a_run_of_words_of_the_raw_articles(path: Path) -> None:
    if not RAW_ARTICLES.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the raw articles are missing: {RAW_ARTICLES}")
        pytest.skip(f"the raw articles do not lie beside the project ({RAW_ARTICLES})")
    raw_texts = [raw.read_text(encoding="utf-8") for raw in sorted(RAW_ARTICLES.glob("*.txt"))]
    assert raw_texts
    length = LONGEST_SHARED_RUN + 1
    raw_runs = set().union(*(word_runs(raw, length) for raw in raw_texts))
    assert runs_outside_quotations(read_body(path.name), length) & raw_runs == set()


def test_questions_have_the_contract_fields() -> None:
    for row in QUESTIONS:
        assert set(row) == {"id", "question", "answers", "source", "history", "split", "kind"}
        assert row["id"] == row["id"].strip() != ""
        assert row["question"].endswith("?")
        assert all(isinstance(text, str) and text == text.strip() != "" for text in row["answers"] + row["history"])
        assert row["kind"] in {"answerable", "differs", "near_miss", "absent"}
        assert row["split"] in {"dev", "test"}
        assert bool(row["answers"]) == (row["source"] is not None) == (row["kind"] in {"answerable", "differs"})


def test_ids_and_conversations_are_unique() -> None:
    assert Counter(by_id(row) for row in QUESTIONS).most_common(1)[0][1] == 1
    asked = Counter((*row["history"], row["question"]) for row in QUESTIONS)
    assert [question for question, count in asked.items() if count > 1] == []


@pytest.mark.parametrize("row", [row for row in ANSWERABLE if row not in DIFFERING], ids=by_id)
def test_every_answer_stands_verbatim_in_its_source(row: dict[str, Any]) -> None:
    body = read_body(row["source"])
    assert 1 <= len(row["answers"]) <= 4
    assert [answer for answer in row["answers"] if answer not in body] == []


@pytest.mark.parametrize("row", DIFFERING, ids=by_id)
def test_differing_answers_come_from_both_accounts(row: dict[str, Any]) -> None:
    first, second = next(pair for pair in PAIRS if row["source"] in {path.name for path in pair})
    in_first = {answer for answer in row["answers"] if answer in read_body(first.name)}
    in_second = {answer for answer in row["answers"] if answer in read_body(second.name)}
    assert in_first
    assert in_second
    assert not in_first & in_second
    assert in_first | in_second == set(row["answers"])


def test_every_pair_has_its_question() -> None:
    asked_about = {row["source"].removesuffix("-a.md").removesuffix("-b.md") for row in DIFFERING}
    assert asked_about == {first.name.removesuffix("-a.md") for first, _ in PAIRS}


def test_counts_and_shares_are_as_promised() -> None:
    kinds = Counter(row["kind"] for row in UNANSWERABLE)
    assert len(QUESTIONS) >= 120
    assert len(UNANSWERABLE) >= len(QUESTIONS) / 4
    assert kinds["near_miss"] >= len(UNANSWERABLE) / 2
    assert kinds["absent"] >= len(UNANSWERABLE) / 3
    assert sum(bool(row["history"]) for row in QUESTIONS) >= 20


@pytest.mark.parametrize(
    "rows",
    [QUESTIONS, ANSWERABLE, UNANSWERABLE, [row for row in QUESTIONS if row["history"]]],
    ids=["all", "answerable", "unanswerable", "with-history"],
)
def test_splits_are_balanced(rows: list[dict[str, Any]]) -> None:
    splits = Counter(row["split"] for row in rows)
    assert abs(splits["dev"] - splits["test"]) <= max(2, len(rows) // 20)


def test_every_article_is_asked_about() -> None:
    covered = {row["source"] for row in ANSWERABLE}
    assert [path.name for path in ARTICLES if path.name not in covered] == []


def test_readme_names_pairs_and_counts() -> None:
    readme = (SEEDS.parent / "docs" / "sample-articles.md").read_text(encoding="utf-8")
    assert all(path.name in readme for pair in PAIRS for path in pair)
    for rows, name in [(QUESTIONS, "questions"), (ANSWERABLE, "answerable"), (UNANSWERABLE, "unanswerable")]:
        assert f"| {name} | {len(rows)} |" in readme
