"""What a person does on the page, in their words."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect


class ArticlePage:
    """The page in one browser window."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    def open(self) -> ArticlePage:
        self.page.goto(self.address)
        expect(self.page.locator(".welcome:visible, .turn:visible").first).to_be_visible()
        return self

    @property
    def box(self) -> Locator:
        return self.page.get_by_label("Your question")

    @property
    def turns(self) -> Locator:
        return self.page.locator(".turn")

    @property
    def last_turn(self) -> Locator:
        return self.turns.last

    @property
    def mark(self) -> Locator:
        """The highlighted element of the source panel, once the panel shows what was last asked for."""
        return self.page.locator(".source:not([aria-busy]) mark")

    def ask(self, question: str) -> Locator:
        """Type a question, send it and wait until it is answered; gives back its turn."""
        count = self.turns.count()
        self.box.fill(question)
        self.box.press("Enter")
        expect(self.turns).to_have_count(count + 1)
        return self.answered()

    def answered(self) -> Locator:
        """The last turn, once it is no longer waiting."""
        expect(self.last_turn.locator(".card:not(.waiting)").first).to_be_visible()
        return self.last_turn

    def open_citation(self, number: int) -> Locator:
        """Click a numbered chip of the last turn; gives back the highlighted element."""
        self.last_turn.locator(f".chip[data-number='{number}']").click()
        expect(self.mark).to_be_visible()
        return self.mark

    def go_to_articles(self) -> None:
        self.page.get_by_role("tab", name="Articles").click()
        expect(self.page.locator("#articles-table").locator("table, .empty")).to_be_visible()

    def go_to_chat(self) -> None:
        self.page.get_by_role("tab", name="Chat").click()

    def upload_files(self, files: list[tuple[str, bytes]], seconds: float = 15) -> Locator:
        """Upload files given as name and content and wait for what became of them; gives back the report's lines."""
        payload: list[Any] = [{"name": name, "mimeType": "text/plain", "buffer": content} for name, content in files]
        self.page.locator("#drop input[type=file]").set_input_files(payload)
        lines = self.page.locator("#upload-report .outcome")
        expect(lines).to_have_count(len(files), timeout=seconds * 1000)
        return lines

    def row(self, title: str) -> Locator:
        return self.page.locator(
            "#articles-table tbody tr", has=self.page.get_by_role("button", name=title, exact=True)
        )

    def remove(self, *titles: str) -> None:
        for title in titles:
            self.row(title).get_by_role("checkbox").check()
        self.page.locator("[data-remove]").click()
        self.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        expect(self.page.locator("#articles-message .notice")).to_be_visible()
