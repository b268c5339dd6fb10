"""The whole way of a first user with the real engine, in light and dark, wide and narrow; pictures in ``tmp_path``."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from rag.assistant import Assistant
from rag.evaluation.question_files import read_questions
from tests.browser.accessibility import serious
from tests.browser.conftest import NARROW, WIDE, Scheme, Visit, Watch, emptied
from tests.browser.steps import ArticlePage

FILES = {
    "differ-oskerby-bridge-a.md": '"><img src=x onerror=alert(1)> a.md',
    "differ-oskerby-bridge-b.md": "it's \u202e<b>b</b>.md",
    "background-naftali-bennett.md": "${alert(1)} {{c}} & co.md",
}
"""Sample articles, and the hostile names under which they are uploaded."""
REOPENED = "When did Mill Bridge in Oskerby reopen?"
DATES = {"14 March 2024", "2 April 2024"}
FOUNDED = "Which company did Naftali Bennett help to found?"
SOLD = "For how much was it sold?"
UNANSWERED = "Who designed the flag of Kyrgyzstan?"


@pytest.fixture
def assistant(real_assistant: Assistant) -> Assistant:
    return emptied(real_assistant)


@pytest.fixture
def address(real_address: str) -> str:
    return real_address


class Walk:
    """One user's way; looks at every view it passes."""

    def __init__(self, user: ArticlePage, assistant: Assistant, pictures: Path) -> None:
        self.user = user
        self.page = user.page
        self.assistant = assistant
        self.pictures = pictures
        self.findings: list[str] = []

    def look(self, view: str) -> None:
        """Photograph what is shown; nothing hangs over the edge, nothing became markup, nothing keeps people out."""
        self.page.screenshot(path=self.pictures / f"{view}.png")
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width, f"{view} is too wide"
        expect(
            self.page.locator(".turn :is(a, img, script), .source :is(a, img, script), #articles-tab img")
        ).to_have_count(0)
        self.findings += [f"{view}: {finding}" for finding in serious(self.page)]

    def upload(self) -> None:
        expect(self.page.locator(".welcome.first")).to_be_visible()
        self.look("1-first-visit")
        self.page.get_by_role("button", name="Add articles").click()
        seeds = Path(__file__).resolve().parents[2] / "seeds"
        lines = self.user.upload_files(
            [(name, (seeds / seed).read_bytes()) for seed, name in FILES.items()], seconds=240
        )
        expect(lines.locator(".status")).to_have_text(["Added"] * len(FILES))
        assert lines.locator(".name").all_text_contents() == [
            name.replace("\u202e", "\ufffd") for name in FILES.values()
        ]
        expect(self.page.locator("#articles-table tbody tr")).to_have_count(len(FILES))
        self.look("2-uploaded")
        self.user.go_to_chat()
        expect(self.page.locator("[data-scope-open]")).to_have_text("Searching all 3 articles")

    def open_citation(self, turn: Locator, number: int) -> str:
        """Open a chip of a turn; the mark is what the citation says, word for word. Gives it back."""
        chip = turn.locator(f".chip[data-number='{number}']")
        place = {name: chip.get_attribute(f"data-{name}") or "" for name in ("article", "start", "end")}
        chip.click()
        text = self.assistant.article(place["article"]).text[int(place["start"]) : int(place["end"])]
        expect(self.user.mark).to_have_text(text)
        expect(self.user.mark).to_be_in_viewport()
        return text

    def ask_and_cite(self) -> None:
        turn = self.user.ask(REOPENED)
        answer = turn.locator(".answer-text").inner_text()
        account = turn.locator(".differ .account-text").inner_text()
        assert {answer, account} == DATES
        expect(self.page.locator(".welcome")).to_be_hidden()
        self.look("3-accounts-differ")
        assert self.open_citation(turn, 2) == account
        self.look("4-source")
        self.page.keyboard.press("Escape")

    def follow_up(self) -> None:
        expect(self.user.ask(FOUNDED).locator(".answer-text")).to_have_text("Cyota")
        turn = self.user.ask(SOLD)
        expect(turn.locator(".searched q")).to_contain_text("Cyota")
        expect(turn.locator(".answer-text")).to_contain_text("145 million")
        self.look("5-follow-up")

    def abstain_and_save(self) -> None:
        turn = self.user.ask(UNANSWERED)
        expect(turn.locator(".abstain")).to_be_visible()
        turn.get_by_role("button", name="This is right").click()
        turn.get_by_role("button", name="Save as test question").click()
        expect(turn.locator(".judged")).to_contain_text("Saved")
        self.look("6-abstained-and-saved")
        (question,) = read_questions(self.assistant.store_path / "questions.jsonl")
        assert (question.question, question.answers) == (UNANSWERED, ())

    def remove_and_ask_again(self) -> None:
        title = next(one.title for one in self.assistant.articles() if "Bennett" in one.title)
        self.user.go_to_articles()
        self.user.row(title).get_by_role("checkbox").check()
        self.page.locator("[data-remove]").click()
        self.look("7-confirm-removal")
        self.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        expect(self.page.locator("#articles-message .notice")).to_contain_text("Removed")
        self.user.go_to_chat()
        turn = self.user.ask(FOUNDED)
        assert "Cyota" not in turn.locator(".card").first.inner_text()
        expect(turn.locator(".chip", has_text="Bennett")).to_have_count(0)
        self.look("8-gone")

    def reload(self) -> None:
        """The conversation is as it was, by id; what still exists opens at its words, what was removed says so."""
        ids = self.user.turns.evaluate_all("all => all.map(one => one.dataset.turn)")
        answers = self.page.locator(".answer-text").all_inner_texts()
        self.page.reload()
        self.user.answered()
        assert self.user.turns.evaluate_all("all => all.map(one => one.dataset.turn)") == ids
        assert self.page.locator(".answer-text").all_inner_texts() == answers
        assert {self.open_citation(self.user.turns.first, 1), self.open_citation_again(2)} == DATES
        self.page.keyboard.press("Escape")
        self.user.turns.nth(1).locator(".chip").first.click()
        expect(self.page.locator(".source-body")).to_contain_text("This article was removed")
        self.look("9-reloaded")
        self.page.keyboard.press("Escape")

    def open_citation_again(self, number: int) -> str:
        """Step to the next citation with the panel's own buttons."""
        self.page.get_by_role("button", name="Next citation").click()
        expect(self.page.locator(".position")).to_have_text(f"{number} of 2")
        expect(self.user.mark).to_be_in_viewport()
        return self.user.mark.inner_text()

    def export(self) -> None:
        self.page.get_by_role("button", name="Conversations", exact=True).click()
        self.look("10-conversations")
        saved = {}
        for kind in ("Markdown", "JSON"):
            with self.page.expect_download() as download:
                self.page.get_by_role("button", name=f"Export {REOPENED} as {kind}").click()
            saved[kind] = download.value.path().read_text(encoding="utf-8")
        assert "Cyota[^" in saved["Markdown"]
        assert "[^1]: “" in saved["Markdown"]
        assert re.findall(r"(?<!\\)[<>]", saved["Markdown"]) == []  # every sign of a tag is escaped
        record = json.loads(saved["JSON"])
        assert [turn["question"] for turn in record["turns"]] == [REOPENED, FOUNDED, SOLD, UNANSWERED, FOUNDED]


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_whole_walk(
    visit: Visit, watch: Watch, assistant: Assistant, tmp_path: Path, viewport: ViewportSize, scheme: Scheme
) -> None:
    walk = Walk(visit(viewport=viewport, color_scheme=scheme), assistant, tmp_path)
    walk.upload()
    walk.ask_and_cite()
    walk.follow_up()
    walk.abstain_and_save()
    walk.remove_and_ask_again()
    walk.reload()
    walk.export()
    assert walk.findings == []
    assert watch.requests > 20
    assert watch.outside == []


@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(360, 640, "dark"), (3840, 2160, "light")], ids=["smallest", "largest"]
)
def test_the_smallest_and_the_largest_screen(
    visit: Visit, assistant: Assistant, tmp_path: Path, width: int, height: int, scheme: Scheme
) -> None:
    viewport = ViewportSize(width=width, height=height)
    walk = Walk(visit(viewport=viewport, color_scheme=scheme), assistant, tmp_path)
    walk.upload()
    walk.ask_and_cite()
    walk.abstain_and_save()
    assert walk.findings == []
