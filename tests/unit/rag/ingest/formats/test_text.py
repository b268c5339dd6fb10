from __future__ import annotations

import codecs

from hypothesis import given, settings
from hypothesis import strategies as st

from rag.ingest.formats.text import TextFormat

LETTERS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff") | st.sampled_from("\r\n\t\u00a0\u200f"),
    min_size=1,
).filter(lambda text: text.strip())


@settings(deadline=None, derandomize=True)
@given(text=LETTERS, mark=st.sampled_from([b"", codecs.BOM_UTF8]))
def test_the_text_is_the_decoded_file(text: str, mark: bytes) -> None:
    document = TextFormat().read(mark + b"Start " + text.encode(), "a.txt")
    assert document.text == "Start " + text


def test_plain_text_states_no_metadata() -> None:
    document = TextFormat().read(b"A headline\n\nA sentence.", "a.txt")
    assert (document.title, document.published, document.author, document.outlet) == (None, None, None, None)
    assert document.headings == ()
