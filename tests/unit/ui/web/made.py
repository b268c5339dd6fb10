"""A citation and a turn to change as a test needs them."""

from __future__ import annotations

from rag.records import Answer, Citation, Quote
from ui.web.chat.conversation import Source, Turn


def make_citation(text: str = "Naftali Bennett", stance: str = "supports", article_id: str = "a" * 16) -> Citation:
    sentence = f"In the end {text} was chosen."
    start = 100 + len("In the end ")
    return Citation(
        article_id,
        "A title",
        "003.txt",
        None,
        start,
        start + len(text),
        text,
        Quote(100, 100 + len(sentence), sentence),
        0.91,
        stance,  # type: ignore[arg-type]
    )


def make_turn(**changes: object) -> Turn:
    values: dict[str, object] = {
        "question": "Who was chosen?",
        "searched_for": "Who was chosen?",
        "answered": True,
        "answer": "Naftali Bennett",
        "confidence": 0.91,
        "citations": (make_citation(),),
    }
    answer = Answer(**(values | changes))  # type: ignore[arg-type]
    return Turn(answer.question, answer, {"a" * 16: Source("A title", "003.txt", "The Outlet", "2021-06-13")})
