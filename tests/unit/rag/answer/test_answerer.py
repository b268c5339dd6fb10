from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.answerer import Answerer
from rag.read.confidence import FEATURES, RANKING, Calibration
from rag.records import Answer, Candidate, Passage, Retrieved, Span
from rag.settings import AnswerSettings
from tests.unit.rag.answer.made_up import CountedWords, article, retrieved


class Scripted:
    """A reader that proposes given words with given margins."""

    name = "scripted"

    def __init__(self, margins: dict[str, float]) -> None:
        self._margins = margins
        self.calls = 0

    def read(self, question: str, passages: Sequence[Retrieved]) -> list[Candidate]:
        self.calls += 1
        found: list[Candidate] = []
        for one in passages:
            for words, margin in self._margins.items():
                start = one.article.text.find(words)
                if start >= 0:
                    found.append(Candidate(one, Span(start, start + len(words)), score=margin))
        return sorted(found, key=lambda candidate: -candidate.score)


def calibration(threshold: float = 0.5) -> Calibration:
    """Confidence from the margin alone."""
    return Calibration(
        reader="scripted",
        intercept=0.0,
        coefficients={name: float(name == "margin") for name in FEATURES},
        means=dict.fromkeys(FEATURES, 0.0),
        scales=dict.fromkeys(FEATURES, 1.0),
        threshold=threshold,
        ranking={name: float(name == "margin") for name in RANKING},
    )


def answerer(margins: dict[str, float], passages: Sequence[Retrieved], **settings: object) -> Answerer:
    return Answerer(
        Scripted(margins),
        calibration(),
        AnswerSettings.model_validate(settings),
        CountedWords([f"{one.article.title} {one.text}" for one in passages]),
    )


A, B, C = "a" * 16, "b" * 16, "c" * 16
REOPENED = retrieved("The bridge shut in 2022. Mill Bridge reopened on 14 March 2024.", article_id=A, passage_id=1)
REPEATED = retrieved("Traffic returned on March 14, 2024 at noon.", article_id=B, passage_id=2, title="Traffic")
LATER = retrieved("The mayor opened Mill Bridge on 2 April 2024.", article_id=C, passage_id=3, title="Mayor")
WHEN = "When did Mill Bridge reopen?"


def test_the_quote_is_the_whole_sentence_and_every_text_is_verbatim() -> None:
    answer = answerer({"14 March 2024": 3.0}, [REOPENED]).answer(WHEN, WHEN, [REOPENED])
    (citation,) = answer.citations
    text = REOPENED.article.text
    assert answer.answer == citation.text == text[citation.start : citation.end] == "14 March 2024"
    assert citation.quote.text == text[citation.quote.start : citation.quote.end]
    assert citation.quote.text == "Mill Bridge reopened on 14 March 2024."


def test_the_same_date_in_two_articles_is_one_answer_with_two_citations() -> None:
    passages = [REOPENED, REPEATED]
    answer = answerer({"14 March 2024": 3.0, "March 14, 2024": 2.0}, passages).answer(WHEN, WHEN, passages)
    assert [citation.article_id for citation in answer.citations] == [A, B]
    assert answer.alternatives == ()


def test_another_date_in_another_article_differs_and_is_cited() -> None:
    passages = [REOPENED, LATER]
    answer = answerer({"14 March 2024": 3.0, "2 April 2024": 2.0}, passages).answer(WHEN, WHEN, passages)
    assert answer.answer == "14 March 2024"
    (alternative,) = answer.alternatives
    assert alternative.answer == "2 April 2024"
    assert [citation.stance for citation in alternative.citations] == ["differs"]


def test_a_weak_contradiction_is_not_another_account() -> None:
    passages = [REOPENED, LATER]
    answer = answerer({"14 March 2024": 3.0, "2 April 2024": -2.0}, passages).answer(WHEN, WHEN, passages)
    assert all(citation.stance == "supports" for one in answer.alternatives for citation in one.citations)


def test_two_dates_in_one_article_are_not_two_accounts() -> None:
    answer = answerer({"14 March 2024": 3.0, "2022": 2.9}, [REOPENED]).answer(WHEN, WHEN, [REOPENED])
    assert all(citation.stance == "supports" for one in answer.alternatives for citation in one.citations)


def test_below_the_threshold_it_abstains_with_the_closest_passages() -> None:
    answer = answerer({"14 March 2024": -1.0}, [REOPENED, LATER]).answer(WHEN, WHEN, [REOPENED, LATER])
    assert not answer.answered
    assert answer.answer is None
    assert answer.citations == ()
    assert answer.reason == "The articles mention “Mill Bridge”, but no passage read states the answer."
    assert [(one.article_id, one.text) for one in answer.related] == [(A, REOPENED.text), (C, LATER.text)]
    assert answer.confidence == pytest.approx(0.2689, abs=1e-4)


def test_a_setting_overrides_the_threshold() -> None:
    strict = answerer({"14 March 2024": 3.0}, [REOPENED], abstain_below=0.99)
    assert not strict.answer(WHEN, WHEN, [REOPENED]).answered


def test_a_name_no_article_holds_is_said() -> None:
    question = "When did Zanzibar reopen?"
    answer = answerer({}, [REOPENED]).answer(question, question, [REOPENED])
    assert answer.reason == "No article mentions “Zanzibar”."


def test_nothing_to_read_is_said() -> None:
    answer = answerer({}, []).answer(WHEN, WHEN, [])
    assert answer.reason == "There is nothing to search: no article was added, or the chosen limits leave none."


def test_overlapping_spans_of_overlapping_passages_are_one() -> None:
    again = Retrieved(REOPENED.passage, 0.5, REOPENED.article, vector_score=0.4)
    passages = [REOPENED, again]
    answer = answerer({"14 March 2024": 3.0, "March 2024": 2.5}, passages).answer(WHEN, WHEN, passages)
    assert len(answer.citations) == 1
    assert answer.alternatives == ()


def test_a_passage_far_below_the_best_is_not_read() -> None:
    passages = [retrieved("Nothing of it.", passage_id=n + 1, score=9.0 - n / 9) for n in range(2)]
    passages.append(retrieved("Mill Bridge reopened on 2 April 2024.", passage_id=9, score=1.0))
    assert not answerer({"2 April 2024": 3.0}, passages).answer(WHEN, WHEN, passages).answered
    assert answerer({"2 April 2024": 3.0}, passages, read_within=100.0).answer(WHEN, WHEN, passages).answered


def test_only_the_passages_to_read_are_read() -> None:
    passages = [REOPENED, LATER]
    answer = answerer({"2 April 2024": 3.0}, passages, passages_read=1).answer(WHEN, WHEN, passages)
    assert not answer.answered


def test_one_reader_call_a_question() -> None:
    reader = Scripted({"14 March 2024": 3.0})
    passages = [REOPENED, LATER]
    Answerer(reader, calibration(), AnswerSettings(), CountedWords([])).answer(WHEN, WHEN, passages)
    assert reader.calls == 1


def test_what_repeats_the_question_or_is_far_less_probable_is_not_considered() -> None:
    margins = {"14 March 2024": 3.0, "Mill Bridge": 2.5, "2022": -1.5}
    assert answerer(margins, [REOPENED]).answer(WHEN, WHEN, [REOPENED]).alternatives == ()
    nearer = answerer({**margins, "2022": 1.0}, [REOPENED]).answer(WHEN, WHEN, [REOPENED])
    assert [one.answer for one in nearer.alternatives] == ["2022"]


# Shapes


ACCORDS = retrieved(
    "Israel struck deals with Morocco, Sudan, Bahrain and the United Arab Emirates. Only Egypt had made peace before.",
    article_id=A,
    title="Abraham Accords",
)
ENVOY = retrieved(
    "Jordan recalled its envoy in protest at the war. The king said that the war must end. Rain fell", article_id=B
)


def answer_to(question: str, margins: dict[str, float], passages: Sequence[Retrieved]) -> Answer:
    return answerer(margins, passages).answer(question, question, passages)


def test_a_question_for_several_things_gets_every_item_cited() -> None:
    answer = answer_to("Which states signed the Abraham Accords?", {"Sudan": 3.0}, [ACCORDS])
    assert answer.shape == "list"
    assert answer.answer == "Morocco, Sudan, Bahrain and the United Arab Emirates"
    assert [one.text for one in answer.citations] == ["Morocco", "Sudan", "Bahrain", "the United Arab Emirates"]
    assert all("Israel" not in one.text for one in answer.citations)


def test_what_the_question_names_itself_is_no_item() -> None:
    answer = answer_to("Which states besides Sudan signed the Abraham Accords?", {"Bahrain": 3.0}, [ACCORDS])
    assert [one.text for one in answer.citations] == ["Morocco", "Bahrain", "the United Arab Emirates"]
    assert answer.answer == "Morocco; Bahrain and the United Arab Emirates"


def test_a_list_question_without_an_enumeration_gets_its_span() -> None:
    answer = answer_to("Which states had made peace before?", {"Egypt": 3.0}, [ACCORDS])
    assert (answer.shape, answer.answer) == ("span", "Egypt")


def test_a_nearly_as_good_enumeration_goes_before_a_single_span() -> None:
    answer = answer_to("Which states signed the Abraham Accords?", {"Egypt": 3.0, "Sudan": 2.0}, [ACCORDS])
    assert answer.shape == "list"
    assert [one.answer for one in answer.alternatives] == ["Egypt"]
    weaker = answer_to("Which states signed the Abraham Accords?", {"Egypt": 3.0, "Sudan": -2.0}, [ACCORDS])
    assert weaker.answer == "Egypt"


def test_the_number_of_items_that_the_question_names_decides() -> None:
    two = retrieved("Morocco and Sudan signed first.", article_id=B, passage_id=2, title="First")
    margins = {"Morocco and Sudan": 3.0, "Bahrain": 2.5}
    answer = answer_to("Which four states signed the Abraham Accords?", margins, [two, ACCORDS])
    assert len(answer.citations) == 4


def test_people_named_together_are_cited_one_by_one() -> None:
    signed = retrieved("It was signed by Yitzhak Rabin and Anna Bell.", article_id=A)
    answer = answer_to("Who signed it?", {"Yitzhak Rabin and Anna Bell": 3.0}, [signed])
    assert (answer.shape, answer.answer) == ("list", "Yitzhak Rabin and Anna Bell")
    assert [one.text for one in answer.citations] == ["Yitzhak Rabin", "Anna Bell"]


def test_why_is_answered_with_the_clause() -> None:
    answer = answer_to("Why did Jordan recall its envoy?", {"protest at the war": 3.0}, [ENVOY])
    assert (answer.shape, answer.answer) == ("clause", "in protest at the war")
    (citation,) = answer.citations
    assert ENVOY.article.text[citation.start : citation.end] == citation.text == answer.answer


def test_what_somebody_said_comes_with_the_speaker() -> None:
    answer = answer_to("What did the king say about the war?", {"must end": 3.0}, [ENVOY])
    assert answer.answer == "the war must end"
    assert [one.speaker for one in answer.citations] == ["The king"]


def test_yes_or_no_is_never_said() -> None:
    answer = answer_to("Did Jordan recall its envoy?", {"Egypt": 3.0}, [ENVOY])
    assert (answer.shape, answer.answer) == ("evidence", "Jordan recalled its envoy in protest at the war.")
    assert not answer_to("Did Egypt recall its envoy?", {}, [ENVOY]).answered


def test_an_absent_subject_is_refused_however_sure_the_reader_is() -> None:
    answer = answer_to("Who painted Guernica?", {"The king": 9.0}, [ENVOY])
    assert (answer.answered, answer.reason_kind) == (False, "absent")


def test_a_span_that_crosses_paragraphs_is_never_an_answer() -> None:
    text = "He met the minister.\n\nAlso on Tuesday it rained."
    passage = Retrieved(Passage(A, 0, len(text), (Span(0, 20), Span(22, len(text)))), 1.0, article(text))
    answer = answer_to("When did it rain?", {"minister.\n\nAlso on Tuesday": 9.0, "Tuesday": 1.0}, [passage])
    assert answer.answer == "Tuesday"


QUESTIONS = st.sampled_from(
    [
        "Who was it?",
        "Which states signed?",
        "Name the four members.",
        "Why did it rain?",
        "How was it done?",
        "What did the king say?",
        "Did Egypt sign the deal?",
        "When?",
    ]
)
PIECES = [
    "Egypt",
    "Jordan",
    "said that",
    "and",
    ",",
    "because",
    "“peace”",
    ". ",
    "\n\n",
    "2024",
    "the king",
    "deal",
    "signed",
]


@given(
    question=QUESTIONS, text=st.lists(st.sampled_from(PIECES), min_size=2, max_size=25).map(" ".join), data=st.data()
)
def test_every_citation_of_every_shape_is_exact(question: str, text: str, data: st.DataObject) -> None:
    text = "x " + text
    sentences = tuple(Span(*match.span()) for match in re.finditer(r"[^\s.][^.\n]*\.?", text))
    passage = Retrieved(Passage(A, 0, len(text), sentences, 1), 1.0, article(text))
    starts = data.draw(st.lists(st.integers(0, len(text) - 1), min_size=1, max_size=4))
    drawn = [Span(start, data.draw(st.integers(start + 1, len(text)))) for start in starts]
    spans = [span for span in drawn if span.of(text) == span.of(text).strip()]

    class Anything:
        name = "anything"

        def read(self, question: str, passages: Sequence[Retrieved]) -> list[Candidate]:
            return [Candidate(passage, span, 5.0 - number) for number, span in enumerate(spans)]

    settings = AnswerSettings.model_validate({"abstain_below": 0.0})
    answer = Answerer(Anything(), calibration(), settings, CountedWords([text])).answer(question, question, [passage])
    for citation in [*answer.citations, *(one for other in answer.alternatives for one in other.citations)]:
        assert text[citation.start : citation.end] == citation.text
        assert text[citation.quote.start : citation.quote.end] == citation.quote.text
        assert citation.quote.start <= citation.start < citation.end <= citation.quote.end
        assert "\n\n" not in citation.text
        assert citation.speaker is None or citation.speaker in citation.quote.text
    if answer.answered and answer.shape == "list":
        places = [citation.start for citation in answer.citations]
        assert places == sorted(places)
        assert len(places) > 1
    elif answer.answered:
        assert answer.answer == answer.citations[0].text


# Passages


STRIKE = retrieved(
    "The tram drivers of Lunden walked out on Monday. The strike halted every line. Trams run again since Friday.",
    article_id=B,
    passage_id=2,
    title="Tram strike",
)


def dated(passage: Retrieved, published: str) -> Retrieved:
    return replace(passage, article=replace(passage.article, published=published))


def test_search_words_and_subjects_get_what_the_articles_say() -> None:
    for question in ("tram strike Lunden", "What do the articles say about the tram strike?"):
        answer = answer_to(question, {}, [STRIKE, REOPENED])
        assert answer.shape == "passages"
        assert {citation.article_id for citation in answer.citations} == {B}
        assert answer.answer == "\n".join(citation.text for citation in answer.citations)
        for citation in answer.citations:
            assert STRIKE.article.text[citation.start : citation.end] == citation.text == citation.quote.text


def test_a_subject_that_no_article_holds_is_refused() -> None:
    assert not answer_to("What do the articles say about volcanoes?", {}, [STRIKE, REOPENED]).answered
    assert not answer_to("volcano eruption Iceland", {}, [STRIKE, REOPENED]).answered


def test_passages_stand_by_article_the_newest_first_and_near_copies_once() -> None:
    older = dated(STRIKE, "2024-05-01")
    text = "The strike of the tram drivers of Lunden ended on Friday. The strike halted every line in the city."
    newer = dated(retrieved(text, article_id=C, passage_id=3, title="Strike over"), "2024-05-09")
    copied = dated(retrieved(text, article_id=A, passage_id=4, title="Strike over"), "2024-05-10")
    answer = answer_to("tram strike Lunden", {}, [older, newer, copied])
    published = [{A: "10", B: "01", C: "09"}[citation.article_id] for citation in answer.citations]
    assert published == sorted(published, reverse=True)
    assert len({citation.text for citation in answer.citations}) == len(answer.citations)


def test_a_question_for_one_fact_is_refused_rather_than_given_passages() -> None:
    assert not answer_to("Who drove the first tram in Lunden?", {"Monday": -3.0}, [STRIKE]).answered


# Accounts


def test_two_numbers_differ_whatever_the_questions_form() -> None:
    first = retrieved("The stadium budget is 40 million crowns.", article_id=A)
    second = retrieved("The stadium budget is 65 million crowns.", article_id=B, passage_id=2)
    margins = {"40 million crowns": 3.0, "65 million crowns": 2.5}
    answer = answer_to("What is the stadium budget?", margins, [first, second])
    assert [citation.stance for one in answer.alternatives for citation in one.citations] == ["differs"]


def test_the_newest_of_nearly_tied_accounts_stands_first_and_asking_for_the_present_prefers_it_more() -> None:
    old = dated(retrieved("The key rate is 1.5 per cent.", article_id=A), "2019-03-14")
    new = dated(retrieved("The key rate is 3.75 per cent.", article_id=B, passage_id=2), "2024-03-14")

    def answered(question: str, newer: float) -> str | None:
        return answer_to(question, {"1.5 per cent": 3.0, "3.75 per cent": newer}, [old, new]).answer

    assert answered("What is the key rate?", 2.9) == "3.75 per cent"
    assert answered("What is the key rate?", 1.0) == "1.5 per cent"
    assert answered("What is the current key rate?", 1.0) == "3.75 per cent"
    assert answered("What is the current key rate?", -3.0) == "1.5 per cent"


# Tables


HARVEST = retrieved("Crop\t2021 (tonnes)\t2022 (tonnes)\nOats\t5,100\t4,800\nMillet\t310\t280", title="Harvest")


def test_a_question_that_names_row_and_column_gets_their_cell_with_its_header() -> None:
    answer = answer_to("How many tonnes of millet were harvested in 2021?", {"5,100": 3.0}, [HARVEST])
    assert answer.answer == "310"
    assert answer.citations[0].quote.text == HARVEST.text


def test_another_row_than_the_one_asked_about_and_a_header_are_no_answer() -> None:
    assert not answer_to("How many tonnes of maize were harvested?", {"5,100": 3.0, "2021": 2.0}, [HARVEST]).answered


# Lists under a leading line, and items that match


def test_the_list_whose_leading_line_bears_goes_before_another_span() -> None:
    lines = [
        "The council chose three schools for repair:",
        "- Elm Road",
        "- Hill Top",
        "- Mere Lane",
        "It shut Oak Hall.",
    ]
    text = "\n".join(lines)
    sentences = [Span(text.index(line), text.index(line) + len(line)) for line in lines]
    passage = Retrieved(Passage(A, 0, len(text), tuple(sentences), 1), 1.0, article(text, title="Schools"))
    answer = answer_to("Which schools did the council choose for repair?", {"Oak Hall": 3.0}, [passage])
    assert (answer.shape, [one.text for one in answer.citations]) == ("list", ["Elm Road", "Hill Top", "Mere Lane"])


def test_of_two_respective_dates_the_one_that_is_asked_for() -> None:
    text = "Norway and Sweden opened the tunnels in 1998 and 2004, respectively."
    answer = answer_to("When did Sweden open its tunnel?", {"1998 and 2004": 3.0}, [retrieved(text, title="Tunnels")])
    assert answer.answer == "2004"


def test_an_enumeration_goes_on_past_alongside() -> None:
    text = "The group includes both Norway and Sweden alongside the Baltic League and the Arctic Council."
    answer = answer_to("Which members does the group include?", {"Sweden": 3.0}, [retrieved(text, title="Group")])
    assert len(answer.citations) == 4


def test_a_why_answer_that_only_restates_the_question_is_none() -> None:
    text = (
        "The oat harvest fell this year, the office reported. Farmers blamed a wet spring for the poor harvest of oats."
    )
    passage = retrieved(text, title="Harvest")
    question = "Why did the oat harvest fall?"
    answer = answer_to(question, {"fell this year": 3.0, "a wet spring": 2.0}, [passage])
    assert (answer.shape, answer.answer) == ("clause", "Farmers blamed a wet spring for the poor harvest of oats.")
    alone = answer_to(question, {"fell this year": 3.0}, [passage])
    assert alone.shape != "clause"
