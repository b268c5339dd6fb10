"""``citespan export-reader`` with the real weights: another program gets exactly what CiteSpan reads with."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from rag.models import shipped_reader
from rag.models.networks import load_shipped_network
from ui.terminal.cli import main


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "new" / "reader"
    shipped_reader.export_reader(folder)
    return folder


def test_plain_transformers_gives_the_same_logits(exported: Path) -> None:
    model = AutoModelForQuestionAnswering.from_pretrained(exported, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(exported)
    questions = ["Who built Mill Bridge?", "When did the bridge reopen?"]
    passages = [
        "Mill Bridge was built by Ida Quill.",
        "It reopened on 14 March 2024, after repairs that took two years.",
    ]
    batch = tokenizer(questions, passages, return_tensors="pt", padding=True)
    names = ("input_ids", "attention_mask", "token_type_ids")
    ours = load_shipped_network("float32").run(*(batch[name].numpy() for name in names))
    with torch.inference_mode():
        output = model(**batch)
    inside = batch["attention_mask"].bool()
    # The engine adds up in another order.
    torch.testing.assert_close(torch.from_numpy(ours.starts)[inside], output.start_logits[inside], rtol=0, atol=1e-4)
    torch.testing.assert_close(torch.from_numpy(ours.ends)[inside], output.end_logits[inside], rtol=0, atol=1e-4)


def test_it_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    assert main(["export-reader", str(folder), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["directory"] == str(folder)
    sizes = {file["name"]: file["bytes"] for file in document["files"]}
    assert sizes == {path.name: path.stat().st_size for path in folder.iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= set(sizes)
    assert main(["export-reader", str(folder)]) == 1
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_nothing_is_written_into_a_folder_that_holds_something(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["export-reader", str(tmp_path)]) == 1
    assert "nothing is overwritten. Choose a new or an empty folder" in capsys.readouterr().err
    assert main(["export-reader", str(tmp_path / "mine.txt")]) == 1
    assert "is a file" in capsys.readouterr().err
    assert main(["export-reader", str(tmp_path / "mine.txt" / "below")]) == 1
    assert "Choose another folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path, parts: object) -> None:
        (folder / "model.safetensors").write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shipped_reader, "_write_checkpoint", fail)
    assert main(["export-reader", str(tmp_path / "mine")]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
