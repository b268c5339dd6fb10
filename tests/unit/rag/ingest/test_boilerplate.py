from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.ingest.boilerplate import find_boilerplate
from rag.ingest.reading import read_article
from rag.records import Span
from rag.settings import IngestSettings

BEFORE = (
    "The council met on Tuesday and agreed, after a long and heated debate, to widen the old harbour before winter."
)
AFTER = "The work, which the mayor had promised before the last election, is expected to cost about two million crowns."


def marked(line: str, before: str = BEFORE, after: str = AFTER) -> bool:
    """Whether ``line`` is boilerplate between two paragraphs, which themselves must stay content."""
    page = f"{before}\n{AFTER}\n{line}\n{after}\n{BEFORE}\n"
    found = [span.of(page) for span in find_boilerplate(page)]
    assert all(text == line for text in found), found
    return found == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Skip to main content",
        "Sign in",
        "Share this article",
        "Advertisement",
        "ADVERTISEMENT - SCROLL TO CONTINUE",
        "Story continues below advertisement",
        "12 comments",
        "1.2K shares",
        "4 min read",
        "Home > World > Europe",
        "Home › World",
        "© 2025 The Gazette Ltd",
        "Copyright 2025 The Gazette. All rights reserved.",
        "Published: 16 August 2025, 10:30",
        "Updated 3 hours ago",
        "Already a subscriber? Log in",
        "Sign up to our daily newsletter for more stories like this",
        "Get the latest news delivered to your inbox every morning.",
        "We use cookies to improve your visit.",
        "The Gazette values your privacy",
        "We and our 61 trusted partners process personal data such as your address, and place cookies on your device "
        "to show adverts that fit you and to count how often they are seen. You may change your mind at any time.",
        "With your consent, we may read identifiers of your device and share them with vendors.",
        "To give you the best experience, we use technologies such as cookies.",
        "You can withdraw your consent at any time on our privacy page.",
        "By clicking “Agree” you allow all cookies.",
        "Accept all | Reject all | Settings",
        "Allow necessary cookies only",
        "Manage options Agree and close",
        "Follow us on Facebook and Twitter",
        "Please enable JavaScript to view the comments.",
        "Support independent journalism with a gift.",
        "Watch: The moment the bridge came down",
        "Read more: Who pays for the harbour?",
        "RELATED: Five things to know about the harbour",
        "See also: The harbour in pictures.",
        "Video: the new harbour from above",
        "• Who pays for the new harbour?",
        "► The harbour in ten numbers",
        "Tags: harbour, council, storms",
        "#harbour #storms",
        "Harbour, council, mayor, ships, storms",
        "Photo: Ann Lee",
        "Photograph by Ann Lee for The Gazette",
        "Ann Lee/Reuters",
        "REUTERS/Ann Lee",
        "Ann Lee/AFP via Getty Images",
        "(AP Photo/Ann B. Lee)",
        "GETTY IMAGES",
        "HARBOUR PRESS SERVICE/AFP VIA GETTY IMAGES",
        "Ships wait outside the harbour on Monday. Ann Lee/AFP/Getty Images",
        "Ships wait outside the harbour on Monday. More than forty were seen. (AP Photo/Ann Lee)",
        "FILE - Ships wait outside the harbour in 2019.",
        "File photo: ships outside the harbour.",
        "The mayor and her deputy (L-R) at the quay last week.",
        "Mayor opens new harbour with a party as rivals call it a waste of money",
        "Additional reporting by Ann Lee and Bo Ray",
        "Reporting by Ann Lee in Ash; Editing by Bo Ray",
    ],
)
def test_furniture_of_web_pages_is_marked(line: str) -> None:
    assert marked(line)


@pytest.mark.parametrize(
    "line",
    [
        "Britain abstained.",
        "European concern",
        "What the plan would cost the town",
        "Economic consequences",
        "He said: “Watch the birds.”",
        "Watch the birds: they leave in May. They come back in autumn.",
        "Read the treaty and you will see that it says nothing of the kind.",
        "See more than a hundred ships in one day, the guide says.",
        "Live music was played at the quay.",
        "Sign up for health insurance by December, officials urged.",
        "Subscribe to the alerts of your town, officials urged.",
        "Subscribe to the theory that the harbour is too small, and you will pay.",
        "Cookies were served at the reception.",
        "We use the device to measure how deep the harbour is, and share what we find with the town.",
        "You can change the settings of the crane at any time.",
        "Some partners process fish on board.",
        "Reject the plan and accept all that follows, the mayor said.",
        "To improve the harbour we use stone from Torby.",
        "The mayor respects your privacy, officials said.",
        "Copyright law changed in 2019 and everything was different.",
        "(c) the treaty of 2019 is void",
        "Published 2001 in London, the book sold well.",
        "Reporting by The Gazette showed that the harbour was too small.",
        "By Friday the ships had left.",
        "By May the work was done",
        "16 August 2025",
        "Photographs of the harbour were shown to the council.",
        "He sold the pictures to Getty Images.",
        "The agency Reuters reported it first.",
        "It was first reported by Ann Lee of Reuters",
        "Sen. Ann Lee (R) and Gov. Bo Ray (L) disagreed.",
        "Ships, boats, barges and rafts",
        "Red, green, blue, and white",
        "Left: the party won four seats.",
        "“We will build it",
        "- one hyphen before an author's own item",
        "Mayor said the harbour was too small for the ships that now call there",
        "The ministers visited the harbour and praised the workers for their speed",
    ],
)
def test_what_may_be_the_article_is_kept(line: str) -> None:
    assert not marked(line)


def test_a_caption_without_a_full_stop_goes_with_the_credit_below_it() -> None:
    page = f"{BEFORE}\nThe harbour last week\nANN LEE/GETTY IMAGES\nBO RAY/AFP\n{AFTER}\n"
    assert [span.of(page) for span in find_boilerplate(page)] == [
        "The harbour last week",
        "ANN LEE/GETTY IMAGES",
        "BO RAY/AFP",
    ]


def test_a_whole_sentence_above_a_credit_is_kept_unless_it_points_at_the_picture() -> None:
    page = f"{BEFORE}\nNobody was hurt.\nAnn Lee/Reuters\n{AFTER}\nBelow: ships in the harbour.\nAnn Lee/Reuters\n"
    assert [span.of(page) for span in find_boilerplate(page)] == [
        "Ann Lee/Reuters",
        "Below: ships in the harbour.",
        "Ann Lee/Reuters",
    ]


def test_a_long_paragraph_loses_only_the_credit_at_its_end() -> None:
    long = " ".join([BEFORE, AFTER] * 4)
    page = f"{long} Ann Lee/AFP/Getty Images\n\n{AFTER}\n"
    assert [span.of(page) for span in find_boilerplate(page)] == ["Ann Lee/AFP/Getty Images"]


def test_a_list_is_kept_and_a_lone_bullet_is_a_link() -> None:
    assert not find_boilerplate(f"{BEFORE}\n• First point\n• Second point\n{AFTER}\n")
    assert not find_boilerplate(f"It says:\n• The only point\n{AFTER}\n")
    assert find_boilerplate(f"{BEFORE}\n• The only point\n{AFTER}\n")


def test_lines_below_a_related_heading_are_links_until_a_sentence_returns() -> None:
    page = f"{BEFORE}\n\nRelated stories\nHarbour grows\nShips wait\n{AFTER}\nShort heading\n{BEFORE}\n"
    assert [span.of(page) for span in find_boilerplate(page)] == ["Related stories", "Harbour grows", "Ships wait"]


def test_rows_of_a_table_are_kept() -> None:
    assert not find_boilerplate(f"{BEFORE}\nred, green, blue, white\nblack, grey, pink, brown\n{AFTER}\n")
    assert not find_boilerplate(f"It sells:\nred, green, blue, white\n{AFTER}\n")


def test_bylines_and_bare_dates_count_only_around_the_article() -> None:
    page = f"Harbour Grows\nBy Ann Lee, Senior Correspondent\nAugust 16, 2025 at 10:30 am\n\n{BEFORE}\n\n{AFTER}\n"
    assert [span.of(page) for span in find_boilerplate(page)] == [
        "By Ann Lee, Senior Correspondent",
        "August 16, 2025 at 10:30 am",
    ]
    chronicle = f"{BEFORE}\n\n16 August 2025\n\n{AFTER}\n"
    assert not find_boilerplate(chronicle)


def test_a_headline_between_paragraphs_is_kept_where_paragraphs_lack_full_stops() -> None:
    headline = "Mayor opens new harbour with a party as rivals call it a waste of money"
    bare = [line.rstrip(".") for line in (BEFORE, AFTER, BEFORE, AFTER)]
    page = "\n".join([BEFORE, AFTER, headline, BEFORE, AFTER, *bare])
    assert not find_boilerplate(page)


def test_what_the_format_marks_as_a_heading_is_kept() -> None:
    page = f"{BEFORE}\n\nComments\n\n{AFTER}\n"
    start = page.index("Comments")
    assert find_boilerplate(page) == (Span(start, start + 8),)
    assert find_boilerplate(page, [Span(start, start + 8)]) == ()


SEEDS = Path(__file__).resolve().parents[5] / "shared" / "seeds"
LABELS = {
    "000_ab2b64ada34ad722.txt": {
        9: "Watch: President",
        10: "Zelensky in the",
        11: "UKRAINIAN PRES",
        20: "Israeli soldiers",
        21: "JAAFAR",
        22: "AMAER",
        25: "• How Israeli",
        27: "• Not a",
    },
    "001_762f463857c642e1.txt": {4: "The US Vice"},
    "002_48ab961882536da7.txt": {1: "Skip to"},
    "003_bf845e84f6da95eb.txt": {
        17: "Russia, Putin",
        18: "Russian President",
        66: "Palestinian, pro",
        67: "Israeli sold",
    },
}
"""Lines (from 1) of the raw articles that are not content, labelled by hand, with the beginning of each."""
CONTENT_SENTENCES = {
    "000_ab2b64ada34ad722.txt": 34,
    "001_762f463857c642e1.txt": 24,
    "002_48ab961882536da7.txt": 25,
    "003_bf845e84f6da95eb.txt": 56,
}
"""Sentences, headlines and sub-headings counted by hand."""


@pytest.mark.shared
@pytest.mark.skipif(
    not SEEDS.exists() and os.environ.get("CI") != "true", reason="the raw articles do not lie beside the project"
)
@pytest.mark.parametrize("name", LABELS)
def test_no_sentence_of_the_raw_articles_is_lost(name: str) -> None:
    read = read_article(SEEDS / name, IngestSettings())
    text = read.article.text
    start = 0
    for number, line in enumerate(text.split("\n"), start=1):
        span_text, label = line.strip(), LABELS[name].get(number)
        if label is not None:
            assert span_text.startswith(label)
            assert Span(start, start + len(line)) in read.article.boilerplate
        elif span_text:
            whole = Span(start, start + len(line))
            assert not any(whole.overlaps(span) for span in read.article.boilerplate), span_text
            quoted = "".join(
                text[max(start, sentence.start) : min(whole.end, sentence.end)]
                for sentence in read.sentences
                if sentence.overlaps(whole)
            )
            assert "".join(quoted.split()) == "".join(span_text.split())
        start += len(line) + 1
    assert len(read.article.boilerplate) == len(LABELS[name])
    assert len(read.sentences) == CONTENT_SENTENCES[name]
