"""Takes the pictures of the page that the documentation shows: python docs/images/take.py

Adds the sample articles to a temporary store, asks the real engine and photographs the page in a headless Chromium.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from rag.assistant import Assistant
from rag.evaluation.question_files import read_questions
from ui.web.app import serve

HERE = Path(__file__).resolve().parent
SEEDS = HERE.parent.parent / "seeds"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
ANSWERED = "Who mediated the ceasefire of May 2021?"
DIFFERS = "When did Mill Bridge in Oskerby reopen?"
ABSTAINED = "Who designed the flag of Kyrgyzstan?"
_LOG = logging.getLogger(__name__)


def open_page(browser: Browser, address: str, width: int, height: int, scheme: str) -> Page:
    """A new user's page, with the welcome complete."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".suggestion", timeout=300_000)
    return page


def ask(page: Page, question: str) -> None:
    """Ask and wait for the answer."""
    turns = page.locator(".turn").count()
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_function(
        f"document.querySelectorAll('.turn').length > {turns} && !document.querySelector('.waiting')", timeout=60_000
    )
    page.locator("#question-box textarea").blur()
    page.wait_for_timeout(300)


def cite(page: Page, number: int) -> None:
    """Open a citation of the last turn."""
    page.locator(f".turn:last-child .chip[data-number='{number}']").click()
    page.wait_for_selector(".source mark")
    page.wait_for_timeout(300)


def save(page: Page, name: str) -> None:
    """Photograph what is in view, in 256 colours: a third of the size, no difference to the eye."""
    with Image.open(BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(HERE / name, optimize=True)
    _LOG.info("%s: %d kB", name, (HERE / name).stat().st_size // 1000)


def take(browser: Browser, address: str) -> None:
    """All pictures."""
    wide = open_page(browser, address, 1280, 800, "light")
    ask(wide, DIFFERS)
    cite(wide, 1)
    save(wide, "chat.png")
    wide.keyboard.press("Escape")
    ask(wide, ABSTAINED)
    save(wide, "abstain.png")
    wide.get_by_role("tab", name="Articles").click()
    wide.wait_for_selector("#articles-table tbody tr")
    save(wide, "articles.png")
    wide.get_by_role("tab", name="Evaluate").click()
    wide.wait_for_selector("#reliability-plot svg.marks")
    wide.evaluate(
        "window.scrollTo(0, document.querySelector('#results-head').getBoundingClientRect().top + scrollY - 72)"
    )
    wide.wait_for_timeout(500)
    save(wide, "evaluate.png")
    narrow = open_page(browser, address, 390, 844, "dark")
    ask(narrow, DIFFERS)
    cite(narrow, 1)
    save(narrow, "phone-dark.png")
    dark = open_page(browser, address, 1280, 800, "dark")
    ask(dark, DIFFERS)
    cite(dark, 2)
    save(dark, "chat-dark.png")


def main() -> None:
    """Serve the sample articles from a temporary store and take the pictures."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with tempfile.TemporaryDirectory() as folder, Assistant(folder) as assistant, sync_playwright() as playwright:
        assistant.add([SEEDS])
        assistant.evaluate(read_questions(SEEDS / "questions.jsonl").with_split("dev"))
        told: list[str] = []
        page = serve(assistant, port=0, on_ready=told.append, block=False)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            take(browser, told[0])
        finally:
            browser.close()
            page.close(verbose=False)


if __name__ == "__main__":
    main()
