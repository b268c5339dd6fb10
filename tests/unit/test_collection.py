from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import pytest_collection_modifyitems


def items_called(*names: str) -> list[Any]:
    return [SimpleNamespace(nodeid=name, get_closest_marker=lambda name: None) for name in names]


def test_two_tests_of_one_name_are_refused_since_side_by_side_only_one_would_be_run() -> None:
    pytest_collection_modifyitems(items_called("a.py::test_one", "a.py::test_two"))
    with pytest.raises(pytest.UsageError, match=r"2 tests are called a\.py::test_one"):
        pytest_collection_modifyitems(items_called("a.py::test_one", "a.py::test_two", "a.py::test_one"))
