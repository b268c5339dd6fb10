"""The whole way with the real engine: add a file, ask, open the citation at its exact words."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from rag.assistant import Assistant
from tests.browser.conftest import Visit, emptied

HARBOUR = """The harbour of Lindness

Lindness harbour was opened by the engineer Marta Solberg in May 1911. The town paid for half of it.

The old lighthouse was closed in 1974. Its lamp now stands in the museum of Tarnside, ten miles away.
"""
GARDEN = """A garden for the town

The botanical garden of Tarnside has four hundred kinds of roses. It is closed on Mondays.
"""


@pytest.fixture
def assistant(real_assistant: Assistant) -> Assistant:
    return emptied(real_assistant)


@pytest.fixture
def address(real_address: str) -> str:
    return real_address


def test_upload_ask_cite_remove_and_ask_again(visit: Visit, assistant: Assistant) -> None:
    user = visit()
    expect(user.page.locator(".welcome.first")).to_be_visible()
    user.go_to_articles()
    files = [("harbour.txt", HARBOUR.encode()), ("garden.txt", GARDEN.encode()), ("copy.txt", HARBOUR.encode())]
    lines = user.upload_files([*files, ("binary.txt", b"\x00\x01\x02" * 500)], seconds=90)
    expect(lines.locator(".status")).to_have_text(["Added", "Added", "Duplicate", "Not added"])
    assert {article.source for article in assistant.articles()} == {"harbour.txt", "garden.txt"}

    user.go_to_chat()
    question = "Who opened Lindness harbour?"
    user.ask(question)
    (citation, *_) = assistant.ask(question).citations
    assert "Marta Solberg" in citation.text
    mark = user.open_citation(1)
    assert mark.text_content() == citation.text
    expect(mark).to_be_in_viewport()
    expect(user.page.locator(".source-meta").first).to_contain_text("harbour.txt")
    user.page.keyboard.press("Escape")

    expect(user.ask("What is the phone number of the embassy in Lima?").locator(".abstain")).to_be_visible()

    user.go_to_articles()
    user.remove("The harbour of Lindness")
    user.go_to_chat()
    turn = user.ask(question)
    assert "Solberg" not in turn.locator(".card").first.inner_text()
