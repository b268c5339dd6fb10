"""Files that are written, renamed, exchanged and deleted between two ``add``: no text is lost, none is there twice."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from rag import Assistant, Settings
from tests.integration.hashed_encoder import HashedEncoder

FERRY = "The ferry Marit was launched in Oskerby in 1958. Otto Lang drew her."
MILL = "The mill at Lunden ground rye until 1931. Anna Berg owned it."
TOWER = "A water tower stands in Hals since 1904. It holds 300 tons."
NAMES = ("a.txt", "b.txt", "c.md", "sub/a.txt", "sub/d.txt")


def open_assistant(store: Path) -> Assistant:
    return Assistant(store, Settings.load(answer={"reader": "sentences"}), encoder=HashedEncoder())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with open_assistant(tmp_path / "store") as opened:
        yield opened


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def stored(assistant: Assistant) -> dict[str, str]:
    """The stored texts by their file's name."""
    return {summary.source: assistant.article(summary.article_id).text for summary in assistant.articles()}


def statuses(assistant: Assistant, folder: Path) -> dict[str, str]:
    """What an ``add`` of the folder says of each file."""
    return {Path(outcome.path).name: outcome.status for outcome in assistant.add(folder)}


def test_two_files_that_exchange_their_texts_keep_both(assistant: Assistant, folder: Path) -> None:
    write(folder, a=FERRY, b=MILL)
    assistant.add(folder)
    write(folder, a=MILL, b=FERRY)
    assert statuses(assistant, folder) == {"a.txt": "updated", "b.txt": "updated"}
    assert stored(assistant) == {"a.txt": MILL, "b.txt": FERRY}
    assert statuses(assistant, folder) == {"a.txt": "unchanged", "b.txt": "unchanged"}


def test_a_rotation_keeps_every_text(assistant: Assistant, folder: Path) -> None:
    write(folder, a=FERRY, b=MILL, c=TOWER)
    assistant.add(folder)
    write(folder, a=TOWER, b=FERRY, c=MILL)
    assert set(statuses(assistant, folder).values()) == {"updated"}
    assert stored(assistant) == {"a.txt": TOWER, "b.txt": FERRY, "c.txt": MILL}


@pytest.mark.parametrize("edited", ["a", "b"])
def test_editing_a_copy_leaves_the_other_ones_text(assistant: Assistant, folder: Path, edited: str) -> None:
    other = "b" if edited == "a" else "a"
    write(folder, a=FERRY, b=FERRY)
    assistant.add(folder)
    write(folder, **{edited: MILL})
    outcomes = assistant.add(folder).files
    assert stored(assistant) == {f"{edited}.txt": MILL, f"{other}.txt": FERRY}
    assert {outcome.article_id for outcome in outcomes} == {one.article_id for one in assistant.articles()}
    assert not any(outcome.status == "duplicate" for outcome in outcomes)


def test_editing_a_copy_alone_leaves_the_other_ones_text(assistant: Assistant, folder: Path) -> None:
    write(folder, a=FERRY, b=FERRY)
    assistant.add(folder)
    write(folder, a=MILL)
    assert [outcome.status for outcome in assistant.add(folder / "a.txt")] == ["updated"]
    assert stored(assistant) == {"a.txt": MILL, "b.txt": FERRY}


def test_a_duplicate_names_an_article_that_is_stored(assistant: Assistant, folder: Path) -> None:
    write(folder, a=FERRY, b=FERRY, c=FERRY)
    assistant.add(folder)
    write(folder, a=MILL)
    outcomes = {Path(outcome.path).name: outcome for outcome in assistant.add(folder)}
    assert (outcomes["b.txt"].status, outcomes["c.txt"].status) == ("updated", "duplicate")
    assert outcomes["c.txt"].message.startswith("the same text is already stored as b.txt")


def test_a_renamed_and_then_edited_file_is_one_article(assistant: Assistant, folder: Path) -> None:
    write(folder, a=FERRY)
    assistant.add(folder)
    (folder / "a.txt").rename(folder / "b.txt")
    assert statuses(assistant, folder) == {"b.txt": "updated"}
    assert stored(assistant) == {"b.txt": FERRY}
    write(folder, b=MILL)
    assistant.add(folder)
    assert stored(assistant) == {"b.txt": MILL}


def test_a_renamed_article_stays_in_its_collections(assistant: Assistant, folder: Path) -> None:
    write(folder, a=FERRY)
    assistant.add(folder, collection="Ships")
    (folder / "a.txt").rename(folder / "b.txt")
    assistant.add(folder)
    assert [summary.collections for summary in assistant.articles()] == [("Ships",)]


def test_a_copy_with_another_title_takes_it_when_the_first_file_turns_to_another_text(
    assistant: Assistant, folder: Path
) -> None:
    for name, title in (("a", "First"), ("b", "Second")):
        (folder / f"{name}.md").write_text(f"---\ntitle: {title}\n---\n{FERRY}", encoding="utf-8")
    assistant.add(folder)
    (folder / "a.md").write_text(f"---\ntitle: First\n---\n{MILL}", encoding="utf-8")
    assistant.add(folder)
    assert {summary.source: summary.title for summary in assistant.articles()} == {"a.md": "First", "b.md": "Second"}
    best = assistant.retrieve("Second", 1)[0]
    assert (best.article.title, best.article.text) == ("Second", FERRY)


class FolderMachine(RuleBasedStateMachine):
    """After every ``add`` the store holds the texts that the files hold, each once, whatever happened before."""

    @initialize()
    def start(self) -> None:
        self.place = Path(tempfile.mkdtemp())
        self.folder = self.place / "articles"
        (self.folder / "sub").mkdir(parents=True)
        self.assistant = open_assistant(self.place / "store")
        self.held: dict[str, str] = {}
        """The text of each path when it was last added; of those that are gone as long as nothing else holds it."""

    def teardown(self) -> None:
        if hasattr(self, "assistant"):
            self.assistant.close()
            shutil.rmtree(self.place)

    def files(self) -> dict[str, str]:
        return {name: (self.folder / name).read_text("utf-8") for name in NAMES if (self.folder / name).exists()}

    @rule(name=st.sampled_from(NAMES), text=st.sampled_from([FERRY, MILL, TOWER]))
    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    @rule(name=st.sampled_from(NAMES), other=st.sampled_from(NAMES))
    def rename(self, name: str, other: str) -> None:
        if (self.folder / name).exists():
            (self.folder / name).replace(self.folder / other)

    @rule(name=st.sampled_from(NAMES), other=st.sampled_from(NAMES))
    def swap(self, name: str, other: str) -> None:
        texts = self.files()
        if name in texts and other in texts:
            (self.folder / name).write_text(texts[other], encoding="utf-8")
            (self.folder / other).write_text(texts[name], encoding="utf-8")

    @rule(name=st.sampled_from(NAMES))
    def delete(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)

    @rule()
    def reopen(self) -> None:
        self.assistant.close()
        self.assistant = open_assistant(self.place / "store")

    @rule()
    def add(self) -> None:
        self.check_add(list(self.files()), self.folder)

    @rule(names=st.lists(st.sampled_from(NAMES), unique=True, max_size=3))
    def add_some(self, names: list[str]) -> None:
        present = [name for name in names if (self.folder / name).exists()]
        if present:
            self.check_add(present, *(self.folder / name for name in present))

    def check_add(self, names: list[str], *paths: Path) -> None:
        files = self.files()
        report = self.assistant.add(paths)
        self.held.update({name: files[name] for name in names})
        seen = {files[name] for name in names}
        self.held = {name: text for name, text in self.held.items() if name in files or text not in seen}
        articles = self.assistant.articles()
        texts = [self.assistant.article(summary.article_id).text for summary in articles]
        assert sorted(texts) == sorted(set(self.held.values()))
        ids = {summary.article_id for summary in articles}
        assert all(outcome.article_id in ids for outcome in report if outcome.status != "failed")
        for summary, text in zip(articles, texts, strict=True):
            name = Path(summary.path).relative_to(self.folder.resolve()).as_posix()
            assert self.held[name] == text
            assert summary.source == Path(name).name
            words = {hit.article.article_id for hit in self.assistant.retrieve(text, 1)}
            assert words == {summary.article_id}


TestFolderMachine = FolderMachine.TestCase
TestFolderMachine.settings = settings(max_examples=40, stateful_step_count=20)
