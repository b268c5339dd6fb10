from __future__ import annotations

from pathlib import Path

import gradio as gr
import pytest

from rag.errors import StoreError
from rag.evaluation.question_files import read_questions
from rag.records import Retrieved
from tests.browser.fake_assistant import FakeAssistant, Known
from tests.unit.ui.web.page_text import read_html
from tests.unit.ui.web.running import steps
from ui.api.gate import Gate
from ui.web.chat.conversation import Conversation, Turn, from_json, to_json
from ui.web.chat.scope import Scope
from ui.web.chat.starters import StarterQuestions, Try
from ui.web.chat.tab import ChatTab, export_markdown

WHO = "Who succeeded Netanyahu?"


@pytest.fixture
def assistant(tmp_path: Path) -> FakeAssistant:
    fake = FakeAssistant(tmp_path)
    fake.put("003.txt", "A new government", "Bennett succeeded Netanyahu in June.", outlet="The Outlet")
    fake.known[WHO] = Known((("003.txt", "Bennett"),))
    fake.known["What did Bennett do?"] = Known((("003.txt", "succeeded Netanyahu"),))
    return fake


@pytest.fixture
def chat(assistant: FakeAssistant) -> ChatTab:
    return ChatTab(assistant, StarterQuestions(assistant), Gate(1, 1))  # type: ignore[arg-type]


def ask(chat: ChatTab, question: str, conversation: Conversation | None = None) -> Conversation:
    *_, (_, after, _, _) = steps(chat.ask(question, conversation))
    return after


def click(**data: object) -> gr.EventData:
    return gr.EventData(None, data)


def test_a_follow_up_is_asked_with_the_answers_before_it(chat: ChatTab) -> None:
    first = ask(chat, WHO)
    second = ask(chat, "What did he do?", first)
    answer = second.turns[-1].answer
    assert answer is not None
    assert answer.searched_for == "What did Bennett do?"


def test_searching_literally_forgets_the_conversation(chat: ChatTab) -> None:
    talked = ask(chat, "What did he do?", ask(chat, WHO))
    *_, (html, conversation, _, _) = steps(chat.act(talked, click(action="literal", turn=talked.turns[-1].turn_id)))
    assert len(conversation.turns) == 2
    answer = conversation.turns[-1].answer
    assert answer is not None
    assert answer.searched_for == "What did he do?"
    assert "Searched for" not in html


def test_retrying_replaces_the_turn(chat: ChatTab) -> None:
    talked = ask(chat, WHO)
    *_, (_, conversation, _, _) = steps(chat.act(talked, click(action="retry", turn=talked.turns[0].turn_id)))
    assert [turn.question for turn in conversation.turns] == [WHO]
    assert conversation.turns[0].turn_id != talked.turns[0].turn_id


def test_editing_asks_the_new_words_in_the_old_place(chat: ChatTab) -> None:
    talked = ask(chat, WHO, ask(chat, "Something else?"))
    turn_id = talked.turns[-1].turn_id
    *_, (_, conversation, _, _) = steps(chat.act(talked, click(action="edit", turn=turn_id, question="Who came then?")))
    assert [turn.question for turn in conversation.turns] == ["Something else?", "Who came then?"]


@pytest.mark.parametrize(
    "data",
    [{}, {"action": "retry"}, {"action": "ask"}, {"action": "no", "turn": "x"}, {"action": {"a": 1}, "turn": ["x"]}],
)
def test_nonsense_clicks_do_nothing(chat: ChatTab, data: dict[str, object]) -> None:
    assert steps(chat.act(Conversation(), click(**data))) == []


@pytest.mark.parametrize("question", ["", "   ", "x" * 3000])
def test_a_question_that_cannot_be_asked_is_told_and_kept(chat: ChatTab, question: str) -> None:
    conversation = ask(chat, question)
    assert conversation.turns[0].error
    assert conversation.turns[0].answer is None
    assert conversation.answers == ()


def test_the_box_is_emptied_once_so_that_the_next_question_can_be_typed(chat: ChatTab) -> None:
    boxes = [step[3] for step in steps(chat.ask(WHO, None))]
    assert boxes[0] == ""
    assert boxes[1:] == [gr.skip()] * (len(boxes) - 1)


def test_a_kept_conversation_is_shown_again_with_its_ids(chat: ChatTab) -> None:
    talked = ask(chat, WHO)
    html, restored, _ = chat.restore(to_json(talked))
    assert restored == talked
    assert read_html(html).one("article").attributes["data-turn"] == talked.turns[0].turn_id
    assert chat.open_saved(click(record=to_json(talked)))[1] == talked


@pytest.mark.parametrize("record", [None, "", "nonsense", "{}"])
def test_without_a_kept_conversation_a_new_one_begins(chat: ChatTab, record: str | None) -> None:
    html, conversation, _ = chat.restore(record)
    assert conversation.turns == ()
    assert html == ""


def test_the_beginning_offers_questions_once_they_are_found(
    chat: ChatTab, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = [Try(WHO, ("Bennett",)), Try("Unanswered?", ("x",))]
    monkeypatch.setattr("ui.web.chat.starters.sample_questions", lambda sources: tries)
    at_once, later = chat.beginning(Conversation())
    assert "your 1 article" in read_html(at_once).text
    assert not read_html(at_once).all("button")
    assert read_html(later).one("button").attributes["data-question"] == WHO


def test_the_beginning_of_an_empty_store_leads_to_the_articles(chat: ChatTab, assistant: FakeAssistant) -> None:
    assistant.reset()
    (html,) = chat.beginning(Conversation())
    assert read_html(html).one("button").attributes["data-action"] == "go-to-articles"


def test_an_unreadable_store_is_told_at_the_door(
    chat: ChatTab, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(filters: object = None) -> list[object]:
        raise StoreError("the store is locked. Try again")

    monkeypatch.setattr(assistant, "articles", fail)
    assert "the store is locked" in "".join(chat.beginning(Conversation()))


def test_a_conversation_is_exported_as_markdown(chat: ChatTab) -> None:
    assert "Bennett[^1]" in export_markdown(to_json(ask(chat, WHO)))
    assert export_markdown({"not": "one"}) == ""


def test_a_judged_answer_is_kept_as_a_test_question(chat: ChatTab, assistant: FakeAssistant) -> None:
    talked = ask(chat, "What did he do?", ask(chat, WHO))
    turn_id = talked.turns[-1].turn_id
    *_, (html, judged, saved, _) = steps(chat.act(talked, click(action="right", turn=turn_id)))
    assert judged.turns[-1].verdict == "right"
    assert from_json(saved) == judged
    assert read_html(html).one("form").attributes["class"] == "judged"
    *_, (html, kept, _, _) = steps(chat.act(judged, click(action="save", turn=turn_id)))
    (question,) = read_questions(assistant.store_path / "questions.jsonl")
    assert (question.question, question.answers) == ("What did he do?", ("succeeded Netanyahu",))
    assert question.history == (WHO,)
    assert question.source == "003.txt"
    assert kept.turns[-1].saved == "Saved among the test questions."
    *_, (_, again, _, _) = steps(chat.act(judged, click(action="save", turn=turn_id)))
    assert again.turns[-1].saved == "It is already among the test questions."


@pytest.mark.parametrize(("typed", "answers"), [(" Yair Lapid ", ("Yair Lapid",)), ("", ()), (None, ())])
def test_a_wrong_answer_is_kept_with_the_right_one(
    chat: ChatTab, assistant: FakeAssistant, typed: str | None, answers: tuple[str, ...]
) -> None:
    talked = ask(chat, WHO)
    turn_id = talked.turns[0].turn_id
    *_, (html, judged, _, _) = steps(chat.act(talked, click(action="wrong", turn=turn_id)))
    assert read_html(html).all("input")
    steps(chat.act(judged, click(action="save", turn=turn_id, answer=typed)))
    (question,) = read_questions(assistant.store_path / "questions.jsonl")
    assert question.answers == answers


def test_a_confirmed_abstention_is_kept_as_unanswerable(chat: ChatTab, assistant: FakeAssistant) -> None:
    talked = ask(chat, "Who is the king of Peru?")
    turn_id = talked.turns[0].turn_id
    *_, (_, judged, _, _) = steps(chat.act(talked, click(action="right", turn=turn_id)))
    steps(chat.act(judged, click(action="save", turn=turn_id)))
    (question,) = read_questions(assistant.store_path / "questions.jsonl")
    assert question.answers == ()


def test_a_verdict_can_be_taken_back(chat: ChatTab) -> None:
    talked = ask(chat, WHO)
    turn_id = talked.turns[0].turn_id
    for expected in ("right", "wrong", None):
        action = expected or "wrong"
        *_, (_, talked, _, _) = steps(chat.act(talked, click(action=action, turn=turn_id)))
        assert talked.turns[0].verdict == expected


def test_a_question_set_that_cannot_be_written_is_told(chat: ChatTab, assistant: FakeAssistant) -> None:
    (assistant.store_path / "questions.jsonl").write_text("not a question\n")
    talked = ask(chat, WHO)
    turn_id = talked.turns[0].turn_id
    *_, (_, judged, _, _) = steps(chat.act(talked, click(action="right", turn=turn_id)))
    *_, (html, kept, _, _) = steps(chat.act(judged, click(action="save", turn=turn_id)))
    assert "questions.jsonl:1" in str(kept.turns[0].saved)
    assert "Saved" not in html


def test_a_turn_waiting_is_not_history() -> None:
    assert Conversation((Turn("q"),)).answers == ()


def test_the_passages_are_looked_for_once(
    chat: ChatTab, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    retrieve = assistant.retrieve

    def counted(question: str, *arguments: object) -> list[Retrieved]:
        looked.append(question)
        return retrieve(question, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(assistant, "retrieve", counted)
    ask(chat, WHO, ask(chat, WHO))
    assert looked == [WHO, WHO]


def in_scope(chat: ChatTab, conversation: Conversation | None = None, **scope: object) -> Conversation:
    return chat.set_scope(conversation, click(scope=scope))[0]


def test_a_narrowed_scope_limits_who_answers_and_is_shown_with_the_answer(
    chat: ChatTab, assistant: FakeAssistant
) -> None:
    other = assistant.put("b.txt", "Other", "Nothing of that.")
    assistant.groups = {"Others <b>": {other.article_id}}
    talked = ask(chat, WHO, in_scope(chat, collections=["Others <b>"]))
    (turn,) = talked.turns
    assert turn.answer is not None
    assert not turn.answer.answered
    assert turn.scope == "1 of 2 articles: Others <b>"
    html, *_ = chat.restore(to_json(talked))
    assert read_html(html).one("p", "asked-in").text == "Searched 1 of 2 articles: Others <b>"
    widened = in_scope(chat, talked)
    *_, (html, conversation, _, _) = steps(chat.act(widened, click(action="retry", turn=turn.turn_id)))
    assert conversation.turns[0].answer is not None
    assert conversation.turns[0].answer.answered
    assert not read_html(html).all("p", "asked-in")


def test_an_empty_scope_is_told_and_never_widened(chat: ChatTab, assistant: FakeAssistant) -> None:
    assistant.groups = {"Empty": set()}
    for scope in ({"collections": ["Empty"]}, {"collections": ["Gone"]}, {"article_ids": ["gone"]}):
        (turn,) = ask(chat, WHO, in_scope(chat, **scope)).turns
        assert turn.answer is None
        assert "no article is in the scope" in str(turn.error)
        assert "0 of 1 article" in str(turn.error)
    (turn,) = ask(chat, WHO, in_scope(chat, published_from="2030-01-01")).turns
    assert "published since 1 Jan 2030" in str(turn.error)


def test_the_scope_is_kept_with_the_conversation(chat: ChatTab) -> None:
    conversation, saved, bar = chat.set_scope(ask(chat, WHO), click(scope={"published_to": "2024-05-01"}))
    assert from_json(saved) == conversation
    assert conversation.scope == Scope(published_to="2024-05-01")
    assert read_html(bar).one("button", "scope-open").text == "Searching no article"
    _, restored, again = chat.restore(saved)
    assert restored == conversation
    assert again == bar


def test_a_tab_that_is_shown_before_the_conversation_is_restored_changes_nothing(chat: ChatTab) -> None:
    assert chat.returned(None) == gr.skip()
    assert list(chat.beginning(None)) == []
    narrowed = in_scope(chat, published_to="2024-05-01")
    assert chat.returned(narrowed) == chat.scope_bar(narrowed)


@pytest.mark.parametrize(
    "sent", [None, 7, "x", [], {"collections": "all"}, {"article_ids": [1]}, {"published_to": "x"}]
)
def test_a_scope_that_is_none_means_all_articles(chat: ChatTab, sent: object) -> None:
    conversation, *_ = chat.set_scope(None, click(scope=sent))
    assert conversation.scope == Scope()


def test_questions_to_begin_with_are_answered_in_the_scope(
    chat: ChatTab, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = assistant.put("b.txt", "Other", "Nothing of that.")
    monkeypatch.setattr("ui.web.chat.starters.sample_questions", lambda sources: [Try(WHO, ("Bennett",))])
    *_, html = chat.beginning(in_scope(chat, article_ids=[other.article_id]))
    assert not read_html(html).all("button")
    *_, html = chat.beginning(Conversation())
    assert read_html(html).one("button").attributes["data-question"] == WHO


def test_an_unreadable_store_leaves_the_scope_away(
    chat: ChatTab, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(filters: object = None) -> list[object]:
        raise StoreError("the store is <b>locked</b>. Try again")

    monkeypatch.setattr(assistant, "articles", fail)
    assert chat.scope_bar(Conversation()) == ""
    assert "the store is <b>locked</b>" in read_html(chat.scope_choices({"panel": True})["panel"]).text


def test_the_panel_is_given_whole_or_in_parts(chat: ChatTab) -> None:
    assert set(chat.scope_choices({"panel": True})) == {"told", "panel"}
    assert set(chat.scope_choices({"rows": True, "words": "new"})) == {"told", "rows"}
    for nonsense in (None, 7, "x", {"scope": 3, "words": {}, "rows": 1}):
        assert chat.scope_choices(nonsense)["told"] == "Searching all 1 article"
