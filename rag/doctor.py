"""What is wrong with the installation and the store, and the command that mends it."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rag.errors import ModelError, StoreDamagedError, StoreError, StoreMismatchError
from rag.index.damage import REPAIR
from rag.index.repair import repair_catalog
from rag.index.store import Store, StoreIdentity
from rag.models.encoder import Encoder
from rag.records import Finding
from rag.settings import Settings

LEAST_FREE_MB = 500
"""Below this there is a warning: embeddings, the word index and a rewritten cache of a few thousand articles fit."""

_LIBRARIES = ("openvino", "torch", "transformers", "sentence-transformers", "faiss-cpu", "tantivy", "gradio")
_ADD = "citespan add PATH"


def examine(store: Store, settings: Settings) -> list[Finding]:
    """Everything there is to say about the installation and an open store. Loads the models; changes nothing."""
    encoder, models = _examine_models(settings)
    return [
        *_examine_installation(settings),
        *models,
        *_examine_disk(store.path),
        *_examine_store(store, settings, encoder),
    ]


def examine_folder(path: Path, settings: Settings) -> list[Finding]:
    """As ``examine``, for a store that perhaps does not exist or cannot be opened."""
    try:
        with Store(path, settings.index, create=False) as store:
            return examine(store, settings)
    except StoreError as error:
        _, models = _examine_models(settings)
        # No store yet is how every installation starts; one that cannot be opened is broken.
        damaged = isinstance(error, StoreDamagedError)
        missing = not damaged and (not path.exists() or (path.is_dir() and not any(path.glob("*.sqlite3*"))))
        command = _ADD if missing else REPAIR if damaged else None
        finding = Finding("warning" if missing else "error", "store", str(error), command)
        return [*_examine_installation(settings), *models, *_examine_disk(path), finding]


def repair_folder(path: Path, settings: Settings, notify: Callable[[str], None]) -> None:
    """Mend a store's catalog, and build its word and vector index again from it.

    Raises:
        StoreError: there is no store, it is in use, or its folder cannot be written.
    """
    if path.is_dir():
        for done in repair_catalog(path, settings.index.lock_seconds):
            notify(done)
    with Store(path, settings.index, create=False, notify=notify) as store:
        try:
            store.rebuild()
        except StoreDamagedError as error:  # what only the article's file can mend: the findings name the command
            notify(str(error))
        else:
            notify(f"{path}: the word and the vector index were built again (passages: {store.count_passages():,})")


def _examine_installation(settings: Settings) -> Iterator[Finding]:
    yield Finding("ok", "python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    versions, missing = [], []
    for name in _LIBRARIES:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    yield Finding("ok", "libraries", ", ".join(versions))
    if missing:
        yield Finding("error", "libraries", f"not installed: {', '.join(missing)}", "make install")
    changed = list(_changed(settings))
    yield Finding("ok", "settings", ", ".join(changed) or "every setting has its default")


def _changed(settings: Settings) -> Iterator[str]:
    """``key = value`` of every setting that is not its default."""
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    for name, value in settings:
        default: Any = plain[name]
        if name == "store":
            if value != default:
                yield f"store = {value}"
        else:
            for key, inner in value:
                if inner != getattr(default, key):
                    yield f"{name}.{key} = {inner}"


def _examine_models(settings: Settings) -> tuple[Encoder | None, list[Finding]]:
    """Loads the encoder and the reader, which is the only check that leaves nothing out."""
    from rag.models.encoder import load_encoder
    from rag.read.registry import load_reader

    try:
        encoder = load_encoder(settings.retrieve)
    except ModelError as error:
        return None, [Finding("error", "encoder", str(error), "make install")]
    findings = [
        Finding("ok", "encoder", f"{encoder.name}, {encoder.dimension} dimensions, weights {encoder.fingerprint[:12]}")
    ]
    try:
        reader, calibration = load_reader(settings, encoder)
    except ModelError as error:
        findings.append(Finding("error", "reader", str(error)))
    else:
        limit = settings.answer.abstain_below
        threshold = calibration.threshold if limit is None else limit
        findings.append(Finding("ok", "reader", f"{reader.name}, abstains below {threshold:.2f}"))
    return encoder, findings


def _examine_disk(path: Path) -> list[Finding]:
    folder = next(each for each in (path.absolute(), *path.absolute().parents) if each.is_dir())
    free_mb = shutil.disk_usage(folder).free // (1 << 20)
    if free_mb < LEAST_FREE_MB:
        message = f"{folder}: only {free_mb} MB are free. Free some before adding articles"
        return [Finding("warning", "disk", message)]
    return [Finding("ok", "disk", f"{free_mb / 1024:,.1f} GB are free")]


def _examine_store(store: Store, settings: Settings, encoder: Encoder | None) -> list[Finding]:
    articles = len(store.articles())
    if articles:
        findings = [Finding("ok", "store", f"{store.path}: articles {articles:,}, passages {store.count_passages():,}")]
    else:
        findings = [Finding("warning", "store", f"{store.path}: no articles yet", _ADD)]
    if encoder is not None and store.count_passages():
        # With passages in the store this only compares; it records nothing.
        wanted = StoreIdentity(
            encoder=encoder.name,
            fingerprint=encoder.fingerprint,
            dimension=encoder.dimension,
            passage_tokens=settings.ingest.passage_tokens,
            overlap_sentences=settings.ingest.overlap_sentences,
        )
        try:
            store.require(wanted)
        except StoreMismatchError as error:
            findings.append(Finding("error", "store", str(error)))
    return findings + store.check()
