from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.index.snapshot import PassageText
from rag.index.words import REBUILD_BELOW, WordIndex
from rag.language.english.terms import terms as analyze

K1, B = 1.2, 0.75
"""tantivy's constants, those of Robertson and Zaragoza (2009)."""
VOCABULARY = ["peace", "river", "vote", "city", "gold"]
sentences = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=12).map(" ".join)
collections = st.lists(st.tuples(sentences, sentences), min_size=1, max_size=12)


def index_of(*passages: tuple[str, str], first: int = 1) -> WordIndex:
    """An index in memory of (title, text) pairs with consecutive ids."""
    index = WordIndex()
    index.add(PassageText(first + number, title, text) for number, (title, text) in enumerate(passages))
    return index


def bm25(documents: Sequence[list[str]], question: Sequence[str]) -> list[float]:
    average = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        counts, score = Counter(document), 0.0
        for term in question:
            containing = sum(term in other for other in documents)
            rarity = math.log(1 + (len(documents) - containing + 0.5) / (containing + 0.5))
            frequency = counts[term]
            length = 1 - B + B * len(document) / average
            score += rarity * frequency * (K1 + 1) / (frequency + K1 * length)
        scores.append(score)
    return scores


def numbers(hits: Sequence[tuple[int, float]]) -> list[int]:
    return [number for number, _ in hits]


@settings(max_examples=40)
@given(collection=collections, question=sentences, weight=st.sampled_from([0.0, 0.15, 0.5, 1.0]))
def test_scores_are_bm25_of_body_and_title_by_weight(
    collection: list[tuple[str, str]], question: str, weight: float
) -> None:
    index = index_of(*collection)
    titles, bodies = [[analyze(text) for text in texts] for texts in zip(*collection, strict=True)]
    terms = analyze(question)
    expected = [
        weight * title + (1 - weight) * body
        for title, body in zip(bm25(titles, terms), bm25(bodies, terms), strict=True)
    ]
    found = dict(index.search(question, 50, title_weight=weight))
    assert set(found) == {number for number, score in enumerate(expected, start=1) if score > 0}
    for number, score in found.items():
        assert score == pytest.approx(expected[number - 1], rel=1e-5)


@settings(max_examples=40)
@given(question=st.text(max_size=60))
def test_no_question_is_a_syntax_error(question: str) -> None:
    index = index_of(("A title", "AND OR NOT body: title text"))
    assert len(index.search(question, 5)) <= 1


@pytest.mark.parametrize(
    "question",
    [
        "AND",
        "OR NOT",
        '"unbalanced',
        "(((",
        "title:peace",
        "body:[a TO b]",
        "peace~2^3",
        "*",
        "\\",
        "+-!",
        "{}",
        "\x00",
        "\ud800 peace",
        "🙂",
        "\u202eabc",
        "' OR 1=1 --",
        "/regex/",
        "IN [peace]",
    ],
)
def test_syntax_is_read_as_words(question: str) -> None:
    index = index_of(("", "and or not peace title body a to b regex"), ("", "nothing of the sort"))
    terms = set(analyze(question))
    found = numbers(index.search(question, 5))
    assert (1 in found) == bool(terms & {"and", "or", "not", "peac", "titl", "bodi", "a", "to", "b", "regex"})


def test_an_empty_or_endless_question_is_no_problem() -> None:
    index = index_of(("", "the river rose"), ("", "another thing"))
    assert index.search("", 5) == []
    assert index.search("   \n", 5) == []
    assert index.search("?!…", 5) == []
    assert index.search("river", 0) == []
    assert numbers(index.search("river " * 1700, 5)) == [1]
    assert numbers(index.search("".join(chr(0x4E00 + number) for number in range(10_000)), 5)) == []
    assert numbers(index.search(" ".join(f"word{number}" for number in range(1500)) + " river", 5)) == [1]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("the mayors were negotiating", "mayor negotiated"),
        ("President Erdoğan", "erdogan"),
        ("a cafe\u0301 in Orléans", "café orleans"),
        ("ﬁnal Ｗord", "final word"),
        ("Netanyahu’s cabinet", "Netanyahu's"),
        ("THE RIVER", "river"),
    ],
)
def test_inflections_accents_and_case_do_not_matter(text: str, question: str) -> None:
    index = index_of(("", text), ("", "unrelated"))
    assert numbers(index.search(question, 5)) == [1]


def test_equal_scores_are_ordered_by_id_however_the_index_grew() -> None:
    passages = [("gold city", "peace river vote city gold " * 3)] * 40
    at_once = index_of(*passages)
    piecemeal = WordIndex()
    for number in reversed(range(40)):
        piecemeal.add([PassageText(number + 1, *passages[number])])
    for question in ("peace", "peace river vote gold city"):
        for k in (1, 7, 40):
            assert numbers(at_once.search(question, k)) == list(range(1, k + 1))
            assert numbers(piecemeal.search(question, k)) == list(range(1, k + 1))


@settings(max_examples=40)
@given(collection=collections, question=sentences, data=st.data())
def test_allowed_ids_only_leave_others_out(
    collection: list[tuple[str, str]], question: str, data: st.DataObject
) -> None:
    index = index_of(*collection)
    chosen = data.draw(st.lists(st.integers(0, len(collection) + 3), unique=True).map(sorted))
    everything = index.search(question, 50)
    allowed = np.array(chosen, dtype=np.int64)
    assert index.search(question, 50, allowed) == [hit for hit in everything if hit[0] in chosen]
    assert index.search(question, 2, allowed) == [hit for hit in everything if hit[0] in chosen][:2]


def test_allowed_ids_in_many_pieces_are_found_too() -> None:
    index = index_of(*[("", f"river {'stone ' * (number % 7)}") for number in range(400)])
    scattered = np.arange(2, 401, 2)
    everything = index.search("river", 400)
    assert index.search("river", 5, scattered) == [hit for hit in everything if hit[0] % 2 == 0][:5]
    assert index.search("river", 400, scattered) == [hit for hit in everything if hit[0] % 2 == 0]


def test_removed_passages_are_not_found() -> None:
    index = index_of(("", "river"), ("", "river bank"), ("", "bank"))
    index.remove(np.array([2, 99]))
    assert numbers(index.search("river bank", 5)) == [1, 3]
    assert len(index) == 2
    assert index.removed == 1
    index.add([PassageText(7, "", "river")])
    assert numbers(index.search("river", 5)) == [1, 7]


def test_a_small_index_prefers_rebuilding_to_removing() -> None:
    index = index_of(("", "river"), ("", "river bank"))
    assert not index.prefers_rebuilding(0)
    assert index.prefers_rebuilding(1)


def test_a_large_index_puts_up_with_a_few_removed_passages(monkeypatch: pytest.MonkeyPatch) -> None:
    assert REBUILD_BELOW > 40
    monkeypatch.setattr("rag.index.words.REBUILD_BELOW", 10)
    index = index_of(*[("", "river")] * 40)
    assert not index.prefers_rebuilding(2)
    assert index.prefers_rebuilding(3)
    index.remove(np.array([1, 2]))
    assert not index.prefers_rebuilding(0)
    assert index.prefers_rebuilding(1)


def test_a_saved_index_answers_as_before_and_is_not_changed_by_later_work(tmp_path: Path) -> None:
    (tmp_path / "live").mkdir()
    index = WordIndex(tmp_path / "live")
    index.add([PassageText(1, "Peace", "the river"), PassageText(2, "War", "the bank of the river")])
    before = index.search("river bank peace", 5)
    index.save(tmp_path / "saved")
    index.remove(np.array([1]))
    index.add([PassageText(3, "", "bank " * 5)])
    loaded = WordIndex.load(tmp_path / "saved", tmp_path / "copy", removed=4)
    assert loaded.search("river bank peace", 5) == before
    assert loaded.removed == 4
    loaded.remove(np.array([2]))
    again = WordIndex.load(tmp_path / "saved", tmp_path / "second copy")
    assert again.search("river bank peace", 5) == before
    loaded.close()
    assert not (tmp_path / "copy").exists()


def test_an_index_in_memory_cannot_be_saved(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="only in memory"):
        index_of(("", "river")).save(tmp_path / "saved")


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "meta.json").write_text("{}")
    with pytest.raises(ValueError, match=r"meta\.json"):
        WordIndex.load(tmp_path / "saved", tmp_path / "copy")


@settings(max_examples=40)
@given(collection=collections)
def test_document_frequencies_count_stored_passages_with_titles(collection: list[tuple[str, str]]) -> None:
    index = index_of(*collection, ("river", "peace vote"))
    index.remove(np.array([len(collection) + 1]))
    expected = [sum(word in f"{title} {text}".split() for title, text in collection) for word in VOCABULARY]
    assert index.document_frequencies(VOCABULARY) == expected


def test_document_frequencies_of_odd_words() -> None:
    index = index_of(("Rivers", "1,250 men"), ("", "1 man"), ("", "the river"))
    assert index.document_frequencies(["river", "1,250", "1", "?!", "", "unheard"]) == [2, 1, 1, 0, 0, 0]
    assert WordIndex().document_frequencies(["river"]) == [0]
