from __future__ import annotations

from rag.retrieve.copies import without_copies
from tests.unit.rag.answer.made_up import retrieved

STORY = (
    "A fire destroyed the paper mill on Canal Street. Crews from three counties fought the flames all night. "
    "Nobody was hurt. The mayor called it a loss for the town."
)
CAUSE = "A broken heater started the blaze in the mill, the inspector Jonas Brandt concluded after three weeks of work."


def test_copies_in_other_articles_make_room_for_what_they_hid() -> None:
    wires = [retrieved(f"{STORY} Update {n}.", article_id=f"{n:016}", passage_id=n + 1) for n in range(14)]
    cause = retrieved(CAUSE, article_id="c" * 16, passage_id=99)
    assert without_copies([*wires, cause], 8) == [wires[0], cause]


def test_reports_that_share_words_and_short_lines_are_no_copies() -> None:
    report = retrieved(
        "The fire in the mill on Canal Street hurt two workers, a doctor of the clinic said.", passage_id=2
    )
    short = [retrieved("The mill burned.", article_id=f"{n:016}", passage_id=n + 3) for n in range(2)]
    passages = [retrieved(STORY, article_id="b" * 16), report, *short]
    assert without_copies(passages, 8) == passages


def test_passages_of_one_article_all_stay_and_no_more_than_wanted_come_back() -> None:
    again = [retrieved(STORY, passage_id=n + 1) for n in range(3)]
    assert without_copies(again, 8) == again
    assert without_copies(again, 2) == again[:2]
