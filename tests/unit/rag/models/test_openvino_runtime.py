"""Networks on OpenVINO: converted once, kept whole or not at all, silent, and equal to torch."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import numpy as np
import pytest
import torch
from packaging.requirements import Requirement

from rag.errors import MissingExtraError, ModelError
from rag.ingest.reading import read_article
from rag.models import openvino_runtime
from rag.models.openvino_runtime import (
    FACTS,
    MANIFEST,
    MODEL,
    WEIGHTS,
    Converted,
    Identity,
    OpenVino,
    import_openvino,
    load_converted,
    openvino_choice,
    padded_length,
)
from rag.read.checkpoint import CheckpointReader, load_checkpoint_reader, load_shipped_reader
from rag.read.confidence import load_calibration
from rag.settings import IngestSettings, RetrieveSettings
from tests.unit.rag.answer.made_up import retrieved
from tests.unit.training import tiny

PROJECT = Path(__file__).parents[4]
TEXT = "Ada lives in Oslo. Boris lives in Rome, today."
QUESTION = "Where does Boris live?"


class Summing(torch.nn.Module):
    """Adds up the inputs of each row, times ``scale``."""

    def __init__(self, scale: float) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.tensor(scale))

    def forward(self, first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
        return (first * second).float().sum(dim=1) * self.scale


class Conversions:
    """Converts ``Summing``, and counts how often it was asked to."""

    def __init__(self, scale: float = 0.5) -> None:
        self.count = 0
        self.scale = scale

    def __call__(self) -> Converted:
        self.count += 1
        example = torch.ones((2, 3), dtype=torch.int64)
        return Converted(Summing(self.scale), (example, example), {"scale": self.scale})


def identity(fingerprint: str = "a" * 64, *, bfloat16: bool = False) -> Identity:
    return Identity("reader", fingerprint, bfloat16)


def total(run: openvino_runtime.Compiled) -> list[float]:
    rows = np.array([[1, 2, 3, 4], [5, 6, 7, 8]], dtype=np.int64)
    (sums,) = run([rows, np.ones_like(rows)])
    return [float(value) for value in sums]


def test_a_network_is_converted_once(tmp_path: Path) -> None:
    choice, convert = OpenVino(tmp_path / "new" / "models"), Conversions()
    for _ in range(2):
        run, facts = load_converted(choice, identity(), convert)
        assert total(run) == [5.0, 13.0]
        assert facts == {"scale": 0.5}
    assert convert.count == 1
    (folder,) = (tmp_path / "new" / "models").iterdir()
    assert folder.name.startswith(f"reader-{'a' * 16}-")
    assert {file.name for file in folder.iterdir()} == {MODEL, WEIGHTS, FACTS, MANIFEST}


def test_other_weights_and_precisions_replace_what_was_kept(tmp_path: Path) -> None:
    choice = OpenVino(tmp_path)
    load_converted(choice, identity(), Conversions())
    run, _ = load_converted(choice, identity("b" * 64), Conversions(2.0))
    assert total(run) == [20.0, 52.0]
    load_converted(choice, identity("b" * 64, bfloat16=True), Conversions(2.0))
    load_converted(choice, Identity("encoder", "c" * 64, False), Conversions())
    names = sorted(folder.name[:18] for folder in tmp_path.iterdir())
    assert names == ["encoder-cccccccccc", "reader-bbbbbbbbbbb"]
    assert len(list(tmp_path.glob("*-bfloat16"))) == 1


@pytest.mark.parametrize("name", [MODEL, WEIGHTS, FACTS, MANIFEST])
@pytest.mark.parametrize("damage", ["changed", "cut", "removed"])
def test_a_damaged_network_is_converted_again(
    name: str, damage: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    choice, convert = OpenVino(tmp_path), Conversions()
    load_converted(choice, identity(), convert)
    file = next(tmp_path.iterdir()) / name
    content = file.read_bytes()
    if damage == "removed":
        file.unlink()
    else:
        file.write_bytes(content[: len(content) // 2] if damage == "cut" else bytes([content[0] ^ 1]) + content[1:])
    with caplog.at_level(logging.WARNING):
        run, facts = load_converted(choice, identity(), convert)
    assert convert.count == 2
    assert ("damaged" in caplog.text) == (damage != "removed")
    assert total(run) == [5.0, 13.0]
    assert facts == {"scale": 0.5}
    load_converted(choice, identity(), convert)
    assert convert.count == 2


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "taken").write_text("a file")
    convert = Conversions()
    run, _ = load_converted(OpenVino(tmp_path / "taken"), identity(), convert)
    assert total(run) == [5.0, 13.0]
    assert "cannot be kept" in caplog.text
    assert total(load_converted(OpenVino(None), identity(), convert)[0]) == [5.0, 13.0]
    assert convert.count == 2


def test_a_failed_write_leaves_no_half_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(file: Path) -> str:
        raise OSError("no space left")

    monkeypatch.setattr(openvino_runtime, "_checksum", fail)
    load_converted(OpenVino(tmp_path), identity(), Conversions())
    assert list(tmp_path.iterdir()) == []


def test_what_openvino_cannot_do_is_said(tmp_path: Path) -> None:
    def convert() -> Converted:
        raise RuntimeError("no such operation")

    with pytest.raises(ModelError, match=r"no such operation.*RUNTIME=torch"):
        load_converted(OpenVino(tmp_path), identity(), convert)


@pytest.mark.parametrize(
    ("length", "limit", "padded"), [(1, 256, 32), (32, 256, 32), (33, 50, 50), (250, 256, 256), (9, 4, 9)]
)
def test_lengths_are_few(length: int, limit: int, padded: int) -> None:
    assert padded_length(length, limit) == padded


def test_the_setting_chooses_the_runtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert openvino_choice(RetrieveSettings(), tmp_path) is None
    assert openvino_choice(RetrieveSettings(runtime="auto", threads=3), tmp_path) == OpenVino(tmp_path, 3)
    monkeypatch.setattr(openvino_runtime, "find_spec", lambda name: None)
    assert openvino_choice(RetrieveSettings(runtime="auto"), tmp_path) is None
    assert openvino_choice(RetrieveSettings(runtime="openvino"), tmp_path) == OpenVino(tmp_path)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'citespan\[fast\]'"):
        import_openvino()


def test_openvino_never_reports_home() -> None:
    """Imported as we do it, its telemetry is a stub and no socket is used."""
    program = """
import sys
def refuse(event, arguments):
    assert not event.startswith("socket."), event
sys.addaudithook(refuse)
from rag.models.openvino_runtime import import_openvino
openvino = import_openvino()
from openvino.tools.ovc import telemetry_utils
assert telemetry_utils.tm.__name__ == "openvino.tools.ovc.telemetry_stub", telemetry_utils.tm
openvino.convert_model
assert not [name for name in sys.modules if name.startswith("openvino_telemetry.")]
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=PROJECT)


def test_the_extra_needs_neither_torchvision_nor_another_torch() -> None:
    seen: set[str] = set()
    waiting = ["openvino"]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            parsed = [Requirement(line) for line in requires(name) or []]
            waiting += [one.name for one in parsed if one.marker is None or one.marker.evaluate({"extra": ""})]
    assert not seen & {"torch", "torchvision", "transformers"}
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert [Requirement(line).name for line in extras["fast"]] == ["openvino"]
    assert "openvino" in [Requirement(line).name for line in extras["test"]]


def test_a_checkpoint_of_somebody_elses_reads_as_on_torch(tmp_path: Path) -> None:
    checkpoint = tiny.save_reader(tmp_path / "tiny")
    passages = [retrieved(TEXT), retrieved(f"{TEXT} {TEXT} {TEXT}", title="mill bridge")]
    ours = load_checkpoint_reader(checkpoint, precision="float32").read(QUESTION, passages)
    theirs = load_checkpoint_reader(checkpoint, precision="float32", openvino=OpenVino(tmp_path)).read(
        QUESTION, passages
    )
    assert [one.span for one in theirs] == [one.span for one in ours]
    assert [one.margin for one in theirs] == pytest.approx([one.margin for one in ours], abs=1e-3)


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> tuple[CheckpointReader, CheckpointReader]:
    """The shipped reader on torch and on OpenVINO, both as this machine runs them."""
    folder = tmp_path_factory.mktemp("converted")
    return load_shipped_reader(), load_shipped_reader(openvino=OpenVino(folder))


def test_the_shipped_reader_gives_the_same_answers(readers: tuple[CheckpointReader, CheckpointReader]) -> None:
    """On the sample questions; ``benchmarks/fast_runtime.py`` asks a thousand."""
    asked: list[tuple[str, str]] = []
    for line in (PROJECT / "seeds" / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("source") and not row.get("history"):
            asked.append((row["question"], row["source"]))
    asked = asked[:24]
    requests = []
    for question, source in asked:
        text = read_article(PROJECT / "seeds" / source, IngestSettings()).article.text
        requests.append((question, [retrieved(text[begin : begin + 700]) for begin in (0, 700)]))
    torch_answers, answers = (reader.read_many(requests) for reader in readers)
    same = [ours[0].span == theirs[0].span for ours, theirs in zip(torch_answers, answers, strict=True)]
    assert sum(same) >= len(same) - 1
    calibration = load_calibration("checkpoint")
    weight = calibration.coefficients["margin"] / calibration.scales["margin"]
    moved = [
        abs(ours[0].margin - theirs[0].margin) * weight / 4  # the steepest slope of a logistic is a quarter
        for ours, theirs in zip(torch_answers, answers, strict=True)
    ]
    assert float(np.mean(moved)) < 0.02
