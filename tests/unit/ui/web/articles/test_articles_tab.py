from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from rag.errors import StoreLockedError
from rag.records import ArticleSummary
from rag.settings import UiSettings
from tests.browser.fake_assistant import FakeAssistant
from tests.unit.ui.web.page_text import read_html
from ui.api.adding import UPLOADS_FOLDER
from ui.web.articles.tab import ArticlesTab


@pytest.fixture
def assistant(tmp_path: Path) -> FakeAssistant:
    return FakeAssistant(tmp_path / "store")


@pytest.fixture
def tab(assistant: FakeAssistant) -> ArticlesTab:
    return ArticlesTab(assistant, [".txt"], UiSettings(max_upload_files=3))  # type: ignore[arg-type]


def upload(folder: Path, name: str, content: bytes) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    path = folder / f"temporary{len(list(folder.iterdir()))}"
    path.write_bytes(content)
    return {"path": str(path), "orig_name": name}


def event(**data: object) -> gr.EventData:
    return gr.EventData(None, data)


def test_uploads_become_articles_under_their_own_names(
    tab: ArticlesTab, assistant: FakeAssistant, tmp_path: Path
) -> None:
    uploads = [upload(tmp_path / "t", 'a "quoted" <b>.txt', b"One text"), upload(tmp_path / "t", "b.txt", b"Two")]
    steps = list(tab.add(uploads))
    report = read_html(steps[-1][0])
    assert [one.text for one in report.all("span", "status")] == ["Added", "Added"]
    assert [one.text for one in report.all("span", "name")] == ['a "quoted" <b>.txt', "b.txt"]
    assert sorted(article.source for article in assistant.articles()) == ['a "quoted" <b>.txt', "b.txt"]
    assert 'a "quoted" <b>.txt' in read_html(steps[-1][1]).text
    assert read_html(steps[0][0]).one("div", "progress").attributes["aria-valuenow"] == "0"


def test_nothing_of_an_upload_stays_on_disk_outside_the_store(tab: ArticlesTab, tmp_path: Path) -> None:
    list(tab.add([upload(tmp_path / "t", "a.txt", b"text"), upload(tmp_path / "t", "empty.txt", b"")]))
    assert not list((tmp_path / "t").iterdir())
    assert not list((tmp_path / "store" / UPLOADS_FOLDER).iterdir())


def test_too_many_files_at_once_are_refused_whole(tab: ArticlesTab, assistant: FakeAssistant, tmp_path: Path) -> None:
    uploads = [upload(tmp_path / "t", f"{number}.txt", b"text") for number in range(4)]
    (step,) = tab.add(uploads)
    assert "4 files at once, and 3 are the limit. Nothing was added" in read_html(step[0]).text
    assert assistant.articles() == []
    assert not list((tmp_path / "t").iterdir())


def test_a_second_upload_of_the_same_name_updates_the_article(
    tab: ArticlesTab, assistant: FakeAssistant, tmp_path: Path
) -> None:
    paths = []
    for content in (b"old", b"new"):
        list(tab.add([upload(tmp_path / "t", "a.txt", content)]))
        paths += [article.path for article in assistant.articles()]
    assert len(assistant.articles()) == 1
    assert paths[0] == paths[1]


def test_a_users_upload_never_takes_the_place_of_anothers(
    tab: ArticlesTab, assistant: FakeAssistant, tmp_path: Path
) -> None:
    for user, content in (("ada", b"Ada's"), ("bo", b"Bo's"), (None, b"The owner's"), ("ada", b"Ada's newer")):
        request = SimpleNamespace(username=user)
        list(tab.add([upload(tmp_path / "t", "notes.txt", content)], None, request))  # type: ignore[arg-type]
    texts = [assistant.article(one.article_id).text for one in assistant.articles()]
    assert sorted(texts) == ["Ada's newer", "Bo's", "The owner's"]


def test_a_bad_file_is_named_and_the_good_ones_are_added(
    tab: ArticlesTab, assistant: FakeAssistant, tmp_path: Path
) -> None:
    files = [("bad.txt", b"\xff\xfe\xfa"), ("empty.txt", b" "), ("good.txt", b"good")]
    *_, (html, _, _) = tab.add([upload(tmp_path / "t", *file) for file in files])
    report = read_html(html)
    assert [one.text for one in report.all("span", "status")] == ["Not added", "Not added", "Added"]
    assert "it is empty" in report.text
    assert [article.source for article in assistant.articles()] == ["good.txt"]


def test_no_upload_shows_nothing(tab: ArticlesTab) -> None:
    *_, (html, _, _) = tab.add(None)
    assert html == ""


def test_the_chosen_articles_are_removed(tab: ArticlesTab, assistant: FakeAssistant) -> None:
    kept, gone = assistant.put("a.txt", "Kept", "a"), assistant.put("b.txt", "Gone <b>", "b")
    message, table = tab.remove(event(articles=[gone.article_id, "unknown"]))
    assert read_html(message).one("p", "notice").text == "Removed Gone <b>."
    assert [one.attributes["data-article"] for one in read_html(table).all("button", "read")] == [kept.article_id]


@pytest.mark.parametrize("data", [{}, {"articles": None}, {"articles": "abc"}, {"articles": [1, None, {}]}])
def test_nonsense_removes_nothing(tab: ArticlesTab, assistant: FakeAssistant, data: dict[str, object]) -> None:
    assistant.put("a.txt", "Kept", "a")
    message, _ = tab.remove(event(**data))
    assert "Nothing was removed" in message
    assert len(assistant.articles()) == 1


def test_an_upload_goes_into_a_collection(tab: ArticlesTab, assistant: FakeAssistant, tmp_path: Path) -> None:
    *_, (html, table, _) = tab.add([upload(tmp_path / "t", "a.txt", b"One")], "  Peace <b> ")
    assert read_html(html).one("span", "status").text == "Added"
    assert [(one.name, one.articles) for one in assistant.collections()] == [("Peace <b>", 1)]
    assert read_html(table).one("span", "tag").text == "Peace <b>"
    for empty in (None, "", "  "):
        list(tab.add([upload(tmp_path / "t", f"{empty!r}.txt", b"Two")], empty))
    assert len(assistant.collections()) == 1


def test_collections_are_made_renamed_and_deleted(tab: ArticlesTab, assistant: FakeAssistant) -> None:
    message, table = tab.group(event(action="create", name="<b>"))
    assert read_html(message).text == "Made the collection <b>."
    assert [one.attributes["data-collection"] for one in read_html(table).all("button", "collection")] == ["", "<b>"]
    message, table = tab.group(event(action="rename", name="<b>", new_name='"x"'))
    assert read_html(message).text == 'Renamed <b> to "x".'
    message, table = tab.group(event(action="delete", name='"x"'))
    assert "Its articles are still here" in message
    assert assistant.collections() == []


def test_articles_are_put_into_collections_and_taken_out(tab: ArticlesTab, assistant: FakeAssistant) -> None:
    ids = [assistant.put(f"{name}.txt", name, name).article_id for name in ("a", "b", "c")]
    assistant.groups = {"Old": set(ids)}
    message, table = tab.group(event(action="assign", articles=ids[:2], put=["New", "new"], take=["Old"]))
    assert "error" in read_html(message).one("p").attributes["class"]  # "new" is "New" again, by another spelling
    assert assistant.groups == {"Old": set(ids), "New": set(ids[:2])}
    message, table = tab.group(event(action="assign", articles=ids[:2], put=["New"], take=["Old"]))
    assert read_html(message).text == "Moved 0 articles into New, 2 articles out of Old."
    assert assistant.groups == {"Old": {ids[2]}, "New": set(ids[:2])}
    found = {
        one.attributes["data-article"]: one.attributes["data-collections"] for one in read_html(table).all("tr")[1:]
    }
    assert found == {ids[0]: '["New"]', ids[1]: '["New"]', ids[2]: '["Old"]'}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"action": "no"},
        {"action": {"a": 1}},
        {"action": "assign"},
        {"action": "assign", "articles": "x", "put": 5, "take": [1, None]},
    ],
)
def test_nonsense_changes_no_collection(tab: ArticlesTab, assistant: FakeAssistant, data: dict[str, object]) -> None:
    message, _ = tab.group(event(**data))
    assert "Nothing was changed" in message


@pytest.mark.parametrize(
    "data",
    [
        {"action": "create"},
        {"action": "create", "name": "known"},
        {"action": "rename", "name": "gone", "new_name": "x"},
        {"action": "delete", "name": "gone"},
        {"action": "assign", "articles": ["gone"], "put": ["Known"]},
    ],
)
def test_what_cannot_be_grouped_is_told(tab: ArticlesTab, assistant: FakeAssistant, data: dict[str, object]) -> None:
    assistant.groups = {"Known": set()}
    message, _ = tab.group(event(**data))
    assert read_html(message).one("p", "error").text
    assert assistant.groups == {"Known": set()}


def test_a_removal_that_fails_is_told(
    tab: ArticlesTab, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = assistant.put("a.txt", "Kept", "a")

    def locked(article_id: str) -> ArticleSummary:
        raise StoreLockedError("another process is writing. Try again")

    monkeypatch.setattr(assistant, "remove", locked)
    message, _ = tab.remove(event(articles=[article.article_id]))
    assert read_html(message).one("p", "error").text == "another process is writing. Try again"


def test_words_are_found_in_the_texts_too(tab: ArticlesTab, assistant: FakeAssistant) -> None:
    first = assistant.put("a.txt", "One", "The harbour of ARVIK was opened.")
    assistant.put("b.txt", "Two", "The harbour of Bolund was closed.")
    assert tab.search_texts({"words": "arvik Harbour"}) == [first.article_id]
    assert len(tab.search_texts({"words": "harbour"})) == 2
    assert tab.search_texts({"words": "ferry"}) == []


@pytest.mark.parametrize("request_", [None, {}, {"words": 3}, {"words": " "}, "harbour", []])
def test_what_a_browser_makes_up_finds_nothing(tab: ArticlesTab, assistant: FakeAssistant, request_: Any) -> None:
    assistant.put("a.txt", "One", "The harbour.")
    assert tab.search_texts(request_) == []


def test_columns_in_which_nothing_stands_are_hidden(tab: ArticlesTab, assistant: FakeAssistant) -> None:
    assistant.put("a.txt", "One", "Text.", outlet="The Outlet")
    assert read_html(tab.table()).one("table").attributes["class"].split() == ["no-published", "no-collections"]
    assistant.put("b.txt", "Two", "Text too.", published="2024-01-02")
    assert read_html(tab.table()).one("table").attributes["class"].split() == ["no-collections"]
