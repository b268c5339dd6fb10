"""The house: no circle between modules or rooms, and nothing below knows what is built on it."""

from __future__ import annotations

from docs import import_graph

LAYERS = [
    {"vocabulary"},
    {"rag/language", "rag/models", "rag/presentation"},
    {"rag/index", "rag/question"},
    {"rag/ingest"},
    {"rag/retrieve", "rag/read"},
    {"rag/answer"},
    {"rag/pipeline"},
    {"rag/doctor", "rag/evaluation"},
    {"rag/table"},
    {"rag/exports"},
    {"rag/assistant"},
    {"ui/json_documents"},
    {"ui/api"},
    {"ui/web"},
    {"ui/terminal"},
    {"training"},
    {"benchmarks"},
]
"""The rooms from the ground up. A room may use those of lower layers."""


def test_every_room_has_its_layer() -> None:
    assert set(import_graph.room_graph()) == set().union(*LAYERS)


def test_no_arrow_goes_up() -> None:
    height = {room: number for number, layer in enumerate(LAYERS) for room in layer}
    upwards = [
        f"{room} → {target}"
        for room, targets in import_graph.room_graph().items()
        for target in targets
        if height[target] >= height[room]
    ]
    assert sorted(upwards) == []


def test_an_arrow_that_a_longer_way_makes_superfluous_is_left_out() -> None:
    graph = {"page": frozenset({"engine", "words"}), "engine": frozenset({"words"}), "words": frozenset()}
    assert import_graph.without_shortcuts(graph)["page"] == {"engine"}
    assert import_graph.mermaid(import_graph.without_shortcuts(graph)).count("-->") == 2
