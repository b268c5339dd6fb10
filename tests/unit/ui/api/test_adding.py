from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import pytest
from filelock import FileLock
from hypothesis import given

from rag.settings import UiSettings
from tests.browser.fake_assistant import FakeAssistant
from tests.unit.ui.web.any_values import TEXT
from tests.unit.ui.web.page_text import read_html
from ui.api.adding import LOCK_FILE, UPLOADS_FOLDER, Uploads, stored_name
from ui.api.operations import Operations
from ui.web.articles.tab import ArticlesTab

UPLOADS = 12


@pytest.fixture
def assistant(tmp_path: Path) -> FakeAssistant:
    return FakeAssistant(tmp_path / "store")


def sent(folder: Path, text: str) -> Path:
    path = folder / f"sent-{hashlib.sha256(text.encode()).hexdigest()}"
    path.write_text(text)
    return path


def test_uploads_of_one_name_at_one_time_through_page_and_rest_never_mix(
    assistant: FakeAssistant, tmp_path: Path
) -> None:
    tab = ArticlesTab(assistant, [".txt"], UiSettings())  # type: ignore[arg-type]
    operations = Operations(assistant)  # type: ignore[arg-type]
    assistant.before_adding = lambda name: (Event().wait(0.01), None)[1]  # time to trip over one another

    def by_page(text: str) -> str:
        *_, (html, _, _) = tab.add([{"path": str(sent(tmp_path, text)), "orig_name": "notes.txt"}])
        assert read_html(html).one("span", "status").text == "Added"
        return text

    def by_rest(text: str) -> str:
        (outcome,) = operations.add([("notes.txt", sent(tmp_path, text))], "ada").files
        assert (outcome.status, outcome.title) == ("added", text), "another upload was read in its place"
        return text

    texts = [f"Notes {number}" for number in range(UPLOADS)]
    with ThreadPoolExecutor(UPLOADS) as pool:
        asked = [pool.submit((by_page, by_rest)[n % 2], text) for n, text in enumerate(texts)]
        done = {one.result() for one in asked}
    assert done == set(texts)
    assert len(assistant.articles()) == 2, "one of this computer's user, one of ada; the last of each"
    assert not [path for path in (tmp_path / "store" / UPLOADS_FOLDER).rglob("*") if path.is_file()]


def test_an_upload_waits_for_that_of_another_process(assistant: FakeAssistant, tmp_path: Path) -> None:
    uploads = Uploads(assistant)  # type: ignore[arg-type]
    uploads.folder.mkdir(parents=True)
    with FileLock(tmp_path / "store" / LOCK_FILE):
        adding = Thread(target=uploads.add, args=("a.txt", sent(tmp_path, "Text")))
        adding.start()
        adding.join(0.2)
        assert adding.is_alive()
        assert not uploads.place_of("a.txt").exists()
        assert assistant.articles() == []
    adding.join(30)
    assert [article.title for article in assistant.articles()] == ["Text"]


@pytest.mark.parametrize("user", ["..", "/etc", "a/b", "Ada", "ada", "zoë", "x" * 200])
def test_a_users_place_is_their_own_folder_whatever_the_name(assistant: FakeAssistant, user: str) -> None:
    uploads = Uploads(assistant)  # type: ignore[arg-type]
    place = uploads.place_of("a.txt", user)
    assert place.parent.parent == uploads.folder
    others = {uploads.place_of("a.txt", other) for other in (None, "bo", user.swapcase()) if other != user}
    assert place not in others


@pytest.mark.parametrize(
    ("original", "name"),
    [
        ("report.txt", "report.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\files\\report.txt", "report.txt"),
        ('we"ird <b>&.txt', 'we"ird <b>&.txt'),
        ("", "article"),
        ("نص.md", "نص.md"),
    ],
)
def test_an_uploads_name_is_its_own_without_folders(original: str, name: str) -> None:
    assert stored_name(original) == name


@pytest.mark.parametrize(
    ("original", "begin", "end"),
    [("a\u202etxt.exe", "a_txt-", ".exe"), ("...", "article-", ""), (f"{'x' * 300}.txt", "x" * 196 + "-", ".txt")],
)
def test_a_name_that_cannot_be_kept_differs_from_every_other(original: str, begin: str, end: str) -> None:
    name = stored_name(original)
    assert name.startswith(begin)
    assert name.endswith(end)
    assert name != stored_name(original.replace("\u202e", "\u202d") if "\u202e" in original else f".{original}")


@given(TEXT)
def test_any_name_is_a_plain_file_name(original: str) -> None:
    name = stored_name(original * 20)
    assert name
    assert name not in (".", "..")
    assert "/" not in name
    assert "\0" not in name
    assert len(name.encode()) <= 255


@given(TEXT, TEXT)
def test_two_names_stay_two(one: str, other: str) -> None:
    def last(name: str) -> str:
        return name.replace("\\", "/").rsplit("/", 1)[-1]

    assert (stored_name(one) == stored_name(other)) == (last(one) == last(other))
