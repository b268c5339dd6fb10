"""The smaller parts: store sizes, conversations, the reader's own figures, the sample questions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import follow_ups, lists, reader, samples, scaling
from benchmarks.results import quality_figures
from rag.index.store import Store
from rag.settings import IndexSettings

SENTENCES = ["The mill stands by the river.", "Nobody opened the bridge.", "It rained, they say, for a week."]


def test_made_articles_hold_as_many_passages_as_asked_and_their_offsets_are_exact() -> None:
    made = list(scaling.made_articles(SENTENCES, scaling.PASSAGES_PER_ARTICLE + 3, seed=1))
    assert [len(passages) for _, passages in made] == [scaling.PASSAGES_PER_ARTICLE, 3]
    for article, passages in made:
        for passage in passages:
            assert [one.of(article.text) in SENTENCES for one in passage.sentences] == [True] * 5
            assert (passage.start, passage.end) == (passage.sentences[0].start, passage.sentences[-1].end)


def test_a_made_article_can_be_stored_and_found(tmp_path: Path) -> None:
    with Store(tmp_path, IndexSettings()) as store:
        for article, passages in scaling.made_articles(SENTENCES, 3, seed=1):
            store.put(article, passages, np.eye(3, 4, dtype=np.float32))
        assert store.count_passages() == 3
        assert len(store.search_words("bridge", 5)) == 3


def test_sizes_are_rendered() -> None:
    step = {"p50_ms": 1.0, "p95_ms": 2.0}
    one = {"passages": 1000, "first_search_ms": 9.0, "peak_mb": 700.0, "models_mb": 600.0, "disk_mb": 5.0}
    steps = dict.fromkeys(("encode", "words", "vectors", "retrieve", "ask"), step)
    page = scaling.section({"asked": 100, "sizes": {"1000": {**one, **steps, "build_seconds": 3.0}}})
    assert "| 1,000 | 1.0 / 2.0 | 1.0 / 2.0 | 1.0 / 2.0 | 1.0 / 2.0 | 9 | 700 | 5 | 3.0 |" in page


def test_rewriting_is_measured_with_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    system = {
        "precision": 0.5, "recall": 0.4, "f1": {"value": 0.44, "low": 0.4, "high": 0.5},
        "harm": {"value": 0.01, "low": 0, "high": 0.02},
    }  # fmt: skip
    measured: dict[str, Any] = {
        "split": "test", "questions": 7, "processor_ms_p50": 0.5, **dict.fromkeys(follow_ups.SYSTEMS, system),
    }  # fmt: skip
    figures = {"canard_dev": measured}
    assert [name for name, _ in quality_figures(figures)][:2] == ["canard_dev.ours.f1", "canard_dev.ours.harm"]
    assert "| canard_dev (test, 7) | ours | 50.0 | 40.0 | 44.0 (40.0–50.0) | 1.0 (0.0–2.0) |" in (
        follow_ups.section(figures)
    )


def test_list_questions_are_rendered_with_intervals() -> None:
    table = {"precision": 0.5, "recall": 0.4, "f1": {"value": 0.44, "low": 0.4, "high": 0.5}}
    systems = {name: {"exact": table, "partial": table} for name in lists.SYSTEMS}
    figures = {"questions": 653, "processor_ms_p50": 0.2, **systems, "recognised": {"share": 0.7, **systems}}
    assert len(list(quality_figures(figures))) == 8
    row = "| the answer's citations | whole spans | 50.0 | 40.0 | 44.0 (40.0–50.0) |"
    assert lists.section(figures).count(row) == 2


def test_the_reader_s_figures_are_rendered() -> None:
    rate = {"value": 0.7, "low": 0.6, "high": 0.8}
    answered: dict[str, Any] = {"questions": 9, "exact_match": rate, "f1": rate}
    groups = {"by_kind": {"who": answered}, "by_answer_words": {"1": answered}}
    document = {
        "reader": "made-up",
        "dev": answered | groups,
        "squad_v1": answered | groups,
        "nq_open_oracle": answered | groups,
        "with_unanswerable": answered | {"unanswerable": 4, "auroc": rate, "threshold_from": "3 questions"},
        "speed": {
            "threads": 2,
            "tokens": 200,
            "8 passages": {"ours_ms": 20.0, "plain_float32_ms": 80.0, "share": 0.25},
        },
    }
    page = reader.section(document)
    assert "| SQuAD v1.1, test | 9 | 70.0 (60.0–80.0) | 70.0 (60.0–80.0) |" in page
    assert "| 8 passages | 20.0 | 80.0 | 0.25 × |" in page


def test_the_sample_questions_are_rendered() -> None:
    rate = {"value": 0.7, "low": 0.6, "high": 0.8}
    names = [name.replace(".", "_") for name in samples.SHOWN]
    figures: dict[str, Any] = {
        "questions": 75, "answerable_questions": 50, "follow_up_questions": 8,
        **dict.fromkeys([*names, "answerable_cited_rightly", "follow_ups_right"], rate),
    }  # fmt: skip
    assert "| follow-ups right (8 questions) | 70.0 (60.0–80.0) |" in samples.section(figures)
