from __future__ import annotations

import pytest

from rag.answer.whole_names import whole_name
from rag.records import Span


@pytest.mark.parametrize(
    ("sentence", "span", "grown"),
    [
        ("The contract went to Fairhaven Dredging Works.", "Fairhaven", "Fairhaven Dredging Works"),
        ("In all towns María Ruiz Peña led.", "Peña", "María Ruiz Peña"),
        ("It was Prime Minister Olsen who spoke.", "Olsen", "Olsen"),
        ("She met President Anna Olsen.", "Olsen", "Anna Olsen"),
        ("In May Olsen left Norway.", "Olsen", "Olsen"),
        ("Yesterday Olsen left.", "Olsen", "Olsen"),
        ("José Olsen left.", "Olsen", "José Olsen"),
        ("Anna Olsen left.", "Olsen", "Anna Olsen"),
        ("They chose Olsen, Anna and Berg.", "Olsen", "Olsen"),
        ("It cost 12 Million crowns.", "12", "12"),
        ("A broken heater of Olsen Works.", "broken heater", "broken heater"),
    ],
)
def test_only_names_grow_and_only_by_names(sentence: str, span: str, grown: str) -> None:
    text = f"Before. {sentence}"
    start = text.index(span, 8)
    found = whole_name(text, Span(8, len(text)), Span(start, start + len(span)))
    assert found.of(text) == grown
