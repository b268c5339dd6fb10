"""The layer under the file calls, compiled once, and how much is run: ``--faults=long`` for everything."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.writer import Writers

Amount = Callable[[int, int], int]


@pytest.fixture(scope="session")
def amount(pytestconfig: pytest.Config) -> Amount:
    """How many of something to run: the first number as a rule, the second with ``--faults=long``."""
    is_long = pytestconfig.getoption("--faults") == "long"
    return lambda short, long: long if is_long else short


@pytest.fixture(scope="session")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled fault layer."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("needs a C compiler")
    library = tmp_path_factory.mktemp("layer") / "fault_layer.so"
    source = Path(__file__).with_name("fault_layer.c")
    subprocess.run(
        [compiler, "-O1", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl", "-lpthread"], check=True
    )
    return library


@pytest.fixture(scope="module")
def writers(layer: Path, project: Path) -> Iterator[Writers]:
    """Starts processes that write to stores over the layer."""
    with Writers(layer, project) as started:
        yield started
