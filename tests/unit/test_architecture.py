"""The house: no circle between modules or rooms, and nothing below knows what is built on it."""

from __future__ import annotations

import importlib.util
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def graphs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_import_graph", PROJECT / "docs" / "import_graph.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


GRAPHS = graphs()

LAYERS = [
    {"vocabulary"},
    {"rag/language", "rag/models", "rag/index"},
    {"rag/question", "rag/ingest"},
    {"rag/retrieve", "rag/read"},
    {"rag/answer"},
    {"rag/pipeline"},
    {"rag/doctor", "rag/evaluation"},
    {"rag/assistant"},
    {"ui/labels", "ui/json_documents"},
    {"ui/api"},
    {"ui/web"},
    {"ui/terminal"},
    {"training"},
    {"benchmarks"},
]
"""The rooms from the ground up. A room may use those of lower layers."""


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: targets - {"rag"} for name, targets in GRAPHS.module_graph().items() if name != "rag"}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' → '.join(error.args[1])}")


def test_every_room_has_its_layer() -> None:
    assert set(GRAPHS.room_graph()) == set().union(*LAYERS)


def test_no_arrow_goes_up() -> None:
    height = {room: number for number, layer in enumerate(LAYERS) for room in layer}
    upwards = [
        f"{room} → {target}"
        for room, targets in GRAPHS.room_graph().items()
        for target in targets
        if height[target] >= height[room]
    ]
    assert sorted(upwards) == []


def test_an_arrow_that_a_longer_way_makes_superfluous_is_left_out() -> None:
    graph = {"page": frozenset({"engine", "words"}), "engine": frozenset({"words"}), "words": frozenset()}
    assert GRAPHS.without_shortcuts(graph)["page"] == {"engine"}
    assert GRAPHS.mermaid(GRAPHS.without_shortcuts(graph)).count("-->") == 2
