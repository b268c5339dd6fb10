from __future__ import annotations

from rag.answer.compose.bullets import bulleted, led_lists
from rag.records import Span

TEXT = "The council chose three schools:\n- Elm Road\n- Hill Top\n- Mere Lane\n\nIt turned down two:\nnone is named."


def test_a_line_that_ends_in_a_colon_leads_to_its_items() -> None:
    ((lead, items),) = led_lists(TEXT, Span(0, 40))
    assert lead.of(TEXT) == "The council chose three schools:"
    assert [item.of(TEXT) for item in items] == ["Elm Road", "Hill Top", "Mere Lane"]


def test_what_has_no_bullets_is_no_list() -> None:
    start = TEXT.index("It turned")
    assert led_lists(TEXT, Span(start, len(TEXT))) == []
    assert bulleted(TEXT, Span(start, start + 2)) == ()
