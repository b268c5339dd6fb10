"""Articles that have nothing to do with a question hardly change its answer or its probability.

What still moves: fusion standardises scores over the candidates, so that unrelated ones shift which passages are read.
"""

from __future__ import annotations

import random
from pathlib import Path

from rag import Answer, Assistant, Settings
from rag.evaluation.question_files import read_questions
from tests.integration.hashed_encoder import HashedEncoder

SEEDS = Path(__file__).parents[2] / "seeds"
QUESTIONS = 100
UNRELATED = 50
MOST_MOVED = 0.03
QUESTIONS_MOVED_AT_MOST = 8
"""Measured with the sentence reader and an encoder that knows no meaning; lower it when fewer move."""
SYLLABLES = "bra cho dwi flo gly kne pru ske thu vro wix zol".split()


def unrelated(number: int) -> str:
    """An article in words that no other article and no question has."""
    draw = random.Random(number)
    words = ["".join(draw.choices(SYLLABLES, k=3)) for _ in range(60)]
    sentences = [" ".join(draw.choices(words, k=9)).capitalize() + "." for _ in range(12)]
    return f"---\ntitle: {words[0].capitalize()} {words[1]}\n---\n\n{' '.join(sentences)}\n"


def test_fifty_unrelated_articles_move_few_answers(tmp_path: Path) -> None:
    others = tmp_path / "others"
    others.mkdir()
    for number in range(UNRELATED):
        (others / f"{number}.md").write_text(unrelated(number), encoding="utf-8")
    questions = [each.question for each in read_questions(SEEDS / "questions.jsonl").questions][:QUESTIONS]
    settings = Settings.load(answer={"reader": "sentences"})
    with Assistant(tmp_path / "store", settings, encoder=HashedEncoder()) as assistant:
        assistant.add(SEEDS)
        before = [assistant.ask(question) for question in questions]
        assistant.add(others)
        after = [assistant.ask(question) for question in questions]
    assert len(before) == QUESTIONS
    moved = [one.question for one, other in zip(before, after, strict=True) if not _alike(one, other)]
    assert len(moved) <= QUESTIONS_MOVED_AT_MOST, moved


def _alike(one: Answer, other: Answer) -> bool:
    return (one.answered, one.answer) == (other.answered, other.answer) and abs(
        one.confidence - other.confidence
    ) <= MOST_MOVED
