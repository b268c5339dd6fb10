"""A question set in a folder of articles is no article: it is what ``citespan evaluate`` reads."""

from __future__ import annotations

import pytest

from rag.ingest.formats.table import CsvFormat, JsonLinesFormat

ROW = b'{"id": "q1", "question": "Who keeps the mill at the bend of it?", "answers": ["Ida"], "source": "a.md"}\n'
TABLE = b'id,question,answers\nq1,Who keeps the mill at the bend of the river and its weir?,"[""Ida""]"\n'


@pytest.mark.parametrize(("reader", "data"), [(JsonLinesFormat(), ROW * 3), (CsvFormat(), TABLE)])
def test_a_question_set_holds_no_articles(reader: JsonLinesFormat | CsvFormat, data: bytes) -> None:
    contents = reader.read_all(data, "questions")
    assert (contents.documents, contents.failures) == ((), ())


def test_rows_with_a_question_and_a_text_are_articles_still() -> None:
    row = b'{"question": "Who keeps the mill?", "text": "Ida keeps the mill at the bend of the river."}\n'
    (document,) = JsonLinesFormat().read_all(row, "rows.jsonl").documents
    assert document.text == "Ida keeps the mill at the bend of the river."
