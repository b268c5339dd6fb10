from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import open_domain
from benchmarks.open_domain import Row, ask_all, figures_of, row_of, section
from benchmarks.squad_articles import Questions, choose_questions, read_test, read_written, write_articles
from rag.ingest.reading import read_article
from rag.records import Answer, Citation, Quote
from rag.settings import AnswerSettings, IngestSettings
from training.examples import Example


def example(number: int, answer: str | None = "Oslo", title: str = "Norway") -> Example:
    context = "The capital is Oslo."
    answers = () if answer is None else ((answer, context.index(answer)),)
    return Example(f"e{number}", title, context, f"What is the capital {number}?", answers, "squad")


def answer(text: str | None, confidence: float, title: str = "Norway", answered: bool = True) -> Answer:
    quote = Quote(0, 20, "The capital is Oslo.")
    citation = Citation("a" * 16, title, "000.md", None, 15, 19, "Oslo", quote, confidence)
    cited = (citation,) if answered else ()
    return Answer("q", "q", answered, text if answered else None, confidence, cited, reason=None if answered else "No.")


def test_an_answer_is_judged_by_words_article_and_quote() -> None:
    row = row_of("answerable", example(1), answer("Oslo", 0.9), answer("in Oslo", 0.9), 5.0)
    assert (row.exact, row.f1, row.right, row.right_article, row.quote_contains) == (
        0.0,
        pytest.approx(2 / 3),
        True,
        True,
        True,
    )
    elsewhere = row_of("answerable", example(1), answer("Rome", 0.9, "Italy"), answer("Rome", 0.9, "Italy"), 5.0)
    assert (elsewhere.right, elsewhere.right_article, elsewhere.f1) == (False, False, 0.0)


def test_no_answer_to_a_question_without_one_is_never_right() -> None:
    row = row_of("unanswerable", example(1, None), answer("Oslo", 0.2), answer("Oslo", 0.2), 5.0)
    assert (row.right, row.exact, row.f1, row.quote_contains) == (False, 0.0, 0.0, False)


class Asked:
    """Answers with a threshold of 0.5; counts the questions."""

    def __init__(self) -> None:
        self.settings = SimpleNamespace(answer=AnswerSettings())
        self.asked: list[tuple[str, float | None]] = []

    def load(self) -> None: ...

    def ask(self, question: str, answering: AnswerSettings | None = None) -> Answer:
        settings = answering or self.settings.answer
        self.asked.append((question, settings.abstain_below))
        confidence = 0.1 if question.endswith("2?") else 0.9
        return answer("Oslo", confidence, answered=confidence >= 0.5 or settings.abstain_below == 0.0)


def test_what_was_held_back_is_asked_for_without_a_threshold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_domain, "span_chooser", lambda _: lambda question: "the Oslo")
    assistant: Any = Asked()
    questions = Questions((example(1), example(2)), (example(3, None),), (), ())
    rows = ask_all(assistant, questions, lambda stage, done, total: None)
    assert [(row.group, row.answered, row.right) for row in rows] == [
        ("answerable", True, True),
        ("answerable", False, True),
        ("unanswerable", True, False),
    ]
    assert [(row.span_exact, row.span_f1) for row in rows] == [(1.0, 1.0), (1.0, 1.0), (0.0, 0.0)]
    assert assistant.asked[1:3] == [("What is the capital 2?", None), ("What is the capital 2?", 0.0)]


def rows() -> list[Row]:
    def row(group: str, answered: bool, confidence: float, right: bool) -> Row:
        return Row(group, answered, confidence, 0.0, 0.25, right, right, right, 10.0, float(right), float(right))

    return [
        row("answerable", True, 0.9, True),
        row("answerable", True, 0.8, False),
        row("answerable", False, 0.3, True),
        row("answerable", True, 0.7, True),
        row("unanswerable", False, 0.2, False),
        row("unanswerable", False, 0.1, False),
        row("unanswerable", True, 0.6, False),
        row("absent", True, 0.95, False),
        row("absent", False, 0.05, False),
        row("written", False, 0.01, False),
    ]


def test_the_figures_are_those_of_the_rows() -> None:
    figures = figures_of(rows())
    always, abstaining = figures["always_answering"], figures["abstaining"]
    assert (always["exact_match"]["value"], always["f1"]["value"]) == (0.75, 0.75)
    assert (always["shown_exact_match"]["value"], always["shown_f1"]["value"]) == (0.0, 0.25)
    assert abstaining["ece"]["value"] == pytest.approx((0.1 + 0.8 + 0.7 + 0.3 + 0.2 + 0.1 + 0.6) / 7, abs=1e-4)
    # Right 0.9, 0.3, 0.7 against 0.8, 0.2, 0.1, 0.6: 4 + 2 + 3 of 12 pairs.
    assert abstaining["auroc"]["value"] == 0.75
    assert abstaining["refusal_precision"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert abstaining["refusal_recall"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert abstaining["right_when_answered"]["value"] == 0.5
    assert abstaining["answerable_answered"]["value"] == 0.75
    # The questions of absent articles are in no figure but their own.
    assert (figures["refused"]["absent"]["value"], figures["refused"]["written"]["value"]) == (0.5, 1.0)
    assert sum(one["questions"] for one in figures["reliability"]) == 7
    last = figures["risk_coverage"][-1]
    assert (last["coverage"], last["risk"]) == (1.0, pytest.approx(4 / 7, abs=1e-4))


def test_the_figures_are_rendered() -> None:
    speed = {
        "questions": 3,
        "ask": {"p50_ms": 30.0, "p95_ms": 40.0},
        "models": {"p50_ms": 25.0, "p95_ms": 35.0},
        "ratio_p50": 1.2,
    }
    asked = {"answerable": 4, "unanswerable": 3, "absent": 2, "written": 1}
    page = section({"articles": 48, "passages": 2800, "questions": asked, "speed": speed, **figures_of(rows())})
    assert "| exact match of the span that was chosen | 75.0 (" in page
    assert "| exact match of the answer that is shown | 0.0 (" in page
    assert "1.20 ×" in page


def write_squad(path: Path, titles: Sequence[str]) -> None:
    data = [
        {
            "title": title,
            "paragraphs": [
                {
                    "context": f"{title} has a capital, Oslo.",
                    "qas": [
                        {
                            "id": f"{title}-{number}",
                            "question": f"What is capital {number}?",
                            "answers": [{"text": "Oslo", "answer_start": len(title) + 16}] if number else [],
                        }
                        for number in range(3)
                    ],
                }
            ],
        }
        for title in titles
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(json.dumps({"data": data}).encode()))


def test_questions_are_chosen_by_the_seed_and_absent_ones_come_from_other_articles(tmp_path: Path) -> None:
    write_squad(tmp_path / "train" / "dev-v2-reconstructed.json.gz", ["Norway", "Chad"])
    write_squad(tmp_path / "train" / "train-v2-reconstructed.json.gz", [f"Town {number}" for number in range(30)])
    test = read_test(tmp_path)
    few, all_of_them = (choose_questions(tmp_path, test, count, seed=3) for count in (2, 50))
    assert few.answerable == all_of_them.answerable[:2]
    assert (len(all_of_them.answerable), len(all_of_them.unanswerable), len(all_of_them.absent)) == (4, 2, 12)
    assert len(few.absent) == 1
    assert not {one.title for one in all_of_them.absent} & {"Norway", "Chad"}
    assert choose_questions(tmp_path, test, 50, seed=4).answerable != all_of_them.answerable


def test_articles_are_files_that_the_product_reads_with_their_titles(tmp_path: Path) -> None:
    written = write_articles([example(1, title='A "quoted": title'), example(2, title="Norway")], tmp_path)
    assert written == 2
    articles = [read_article(path, IngestSettings()).article for path in sorted(tmp_path.iterdir())]
    assert [article.title for article in articles] == ['A "quoted": title', "Norway"]
    assert "The capital is Oslo." in articles[0].text


def test_the_written_questions_are_a_question_set_without_answers() -> None:
    questions = read_written()
    assert len(questions) >= 50
    assert len({one.question for one in questions}) == len(questions)
    assert not any(one.answers for one in questions)


def test_asking_is_timed_beside_the_models() -> None:
    calls: list[str] = []

    def called(name: str, result: Any = None) -> Any:
        return lambda *arguments, **named: calls.append(name) or result

    assistant: Any = SimpleNamespace(
        settings=SimpleNamespace(answer=AnswerSettings(), retrieve=SimpleNamespace(candidates=5, title_weight=0.2)),
        encoder=SimpleNamespace(encode=called("encode", [0])),
        reader=SimpleNamespace(read=called("read")),
        store=SimpleNamespace(search_words=called("words"), search_vectors=called("vectors")),
        retrieve=called("retrieve", []),
        ask=called("ask"),
    )
    speed = open_domain.time_beside_models(assistant, ["one", "two"], lambda done: None)
    models = ["encode", "words", "vectors", "read"]
    assert calls == ["retrieve", "ask", *models, "retrieve", *models, "ask"]
    assert speed["questions"] == 2
