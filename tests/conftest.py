"""What every test shares: a clean environment, repeatable random tests, and the team's data folder where it exists."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"

# The same examples on every run and no time limit per example: a slow or loaded machine must not fail a test.
settings.register_profile("citespan", derandomize=True, deadline=None, database=None)
settings.load_profile("citespan")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How many damaged files of each format are read, and how much of tests/faults is run: in a long run, all."""
    parser.addoption("--fuzz", type=int, default=12, help="damaged files of each format (default: 12)")
    parser.addoption("--faults", choices=("short", "long"), default="short", help="how much of tests/faults is run")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests marked ``shared`` where the data folder is missing, except in CI, where they must run.

    Raises:
        pytest.UsageError: several tests have one id; side by side, only one of them would be run.
    """
    for test_id, times in Counter(item.nodeid for item in items).items():
        if times > 1:
            raise pytest.UsageError(f"{times} tests are called {test_id}. Give each a name of its own")
    if os.environ.get("CI") == "true" or SHARED.is_dir():
        return
    skip = pytest.mark.skip(reason=f"needs the data folder {SHARED.name}/ beside the project")
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of whoever runs the tests must not change what they see."""
    for name in os.environ:
        if name.upper().startswith("CITESPAN_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's folder."""
    return PROJECT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The team's data folder; only for tests marked ``shared``."""
    return SHARED
