from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag import (
    ArticleNotFoundError,
    Assistant,
    CollectionError,
    FilterError,
    Filters,
    Progress,
    QuestionError,
    Settings,
    StoreMismatchError,
)
from rag.settings import AnswerSettings
from tests.integration.hashed_encoder import HashedEncoder

BRIDGE = "Mill Bridge in Oskerby reopened to traffic in March 2024. The repairs cost nine million crowns."
FAIR = "The harbour fair in Lunden drew 12,000 visitors last summer. It lasted four days."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    (articles / "fair.md").write_text(f"---\ntitle: Harbour fair\npublished: 2024-08-01\n---\n{FAIR}", encoding="utf-8")
    return articles


def open_assistant(tmp_path: Path, **sections: dict[str, object]) -> Assistant:
    answer = {"reader": "sentences", "abstain_below": 0.0, **sections.pop("answer", {})}
    return Assistant(tmp_path / "store", Settings.load(answer=answer, **sections), encoder=HashedEncoder())


@pytest.fixture
def assistant(tmp_path: Path, folder: Path) -> Iterator[Assistant]:
    with open_assistant(tmp_path) as opened:
        opened.add(folder)
        yield opened


def test_add_reports_each_file(tmp_path: Path, folder: Path) -> None:
    (folder / "empty.txt").write_text("")
    steps: list[Progress] = []
    with open_assistant(tmp_path) as assistant:
        report = assistant.add([folder, folder / "missing.txt"], progress=steps.append)
    assert {(Path(one.path).name, one.status) for one in report} == {
        ("bridge.txt", "added"), ("fair.md", "added"), ("empty.txt", "failed"), ("missing.txt", "failed"),
    }  # fmt: skip
    assert all(one.message for one in report.failed)
    adding = [step for step in steps if step.stage == "adding"]
    assert [step.done for step in adding] == [1, 2, 3, 4]
    assert {step.total for step in adding} == {4}


def test_the_same_file_twice_changes_nothing(assistant: Assistant, folder: Path) -> None:
    before = assistant.articles()
    generation = assistant.store.generation
    assert [one.status for one in assistant.add(folder)] == ["unchanged", "unchanged"]
    assert assistant.articles() == before
    assert assistant.store.generation == generation


def test_a_changed_file_replaces_its_article(assistant: Assistant, folder: Path) -> None:
    (folder / "bridge.txt").write_text(BRIDGE.replace("March", "April"), encoding="utf-8")
    assert [one.status for one in assistant.add(folder / "bridge.txt")] == ["updated"]
    assert len(assistant.articles()) == 2
    answer = assistant.ask("When did Mill Bridge reopen?")
    assert answer.answer is not None
    assert "April" in answer.answer


def test_a_changed_title_is_an_update_of_the_same_text(assistant: Assistant, folder: Path) -> None:
    identity = {one.article_id for one in assistant.articles()}
    (folder / "fair.md").write_text(f"---\ntitle: Fair again\n---\n{FAIR}", encoding="utf-8")
    assert [one.status for one in assistant.add(folder / "fair.md")] == ["updated"]
    assert {one.article_id for one in assistant.articles()} == identity
    assert "Fair again" in {one.title for one in assistant.articles()}


def test_a_copy_is_a_duplicate_and_named(assistant: Assistant, folder: Path) -> None:
    copy = folder / "copy.txt"
    copy.write_text(BRIDGE, encoding="utf-8")
    (outcome,) = assistant.add(copy).files
    assert outcome.status == "duplicate"
    assert "bridge.txt" in outcome.message
    assert len(assistant.articles()) == 2


def test_two_copies_in_one_call_are_stored_once(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(BRIDGE, encoding="utf-8")
    with open_assistant(tmp_path) as assistant:
        assert [one.status for one in assistant.add([tmp_path / "a.txt", tmp_path / "b.txt"])] == ["added", "duplicate"]


def test_a_file_that_becomes_a_copy_gives_up_its_own_text(assistant: Assistant, folder: Path) -> None:
    (folder / "bridge.txt").write_text(FAIR, encoding="utf-8")
    (outcome,) = assistant.add(folder / "bridge.txt").files
    assert outcome.status == "duplicate"
    assert [one.source for one in assistant.articles()] == ["fair.md"]


def test_a_removed_article_never_answers_again(assistant: Assistant) -> None:
    (bridge,) = [one for one in assistant.articles() if one.source == "bridge.txt"]
    assert assistant.remove(bridge.article_id).source == "bridge.txt"
    assert {one.article.source for one in assistant.retrieve("When did Mill Bridge reopen?")} == {"fair.md"}
    answer = assistant.ask("When did Mill Bridge reopen?")
    assert {one.article_id for one in answer.citations}.isdisjoint({bridge.article_id})
    with pytest.raises(ArticleNotFoundError):
        assistant.article(bridge.article_id)
    with pytest.raises(ArticleNotFoundError):
        assistant.remove(bridge.article_id)


def test_a_removed_article_can_be_added_again(assistant: Assistant, folder: Path) -> None:
    before = assistant.ask("When did Mill Bridge reopen?")
    (bridge,) = [one for one in assistant.articles() if one.source == "bridge.txt"]
    assistant.remove(bridge.article_id)
    assert [one.status for one in assistant.add(folder / "bridge.txt")] == ["added"]
    assert assistant.ask("When did Mill Bridge reopen?").citations == before.citations


def test_citations_are_verbatim(assistant: Assistant) -> None:
    answer = assistant.ask("How much did the repairs cost?")
    assert answer.citations
    for citation in answer.citations:
        text = assistant.article(citation.article_id).text
        assert text[citation.start : citation.end] == citation.text
        assert text[citation.quote.start : citation.quote.end] == citation.quote.text


def test_filters_limit_who_may_answer(assistant: Assistant) -> None:
    filters = Filters(sources=("fair.md",))
    assert {one.article.source for one in assistant.retrieve("Mill Bridge", filters=filters)} == {"fair.md"}
    assert assistant.retrieve("Mill Bridge", filters=Filters(published_from="2030-01-01")) == []
    answer = assistant.ask("Mill Bridge?", filters=Filters(published_from="2030-01-01"))
    assert not answer.answered
    with pytest.raises(FilterError):
        assistant.ask("Mill Bridge?", filters=Filters(published_from="soon"))


@pytest.mark.parametrize("question", ["", "   \n\t ", "why? " * 2_000])
def test_an_empty_or_endless_question_is_refused(assistant: Assistant, question: str) -> None:
    with pytest.raises(QuestionError):
        assistant.ask(question)


def test_an_empty_store_abstains_without_loading_models(tmp_path: Path) -> None:
    with open_assistant(tmp_path) as assistant:
        answer = assistant.ask("Who was there?")
    assert not answer.answered
    assert answer.reason is not None


def test_another_encoder_is_refused_with_the_mending_command(assistant: Assistant, tmp_path: Path) -> None:
    assistant.close()
    other = HashedEncoder()
    other.fingerprint = "hashed-2"
    with (
        Assistant(tmp_path / "store", Settings.load(), encoder=other) as reopened,
        pytest.raises(StoreMismatchError, match="citespan"),
    ):
        reopened.ask("Who was there?")


def test_a_follow_up_is_searched_standing_alone_and_reported(assistant: Assistant) -> None:
    first = assistant.ask("When did Mill Bridge reopen?")
    follow_up = assistant.ask("How much did it cost?", history=[first])
    assert follow_up.question == "How much did it cost?"
    assert "Mill Bridge" in follow_up.searched_for
    assert assistant.ask("When did Mill Bridge reopen?", history=[first]).searched_for == first.question


def test_threads_share_it_and_get_the_same_answer(assistant: Assistant) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(assistant.ask, ["When did Mill Bridge reopen?"] * 16))
    assert len({(one.answer, one.confidence, one.citations) for one in answers}) == 1


def test_ask_many_keeps_the_order(assistant: Assistant) -> None:
    questions = ["When did Mill Bridge reopen?", "How many visitors came to the fair?"]
    assert [one.question for one in assistant.ask_many(questions)] == questions


def test_the_passages_are_told_before_they_are_read(assistant: Assistant) -> None:
    told: list[list[str]] = []
    answer = assistant.ask(
        "When did Mill Bridge reopen?", on_retrieved=lambda found: told.append([one.article.source for one in found])
    )
    assert len(told) == 1
    assert set(told[0]) == {"bridge.txt", "fair.md"}
    assert answer.citations[0].source in told[0]


def test_what_is_added_into_a_collection_is_in_it_whether_it_is_new_or_not(assistant: Assistant, folder: Path) -> None:
    (folder / "copy.txt").write_text(BRIDGE, encoding="utf-8")
    (folder / "new.txt").write_text("The mayor of Lunden resigned on Tuesday after a vote.", encoding="utf-8")
    (folder / "empty.txt").write_text("")
    report = assistant.add(folder, collection="Towns")
    assert sorted(one.status for one in report) == ["added", "duplicate", "failed", "unchanged", "unchanged"]
    assert [(one.name, one.articles) for one in assistant.collections()] == [("Towns", 3)]
    assistant.add(folder, collection="towns")
    assert [(one.name, one.articles) for one in assistant.collections()] == [("Towns", 3)]


def test_an_unusable_collection_stops_before_anything_is_added(tmp_path: Path, folder: Path) -> None:
    with open_assistant(tmp_path) as assistant:
        with pytest.raises(CollectionError):
            assistant.add(folder, collection="a\x00b")
        assert assistant.articles() == []


def test_an_updated_file_stays_in_its_collection_and_a_removed_one_leaves_it(
    assistant: Assistant, folder: Path
) -> None:
    assistant.create_collection("Towns")
    ids = [one.article_id for one in assistant.articles()]
    assert assistant.put_in_collection(ids, "towns") == 2
    (folder / "bridge.txt").write_text(BRIDGE.replace("March", "April"), encoding="utf-8")
    assistant.add(folder)
    assert {one.collections for one in assistant.articles()} == {("Towns",)}
    (bridge,) = [one for one in assistant.articles() if one.source == "bridge.txt"]
    assistant.remove(bridge.article_id)
    assert assistant.delete_collection(assistant.rename_collection("Towns", "Places").name).articles == 1
    assert [one.source for one in assistant.articles()] == ["fair.md"]


def test_only_a_collection_answers_when_it_is_named(assistant: Assistant) -> None:
    assistant.create_collection("Fairs")
    (fair,) = [one for one in assistant.articles() if one.source == "fair.md"]
    assistant.put_in_collection([fair.article_id], "Fairs")
    filters = Filters(collections=("fairs",))
    assert {one.article.source for one in assistant.retrieve("Mill Bridge", filters=filters)} == {"fair.md"}
    assert {one.source for one in assistant.ask("When did Mill Bridge reopen?", filters=filters).citations} <= {
        "fair.md"
    }
    assistant.take_out([fair.article_id], "Fairs")
    assert assistant.retrieve("Mill Bridge", filters=filters) == []


def test_one_question_can_be_answered_under_other_settings(assistant: Assistant) -> None:
    question = "When did Mill Bridge reopen?"
    sure = AnswerSettings(reader="sentences", abstain_below=1.0)
    assert assistant.threshold == 0.0
    assert assistant.ask(question).answered
    assert not assistant.ask(question, answering=sure).answered
    assert assistant.ask(question).answered


def test_no_more_passages_are_read_than_one_question_asks_for(assistant: Assistant) -> None:
    told: list[int] = []
    one = AnswerSettings(reader="sentences", abstain_below=0.0, passages_read=1, related=0)
    assistant.ask("Who came?", answering=one, on_retrieved=lambda found: told.append(len(found)))
    assistant.ask("Who came?", on_retrieved=lambda found: told.append(len(found)))
    assert told == [1, 2]
