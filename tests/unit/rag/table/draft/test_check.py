from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag import Assistant, FilterError, Filters, InputError, Progress, Settings
from rag.table.draft.records import DraftCheck
from tests.integration.hashed_encoder import HashedEncoder

BRIDGE = (
    "Mill Bridge in Oskerby reopened on 14 March 2024. At nine Mayor Ida Quill cut a green ribbon, and the brass band "
    "led several hundred residents across the river.\n\n“It was worth the wait,” said the mayor. The repairs of the "
    "bridge cost 2.3 million pounds. The flood had hurt 124 people in the town."
)
FAIR = "The harbour fair in Lunden drew 12,000 visitors. It lasted four days."


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("draft")
    articles = folder / "articles"
    articles.mkdir()
    (articles / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    (articles / "fair.txt").write_text(FAIR, encoding="utf-8")
    loaded = Settings.load(answer={"reader": "sentences", "abstain_below": 0.0})
    with Assistant(folder / "store", loaded, encoder=HashedEncoder()) as assistant:
        assistant.add(articles)
        yield assistant


def exact(check: DraftCheck, draft: str, assistant: Assistant) -> None:
    """Every range is one: of the draft, and of the article."""
    texts = {one.article_id: assistant.article(one.article_id).text for one in assistant.articles()}
    checked = [*check.quotations, *check.sentences]
    places = [place for quotation in check.quotations for place in quotation.places]
    for sentence in check.sentences:
        places += [sentence.passage] if sentence.passage else []
        places += [value.article for value in sentence.values if value.article]
        assert [draft[value.start : value.end] for value in sentence.values] == [v.text for v in sentence.values]
    assert all(draft[one.start : one.end] == one.text for one in checked)
    assert all(texts[place.article_id][place.start : place.end] == place.text for place in places)


def test_a_quotation_is_verbatim_altered_or_absent(assistant: Assistant) -> None:
    draft = (
        '"Mayor Ida Quill cut a green ribbon", it wrote, and “the brass band led several thousand residents across the '
        "river”. Nobody said „we shall overcome all of this one day“."
    )
    check = assistant.check(draft)
    exact(check, draft, assistant)
    assert [one.status for one in check.quotations] == ["verbatim", "altered", "absent"]
    altered = check.quotations[1]
    assert [(d.draft, d.article) for d in altered.difference if d.kind != "same"] == [("thousand", "hundred")]
    assert altered.places[0].text == "the brass band \nled several hundred residents across the river".replace("\n", "")


def test_numbers_names_and_dates_are_compared_with_the_nearest_passage(assistant: Assistant) -> None:
    draft = (
        "The flood hurt 120 people in the town. Mill Bridge reopened on 12 March 2024 in Oskerby. Mayor Anna Quill cut "
        "a green ribbon at nine. The repairs of the bridge cost 2.3 million pounds."
    )
    check = assistant.check(draft)
    exact(check, draft, assistant)
    told = {v.text: (v.status, v.article.text if v.article else None) for s in check.sentences for v in s.values}
    assert told["120"] == ("differs", "124")
    assert told["12 March 2024"] == ("differs", "14 March 2024")
    assert told["Mayor Anna Quill"] == ("differs", "Mayor Ida Quill")
    assert told["2.3 million"] == ("same", "2.3 million")
    assert told["Oskerby"][0] == told["Mill Bridge"][0] == "same"
    assert [sentence.differs for sentence in check.sentences] == [True, True, True, False]


def test_a_sentence_that_no_article_comes_near_is_compared_with_nothing(assistant: Assistant) -> None:
    check = assistant.check("Quantum computers of Zurich factor 2048 bits.")
    (sentence,) = check.sentences
    assert sentence.passage is None
    assert {value.status for value in sentence.values} == {"not_there"}


def test_sentences_without_names_numbers_and_dates_are_left_out(assistant: Assistant) -> None:
    assert assistant.check("The weather was fine and nobody was there.").sentences == ()


def test_half_a_surrogate_pair_changes_no_offset(assistant: Assistant) -> None:
    (quotation,) = assistant.check("\ud800 “cut a green ribbon”").quotations
    assert (quotation.start, quotation.status) == (3, "verbatim")


def test_only_articles_that_pass_the_filters_are_compared(assistant: Assistant) -> None:
    check = assistant.check("“cut a green ribbon”", Filters(sources=("fair.txt",)))
    assert check.articles == 1
    assert check.quotations[0].status == "absent"
    with pytest.raises(FilterError):
        assistant.check("“cut a green ribbon”", Filters(sources=("nothing.txt",)))


def test_a_check_can_be_followed_and_stopped(assistant: Assistant) -> None:
    steps: list[Progress] = []
    draft = "“cut a green ribbon” and “drew 12,000 visitors” in Lunden."
    check = assistant.check(draft, progress=steps.append, should_stop=lambda: len(steps) >= 3)
    assert not check.complete
    assert len(check.quotations) == 1
    assert [(step.stage, step.done, step.total) for step in steps] == [
        ("searching", 1, 2), ("searching", 2, 2), ("checking", 1, 3),
    ]  # fmt: skip


@pytest.mark.parametrize(("draft", "complaint"), [(" \n", "is empty"), ("a" * 1_000_001, "1,000,001")])
def test_a_draft_that_cannot_be_checked_says_why(assistant: Assistant, draft: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        assistant.check(draft)


WORDS = [match.span() for match in re.finditer(r"\w+", BRIDGE)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.integers(0, len(WORDS) - 4), st.integers(3, 12), st.sampled_from(["“{}”", '"{}"', "„{}“", "«{}»"]))
def test_what_is_quoted_verbatim_is_found_at_its_place(
    assistant: Assistant, first: int, count: int, marks: str
) -> None:
    start, end = WORDS[first][0], WORDS[min(len(WORDS) - 1, first + count)][1]
    quoted = BRIDGE[start:end]
    if "\n\n" in quoted or "“" in quoted or "”" in quoted:
        return
    (quotation,) = assistant.check(f"so {marks.format(quoted)} so", Filters(sources=("bridge.txt",))).quotations
    assert quotation.status == "verbatim"
    assert (start, end) in [(place.start, place.end) for place in quotation.places]
