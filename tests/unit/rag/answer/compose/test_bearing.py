from __future__ import annotations

from rag.answer.compose.bearing import MOST_SENTENCES, bearing_sentences
from rag.read.document_frequency import rarities
from rag.records import Retrieved
from tests.unit.rag.answer.made_up import CountedWords, retrieved

VOTE = retrieved("The assembly met in May. Britain abstained in the vote. Egypt signed.", title="The vote")
FAIR = retrieved("The harbour fair drew many visitors. It rained.", article_id="b" * 16, passage_id=2, title="Fair")


def found(question: str, passages: list[Retrieved]) -> list[str]:
    rarity = rarities(question, CountedWords([one.text for one in passages]))
    return [span.of(one.article.text) for _, one, span in bearing_sentences(question, passages, rarity)]


def test_the_sentence_that_holds_the_questions_words() -> None:
    assert found("Did Britain abstain in the vote?", [FAIR, VOTE]) == ["Britain abstained in the vote."]


def test_a_name_that_the_passage_lacks_leaves_nothing() -> None:
    assert found("Did Brazil abstain in the vote?", [FAIR, VOTE]) == []


def test_a_missing_name_is_not_made_up_for_by_many_other_words() -> None:
    vote = retrieved("The ministers of the northern coast signed the fishing treaty in the harbour.", title="Treaty")
    question = "Did the ministers of the northern coast sign the fishing treaty in the harbour of Lunden?"
    assert found(question, [vote, FAIR]) == []
    assert found(question.replace(" of Lunden", ""), [vote, FAIR]) == [vote.text]


def test_one_word_in_common_is_not_enough() -> None:
    assert found("Has the harbour been dredged by engineers this decade?", [FAIR, VOTE]) == []


def test_a_question_without_content_words_has_no_evidence() -> None:
    assert found("Is it?", [FAIR, VOTE]) == []


def test_one_sentence_of_each_article_best_first() -> None:
    again = retrieved("In the vote Britain abstained again.", article_id="c" * 16, passage_id=3, title="Again")
    many = [retrieved(VOTE.text, article_id=f"{n:016}", passage_id=n + 9, title="The vote") for n in range(5)]
    assert len(found("Did Britain abstain in the vote?", [VOTE, again])) == 2
    assert len(found("Did Britain abstain in the vote?", many)) == MOST_SENTENCES


def test_the_share_is_between_0_and_1() -> None:
    rarity = rarities("Did Britain abstain?", CountedWords([VOTE.text]))
    assert all(0 <= share <= 1 for share, _, _ in bearing_sentences("Did Britain abstain?", [VOTE], rarity))
