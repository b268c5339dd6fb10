"""The repository itself: where things lie, what is public, what must not be in it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import rag

PROJECT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))

TOP_LEVEL = {
    ".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "benchmarks",
    "constraints.txt", "docs", "pyproject.toml", "rag", "seeds", "tests", "training", "ui", "vectorstore",
}  # fmt: skip
ROOMS = {
    "language", "ingest", "index", "models", "retrieve", "question", "read", "answer", "presentation", "evaluation",
    "table", "exports",
}  # fmt: skip
PUBLIC_NAMES = [
    "Account", "AddReport", "Alternative", "Answer", "Article", "ArticleNotFoundError", "ArticleSummary", "Assistant",
    "Cell", "Citation", "CiteSpanError", "Collection", "CollectionError", "Column", "Evaluation", "FileError",
    "FileOutcome", "FilterError", "Filters", "Finding", "InputError", "MissingExtraError", "ModelError", "PageArea",
    "PagePicture", "Passage", "Progress", "Question", "QuestionError", "QuestionSet", "QuestionSetError", "Quote",
    "Related", "RemovedArticle", "Retrieved", "Row", "Settings", "SettingsError", "Span", "StoreDamagedError",
    "StoreError", "StoreFullError", "StoreLockedError", "StoreMismatchError", "SyncReport", "Table", "TableFilling",
    "read_questions",
]  # fmt: skip
RUNS_CODE_WHEN_READ = {"pickle", "cPickle", "_pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}


def tracked_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT, capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    return [Path(name) for name in listing.stdout.split("\0") if name and (PROJECT / name).is_file()]


FILES = tracked_files()
PYTHON = [path for path in FILES if path.suffix == ".py"]
PRODUCT = [path for path in PYTHON if path.parts[0] in {"rag", "ui", "training", "benchmarks", "docs"}]


def parse(path: Path) -> ast.Module:
    return ast.parse((PROJECT / path).read_text(encoding="utf-8"), str(path))


def imported_modules(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def test_the_top_level_holds_what_the_design_says_and_nothing_else() -> None:
    assert {path.parts[0] for path in FILES} == TOP_LEVEL


def test_every_room_of_the_engine_exists() -> None:
    rooms = {path.parts[1] for path in FILES if path.parts[0] == "rag" and len(path.parts) > 2}
    assert rooms | {"models"} == ROOMS


def test_unit_tests_lie_where_their_package_lies() -> None:
    folders = {
        path.parent
        for path in PYTHON
        if path.parts[:2] == ("tests", "unit") and path.parts[2] in {"rag", "ui", "training"}
    }
    strays = [folder for folder in folders if not (PROJECT / Path(*folder.parts[2:])).is_dir()]
    assert strays == []


def test_the_public_names_are_these() -> None:
    assert sorted(rag.__all__) == PUBLIC_NAMES
    for name in PUBLIC_NAMES:
        assert getattr(rag, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = rag.Nothing


def test_the_engine_knows_nothing_of_what_is_built_on_it() -> None:
    above = {"ui", "training", "benchmarks"}
    users = [
        path
        for path in PYTHON
        if path.parts[0] == "rag" and above & {name.split(".")[0] for name in imported_modules(parse(path))}
    ]
    assert users == []


@pytest.mark.parametrize("path", PRODUCT, ids=str)
def test_nothing_is_read_in_a_form_that_can_run_code(path: Path) -> None:
    tree = parse(path)
    assert not {name.split(".")[0] for name in imported_modules(tree)} & RUNS_CODE_WHEN_READ
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called != "torch.load", f"line {node.lineno}: use safetensors"
            allowed = [ast.unparse(one.value) for one in node.keywords if one.arg == "allow_pickle"]
            assert allowed in ([], ["False"]), f"line {node.lineno}: allow_pickle"


def test_no_file_names_a_folder_of_somebody_s_machine() -> None:
    homes = rb"(?<![\w./])/(?:home|Users|root|work)/\w"
    homes_and_no_examples = rb"(?<![\w./])/(?:root|work)/\w"  # tests invent paths such as the ones under /home
    found = []
    for path in FILES:
        data = (PROJECT / path).read_bytes()
        if b"\0" not in data[:8000]:
            machine = re.compile(homes_and_no_examples if path.parts[0] == "tests" else homes)
            found += [f"{path}: {line!r}" for line in data.splitlines() if machine.search(line)]
    assert found == []


def test_every_version_is_the_same() -> None:
    stated = PYPROJECT["project"]["version"]
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    first = re.search(r"^## (\d+\.\d+\.\d+)", changelog, re.MULTILINE)
    assert (rag.__version__, version("citespan"), first and first[1]) == (stated, stated, stated)


def pinned() -> dict[str, str]:
    lines = (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines]
    assert all(len(pair) == 2 for pair in pairs), "constraints.txt holds only NAME==VERSION"
    return {canonicalize_name(name): release for name, release in pairs}


def test_the_constraints_name_releases_and_no_builds_hosts_or_paths() -> None:
    assert [name for name, release in pinned().items() if not re.fullmatch(r"\d[\w.]*", release)] == []


def required(extra: str | None) -> list[Requirement]:
    project: dict[str, Any] = PYPROJECT["project"]
    texts = project["dependencies"] if extra is None else project["optional-dependencies"][extra]
    return [Requirement(text) for text in texts]


IN_OTHER_ENVIRONMENTS = {Path("benchmarks/peers/haystack_worker.py"), Path("benchmarks/peers/txtai_worker.py")}
"""They run with benchmarks/peers/requirements.txt."""


def imported_packages(folders: set[str]) -> set[str]:
    modules = {
        name.split(".")[0]
        for path in PYTHON
        if path.parts[0] in folders and path not in IN_OTHER_ENVIRONMENTS
        for name in imported_modules(parse(path))
    }
    own = {"rag", "ui", "training", "tests", "benchmarks", "docs"}
    return {
        canonicalize_name(package)
        for module in modules - own - set(sys.stdlib_module_names)
        for package in packages_distributions().get(module, [module])[:1]
    }


def test_what_the_product_imports_is_declared() -> None:
    declared = {canonicalize_name(one.name) for extra in (None, "train", "mcp") for one in required(extra)}
    assert imported_packages({"rag", "ui", "training"}) - declared == set()


def test_what_the_tests_import_is_declared() -> None:
    declared = {canonicalize_name(one.name) for extra in (None, "test") for one in required(extra)}
    assert imported_packages({"tests", "benchmarks", "docs"}) - declared == set()


@pytest.mark.parametrize("extra", [None, "train", "mcp", "test"])
def test_what_is_needed_is_pinned_to_a_release_that_fits(extra: str | None) -> None:
    pins = pinned()
    for requirement in required(extra):
        release = pins.get(canonicalize_name(requirement.name))
        assert release, f"{requirement.name} is not in constraints.txt"
        assert requirement.specifier.contains(release), f"{requirement} is pinned to {release}"


def test_the_environment_is_the_pinned_one() -> None:
    different = []
    for name, release in pinned().items():
        try:
            installed = version(name).split("+")[0]
        except PackageNotFoundError:
            continue
        if installed != release:
            different.append(f"{name} {installed} instead of {release}")
    assert different == []


@pytest.mark.parametrize("package", ["rag", "ui"])
def test_every_data_file_is_shipped(package: str) -> None:
    globs = PYPROJECT["tool"]["setuptools"]["package-data"][package]
    shipped = {path for pattern in globs for path in (PROJECT / package).glob(pattern)}
    data = [path for path in FILES if path.parts[0] == package and path.suffix != ".py"]
    assert [str(path) for path in data if PROJECT / path not in shipped] == []
