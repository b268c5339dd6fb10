from __future__ import annotations

import pytest

from rag.ingest.formats.metadata import LONGEST, iso_date, one_line


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2025-08-16", "2025-08-16"),
        ("2025-08-16T23:59:59+02:00", "2025-08-16"),
        ("2025-08-16 10:00:00", "2025-08-16"),
        ("2025/8/6", "2025-08-06"),
        ("20250816", "2025-08-16"),
        ("16 August 2025", "2025-08-16"),
        ("Sat, 16 Aug 2025 10:00:00 GMT", "2025-08-16"),
        ("1st of May 2024", "2024-05-01"),
        ("August 16, 2025", "2025-08-16"),
        ("Published Sept. 3, 2021 at 5 pm", "2021-09-03"),
        ("16.8.2025", "2025-08-16"),
        ("16/8/2025", "2025-08-16"),
        ("8/16/2025", "2025-08-16"),
        ("5/5/2025", "2025-05-05"),
        ("5/6/2025", None),
        ("2025-02-30", None),
        ("31 June 2025", None),
        ("August 2025", None),
        ("2025", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_is_iso_or_nothing(stated: str | None, expected: str | None) -> None:
    assert iso_date(stated) == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("  Two\n lines \x07and\ta bell ", "Two lines and a bell"),
        ("\ud800x", "\ufffdx"),
        (" \n ", None),
        (None, None),
    ],
)
def test_a_title_is_one_clean_line(stated: str | None, expected: str | None) -> None:
    assert one_line(stated) == expected


def test_a_long_title_is_cut() -> None:
    cut = one_line("word " * 1000)
    assert cut is not None
    assert len(cut) <= LONGEST
    assert cut.endswith("…")
