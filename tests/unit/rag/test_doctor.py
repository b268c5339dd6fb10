"""What the doctor finds, with models that load at once and stores that are broken on purpose."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from rag import doctor
from rag.article_ids import article_id_of
from rag.errors import ModelError
from rag.index.store import CATALOG_FILE, Store, StoreIdentity
from rag.records import Article, Finding, Passage
from rag.settings import Settings
from ui.terminal.cli import main

SETTINGS = Settings()
IDENTITY = StoreIdentity(
    encoder="tiny",
    fingerprint="f" * 64,
    dimension=4,
    passage_tokens=SETTINGS.ingest.passage_tokens,
    overlap_sentences=SETTINGS.ingest.overlap_sentences,
)
ENCODER = SimpleNamespace(name="tiny", fingerprint="f" * 64, dimension=4, max_tokens=256)


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.models.encoder.load_encoder", lambda settings, **_: ENCODER)
    monkeypatch.setattr(
        "rag.read.registry.load_reader",
        lambda settings, encoder, **_: (SimpleNamespace(name="sentences"), SimpleNamespace(threshold=0.35)),
    )


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of one article with one passage."""
    path = tmp_path / "store"
    with Store(path, SETTINGS.index) as opened:
        opened.require(IDENTITY)
        article = Article(article_id_of("One sentence."), "Title", "a.txt", "/in/a.txt", "One sentence.")
        passage = Passage(article.article_id, 0, 13)
        opened.put(article, [passage], np.array([[1, 0, 0, 0]], dtype=np.float32))
    return path


def of_subject(findings: Sequence[Finding], subject: str) -> Finding:
    (finding,) = [finding for finding in findings if finding.subject == subject]
    return finding


def problems(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity != "ok"]


def test_a_sound_installation_has_no_problems(store: Path) -> None:
    findings = doctor.examine_folder(store, SETTINGS)
    assert problems(findings) == []
    assert of_subject(findings, "store").message == f"{store}: articles 1, passages 1"
    assert of_subject(findings, "encoder").message.startswith("tiny, 4 dimensions")
    assert of_subject(findings, "reader").message == "sentences, abstains below 0.35"
    assert "torch" in of_subject(findings, "libraries").message
    assert of_subject(findings, "settings").message == "every setting has its default"


def test_an_open_store_can_be_examined(store: Path) -> None:
    with Store(store, SETTINGS.index) as opened:
        assert problems(doctor.examine(opened, SETTINGS)) == []


def test_no_store_yet_is_a_warning_and_none_is_made(tmp_path: Path) -> None:
    missing = tmp_path / "nothing"
    (finding,) = problems(doctor.examine_folder(missing, SETTINGS))
    assert (finding.severity, finding.subject, finding.command) == ("warning", "store", "citespan add PATH")
    assert not missing.exists()


def test_a_store_without_articles_is_a_warning(tmp_path: Path) -> None:
    Store(tmp_path, SETTINGS.index).close()
    (finding,) = problems(doctor.examine_folder(tmp_path, SETTINGS))
    assert (finding.severity, finding.command) == ("warning", "citespan add PATH")


def test_a_catalog_that_is_no_database_is_an_error(store: Path) -> None:
    for leftover in store.glob(f"{CATALOG_FILE}-*"):
        leftover.unlink()
    (store / CATALOG_FILE).write_bytes(b"this is no database" * 1000)
    (finding,) = problems(doctor.examine_folder(store, SETTINGS))
    assert (finding.severity, finding.subject) == ("error", "store")
    assert CATALOG_FILE in finding.message


@pytest.mark.parametrize(
    "settings",
    [
        Settings.model_validate({"ingest": {"passage_tokens": 99}}),
        Settings.model_validate({"ingest": {"overlap_sentences": 3}}),
    ],
)
def test_a_store_made_with_other_settings_is_an_error(store: Path, settings: Settings) -> None:
    (finding,) = problems(doctor.examine_folder(store, settings))
    assert (finding.severity, finding.subject) == ("error", "store")
    assert "was made with" in finding.message


def test_a_store_made_with_another_encoder_is_an_error(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = SimpleNamespace(name="other", fingerprint="e" * 64, dimension=4)
    monkeypatch.setattr("rag.models.encoder.load_encoder", lambda settings, **_: other)
    (finding,) = problems(doctor.examine_folder(store, SETTINGS))
    assert "the encoder 'tiny' instead of 'other'" in finding.message


def test_an_encoder_that_does_not_load_is_an_error_and_the_rest_is_still_examined(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(settings: object, **_: object) -> object:
        raise ModelError("the weights fail their checksum")

    monkeypatch.setattr("rag.models.encoder.load_encoder", fail)
    findings = doctor.examine_folder(store, SETTINGS)
    (finding,) = problems(findings)
    assert (finding.severity, finding.subject, finding.command) == ("error", "encoder", "make install")
    assert of_subject(findings, "catalog").severity == "ok"


def test_a_reader_that_does_not_load_is_an_error(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(settings: object, encoder: object, **_: object) -> object:
        raise ModelError("no such folder")

    monkeypatch.setattr("rag.read.registry.load_reader", fail)
    (finding,) = problems(doctor.examine_folder(store, SETTINGS))
    assert (finding.severity, finding.subject, finding.message) == ("error", "reader", "no such folder")


def test_little_disk_is_a_warning(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=10 << 20))
    (finding,) = problems(doctor.examine_folder(store, SETTINGS))
    assert (finding.severity, finding.subject) == ("warning", "disk")
    assert "only 10 MB are free" in finding.message


def test_settings_that_differ_are_listed(store: Path) -> None:
    settings = Settings.model_validate({"store": store, "ui": {"port": 8000}, "answer": {"related": 1}})
    assert of_subject(doctor.examine_folder(store, settings), "settings").message == (
        f"store = {store}, answer.related = 1, ui.port = 8000"
    )


def test_repair_builds_the_indexes_again(store: Path) -> None:
    caches = [path for path in store.rglob("*") if path.is_file() and not path.name.startswith(CATALOG_FILE)]
    damaged = [path for path in caches if path.stat().st_size]
    assert damaged
    for path in damaged:
        path.write_bytes(b"damaged")
    assert problems(doctor.examine_folder(store, SETTINGS))
    told: list[str] = []
    doctor.repair_folder(store, SETTINGS, told.append)
    assert "built again (passages: 1)" in told[-1]
    assert problems(doctor.examine_folder(store, SETTINGS)) == []


def test_the_command_prints_findings_and_fails_on_errors(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["doctor", "--store", str(store)]) == 0
    assert f"ok       store: {store}: articles 1, passages 1" in capsys.readouterr().out

    assert main(["doctor", "--store", str(store), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["store"] == str(store)
    assert {"severity", "subject", "message", "command"} == set(document["findings"][0])
    assert document["settings"]["ui"]["host"] == "127.0.0.1"

    monkeypatch.setenv("CITESPAN_INGEST__OVERLAP_SENTENCES", "3")
    assert main(["doctor", "--store", str(store)]) == 1
    assert "error    store:" in capsys.readouterr().out


def test_the_command_repairs(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--repair", "--store", str(store)]) == 0
    assert "built again (passages: 1)" in capsys.readouterr().err
    assert main(["doctor", "--repair", "--store", str(store / "nothing")]) == 1
