from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.compose.clauses import whole_quotation, widen
from rag.question.shapes import Explains
from rag.records import Passage, Retrieved, Span
from tests.unit.rag.answer.made_up import article

REASON, MANNER, SPEECH = Explains.REASON, Explains.MANNER, Explains.SPEECH


def widened(sentence: str, span: str, explains: Explains) -> str:
    before = "Something else. "
    start = len(before) + sentence.index(span)
    quote = Span(len(before), len(before) + len(sentence))
    text = before + sentence + " More."
    return widen(text, quote, Span(start, start + len(span)), explains).of(text)


@pytest.mark.parametrize(
    ("explains", "sentence", "span", "expected"),
    [
        (REASON, "Amman recalled its envoy in protest at the war.", "protest at the war", "in protest at the war"),
        (REASON, "The fair closed early because of storms; nobody was hurt.", "storms", "because of storms"),
        (REASON, "Because the river rose, the archive moved.", "the river rose", "Because the river rose"),
        (REASON, "He resigned to become mayor, and she took over.", "become mayor", "to become mayor"),
        (REASON, "He resigned to become mayor, and she took over.", "to become mayor", "to become mayor"),
        (REASON, "The bridge closed, since the water had risen.", "water had risen", "since the water had risen"),
        (REASON, "Corruption weakens the town.", "Corruption", "Corruption weakens the town."),
        (MANNER, "They settled it by selling the ferry, which sank.", "selling", "by selling the ferry"),
        (MANNER, "The judges voted 13 to two for it.", "13 to two", "The judges voted 13 to two for it."),
        (SPEECH, "Peskov said there were contacts but no talks.", "contacts", "there were contacts but no talks"),
        (SPEECH, "She told the council that calm had not returned.", "calm", "calm had not returned"),
        (SPEECH, 'He said on a visit that "we are ready".', "ready", '"we are ready"'),
        (SPEECH, "“We live here,” the ferryman said.", "live", "“We live here,”"),
        (SPEECH, "The mayor has refused any offer.", "refused", "The mayor has refused any offer."),
    ],
)
def test_the_clause_that_explains(explains: Explains, sentence: str, span: str, expected: str) -> None:
    assert widened(sentence, span, explains) == expected


def test_a_long_sentence_is_cut_at_its_colon() -> None:
    tail = "its home is a palace in The Hague, a building that was paid for by a rich Scottish industrialist"
    sentence = f"Of the six principal organs it is the only one that does not sit in New York: {tail}."
    assert widened(sentence, "a rich Scottish industrialist", MANNER) == ("by a rich Scottish industrialist")
    assert widened(sentence, "paid for", MANNER) == f"{tail}."


@given(
    text=st.text(alphabet=st.sampled_from(" abBcause,;:.—“”\"'said that by to\n"), min_size=3, max_size=80),
    cuts=st.lists(st.integers(0, 80), min_size=4, max_size=4),
    explains=st.sampled_from(Explains),
)
def test_it_holds_the_span_and_stays_in_the_quote(text: str, cuts: list[int], explains: Explains) -> None:
    first, second, third, fourth = sorted(min(cut, len(text)) for cut in cuts)
    if first < second < third < fourth:
        quote, span = Span(first, fourth), Span(second, third)
        found = widen(text, quote, span, explains)
        assert quote.contains(found)
        assert found.contains(span)


SPEECH = 'The keeper disagrees. "The sea is calm, she says. I feared for both of us," he said. It rained.'


def spoken(sentence: str) -> Retrieved:
    """The sentences of ``SPEECH`` as a passage, cut inside the quotation."""
    cuts = ["The keeper disagrees.", '"The sea is calm, she says.', 'I feared for both of us," he said.', "It rained."]
    spans = tuple(Span(SPEECH.index(cut), SPEECH.index(cut) + len(cut)) for cut in cuts)
    return Retrieved(Passage("a" * 16, 0, len(SPEECH), spans, 1), 1.0, article(SPEECH))


@pytest.mark.parametrize("part", ["The sea is calm", "I feared"])
def test_a_quotation_over_two_sentences_is_whole_with_both_marks(part: str) -> None:
    passage = spoken(part)
    start = SPEECH.index(part)
    sentence = next(each for each in passage.passage.sentences if each.start <= start + 1 < each.end)
    quote = whole_quotation(passage, sentence)
    assert quote.of(SPEECH) == '"The sea is calm, she says. I feared for both of us," he said.'
    clause = widen(SPEECH, quote, Span(start, start + len(part)), Explains.SPEECH)
    assert clause.of(SPEECH) == '"The sea is calm, she says. I feared for both of us,"'


def test_what_is_no_quotation_stays_its_own_sentence() -> None:
    passage = spoken("It rained.")
    assert whole_quotation(passage, passage.passage.sentences[-1]) == passage.passage.sentences[-1]
