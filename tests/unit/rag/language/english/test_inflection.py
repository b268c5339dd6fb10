from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.english.terms import content_terms, stem
from rag.language.english.verbs import IRREGULAR, inflected


@given(st.sampled_from(sorted(IRREGULAR)))
def test_irregular_forms_share_a_term(base: str) -> None:
    assert {stem(form) for form in IRREGULAR[base]} <= {stem(base), *(stem(other) for other in IRREGULAR[base])}
    assert stem(IRREGULAR[base][1]) == stem(base)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("mice", "mouse"),
        ("fell", "fall"),
        ("won", "win"),
        ("bought", "buy"),
        ("organised", "organizes"),
        ("harbour", "harbors"),
        ("centres", "center"),
        ("travelled", "traveling"),
        ("cancelled", "cancel"),
        ("thirteen", "13"),
        ("1,250", "1250"),
        ("Gülşen", "Gulsen"),
        ("Türkiye", "Turkey"),
        ("U.N.", "UN"),
        ("Bluﬀton", "Bluffton"),
    ],
)
def test_spellings_and_forms_share_a_term(first: str, second: str) -> None:
    assert content_terms(first) == content_terms(second)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("UN", "United Nations"),
        ("IMF", "the International Monetary Fund"),
        ("EU", "leaders of the European Union"),
        ("ICJ", "the International Court of Justice"),
        ("ONS", "Office for National Statistics"),
        ("WHO", "World Health Organization"),
        ("US", "United States"),
    ],
)
def test_initials_are_terms_of_the_name_they_stand_for(short: str, long: str) -> None:
    assert set(content_terms(f"the {short}")) <= set(content_terms(long))


def test_regular_forms_of_a_verb() -> None:
    assert inflected("deny") == ("deny", "denies", "denied", "denying")
    assert inflected("stop") == ("stop", "stops", "stopped", "stopping")
    assert inflected("swear") == ("swear", "swears", "swore", "sworn", "swearing")
