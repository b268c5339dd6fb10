"""Loading and running extractive checkpoints, with tiny random weights."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForQuestionAnswering, BertModel

from rag.errors import ModelError
from rag.models.bert import Integers
from rag.models.folders import weights_fingerprint
from rag.models.networks import load_checkpoint_network
from rag.models.runners import Logits
from rag.models.shipped_reader import export_reader, write_parts
from rag.read.checkpoint import (
    CheckpointReader,
    batch_ranges,
    load_checkpoint_reader,
    load_shipped_reader,
    window_ranges,
)
from rag.read.protocol import Examiner, Reader, examine
from rag.records import Retrieved
from tests.unit.rag.answer.made_up import retrieved
from tests.unit.training import tiny

TEXT = "Ada lives in Oslo. Boris lives in Rome, today."
QUESTION = "Where does Boris live?"


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save_reader(tmp_path_factory.mktemp("models") / "tiny-reader")


@pytest.fixture(scope="module")
def reader(checkpoint: Path) -> CheckpointReader:
    return load_checkpoint_reader(checkpoint, precision="float32")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A reader in the shipped form, and the encoder it belongs to."""
    root = tmp_path_factory.mktemp("shipped")
    encoder = tiny.save_encoder(root / "encoder")
    torch.manual_seed(1)
    whole = tiny.save_reader(root / "whole", seed=1)
    state = AutoModelForQuestionAnswering.from_pretrained(whole).state_dict()
    trained = {name: tensor for name, tensor in state.items() if "embeddings" not in name}
    for head in ("relevance", "bearing"):
        trained[f"{head}.weight"], trained[f"{head}.bias"] = torch.randn(1, 16), torch.zeros(1)
    config = json.loads((encoder / "config.json").read_text())
    section = {"max_length": 64, "relevance_weight": 0.0}
    write_parts(root / "reader", trained, config, section, weights_fingerprint(encoder))
    return root / "reader", encoder


def long_passage() -> Retrieved:
    return retrieved("the mill is quiet today. " * 40 + "Ada lives in Oslo.")


def test_is_a_reader(reader: CheckpointReader) -> None:
    assert isinstance(reader, Reader)
    assert isinstance(reader, Examiner)
    assert reader.read(QUESTION, []) == []


def test_the_name_tells_the_folder_and_the_weights(reader: CheckpointReader, checkpoint: Path) -> None:
    assert reader.name == f"tiny-reader-{weights_fingerprint(checkpoint)[:12]}"


def test_scores_are_the_logits_of_plain_transformers(reader: CheckpointReader, checkpoint: Path) -> None:
    found = retrieved(TEXT, title="mill bridge")
    best = reader.read(QUESTION, [found])[0]
    model = AutoModelForQuestionAnswering.from_pretrained(checkpoint)
    from transformers import AutoTokenizer

    encoded = AutoTokenizer.from_pretrained(checkpoint)(
        QUESTION,
        f"mill bridge. {TEXT}",
        return_tensors="pt",
        return_offsets_mapping=True,
        return_token_type_ids=True,
    )
    offsets = (encoded.pop("offset_mapping")[0] - len("mill bridge. ")).tolist()
    second = encoded["token_type_ids"][0].tolist()
    with torch.inference_mode():
        output = model(**encoded)
    passage = [
        place for place, (offset, kind) in enumerate(zip(offsets, second, strict=True)) if kind and offset[0] >= 0
    ]
    starts, ends = output.start_logits[0].tolist(), output.end_logits[0].tolist()
    assert best.score == pytest.approx(max(starts[i] + ends[j] for i in passage for j in passage if i <= j), abs=1e-5)
    assert best.null_score == pytest.approx(float(output.start_logits[0, 0] + output.end_logits[0, 0]), abs=1e-5)


def test_spans_lie_in_their_passage_and_come_best_first(reader: CheckpointReader) -> None:
    inside = retrieved(TEXT)
    passage = type(inside.passage)("a" * 16, 19, len(TEXT), (), 2)
    found = Retrieved(passage, 1.0, inside.article)
    candidates = reader.read(QUESTION, [found, inside])
    assert {candidate.retrieved.passage.start for candidate in candidates} == {0, 19}
    for candidate in candidates:
        assert candidate.retrieved.passage.span.contains(candidate.span)
        assert candidate.text == TEXT[candidate.span.start : candidate.span.end]
    assert [one.margin for one in candidates] == sorted((one.margin for one in candidates), reverse=True)


def test_the_title_is_read_but_never_the_answer(reader: CheckpointReader) -> None:
    titled = reader.read(QUESTION, [retrieved(TEXT, title="mill bridge")])
    untitled = reader.read(QUESTION, [retrieved(TEXT, title="")])
    assert titled[0].score != untitled[0].score
    assert all("mill" not in candidate.text for candidate in titled)


def test_many_questions_at_once_read_like_one_by_one(reader: CheckpointReader) -> None:
    requests = [(QUESTION, [retrieved(TEXT)]), ("who ?", []), ("where ?", [long_passage(), retrieved("in Rome.")])]
    together = reader.read_many(requests)
    alone = [reader.read(question, passages) for question, passages in requests]
    assert [[one.span for one in each] for each in together] == [[one.span for one in each] for each in alone]
    for many, single in zip(together, alone, strict=True):
        assert [one.score for one in many] == pytest.approx([one.score for one in single], abs=1e-4)


def test_a_long_passage_is_read_to_its_end(checkpoint: Path) -> None:
    found = long_passage()
    everywhere = CheckpointReader(load_checkpoint_reader(checkpoint, precision="float32")._network, spans=500)
    starts = {candidate.span.start for candidate in everywhere.read(QUESTION, [found])}
    assert max(starts) > len(found.text) - 20
    assert min(starts) < 20


def test_a_question_and_title_longer_than_the_model_leave_room(reader: CheckpointReader) -> None:
    found = retrieved(TEXT, title="mill bridge " * 60)
    assert reader.read("where does ada live " * 60, [found])


def test_nothing_to_read_in_an_empty_passage(reader: CheckpointReader) -> None:
    assert reader.read(QUESTION, [retrieved("...")]) == []


@pytest.mark.parametrize(("tokens", "size"), [(0, 10), (5, 10), (10, 10), (11, 10), (300, 100), (7, 1)])
def test_windows_cover_every_token(tokens: int, size: int) -> None:
    ranges = window_ranges(tokens, size)
    assert sorted({token for begin, end in ranges for token in range(begin, end)}) == list(range(tokens))
    assert all(0 < end - begin <= size for begin, end in ranges)


@pytest.mark.parametrize(
    ("lengths", "ranges"),
    [
        ([], []),
        ([9], [(0, 1)]),
        ([100, 90, 76, 75, 74, 60], [(0, 4), (4, 6)]),
        ([100, 10, 10], [(0, 1), (1, 3)]),
        ([50] * 33, [(0, 16), (16, 32), (32, 33)]),
    ],
)
def test_a_batch_holds_inputs_of_similar_length(lengths: list[int], ranges: list[tuple[int, int]]) -> None:
    assert batch_ranges(lengths) == ranges


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere"):
        load_checkpoint_reader(tmp_path / "nowhere")


def test_an_encoder_is_not_a_reader(tmp_path: Path) -> None:
    torch.manual_seed(0)
    BertModel(tiny.config()).save_pretrained(tmp_path)
    tiny.save_tokenizer(tmp_path)
    with pytest.raises(ModelError, match="no question-answering head"):
        load_checkpoint_reader(tmp_path)


def test_pickled_weights_are_refused(checkpoint: Path, tmp_path: Path) -> None:
    copy = tmp_path / "pickled"
    shutil.copytree(checkpoint, copy)
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(ModelError, match="safetensors"):
        load_checkpoint_reader(copy)


def test_a_folder_without_a_tokenizer_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    copy = tmp_path / "mute"
    shutil.copytree(checkpoint, copy)
    for path in copy.glob("*token*"):
        path.unlink()
    with pytest.raises(ModelError, match="tokenizer"):
        load_checkpoint_reader(copy)


def test_the_exported_reader_is_the_shipped_one(shipped: tuple[Path, Path], tmp_path: Path) -> None:
    folder, encoder = shipped
    export_reader(tmp_path / "exported", folder, encoder)
    ours = load_shipped_reader(precision="float32", folder=folder, encoder=encoder)._network
    plain = AutoModelForQuestionAnswering.from_pretrained(tmp_path / "exported")
    tokens = torch.randint(5, len(tiny.VOCABULARY), (3, 20))
    mask, types = torch.ones_like(tokens), (torch.arange(20) > 8).long().expand(3, 20)
    logits = ours.run(tokens.numpy(), mask.numpy(), types.numpy())
    with torch.inference_mode():
        output = plain(input_ids=tokens, attention_mask=mask, token_type_ids=types)
    assert logits.relevance is not None
    np.testing.assert_allclose(logits.starts, output.start_logits, atol=1e-5, rtol=1e-5)
    np.testing.assert_allclose(logits.ends, output.end_logits, atol=1e-5, rtol=1e-5)


def test_the_exported_reader_reads_like_the_shipped_one(shipped: tuple[Path, Path], tmp_path: Path) -> None:
    folder, encoder = shipped
    export_reader(tmp_path, folder, encoder)
    found = [retrieved(TEXT)]
    ours = load_shipped_reader(precision="float32", folder=folder, encoder=encoder).read(QUESTION, found)
    exported = load_checkpoint_reader(tmp_path, precision="float32").read(QUESTION, found)
    assert exported == [replace(candidate, bearing=0.0) for candidate in ours], "only spans are exported"


def test_relevance_counts_against_no_answer(shipped: tuple[Path, Path], tmp_path: Path) -> None:
    folder, encoder = shipped
    weighted = tmp_path / "weighted"
    shutil.copytree(folder, weighted)
    config = json.loads((weighted / "config.json").read_text())
    config["citespan"]["relevance_weight"] = 2.0
    (weighted / "config.json").write_text(json.dumps(config))
    found = [retrieved(TEXT)]
    plain = load_shipped_reader(precision="float32", folder=folder, encoder=encoder).read(QUESTION, found)
    moved = load_shipped_reader(precision="float32", folder=weighted, encoder=encoder).read(QUESTION, found)
    assert moved[0].score == plain[0].score
    assert abs(moved[0].null_score - plain[0].null_score) > 1e-3


def test_sentences_are_judged_in_the_same_look(shipped: tuple[Path, Path]) -> None:
    folder, encoder = shipped
    reader = load_shipped_reader(precision="float32", folder=folder, encoder=encoder)
    passage = retrieved(TEXT)
    reading = reader.examine(QUESTION, [passage])
    assert list(reading.candidates) == reader.read(QUESTION, [passage])
    assert reading == examine(reader, QUESTION, [passage])
    assert [sentence.text for sentence in reading.sentences] == ["Ada lives in Oslo.", "Boris lives in Rome, today."]
    assert reading.sentences[0].logit != reading.sentences[1].logit
    assert all(0 < sentence.probability < 1 for sentence in reading.sentences)


def test_the_sentences_of_a_long_passage_are_all_judged_whatever_the_window(shipped: tuple[Path, Path]) -> None:
    folder, encoder = shipped
    passage = long_passage()
    judged = load_shipped_reader(folder=folder, encoder=encoder).examine(QUESTION, [passage]).sentences
    assert tuple(sentence.span for sentence in judged) == passage.passage.sentences
    assert all(sentence.retrieved is passage for sentence in judged)


def test_without_the_head_no_sentence_is_judged(reader: CheckpointReader) -> None:
    reading = reader.examine(QUESTION, [retrieved(TEXT)])
    assert reading.candidates
    assert not reading.sentences


def test_another_encoder_does_not_fit(shipped: tuple[Path, Path], tmp_path: Path) -> None:
    other = tiny.save_encoder(tmp_path / "other", seed=7)
    with pytest.raises(ModelError, match="other encoder weights"):
        load_shipped_reader(folder=shipped[0], encoder=other)


def test_missing_shipped_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not here"):
        load_shipped_reader(folder=tmp_path)


def test_bfloat16_finds_the_same_kind_of_spans(checkpoint: Path, reader: CheckpointReader) -> None:
    found = [retrieved(TEXT)]
    rounded = load_checkpoint_reader(checkpoint, precision="bfloat16").read(QUESTION, found)
    assert rounded[0].score == pytest.approx(reader.read(QUESTION, found)[0].score, abs=0.1)


def test_the_usual_length_of_answers_decides_between_spans(checkpoint: Path) -> None:
    """The end logits prefer one token more by less than the prior prefers one token fewer."""
    network = load_checkpoint_network(checkpoint, "float32")

    def run(tokens: Integers, mask: Integers, types: Integers) -> Logits:
        starts = np.full(tokens.shape, -9.0, dtype=np.float32)
        ends = np.full(tokens.shape, -9.0, dtype=np.float32)
        first = int(types[0].argmax()) + text_begins
        starts[:, first] = 5.0
        ends[:, first : first + 12] = np.linspace(4.9, 5.0, 12)
        return Logits(starts, ends)

    found = retrieved("a b c d e f g h i j k l m n o p")
    tokens = network.tokenizer.encode(found.text, add_special_tokens=False).tokens
    text_begins = len(network.tokenizer.encode("Mill Bridge. ", add_special_tokens=False).tokens)
    best = CheckpointReader(replace(network, run=run)).read(QUESTION, [found])[0]
    assert best.text == tokens[0]
    assert best.score == pytest.approx(9.9)
