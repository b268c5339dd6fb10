from __future__ import annotations

import pytest

from rag.table.draft.values import agree, values_of


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("At least 124 people died.", [("number", "124")]),
        ("It cost 2.3 million pounds in 2024.", [("number", "2.3 million"), ("number", "2024")]),
        ("On 16 August 2025 Mayor Ida Quill met Ali el-Amin.", [
            ("date", "16 August 2025"), ("name", "Mayor Ida Quill"), ("name", "Ali el-Amin"),
        ]),
        ("The plan was signed on August 16, 2025.", [("date", "August 16, 2025")]),
        ("It was reopened on 2025-08-16 by the UN.", [("date", "2025-08-16"), ("name", "UN")]),
        ("Twenty-one boats sank; one of them was new.", [("number", "Twenty-one")]),
        ("Nothing here is named or counted.", []),
        ("They may march in May.", [("date", "May")]),
    ],
)  # fmt: skip
def test_names_numbers_and_dates_are_found(text: str, values: list[tuple[str, str]]) -> None:
    assert [(value.kind, value.text) for value in values_of(text)] == values
    assert all(value.span.of(text) == value.text for value in values_of(text))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("with 124 boats", "with one hundred and twenty-four boats", True),
        ("with 124 boats", "with 125 boats", False),
        ("on 16 August 2025", "on August 16", True),
        ("on 16 August 2025", "on 17 August 2025", False),
        ("by Benjamin Netanyahu", "by Netanyahu", True),
        ("by Benjamin Netanyahu", "by Sara Netanyahu", False),
        ("by President Zelenskyy", "by Zelenskyy", True),
    ],
)
def test_values_agree_by_what_they_mean(one: str, other: str, same: bool) -> None:
    (first,), (second,) = values_of(one), values_of(other)
    assert agree(first, second) is same
