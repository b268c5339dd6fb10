"""Names that fit anything (``one``, ``found``, ``told``) say nothing: their share may only fall. Run by ``make lint``.

Prints the share and where such names are bound most often; the exit status is 1 above the ceiling.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TOP = ("rag", "ui", "training", "benchmarks")
GENERIC = frozenset({"one", "found", "told", "said", "kept", "asked", "known"})
CEILING = 36.0
"""Generic names in 1,000; lower it whenever the share has fallen."""
WORST_SHOWN = 10


def bound_names(tree: ast.Module) -> Iterator[str]:
    """Every name that is given to a variable, a parameter, a function or a class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def main() -> int:
    """Counts the names of the product, training and benchmarks."""
    total, generic = 0, Counter[str]()
    for top in TOP:
        for path in sorted((PROJECT / top).rglob("*.py")):
            names = list(bound_names(ast.parse(path.read_text(encoding="utf-8"))))
            total += len(names)
            generic[str(path.relative_to(PROJECT))] = sum(name.strip("_") in GENERIC for name in names)
    share = 1000 * generic.total() / total
    sys.stdout.write(f"generic names: {share:.1f} of 1,000 (ceiling {CEILING:g})\n")
    if share <= CEILING:
        return 0
    for file, count in generic.most_common(WORST_SHOWN):
        sys.stdout.write(f"  {file}: {count}\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
