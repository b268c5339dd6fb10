from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation.question_files import read_questions
from rag.evaluation.question_writing import append_question
from rag.evaluation.starter.clauses import Vocabulary
from rag.evaluation.starter.starter import make_starter_set
from rag.evaluation.starter.templates import ask_about
from rag.records import Article, Span

WORDS = Vocabulary(
    people=frozenset({"Ida Quill", "Petra Nunn"}),
    proper=frozenset(
        {"Ida", "Quill", "Petra", "Nunn", "Oskerby", "Bishkek", "Frunze", "Russia", "Kant", "Mill", "Bridge"}
    ),
    common=frozenset({"volunteers", "the", "troops", "a", "it", "crowds", "president"}),
    surnames={"Quill": "Ida Quill", "Nunn": "Petra Nunn"},
)
BRIDGE = (
    "Mayor Ida Quill praised the builders of Mill Bridge in Oskerby. Mill Bridge reopened on 14 March 2024. "
    "Volunteers carried 60 patients out of the Oskerby hospital. She said it was late. Is it safe? "
    "Subscribe to Oskerby Weekly in 1999."
)
FORT = (
    "The town of Bishkek was renamed Frunze in 1926. Historian Petra Nunn described Bishkek. "
    "Russia opened an air base at Kant in October 2003. Troops from Kant met in Bishkek."
)


def article(name: str, text: str, *, boilerplate: tuple[Span, ...] = ()) -> Article:
    return Article(name, name, f"{name}.md", f"/{name}.md", text, boilerplate=boilerplate)


ARTICLES = [article("bridge", BRIDGE), article("fort", FORT)]


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("Ida Quill cut the ribbon in Oskerby.", "Who cut the ribbon in Oskerby?", "Ida Quill"),
        ("Mayor Ida Quill cut the ribbon in Oskerby.", "Who cut the ribbon in Oskerby?", "Ida Quill"),
        ("On 14 March 2024 Quill cut the Oskerby ribbon.", "Who cut the Oskerby ribbon on 14 March 2024?", "Ida Quill"),
        ("Russia opened an air base at Kant.", "Which country opened an air base at Kant?", "Russia"),
        ("In 1926 President Quill renamed Bishkek Frunze.", "When did President Quill rename Bishkek Frunze?", "1926"),
        ("Bishkek was renamed Frunze by Russia in May 1926.", "When was Bishkek renamed Frunze by Russia?", "May 1926"),
        ("The Oskerby painter Lund was born in Kant.", "Where was the Oskerby painter Lund born?", "Kant"),
        ("Volunteers carried 60 men out of Kant.", "How many men did volunteers carry out of Kant?", "60"),
        ("Bishkek has about nine museums.", "How many museums does Bishkek have?", "about nine"),
        ("Mill Bridge cost 2.3 million pounds.", "How much did Mill Bridge cost?", "2.3 million pounds"),
        ("Bishkek is the largest city in Oskerby.", "What is the largest city in Oskerby?", "Bishkek"),
        ("Mill Bridge was designed by Petra Nunn in 1887.", "By whom was Mill Bridge designed?", "Petra Nunn"),
        ("It fell to Petra Nunn, the mayor of Oskerby.", "Who is described as the mayor of Oskerby?", "Petra Nunn"),
    ],
)  # fmt: skip
def test_templates(sentence: str, question: str, answer: str) -> None:
    drafts = {draft.question: draft.answers[0] for draft in ask_about(sentence, WORDS)}
    assert drafts.get(question) == answer


@pytest.mark.parametrize(
    "sentence",
    [
        "He cut the ribbon in Oskerby in 1926.",
        "The town was renamed Frunze in 1926.",
        "Crowds in Bishkek who opened the gates fled in 1926.",
        'Ida Quill praised "the builders" of Oskerby.',
        "Did Ida Quill praise the builders of Oskerby?",
        "Russia opened its air base at Kant.",
        "Ida Quill announced in May that Oskerby was safe.",
        "Bishkek waited three years for Mill Bridge.",
        "After the war Russia opened an air base at Kant in 2003.",
        "Ida Quill praised the city in 1926.",
        "Petra Nunn xylophoned the builders of Oskerby in 1926.",
    ],
)
def test_what_is_not_understood_is_not_asked(sentence: str) -> None:
    assert list(ask_about(sentence, WORDS)) == []


def test_a_clause_ends_where_the_next_verb_begins() -> None:
    questions = [draft.question for draft in ask_about("In 1926 Russia opened Mill Bridge and closed Kant.", WORDS)]
    assert questions == ["Which country opened Mill Bridge in 1926?", "When did Russia open Mill Bridge?"]


def test_every_answer_stands_in_its_source_and_everything_is_marked() -> None:
    questions = list(make_starter_set(ARTICLES))
    texts = {one.source: one.text for one in ARTICLES}
    assert {question.extra["kind"] for question in questions} == {"answerable", "near_miss"}
    for question in questions:
        assert question.extra["generated"] is True
        if question.answers:
            assert question.source is not None
            assert all(answer in texts[question.source] for answer in question.answers[:1])
        else:
            assert question.source is None
            assert question.extra["near"] in texts
    assert len({question.id for question in questions}) == len(questions)
    assert len({question.question for question in questions}) == len(questions)


def test_the_same_articles_give_the_same_set() -> None:
    assert make_starter_set(ARTICLES) == make_starter_set(ARTICLES)


def test_a_near_miss_names_what_its_article_does_not() -> None:
    misses = [question for question in make_starter_set(ARTICLES) if not question.answers]
    assert misses
    for question in misses:
        old, new = question.extra["template"].partition(", ")[2].split(" → ")
        text = next(one.text for one in ARTICLES if one.source == question.extra["near"])
        assert old in text
        assert new.split()[-1] not in text
        assert new in question.question


def test_a_near_miss_never_takes_a_name_from_its_own_article() -> None:
    own = article("own", "In 1926 the painter Ida Quill left Oskerby. The mayor Petra Nunn stayed in Oskerby.")
    other = article("other", "The poet Roza Lund wrote about love.")
    misses = [question.question for question in make_starter_set([own, other]) if not question.answers]
    assert misses == ["When did the painter Roza Lund leave Oskerby?"]


def test_questions_that_are_answered_differently_are_left_out() -> None:
    asked = "When was the town of Bishkek renamed Frunze?"
    other = article("other", FORT.replace("1926", "1927"))
    assert asked in {question.question for question in make_starter_set(ARTICLES)}
    assert asked not in {question.question for question in make_starter_set([*ARTICLES, other])}


def test_boilerplate_is_not_asked_about() -> None:
    offer = "Russia opened an air base at Kant in October 2003."
    start = FORT.index(offer)
    marked = article("fort", FORT, boilerplate=(Span(start, start + len(offer)),))
    questions = [question.question for question in make_starter_set([ARTICLES[0], marked])]
    assert not [question for question in questions if "air base" in question]
    assert [question for question in make_starter_set(ARTICLES) if "air base" in question.question]


def test_count_limits_the_set() -> None:
    assert len(make_starter_set(ARTICLES, 3)) == 3
    assert len(make_starter_set([])) == 0
    with pytest.raises(ValueError, match="at least 1"):
        make_starter_set(ARTICLES, 0)


def test_a_starter_set_can_be_saved_and_read(tmp_path: Path) -> None:
    path = tmp_path / "starter.jsonl"
    questions = make_starter_set(ARTICLES)
    for question in questions:
        append_question(path, question)
    assert read_questions(path).questions == questions.questions


@given(st.text(alphabet=st.sampled_from("Ab. ,'’s1(:–\n"), max_size=60), st.text(max_size=60))
def test_no_text_makes_it_fail(plain: str, wild: str) -> None:
    make_starter_set([article("a", f"Ida Quill {plain} was {wild}. In 1926 {wild} met {plain} in May.")])


def test_web_copied_news_gives_questions_about_who_holds_which_office() -> None:
    text = (
        "Watch: the harbour at night\n\n“It is a good day,” Norwegian Trade Minister Ida Quill said before the talks, "
        "which nobody had expected to last until well after midnight, on Friday. Minister Ida Quill told more.\n"
    )
    article = Article("a" * 16, "Talks", "talks.txt", "/talks.txt", text)
    questions = {question.question: question.answers for question in make_starter_set([article])}
    assert questions == {"Who is Ida Quill?": ("Norwegian Trade Minister",)}
