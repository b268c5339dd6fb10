"""Token arrays and batches: targets point at the answer, padding and titles are never answers."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from transformers import AutoTokenizer

from tests.unit.training import tiny
from training.batches import SpecialTokens, assemble, epoch_batches, titles_shown, training_batches
from training.examples import Example
from training.features import FeatureSet, answer_tokens, build_features

SPECIAL = SpecialTokens(tiny.VOCABULARY["[CLS]"], tiny.VOCABULARY["[SEP]"], tiny.VOCABULARY["[PAD]"])


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> object:
    folder = tmp_path_factory.mktemp("tokenizer")
    tiny.save_tokenizer(folder)
    return AutoTokenizer.from_pretrained(folder)


@pytest.fixture(scope="module")
def features(tokenizer: object) -> FeatureSet:
    return build_features(tiny.examples(40), tokenizer, max_length=32)


def words(ids: list[int]) -> list[str]:
    names = {number: piece for piece, number in tiny.VOCABULARY.items()}
    return [names[number] for number in ids]


def test_targets_cover_the_answer(features: FeatureSet) -> None:
    examples = tiny.examples(40)
    batch = assemble(features, np.arange(len(features)), np.ones(len(features), dtype=bool), SPECIAL)
    for row, index in enumerate(features.rows[:, 7]):
        start, end = int(batch.starts[row]), int(batch.ends[row])
        answers = examples[index].answers
        target = words(batch.input_ids[row, start : end + 1].tolist())
        assert target == (answers[0][0].split() if answers else ["[CLS]"])


def test_an_input_is_question_title_passage(features: FeatureSet) -> None:
    batch = assemble(features, np.array([0, 0]), np.array([True, False]), SPECIAL)
    titled, untitled = (words(row.tolist()) for row in batch.input_ids)
    question, passage = tiny.examples(1)[0].question.split(), tiny.examples(1)[0].context.split()
    start = ["[CLS]", *question, "[SEP]"]
    assert titled[: len(start) + 3 + len(passage) + 1] == [*start, "mill", "bridge", ".", *passage, "[SEP]"]
    assert untitled[: len(start) + len(passage) + 1] == [*start, *passage, "[SEP]"]
    assert batch.token_type_ids[1].tolist()[: len(start) + 1] == [0] * len(start) + [1]
    assert batch.input_ids.shape[1] % 16 == 0


def test_only_the_passage_and_cls_are_legal(features: FeatureSet) -> None:
    batch = assemble(features, np.array([0]), np.array([True]), SPECIAL)
    legal = [word for word, ok in zip(words(batch.input_ids[0].tolist()), batch.legal[0].tolist(), strict=True) if ok]
    assert legal == ["[CLS]", *tiny.examples(1)[0].context.split()]
    assert int(batch.passage_starts[0]) == words(batch.input_ids[0].tolist()).index("bridge") + 2


def test_long_passages_are_cut_and_only_the_window_with_the_answer_has_a_target(tokenizer: object) -> None:
    context = "the mill is quiet today . " * 10 + "ada lives in oslo ."
    example = Example("1", "", context, "where does ada live ?", (("oslo", context.index("oslo")),), "squad")
    cut = build_features([example], tokenizer, max_length=32)
    assert len(cut) > 2
    assert (cut.rows[:-1, 5] == -1).all()
    assert cut.rows[-1, 5] >= 0
    assert (cut.lengths(np.ones(len(cut), dtype=bool)) <= 32).all()


def test_arrays_survive_the_disk(features: FeatureSet, tmp_path: Path) -> None:
    features.save(tmp_path)
    loaded = FeatureSet.load(tmp_path)
    assert np.array_equal(loaded.rows, features.rows)
    assert np.array_equal(loaded.contexts.tokens, features.contexts.tokens)
    assert np.array_equal(loaded.context_spans, features.context_spans)


def test_answer_tokens_are_those_that_touch_the_answer() -> None:
    spans = np.array([[0, 3], [3, 6], [7, 9]], dtype=np.int32)
    assert answer_tokens(spans, [("cde", 2)]) == (0, 1)
    assert answer_tokens(spans, [("x", 7)]) == (2, 2)
    assert answer_tokens(spans, []) == (-1, -1)


def test_an_epoch_shows_every_feature_once_with_little_padding() -> None:
    lengths = np.random.default_rng(0).integers(20, 256, size=2048)
    batches = epoch_batches(lengths, 32, seed=3, epoch=0)
    assert sorted(np.concatenate(batches).tolist()) == list(range(2048))
    padded = sum(len(batch) * lengths[batch].max() for batch in batches)
    assert padded < 1.1 * lengths.sum()
    again = epoch_batches(lengths, 32, seed=3, epoch=0)
    assert all(np.array_equal(one, other) for one, other in zip(batches, again, strict=True))
    assert not np.array_equal(batches[0], epoch_batches(lengths, 32, seed=3, epoch=1)[0])


def test_about_half_show_their_title() -> None:
    assert 0.45 < titles_shown(4000, seed=1, epoch=0).mean() < 0.55


def test_a_later_start_continues_the_same_batches(features: FeatureSet) -> None:
    straight = list(islice(training_batches(features, 8, seed=1), 12))
    later = list(islice(training_batches(features, 8, seed=1, first_step=7), 5))
    for (indices, shown), (other, other_shown) in zip(straight[7:], later, strict=True):
        assert np.array_equal(indices, other)
        assert np.array_equal(shown, other_shown)


def test_too_few_features_for_a_batch_are_an_error(features: FeatureSet) -> None:
    with pytest.raises(ValueError, match="do not fill one batch"):
        next(training_batches(features, 10_000, seed=1))


SENTENCES = "ada lives in oslo. hugo lives in rome. it is quiet."


def judged(answers: tuple[tuple[str, int], ...], judges: bool = True) -> Example:
    return Example("1", "mill bridge", SENTENCES, "where does hugo live ?", answers, "squad", judges)


def test_the_sentences_that_hold_answers_bear_on_the_question(tokenizer: object) -> None:
    rome = ("rome", SENTENCES.index("rome"))
    quiet = ("quiet", SENTENCES.index("quiet"))
    features = build_features([judged((rome,)), judged((rome, quiet)), judged(()), judged((), judges=False)], tokenizer)
    batch = assemble(features, np.arange(4), np.ones(4, dtype=bool), SPECIAL)
    assert batch.bearing.tolist() == [[0, 1, 0], [0, 1, 1], [0, 0, 0], [0, 0, 0]]
    assert batch.bearing_weights.sum(dim=1).tolist() == pytest.approx([1, 1, 1, 0])
    named = [
        (word, number)
        for word, number in zip(words(batch.input_ids[0].tolist()), batch.sentences[0].tolist(), strict=True)
        if number
    ]
    assert [number for _, number in named] == [1] * 5 + [2] * 5 + [3] * 5
    assert [word for word, _ in named][5:10] == ["hugo", "lives", "in", "rome", "."]


def test_a_window_judges_only_the_sentences_it_holds(tokenizer: object) -> None:
    answer = (("rome", SENTENCES.index("rome")),)
    features = build_features([judged(answer)], tokenizer, max_length=20)
    assert len(features) > 1
    batch = assemble(features, np.arange(len(features)), np.zeros(len(features), dtype=bool), SPECIAL)
    for row in range(len(features)):
        held = set(batch.sentences[row].tolist()) - {0}
        assert {number + 1 for number in np.flatnonzero(batch.bearing_weights[row])} == held
        assert set((np.flatnonzero(batch.bearing[row]) + 1).tolist()) == held & {2}
