"""Whatever an article, a file name or a question contains is shown as text, everywhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.fake_assistant import FakeAssistant, Known

HOSTILE = [
    "<script>alert('script')</script>",
    "<img src=x onerror=\"alert('img')\"><svg onload=alert(1)>",
    "[click](javascript:alert(1)) **bold** <a href='javascript:alert(2)'>x</a>",
    "${alert('template')} {{value}} {{{value}}} `${1+1}`",
    "\u202eright to left override\u202c and \u2067isolate\u2069 signs",
    "&amp; &lt;b&gt; &#60;script&#62; \"quotes\" 'and' `ticks`",
    "two\r\nkinds\rof\n\nbreaks\n",
    "👩‍👩‍👧 e\u0301 \u00a0 نص عربي من اليمين",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_answer_is_shown_and_marked_as_its_exact_text(visit: Visit, assistant: FakeAssistant, hostile: str) -> None:
    text = f"Before it. It says {hostile} here. After it.\n\nNext paragraph."
    assistant.put("a.txt", f"Title {hostile}", text, outlet=f"Outlet {hostile}", author=hostile, published=hostile)
    assistant.put("b.txt", "Other", text + " Differs.")
    question = f"What says {hostile}?"
    assistant.known[question.strip()] = Known((("a.txt", hostile),), (("b.txt", hostile),))
    assistant.known[question.replace("\r\n", "\n").replace("\r", "\n")] = Known((("a.txt", hostile),))
    user = visit()
    turn = user.ask(question)
    assert turn.locator(".answer-text").text_content() == hostile
    assert turn.locator(".answer .quote mark").text_content() == hostile
    assert user.open_citation(1).text_content() == hostile
    assert user.page.locator(".article-text").text_content() == text
    expect(user.page.locator(".turn a, .turn img, .turn script, .source a, .source img, .source script")).to_have_count(
        0
    )
    user.page.keyboard.press("Escape")
    user.page.get_by_role("button", name="Conversations", exact=True).click()
    expect(user.page.locator(".history-title")).to_have_count(1)
    expect(user.page.locator(".history img, .history script, .history b")).to_have_count(0)
    user.page.keyboard.press("Escape")
    user.page.reload()
    assert user.answered().locator(".answer-text").text_content() == hostile
    user.go_to_articles()
    expect(user.page.locator("#articles-table tbody tr")).to_have_count(2)
    expect(user.page.locator("#articles-table").locator("img, script, a, b")).to_have_count(0)


def test_hostile_file_names_are_shown_as_they_are(visit: Visit, assistant: FakeAssistant) -> None:
    names = [
        '"><img src=x onerror=alert(1)>.txt',
        "' onclick='alert(1).txt",
        "a&amp;b <b>bold<b>.txt",
        "fdp\u202etxt.txt",
    ]
    user = visit()
    user.go_to_articles()
    lines = user.upload_files([(name, f"Text of {number}.".encode()) for number, name in enumerate(names)])
    expect(lines.locator(".status")).to_have_text(["Added"] * len(names))
    shown = lines.locator(".name").all_text_contents()
    assert shown == [name.replace("\u202e", "\ufffd") for name in names]
    assert len(assistant.articles()) == len(names)
    expect(user.page.locator("#upload-report, #articles-table").locator("img, b")).to_have_count(0)


def test_a_two_megabyte_paragraph_on_one_line_opens_at_its_place(visit: Visit, assistant: FakeAssistant) -> None:
    text = "word " * 200_000 + "the needle " + "word " * 200_000
    assistant.put("huge.txt", "Huge", text)
    assistant.known["Where is it?"] = Known((("huge.txt", "the needle"),))
    user = visit()
    user.ask("Where is it?")
    mark = user.open_citation(1)
    assert mark.text_content() == "the needle"
    expect(mark).to_be_in_viewport()
    expect(user.page.get_by_role("button", name="Show more")).to_have_count(2)


def test_a_forged_conversation_in_the_browsers_storage_is_not_believed(visit: Visit) -> None:
    user = visit()
    forged = '{"conversation_id": "x", "turns": [{"question": "<img src=x onerror=alert(1)>", "answer": 5}]}'
    user.page.evaluate(
        "text => { localStorage['citespan.conversation.x'] = text; sessionStorage['citespan.current'] = 'x'; }", forged
    )
    user.page.reload()
    expect(user.page.locator(".welcome")).to_be_visible()
    expect(user.turns).to_have_count(0)
