from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from rag.ingest.boilerplate import find_boilerplate
from rag.ingest.passages import LONGEST_TITLE, embedding_text, split_passages
from rag.language.sentences import split_sentences
from rag.records import Article, Passage, Span


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def article_of(text: str, boilerplate: tuple[Span, ...] = ()) -> Article:
    return Article("0" * 16, "A title", "a.txt", "/a.txt", text, boilerplate=boilerplate)


def passages_of(text: str, max_tokens: int = 20, overlap: int = 1) -> list[Passage]:
    boilerplate = find_boilerplate(text)
    return split_passages(
        article_of(text, boilerplate), split_sentences(text, boilerplate), count_words, max_tokens, overlap
    )


def texts_of(text: str, max_tokens: int = 20, overlap: int = 1) -> list[str]:
    return [passage.span.of(text) for passage in passages_of(text, max_tokens, overlap)]


def sentence(number: int, words: int = 6) -> str:
    return " ".join(["Sentence", str(number), *["goes"] * (words - 3), "on."])


def test_a_short_article_is_one_passage() -> None:
    text = "  One here.  Two here.\n"
    assert texts_of(text) == ["One here.  Two here."]
    passage = passages_of(text)[0]
    assert passage.sentences == (Span(2, 11), Span(13, 22))
    assert passage.passage_id == 0


def test_passages_are_filled_and_overlap_by_whole_sentences() -> None:
    text = " ".join(sentence(number) for number in range(8))
    assert texts_of(text) == [
        f"{sentence(0)} {sentence(1)} {sentence(2)}",
        f"{sentence(2)} {sentence(3)} {sentence(4)}",
        f"{sentence(4)} {sentence(5)} {sentence(6)}",
        f"{sentence(6)} {sentence(7)}",
    ]


@pytest.mark.parametrize(("overlap", "shared"), [(0, 0), (1, 1), (2, 2), (10, 2)])
def test_the_overlap_is_as_asked_as_far_as_it_fits(overlap: int, shared: int) -> None:
    passages = passages_of(" ".join(sentence(number) for number in range(9)), overlap=overlap)
    for before, after in pairwise(passages[:2]):
        assert len(set(before.sentences) & set(after.sentences)) == shared


def test_a_passage_prefers_to_end_with_a_paragraph() -> None:
    text = f"{sentence(0)} {sentence(1)}\n{sentence(2)} {sentence(3)} {sentence(4)}\n"
    assert texts_of(text, overlap=0) == [f"{sentence(0)} {sentence(1)}", f"{sentence(2)} {sentence(3)} {sentence(4)}"]


def test_a_paragraph_end_in_the_first_half_is_not_worth_a_short_passage() -> None:
    text = f"{sentence(0)}\n{sentence(1)} {sentence(2)} {sentence(3)}\n"
    assert texts_of(text, overlap=0)[0] == f"{sentence(0)}\n{sentence(1)} {sentence(2)}"


def test_a_heading_opens_a_passage_and_never_ends_one() -> None:
    text = f"{sentence(0)} {sentence(1)}\n\nA heading\n\n{sentence(2)} {sentence(3)}\n"
    assert texts_of(text) == [f"{sentence(0)} {sentence(1)}", f"A heading\n\n{sentence(2)} {sentence(3)}"]
    crowded = f"{sentence(0)}\n\nA heading\n\n{sentence(1, 13)} {sentence(2, 12)}\n"
    assert texts_of(crowded, overlap=0)[0] == sentence(0)
    assert texts_of(crowded, overlap=0)[1].startswith("A heading")


def test_lines_without_full_stops_fill_passages_like_sentences() -> None:
    text = "\n".join(f"{number} line of a long poem" for number in range(9))
    assert [passage.count("\n") for passage in texts_of(text, overlap=0)] == [2, 2, 2]


def test_short_sections_share_a_passage() -> None:
    text = "First\n\nOne here.\n\nSecond\n\nTwo here.\n"
    assert texts_of(text) == [text.strip()]


def test_boilerplate_is_never_inside() -> None:
    text = f"{sentence(0)}\nAdvertisement\n{sentence(1)}\nWatch: the video\n\n{sentence(2)}\n"
    assert texts_of(text, max_tokens=100) == [sentence(0), sentence(1), sentence(2)]


def test_sentences_in_boilerplate_are_skipped_even_if_given() -> None:
    text = "One here. Two here. Three here."
    article = article_of(text, (Span(10, 19),))
    passages = split_passages(article, split_sentences(text), count_words, 20, 1)
    assert [passage.span.of(text) for passage in passages] == ["One here.", "Three here."]


def test_a_short_last_passage_is_widened_backwards() -> None:
    text = " ".join([*(sentence(number) for number in range(3)), "The end."])
    assert texts_of(text, overlap=0) == [
        f"{sentence(0)} {sentence(1)} {sentence(2)} The end.",
    ]
    text = " ".join([*(sentence(number) for number in range(6)), "The very end."])
    assert texts_of(text, overlap=0)[-1] == f"{sentence(4)} {sentence(5)} The very end."


def test_a_long_sentence_is_cut_at_clauses_and_else_between_words() -> None:
    clauses = "one two three four five six, one two three four five six; one two three four five six."
    assert texts_of(clauses, max_tokens=10) == [
        "one two three four five six,",
        "one two three four five six;",
        "one two three four five six.",
    ]
    bare = " ".join(["word"] * 25) + "."
    assert [len(text.split()) for text in texts_of(bare, max_tokens=10)] == [10, 10, 5]


def test_a_long_sentence_between_others_keeps_them_whole() -> None:
    text = f"{sentence(0)} {' '.join(['Word'] * 50)}. {sentence(1)}"
    passages = passages_of(text)
    covered = {span for passage in passages for span in passage.sentences}
    assert {split_sentences(text)[0], split_sentences(text)[2]} <= covered
    assert "".join(texts_of(text, overlap=0)).replace(" ", "") == text.replace(" ", "")


def test_text_without_spaces_is_cut_hard() -> None:
    text = "x" * 10_000
    passages = passages_of(text)
    assert "".join(span.of(text) for passage in passages for span in passage.sentences) == text
    assert max(len(passage.span) for passage in passages) <= 20 * 12


def test_white_space_cannot_stretch_a_passage() -> None:
    for text in (f"Word{' ' * 5000}more words.", f"One here.{' ' * 5000}Two here."):
        assert max(len(passage.span) for passage in passages_of(text)) < 20


def test_hard_cuts_keep_accents_and_joined_emoji_together() -> None:
    family = "\N{WOMAN}\u200d\N{GIRL}"
    text = ("e\N{COMBINING ACUTE ACCENT}" * 47 + family * 30) * 10
    for passage in passages_of(text):
        for span in passage.sentences:
            assert text[span.start] not in "\N{COMBINING ACUTE ACCENT}\u200d"
            assert text[span.start - 1] != "\u200d"


def test_a_tokenizer_that_counts_characters_is_obeyed() -> None:
    text = "今天下雨我们不去了" * 40 + "。好。"
    passages = split_passages(
        article_of(text), split_sentences(text), lambda texts: [len(text) for text in texts], 32, 1
    )
    assert all(len(passage.span) <= 32 for passage in passages)
    assert "".join(passage.span.of(text) for passage in passages).startswith("今天下雨")


def test_tokens_are_counted_in_batches() -> None:
    calls: list[int] = []

    def count(texts: Sequence[str]) -> list[int]:
        calls.append(len(texts))
        return count_words(texts)

    text = " ".join(sentence(number) for number in range(100))
    split_passages(article_of(text), split_sentences(text), count, 20, 1)
    assert calls == [100]


def test_no_sentences_no_passages() -> None:
    assert split_passages(article_of("***"), [], count_words, 20, 1) == []


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Harbour Grows", "It rained.", "Harbour Grows\nIt rained."),
        ("Harbour Grows", "Harbour Grows\n\nIt rained.", "Harbour Grows\n\nIt rained."),
        ("The harbour is…", "The harbour is growing.", "The harbour is growing."),
        ("", "It rained.", "It rained."),
    ],
)
def test_the_title_gives_context_to_the_embedding(title: str, text: str, expected: str) -> None:
    assert embedding_text(title, text) == expected


def test_a_long_title_leaves_room() -> None:
    assert len(embedding_text("t" * 1000, "It rained.")) == LONGEST_TITLE + 1 + len("It rained.")
