from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.table.draft.quotations import find_quotations, quoted_text


@pytest.mark.parametrize(
    ("draft", "quoted"),
    [
        ("He said “we will go” and left.", ["we will go"]),
        ('She said "no", then "never again".', ["no", "never again"]),
        ("Er sagte „wir gehen“ und «jamais» und »niemals«.", ["wir gehen", "jamais", "niemals"]),
        ("Polish „tak jest” too.", ["tak jest"]),
        ("He said “she told me ‘go away’ twice”.", ["she told me ‘go away’ twice"]),
        ("„Er sagte ‚geh weg‘ zu mir“, so sie.", ["Er sagte ‚geh weg‘ zu mir"]),
        ("The players' bus and the club's 'last chance saloon' don't count.", ["last chance saloon"]),
        ("It’s the ministers’ plan, a ‘grand bargain’.", ["grand bargain"]),
        ('A 6" pipe and a 4" one', []),
        ("No end “of this.\n\nAnother paragraph.", []),
        ("“First paragraph.\n\n“Second one.”", ["First paragraph.", "Second one."]),
        ("Before:\n\n> One line\n> and a second.\n> — Jane Doe\n\nAfter.", ["One line\n> and a second."]),
        ("> “Marks inside a block.”\n", ["Marks inside a block."]),
        ('```\nprint("hello")\n```\nand `"code"` but "words"', ["words"]),
        ("Empty “” and “ … ” are none.", []),
        ("« Avec des espaces »", []),
    ],
)
def test_quotations_are_found_whatever_their_marks(draft: str, quoted: list[str]) -> None:
    assert [span.of(draft) for span in find_quotations(draft)] == quoted


def test_a_block_quote_is_read_without_its_marks() -> None:
    draft = "> One line\n> and a second."
    (span,) = find_quotations(draft)
    assert quoted_text(draft, span) == "One line\nand a second."


@given(st.text(alphabet="ab \n>“”„«»\"'‘’‚`.", max_size=60))
def test_ranges_lie_in_the_draft_in_order(draft: str) -> None:
    spans = find_quotations(draft)
    assert all(0 <= span.start < span.end <= len(draft) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
