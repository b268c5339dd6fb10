"""Spoilt questions: the exchanged word comes from the article and does not stand beside the answer."""

from __future__ import annotations

from training.examples import Example
from training.exchanged_words import answer_sentences, exchange

CONTEXT = (
    "In 1911 the firm of Alderby paid 40 marks for the largest mill. The firm of Corwen paid 55 marks in 1927. "
    "Nothing was paid by Dunmore."
)


def example(question: str, answer: str, number: int = 0, title: str = "Mills") -> Example:
    return Example(f"q{number}", title, CONTEXT, question, ((answer, CONTEXT.index(answer)),), "squad")


def spoilt(asked: Example, *others: Example, people: frozenset[str] = frozenset()) -> Example | None:
    return next(
        (row for row in exchange([asked, *others], people, seed=1) if row.identifier.startswith(asked.identifier)), None
    )


def test_the_sentence_with_the_answer() -> None:
    (sentence,) = answer_sentences(example("How much?", "55 marks"))
    assert sentence.of(CONTEXT) == "The firm of Corwen paid 55 marks in 1927."


def test_a_name_gives_way_to_one_that_follows_the_same_word_and_stands_elsewhere() -> None:
    asked = example("How much did the firm of Alderby pay?", "40 marks")
    other = example("When did the firm of Corwen pay?", "1927", 1)
    row = spoilt(asked, other)
    assert row is not None
    assert row.question == "How much did the firm of Corwen pay?"
    assert row.answers == ()
    assert not row.judges_sentences


def test_a_name_beside_the_answer_is_never_put_in() -> None:
    asked = example("Who bought the mill of Dunmore?", "Alderby")
    other = example("What happened to the firm of Alderby?", "paid 40 marks", 1)
    assert spoilt(asked, other) is None


def test_people_give_way_to_people() -> None:
    context = "Dora Flint met Ina Brook in Alderby. Later Hugo Marsh left."
    asked = Example("q0", "", context, "Where did Ina Brook go?", (("Alderby", context.index("Alderby")),), "squad")
    others = [
        Example("q1", "", context, "When did Corwen Mill burn?", (("Later", context.index("Later")),), "squad"),
        Example("q2", "", context, "What did Hugo Marsh do?", (("left", context.index("left")),), "squad"),
    ]
    row = spoilt(asked, *others, people=frozenset({"Dora Flint", "Ina Brook", "Hugo Marsh"}))
    assert row is not None
    assert row.question == "Where did Hugo Marsh go?"


def test_a_year_gives_way_to_another_year() -> None:
    row = spoilt(example("How much was paid in 1911?", "40 marks"))
    assert row is not None
    assert row.question == "How much was paid in 1927?"


def test_a_word_gives_way_to_its_opposite() -> None:
    row = spoilt(example("How much did the largest mill cost?", "40 marks"))
    assert row is not None
    assert row.question == "How much did the smallest mill cost?"
    assert row.judges_sentences


def test_the_articles_subject_with_its_many_names_is_not_put_in() -> None:
    asked = example("How much did the firm of Alderby pay?", "40 marks", title="Corwen")
    assert spoilt(asked, example("When did the firm of Corwen pay?", "1927", 1, title="Corwen")) is None


def test_unanswerable_questions_are_left_alone() -> None:
    assert list(exchange([Example("q", "", CONTEXT, "How much in 1911?", (), "squad")], frozenset(), 1)) == []
