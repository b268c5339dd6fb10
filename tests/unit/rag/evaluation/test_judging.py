from __future__ import annotations

import math
from typing import Any

import pytest

from rag.evaluation.judging import judge
from rag.evaluation.questions import Question
from rag.evaluation.records import QuestionOutcome
from rag.records import Answer, Article, Citation, Passage, Quote, Retrieved

TEXTS = {
    "a": Article("a", "A", "a.md", "/x/a.md", "Ida cut it. Petra sells bread. It cost 12 pounds."),
    "b": Article("b", "B", "b.md", "/x/b.md", "Ida cut it twice. It cost 2012 pounds."),
}


def passage(article: str, start: int, end: int) -> Retrieved:
    return Retrieved(Passage(article, start, end), 1.0, TEXTS[article])


A_CUT, A_COST = passage("a", 0, 11), passage("a", 31, 49)
B_CUT, B_COST = passage("b", 0, 17), passage("b", 18, 38)


def judged(question: Question, retrieved: list[Retrieved], answer: Answer | None = None) -> QuestionOutcome:
    abstained = Answer(question.question, question.question, False, None, 0.2)
    named = {f"{key}.md": article for key, article in TEXTS.items()}
    return judge(question, answer or abstained, retrieved, 1.0, article_of=TEXTS.get, article_named=named.get)


def hits(question: Question, retrieved: list[Retrieved]) -> list[bool]:
    return [one.hit for one in judged(question, retrieved).retrieved]


def ask(**changes: Any) -> Question:
    return Question("q", "Who?", **changes)


def test_a_hit_is_from_the_source_and_states_the_answer() -> None:
    assert hits(ask(answers=("Ida",), source="a.md"), [B_CUT, A_COST, A_CUT]) == [False, False, True]
    assert hits(ask(answers=("12",), source=None), [B_COST, A_COST]) == [False, True]


def test_without_answers_or_when_the_source_never_states_one_the_article_counts() -> None:
    assert hits(ask(answers=None, source="a.md"), [B_CUT, A_COST]) == [False, True]
    assert hits(ask(answers=("Ida Quill",), source="a.md"), [B_CUT, A_COST]) == [False, True]


def test_nothing_to_find_is_not_judged() -> None:
    outcome = judged(ask(answers=(), source=None), [A_CUT])
    assert (outcome.recall, outcome.reciprocal_rank, outcome.ndcg) == ((), None, None)
    assert [one.hit for one in outcome.retrieved] == [False]


def test_only_the_first_hit_counts() -> None:
    outcome = judged(ask(answers=("Ida",)), [B_COST, B_CUT, A_CUT])
    assert outcome.recall[:3] == (0.0, 1.0, 1.0)
    assert outcome.reciprocal_rank == 0.5
    assert outcome.ndcg == pytest.approx(1 / math.log2(3))


def test_graded_judgements_rank_articles() -> None:
    question = ask(answers=None, relevant={"a.md": 1, "b.md": 3, "c.md": 0})
    outcome = judged(question, [A_CUT, A_COST, B_CUT])
    assert outcome.recall[:2] == (0.5, 1.0)
    assert outcome.ndcg == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))
    assert [one.hit for one in outcome.retrieved] == [True, True, True]


@pytest.mark.parametrize(
    ("acceptable", "answer", "right"),
    [
        (("Ida Quill",), "Ida Quill", True),
        (("Ida",), "Mayor Ida Quill and the whole band of the town", True),
        (("Mayor Ida Quill",), "Ida Quill", True),
        (("Mayor Ida Quill of Oskerby",), "Ida", False),
        (("Ida",), "Petra", False),
        (("Ida",), None, False),
        ((), "Ida", False),
        ((), None, True),
        (None, "Ida", None),
    ],
)
def test_right(acceptable: tuple[str, ...] | None, answer: str | None, right: bool | None) -> None:
    given = Answer("Who?", "Who?", answer is not None, answer, 0.5)
    outcome = judged(ask(answers=acceptable), [B_COST], given)
    assert outcome.right is right
    assert outcome.failed is (right is not True)


def test_texts_are_kept_for_failures_only() -> None:
    wrong = judged(ask(answers=("Ida",)), [A_CUT] * 7)
    assert [one.text is None for one in wrong.retrieved] == [False] * 5 + [True] * 2
    right = judged(ask(answers=()), [A_CUT] * 7)
    assert {one.text for one in right.retrieved} == {None}


def citing(stance: str = "supports", *, quote: tuple[int, int] = (0, 11), source: str = "a") -> Answer:
    text = TEXTS[source].text
    place = Quote(*quote, text[slice(*quote)])
    citation = Citation(source, "A", f"{source}.md", None, 0, 3, "Ida", place, 0.9, stance)  # type: ignore[arg-type]
    return Answer("Who?", "Who?", True, "Ida", 0.9, (citation,))


def test_a_citation_is_exact_when_its_quote_is_around_it() -> None:
    question = ask(answers=("Ida",), source="a.md")
    assert judged(question, [], citing()).citations[0].exact
    assert not judged(question, [], citing(quote=(12, 30))).citations[0].exact


def test_only_support_from_the_named_article_counts() -> None:
    question = ask(answers=("Ida",), source="a.md")
    assert judged(question, [], citing()).in_source is True
    assert judged(question, [], citing("differs")).in_source is False
    assert judged(question, [], citing(source="b")).in_source is False
    assert judged(ask(answers=("Ida",)), [], citing()).in_source is None
    assert judged(question, []).in_source is None
