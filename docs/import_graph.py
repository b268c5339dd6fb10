"""Which rooms import which, read from the source: for the picture in ``architecture.md`` and the test that holds it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from graphlib import TopologicalSorter
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TOP = ("rag", "ui", "training", "benchmarks")
VOCABULARY = frozenset({"article_ids", "errors", "originals", "records", "answers", "settings", "version"})
"""Files of ``rag/`` that hold the words which all rooms share."""

Graph = Mapping[str, frozenset[str]]


def modules() -> dict[str, Path]:
    """Every module of the product, by its dotted name."""
    found: dict[str, Path] = {}
    for top in TOP:
        for path in sorted((PROJECT / top).rglob("*.py")):
            dotted = ".".join(path.relative_to(PROJECT).with_suffix("").parts)
            found[dotted.removesuffix(".__init__")] = path
    return found


def module_graph() -> Graph:
    """What each module imports of the others: when it is loaded, later, or for its types only."""
    paths = modules()
    graph: dict[str, frozenset[str]] = {}
    for module, path in paths.items():
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        targets = {name if name in paths else name.rpartition(".")[0] for name in _imported(tree)}
        graph[module] = frozenset(target for target in targets if target in paths and target != module)
    return graph


def room_graph() -> Graph:
    """The same between rooms; a room is a folder of the engine or of ``ui/``, or a file that stands alone."""
    graph: dict[str, set[str]] = {}
    for module, targets in module_graph().items():
        if module in TOP:  # the packages' own public lists name everything
            continue
        room = room_of(module)
        graph.setdefault(room, set()).update(room_of(target) for target in targets if target not in TOP)
    return {room: frozenset(targets - {room}) for room, targets in graph.items()}


def room_of(module: str) -> str:
    """``rag.index.vectors.faiss`` lies in ``rag/index``, ``rag.records`` in the vocabulary."""
    parts = module.split(".")
    if parts[0] not in ("rag", "ui"):
        return parts[0]
    if parts[0] == "rag" and parts[1] in VOCABULARY:
        return "vocabulary"
    return "/".join(parts[:2])


def without_shortcuts(graph: Graph) -> Graph:
    """The transitive reduction: an arrow that a longer way makes superfluous is left out. The graph has no circle."""
    reach: dict[str, set[str]] = {}
    for room in TopologicalSorter(graph).static_order():
        targets = graph.get(room, frozenset())
        reach[room] = set(targets).union(*(reach[target] for target in targets))
    return {
        room: frozenset(target for target in targets if not any(target in reach[other] for other in targets - {target}))
        for room, targets in graph.items()
    }


def mermaid(graph: Graph) -> str:
    """The graph as a Mermaid flow chart, in the order of names: the same source gives the same text."""
    lines = ["flowchart TD"]
    for room in sorted(graph):
        lines += [f"    {_node(room)} --> {_node(target)}" for target in sorted(graph[room])]
    return "\n".join(lines)


def _node(room: str) -> str:
    return f'{room.replace("/", "_")}["{room}"]'


def _imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names
