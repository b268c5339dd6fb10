"""Follow-ups made to stand alone: hand cases, and what holds for every text."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.question.follow_ups.rewriting import LONGEST_QUESTION, Rewrite, stand_alone
from rag.question.follow_ups.words import terms
from rag.records import Answer, Citation, Quote


def answered(question: str, answer: str | None, title: str = "", quote: str = "", searched_for: str = "") -> Answer:
    text = answer or ""
    citation = Citation(
        "0", title, "a.txt", None, 0, max(1, len(text)), text, Quote(0, max(1, len(quote)), quote or text), 0.9
    )
    return Answer(question, searched_for or question, answer is not None, answer, 0.9, (citation,) if answer else ())


BENNETT = answered(
    "Who became prime minister of Israel in June 2021?",
    "Naftali Bennett",
    "Naftali Bennett: a profile",
    "In June 2021 Naftali Bennett became prime minister of Israel.",
)


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        ([BENNETT], "When was he born?", "When was Naftali Bennett born?"),
        ([BENNETT], "Where is his company based?", "Where is Naftali Bennett's company based?"),
        (["What is throat cancer?"], "Is it treatable?", "Is throat cancer treatable?"),
        (["What is throat cancer?", "Is it treatable?"], "What causes it?", "What causes throat cancer?"),
        (["Tell me about Blue whales."], "Where do they live?", "Where do Blue whales live?"),
        (["Tell me about Rock City."], "Are events held there?", "Are events held in Rock City?"),
        (["Who is Barack Obama?", "When was he born?"], "Where did he live?", "Where did Barack Obama live?"),
        (["What is anemia?"], "What are the symptoms?", "What are the symptoms of anemia?"),
        (["When did Egypt make peace with Israel?"], "And Jordan?", "When did Jordan make peace with Israel?"),
        (
            ["How many doses did Russia send to Turkey?"],
            "What about Egypt?",
            "How many doses did Russia send to Egypt?",
        ),
        (["How many people voted in 2018?"], "and in 2019?", "How many people voted in 2019?"),
        (
            ["How many people voted in the 2018 election?"],
            "And in 2019?",
            "How many people voted in the 2019 election?",
        ),
        (["When did Naftali Bennett resign?"], "Why?", "Why did Naftali Bennett resign?"),
        (["Did the vote fail?"], "why", "Why did the vote fail?"),
        ([answered("Who vetoed the resolution?", "Russia")], "Why?", "Why did Russia veto the resolution?"),
        (["Who vetoed the resolution?"], "Who else?", "Who else vetoed the resolution?"),
        (
            [answered("Who met Putin in Moscow?", "Angela Merkel and Emmanuel Macron")],
            "When did they meet?",
            "When did Angela Merkel and Emmanuel Macron meet?",
        ),
        (
            [
                answered(
                    "What supervisory body does the plan for Ukraine have?",
                    "Trump himself",
                    "",
                    "Its body is led by Trump himself.",
                )
            ],
            "Who would lead it?",
            "Who would lead the plan for Ukraine?",
        ),
        (
            [answered("Who met Vladimir Putin in Moscow?", "Angela Merkel", "Merkel in Moscow")],
            "What is this article about?",
            "What is this article (Merkel in Moscow) about?",
        ),
        (
            ["Which company did Naftali Bennett help to found?"],
            "For how much was it sold?",
            "For how much was the company (Naftali Bennett help to found) sold?",
        ),
        (
            [answered("Which company did Naftali Bennett help to found?", "Cyota")],
            "For how much was it sold?",
            "For how much was Cyota sold?",
        ),
    ],
)
def test_follow_ups_are_completed(history: Sequence[Answer | str], question: str, expected: str) -> None:
    assert stand_alone(question, history).question == expected


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "What did Putin say about his meeting with Trump?",
        "Did Zelensky say he would resign?",
        "How many countries voted for the resolution on Gaza in September 2025?",
        "Is it true that Israel left Gaza?",
        "How long does it take to fly to Moscow?",
        "Which countries changed their vote on the UN resolution?",
        "When it was founded, how many members did NATO have?",
        "What does the article say about Iran's nuclear programme?",
        "  What is the capital of France ?\n",
        "Hello",
        "Thanks!",
        "",
        "???",
    ],
)
def test_a_question_that_stands_alone_is_unchanged(question: str) -> None:
    assert stand_alone(question, [BENNETT]) == Rewrite(question, ())


def test_without_history_nothing_changes() -> None:
    assert stand_alone("When was he born?", []) == Rewrite("When was he born?", ())
    assert stand_alone("Why?", ["  "]) == Rewrite("Why?", ())


def test_he_is_never_a_thing_or_a_group() -> None:
    history = [answered("Who leads the Knesset committee of Israel?", "Yair Lapid", "Israel")]
    assert stand_alone("When was he born?", history).carried == ("Yair Lapid",)


def test_it_is_not_a_person() -> None:
    history = [answered("What did Benjamin Franklin want as the national symbol?", "the turkey")]
    assert "Franklin" not in stand_alone("Why is it eaten at Thanksgiving?", history).question


PLAN = answered(
    "What supervisory body does the Gaza-style plan for Ukraine provide for?",
    'the "peace council"',
    "Washington rushes a Gaza-style peace plan for Ukraine",
    'The plan provides for a "peace council", led by Trump himself.',
)
SECRETARY = answered("Who is the US Army Secretary?", "Dan Driscoll", "Washington rushes a peace plan for Ukraine")


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        ([PLAN], "Who would lead it?", "Who would lead the peace council?"),
        ([SECRETARY], "And who is his deputy?", "And who is Dan Driscoll's deputy?"),
        (
            ["When was a land corridor to besieged Leningrad opened?"],
            "Which operation opened it?",
            "Which operation opened the land corridor to besieged Leningrad?",
        ),
        (
            ["What plan did American and Russian officials discuss?"],
            "Who wrote it?",
            "Who wrote the plan (American and Russian officials discuss)?",
        ),
        (
            ["What is the capital of Kyrgyzstan?", "What did the Soviets call Bishkek from 1926?"],
            "What was it called before that?",
            "What was Bishkek called before 1926?",
        ),
        (
            [answered("Who became the Quartet's special envoy in 2005?", "James Wolfensohn")],
            "Who followed him in that role?",
            "Who followed James Wolfensohn in that role (Quartet's special envoy)?",
        ),
        (
            [answered("What damaged the harbour?", "a storm")],
            "When did that happen?",
            "When did that happen (a storm damaged the harbour)?",
        ),
    ],
)
def test_what_the_answer_names_is_what_the_follow_up_means(
    history: Sequence[Answer | str], question: str, expected: str
) -> None:
    assert expected in stand_alone(question, history).question


@pytest.mark.parametrize(
    ("asked", "question", "expected"),
    [
        ("Who is the mayor of Lyon?", "How old is he?", "How old is the mayor of Lyon?"),
        ("When did Norway join NATO?", "And Sweden?", "When did Sweden join NATO?"),
        ("When did Norway join NATO?", "What about the EU?", "When did Norway join the EU?"),
        ("When did Norway join NATO?", "Why?", "Why did Norway join NATO?"),
    ],
)
def test_after_an_abstention_the_question_is_all_there_is(asked: str, question: str, expected: str) -> None:
    assert stand_alone(question, [answered(asked, None)]).question == expected


def test_a_definite_that_is_rare_enough_stands_alone() -> None:
    history = ["When did Mill Bridge reopen?", answered("Was there a ceremony?", None)]
    assert stand_alone("Who cut the ribbon?", history) == Rewrite("Who cut the ribbon?", ())


def test_a_new_name_changes_the_topic() -> None:
    for question in ("Who is Wendy Sherman?", "When was Mill Bridge reopened?", "What is the capital of France?"):
        assert stand_alone(question, [BENNETT, PLAN]) == Rewrite(question, ())


def test_the_topic_is_carried_through_a_chain_of_plain_questions() -> None:
    history = ["Who is Vladimir Putin?", "When was he born?", "Where did he study?", "Was he a spy?"]
    assert stand_alone("Who taught him?", history).question == "Who taught Vladimir Putin?"
    changed = [*history, "Who is Angela Merkel?", "When was she born?"]
    assert stand_alone("Where does she live?", changed).question == "Where does Angela Merkel live?"


@pytest.mark.parametrize(
    "question",
    ["Wer war er?", "Qui est le maire de Paris ?", "¿Cuándo nació él?", "谁是总统？", "Кто он?", "من هو؟", "Und wann?"],
)
def test_other_languages_are_left_alone(question: str) -> None:
    assert stand_alone(question, [BENNETT, PLAN]) == Rewrite(question, ())


def test_the_gender_of_a_first_name_decides() -> None:
    rewrite = stand_alone("What did she say about him?", [answered("Who met Vladimir Putin?", "Angela Merkel")])
    assert rewrite == Rewrite("What did Angela Merkel say about Vladimir Putin?", ("Angela Merkel", "Vladimir Putin"))


def test_an_abstention_offers_what_was_asked_for() -> None:
    history = [answered("Which king of Jordan was present when the treaty was signed?", None)]
    assert stand_alone("How many times was he married?", history).carried[0] == "king of Jordan"


def test_the_searched_question_of_an_answer_is_known() -> None:
    history = [answered("When was he born?", "1972", searched_for="When was Naftali Bennett born?")]
    assert stand_alone("Where did he study?", history).question == "Where did Naftali Bennett study?"


def test_a_second_pronoun_for_the_same_thing_stays() -> None:
    rewrite = stand_alone("How much does it cost to repair it?", ["What is a heat pump?"])
    assert rewrite.question.count("heat pump") <= 1


def test_a_long_question_is_left_alone() -> None:
    question = "Why did he resign " + "and then " * LONGEST_QUESTION + "?"
    assert stand_alone(question, [BENNETT]) == Rewrite(question, ())


def test_a_history_longer_than_the_stack_is_read_from_its_ends() -> None:
    history = ["Who is Barack Obama?", *[f"What is the weather in Kyiv on day {day}?" for day in range(5000)]]
    assert stand_alone("When was he born?", history).carried == ("Barack Obama",)


@pytest.mark.parametrize("text", ["(" * 500, "it " * 199, "and , " * 99, "? " * 299, "what of the " * 49, "'s" * 250])
def test_hostile_text_goes_through(text: str) -> None:
    history = [answered(text, text, text, text), text]
    for question in (text, f"When was he {text}?", "Why?", "And in 2019?"):
        assert stand_alone(question, history) == stand_alone(question, list(history))


def test_a_long_history_keeps_its_first_and_latest_turns() -> None:
    history = ["Who is Barack Obama?", *["What is the weather in Kyiv?"] * 30]
    assert stand_alone("When was he born?", history).carried == ("Barack Obama",)


WORDS = st.sampled_from(
    "who what when why how it he she they his her their this that there one the of in and about did is was Bennett "
    "Moscow treaty vote members 2019 resolution countries Putin's signed else next ? , .".split()
)
ENGLISH = st.lists(WORDS, max_size=12).map(" ".join)
TEXTS = st.one_of(st.text(max_size=60), ENGLISH)
TURNS = st.one_of(
    TEXTS,
    st.builds(answered, TEXTS, st.one_of(st.none(), TEXTS.filter(bool)), title=TEXTS, quote=TEXTS, searched_for=TEXTS),
)


def texts_of(history: Sequence[Answer | str]) -> str:
    parts: list[str] = []
    for item in history:
        if isinstance(item, str):
            parts.append(item)
            continue
        parts += [item.question, item.searched_for, item.answer or ""]
        parts += [text for citation in item.citations for text in (citation.title, citation.quote.text)]
    return "\n".join(parts).lower()


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.lists(TURNS, max_size=5))
def test_any_text_goes_through(question: str, history: list[Answer | str]) -> None:
    rewrite = stand_alone(question, history)
    assert rewrite == stand_alone(question, list(history))
    assert bool(rewrite.carried) == (rewrite.question != question)
    known = texts_of(history)
    assert all(phrase.lower() in known for phrase in rewrite.carried)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.lists(TURNS, max_size=5))
def test_no_content_word_is_invented_and_none_of_the_question_is_lost(
    question: str, history: list[Answer | str]
) -> None:
    rewrite = stand_alone(question, history)
    if rewrite.question != question:
        assert terms(rewrite.question) <= terms(question) | terms(texts_of(history))
        assert terms(question) <= terms(rewrite.question)


@settings(max_examples=100, deadline=None)
@given(st.lists(TURNS, max_size=4))
def test_names_and_years_never_need_the_conversation(history: list[Answer | str]) -> None:
    question = "When did Norway sign the Svalbard Treaty with Denmark in 1920?"
    assert stand_alone(question, history) == Rewrite(question, ())
