"""A folder that changes, and a store that follows it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from rag import Assistant, InputError
from tests.unit.rag.ingest.test_adding import FERRY, MILL, NAMES, TOWER, open_assistant, stored, write

ELSEWHERE = "A lighthouse stands on Hven. Its lamp was lit in 1872."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    (folder / "sub").mkdir(parents=True)
    return folder


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with open_assistant(tmp_path / "store") as opened:
        (tmp_path / "elsewhere.txt").write_text(ELSEWHERE, encoding="utf-8")
        opened.add(tmp_path / "elsewhere.txt")
        yield opened


def test_what_is_gone_goes_and_can_be_undone(assistant: Assistant, folder: Path) -> None:
    write(folder, a=FERRY, b=MILL)
    assert [outcome.status for outcome in assistant.sync(folder)] == ["added", "added"]
    (folder / "a.txt").unlink()
    preview = assistant.sync(folder, dry_run=True)
    assert (preview.is_preview, [article.source for article in preview.removed]) == (True, ["a.txt"])
    assert len(stored(assistant)) == 3
    report = assistant.sync(folder)
    assert [article.source for article in report.removed] == ["a.txt"]
    assert stored(assistant) == {"b.txt": MILL, "elsewhere.txt": ELSEWHERE}
    assistant.undo(report.removed[0].article_id)
    assert stored(assistant)["a.txt"] == FERRY


def test_a_file_that_was_renamed_and_edited_is_one_article(assistant: Assistant, folder: Path) -> None:
    write(folder, a=FERRY)
    assistant.sync(folder)
    (folder / "a.txt").unlink()
    write(folder, b=FERRY.replace("1958", "1962"))
    assistant.sync(folder)
    assert set(stored(assistant)) == {"b.txt", "elsewhere.txt"}


def test_patterns_choose_the_files(assistant: Assistant, folder: Path) -> None:
    write(folder, a=FERRY, b=MILL)
    (folder / "sub" / "c.txt").write_text(TOWER, encoding="utf-8")
    assistant.sync(folder, include=["*.txt"], exclude=["sub/*"])
    assert set(stored(assistant)) == {"a.txt", "b.txt", "elsewhere.txt"}
    assistant.sync(folder, include=["c*", "b.txt"])
    assert set(stored(assistant)) == {"c.txt", "b.txt", "elsewhere.txt"}


def test_a_folder_that_lies_empty_takes_nothing_along_unless_told(assistant: Assistant, folder: Path) -> None:
    write(folder, a=FERRY)
    assistant.sync(folder)
    (folder / "a.txt").unlink()
    for dry_run in (True, False):
        with pytest.raises(InputError, match="Is its drive mounted"):
            assistant.sync(folder, dry_run=dry_run)
    assert len(assistant.sync(folder, allow_empty=True).removed) == 1
    with pytest.raises(InputError, match="no such folder"):
        assistant.sync(folder / "nothing")


def test_a_file_that_cannot_be_read_now_keeps_its_article(assistant: Assistant, folder: Path) -> None:
    write(folder, a=FERRY, b=MILL)
    assistant.sync(folder)
    (folder / "a.txt").write_bytes(b"")
    report = assistant.sync(folder)
    assert [outcome.status for outcome in report] == ["failed", "unchanged"]
    assert report.removed == ()
    assert stored(assistant)["a.txt"] == FERRY


class SyncMachine(RuleBasedStateMachine):
    """After every sync the store holds what the files hold and what came from elsewhere, as the preview had said."""

    @initialize()
    def start(self) -> None:
        self.place = Path(tempfile.mkdtemp())
        self.folder = self.place / "articles"
        (self.folder / "sub").mkdir(parents=True)
        self.assistant = open_assistant(self.place / "store")
        (self.place / "elsewhere.txt").write_text(TOWER, encoding="utf-8")
        self.assistant.add(self.place / "elsewhere.txt")

    def teardown(self) -> None:
        if hasattr(self, "assistant"):
            self.assistant.close()
            shutil.rmtree(self.place)

    @rule(name=st.sampled_from(NAMES), text=st.sampled_from([FERRY, MILL, TOWER, ELSEWHERE]))
    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    @rule(name=st.sampled_from(NAMES), other=st.sampled_from(NAMES))
    def rename(self, name: str, other: str) -> None:
        if (self.folder / name).exists():
            (self.folder / name).replace(self.folder / other)

    @rule(name=st.sampled_from(NAMES))
    def delete(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)

    @rule()
    def sync(self) -> None:
        preview = self.assistant.sync(self.folder, dry_run=True, allow_empty=True)
        before = {article.article_id for article in self.assistant.articles()}
        report = self.assistant.sync(self.folder, allow_empty=True)
        after = {article.article_id for article in self.assistant.articles()}
        held = [file.read_text("utf-8") for file in self.folder.rglob("*") if file.is_file()]
        texts = [self.assistant.article(article_id).text for article_id in after]
        assert sorted(texts) == sorted({TOWER, *held})
        assert {article.article_id for article in preview.removed} == before - after
        assert {outcome.article_id for outcome in preview} == {outcome.article_id for outcome in report}
        again = self.assistant.sync(self.folder, allow_empty=True)
        assert {outcome.status for outcome in again} <= {"unchanged", "duplicate"}
        assert again.removed == ()


TestSyncMachine = SyncMachine.TestCase
TestSyncMachine.settings = settings(max_examples=10, stateful_step_count=10)
