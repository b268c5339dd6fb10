"""Logits to spans: hand-made cases, and a slow obvious implementation as the measure."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.read.spans import (
    ScoredSpan,
    Window,
    barriers,
    best_spans,
    crosses,
    cuts_word,
    null_score,
    trim,
    without_outer_space,
)
from rag.records import Article, Passage, Retrieved, Span

PIECE = re.compile(r"\w{1,3}|[^\w\s]")


def pieces(text: str) -> np.ndarray:
    """Ranges of made-up word pieces: up to three letters each, marks alone."""
    return np.array([match.span() for match in PIECE.finditer(text)], dtype=np.int64).reshape(-1, 2)


def whole(starts: list[float], ends: list[float], null: float = 0.0, first_token: int = 0) -> Window:
    return Window(first_token, np.array(starts, dtype=np.float32), np.array(ends, dtype=np.float32), null)


def pointing(text: str, start: int, end: int) -> Window:
    """Logits that are highest at the pieces that touch ``start`` and ``end``."""
    places = pieces(text)
    starts = np.where((places[:, 0] <= start) & (start < places[:, 1]), 5.0, 0.0)
    ends = np.where((places[:, 0] < end) & (end <= places[:, 1]), 5.0, 0.0)
    return whole(starts.tolist(), ends.tolist())


def found(text: str, answer: str) -> str:
    start = text.index(answer)
    best = best_spans(text, pieces(text), [pointing(text, start, start + len(answer))], count=1)[0]
    return best.span.of(text)


def slow_best_spans(
    text: str, offsets: np.ndarray, windows: list[Window], most_tokens: int, count: int
) -> list[ScoredSpan]:
    """Every pair of tokens of every window, one by one."""
    scores: dict[tuple[int, int], np.float32] = {}
    for window in windows:
        for i in range(len(window.starts)):
            for j in range(i, min(i + most_tokens, len(window.starts))):
                key = (window.first_token + i, j - i)
                score = window.starts[i] + window.ends[j]
                scores[key] = max(scores.get(key, score), score)
    chosen: list[ScoredSpan] = []
    for (first, extra), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        start, end = int(offsets[first][0]), int(offsets[first + extra][1])
        if cuts_word(text, start) or cuts_word(text, end):
            continue
        if any(start < one.span.end and one.span.start < end for one in chosen):
            continue
        span = trim(text, start, end)
        if span is not None and not any(span.overlaps(one.span) for one in chosen):
            chosen.append(ScoredSpan(span, float(score)))
    return chosen[:count]


TEXTS = st.text(alphabet=st.sampled_from("abcdé12.,:()\"“”' -\n$東京e\u0301😀ß"), min_size=1, max_size=30).filter(
    lambda text: PIECE.search(text) is not None
)


@given(text=TEXTS, data=st.data(), most_tokens=st.integers(1, 6), count=st.integers(1, 5))
def test_equals_the_slow_implementation(text: str, data: st.DataObject, most_tokens: int, count: int) -> None:
    offsets = pieces(text)
    tokens = len(offsets)
    windows = []
    for _ in range(data.draw(st.integers(1, 3))):
        begin = data.draw(st.integers(0, tokens - 1))
        size = data.draw(st.integers(1, tokens - begin))
        logits = st.lists(st.integers(-3, 3).map(float), min_size=size, max_size=size)
        windows.append(whole(data.draw(logits), data.draw(logits), first_token=begin))
    fast = best_spans(text, offsets, windows, most_tokens=most_tokens, count=count)
    assert fast == slow_best_spans(text, offsets, windows, most_tokens, count)


@given(text=TEXTS, start=st.integers(0, 1000), seed=st.integers(0, 2**32 - 1))
def test_spans_lie_in_the_passage_at_word_boundaries_and_do_not_overlap(text: str, start: int, seed: int) -> None:
    offsets = pieces(text)
    logits = np.random.default_rng(seed).normal(size=(2, len(offsets))).astype(np.float32)
    article = "x" * (start - 1) + " " * (start > 0) + text
    spans = best_spans(text, offsets, [Window(0, logits[0], logits[1], 0.0)], start=start, count=4)
    for number, one in enumerate(spans):
        assert start <= one.span.start
        assert one.span.end <= len(article)
        assert one.span.of(article) == text[one.span.start - start : one.span.end - start]
        assert one.span.of(article).strip() == one.span.of(article)
        for position in (one.span.start - start, one.span.end - start):
            assert not cuts_word(text, position)
        assert not any(one.span.overlaps(other.span) for other in spans[:number])
    assert [one.score for one in spans] == sorted((one.score for one in spans), reverse=True)


@given(text=TEXTS, bounds=st.tuples(st.integers(0, 30), st.integers(0, 30)))
def test_trimming_twice_changes_nothing(text: str, bounds: tuple[int, int]) -> None:
    start, end = sorted(min(bound, len(text)) for bound in bounds)
    span = trim(text, start, end)
    assert span is None or trim(text, span.start, span.end) == span


def test_start_comes_before_end() -> None:
    text = "one two three"
    window = whole([0, 0, 9, 0], [9, 0, 0, 1])
    assert best_spans(text, pieces(text), [window], count=1)[0].span.of(text) == "three"


def test_spans_are_at_most_so_many_tokens() -> None:
    text = "a b c d e f"
    window = whole([9, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 9])
    assert best_spans(text, pieces(text), [window], most_tokens=3, count=1)[0].span.of(text) == "a b c"


def test_words_are_never_cut_even_where_the_logits_say_so() -> None:
    text = "by Naftali Bennett then"
    places = pieces(text)
    naf, tali, ben = 1, 2, 4
    starts, ends = np.zeros(len(places)), np.zeros(len(places))
    starts[tali], starts[naf] = 9, 5
    ends[ben], ends[ben + 2] = 9, 5
    best = best_spans(text, places, [whole(starts.tolist(), ends.tolist())], count=1)[0]
    assert best.span.of(text) == "Naftali Bennett"


def test_the_second_span_does_not_overlap_the_first() -> None:
    text = "Rome or Paris"
    window = whole([9, 0, 0, 5, 0], [9, 8, 0, 0, 4])
    spans = best_spans(text, pieces(text), [window], count=3)
    assert [one.span.of(text) for one in spans][:2] == ["Rome", "Paris"]


def test_a_span_in_two_windows_counts_once_with_its_best_score() -> None:
    text = "aa bb cc dd"
    windows = [whole([0, 1, 0], [0, 1, 0]), whole([4, 0, 0], [4, 0, 0], first_token=1)]
    spans = best_spans(text, pieces(text), windows, count=4)
    assert spans[0] == ScoredSpan(Span(3, 5), 8.0)
    assert sum(one.span == Span(3, 5) for one in spans) == 1


def test_a_span_across_two_windows_is_not_made_up() -> None:
    text = "aa bb cc dd"
    windows = [whole([9, 0], [0, 0]), whole([0, 0], [0, 9], first_token=2)]
    assert all(one.span != Span(0, 11) for one in best_spans(text, pieces(text), windows, count=9))


def test_the_window_that_most_believes_in_an_answer_decides_about_none() -> None:
    assert null_score([whole([0], [0], null=3.0), whole([0], [0], null=-1.0)]) == -1.0


def test_spans_are_placed_in_the_article() -> None:
    article = "😀 Ünï. Łódź is in Poland."
    passage = article[7:]
    spans = best_spans(passage, pieces(passage), [pointing(passage, 0, 4)], start=7, count=1)
    assert spans[0].span.of(article) == "Łódź"


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ("It was sold in 1990, he said.", "1990,", "1990"),
        ("It was sold in 1990.", "1990.", "1990"),
        ("He lives in the U.S. now.", "U.S.", "U.S."),
        ("Made by Acme Inc. in May.", "Acme Inc.", "Acme Inc."),
        ("At 9 a.m. it began.", "9 a.m.", "9 a.m."),
        ('"Imagine" is a song.', '"Imagine', "Imagine"),
        ('He sang "Imagine" twice.', 'sang "Imagine', 'sang "Imagine"'),
        ("He sang “Imagine” twice.", "Imagine”", "Imagine"),
        ("It rose (by 5%) again.", "(by 5%", "by 5%"),
        ("It rose (by 5%) again.", "by 5%)", "by 5%"),
        ("It rose (by 5%) again.", "rose (by 5%", "rose (by 5%)"),
        ("At the league (CIS) summit.", "CIS) summit", "(CIS) summit"),
        ("It rose (by 5%)) again.", "5%)) again", "5%)) again"),
        ("Bennett's party won.", "Bennett", "Bennett"),
        ("It fell to -5 degrees.", "-5 degrees", "-5 degrees"),
        ("It costs $1,200 now.", "$1,200", "$1,200"),
        ("in Tel Aviv — a city", "Tel Aviv —", "Tel Aviv"),
        ("'Imagine it'", "'Imagine", "Imagine"),
        ("the players' union", "players'", "players"),
        ("首都は東京です。", "東京です。", "東京です。"),
    ],
)
def test_marks_that_do_not_belong_are_trimmed(text: str, answer: str, expected: str) -> None:
    assert found(text, answer) == expected or pytest.fail(f"{found(text, answer)!r} is not {expected!r}")


@pytest.mark.parametrize(
    ("left", "right", "cuts"),
    [
        ("Ben", "nett", True),
        ("Bennett", "'s", False),
        ("a", " b", False),
        ("1,", "000", True),
        ("1", ",000", True),
        ("1999", ", and", False),
        ("10", ":30", True),
        ("e", "\u0301", True),
        ("東", "京", False),
        ("three", "-year", False),
        ("👩", "\u200d🚀", True),
        ("", "word", False),
        ("word", "", False),
    ],
)
def test_where_words_are_cut(left: str, right: str, cuts: bool) -> None:
    assert cuts_word(left + right, len(left)) is cuts


@pytest.mark.parametrize("text", ["...", " ", "(", '""', "—"])
def test_marks_alone_are_no_answer(text: str) -> None:
    assert trim(text, 0, len(text)) is None


def test_space_inside_a_token_is_not_part_of_it() -> None:
    offsets = np.array([[0, 3], [3, 4], [4, 6]])
    assert without_outer_space("one  b", offsets).tolist() == [[0, 3], [4, 4], [5, 6]]


def test_no_tokens_no_spans() -> None:
    assert best_spans("", np.zeros((0, 2), dtype=np.int64), [], count=3) == []


def found_in(text: str, *, boilerplate: tuple[Span, ...] = ()) -> Retrieved:
    """A passage over the whole text, cut into sentences at full stops and blank lines."""
    sentences = tuple(Span(*match.span()) for match in re.finditer(r"[^\s.](?:[^.\n]|\n(?!\s))*\.?", text))
    article = Article("a" * 16, "T", "t.txt", "/t.txt", text, boilerplate=boilerplate)
    return Retrieved(Passage("a" * 16, 0, len(text), sentences), 1.0, article)


def test_no_span_crosses_a_paragraph_end() -> None:
    text = "He met the minister.\n\nAlso on Tuesday it rained."
    window = pointing(text, text.index("minister"), text.index("Tuesday") + len("Tuesday"))
    crossing = best_spans(text, pieces(text), [window], count=1)[0].span
    assert crossing.of(text) == "minister.\n\nAlso on Tuesday"
    kept = best_spans(text, pieces(text), [window], count=6, barriers=barriers(found_in(text)))
    assert kept
    assert not any("\n" in one.span.of(text) for one in kept)
    assert crosses(crossing, found_in(text))
    assert not any(crosses(one.span, found_in(text)) for one in kept)


def test_a_line_break_between_sentences_is_a_barrier_and_one_inside_a_sentence_is_not() -> None:
    text = "The mayor opened\nthe bridge. It rained.\nA band played."
    assert [text[:position] for position in barriers(found_in(text))] == ["The mayor opened\nthe bridge. It rained."]


def test_the_edges_of_boilerplate_are_barriers() -> None:
    text = "One two. Share this. Three four."
    share = Span(text.index("Share"), text.index("Three"))
    assert barriers(found_in(text, boilerplate=(share,))) == (share.start, share.end)


@pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n", "\n \t\n", "\u2029\n", " \n\n\n "])
def test_blank_lines_of_any_kind(gap: str) -> None:
    text = f"one two{gap}three four"
    found = found_in(text)
    alone = Retrieved(Passage("a" * 16, 0, len(text)), 1.0, found.article)
    assert barriers(alone) == (len("one two"),)


def test_barriers_count_from_the_passages_start() -> None:
    text = "Before all. one\n\ntwo."
    passage = Passage("a" * 16, 12, len(text), (Span(12, 15), Span(17, len(text))))
    found = Retrieved(passage, 1.0, found_in(text).article)
    assert barriers(found) == (3,)
    assert crosses(Span(12, 20), found)
    assert not crosses(Span(17, 20), found)


@pytest.mark.parametrize(("answer", "barrier"), [("CIS) summit", 9), ("the (CIS", 12)])
def test_a_mark_beyond_a_barrier_is_not_taken_in(answer: str, barrier: int) -> None:
    text = "For the (CIS) summit."
    start = text.index(answer)
    window = pointing(text, start, start + len(answer))
    assert barrier in (start, start + len(answer))
    free = best_spans(text, pieces(text), [window], count=1)[0].span.of(text)
    held = best_spans(text, pieces(text), [window], count=1, barriers=[barrier])[0].span.of(text)
    assert free in ("(CIS) summit", "the (CIS)")
    assert held == answer


@given(text=TEXTS, seed=st.integers(0, 2**32 - 1), cuts=st.lists(st.integers(1, 29), max_size=3))
def test_spans_never_cross_a_barrier(text: str, seed: int, cuts: list[int]) -> None:
    offsets = pieces(text)
    logits = np.random.default_rng(seed).normal(size=(2, len(offsets))).astype(np.float32)
    positions = sorted({cut for cut in cuts if cut < len(text)})
    spans = best_spans(text, offsets, [Window(0, logits[0], logits[1], 0.0)], count=4, barriers=positions)
    for one in spans:
        assert not any(one.span.start < position < one.span.end for position in positions)


def test_a_preference_for_short_spans_chooses_and_leaves_the_scores_alone() -> None:
    text = "ash oak elm fir"
    window = whole([3, 0, 2.9, 0], [0, 0, 2.9, 3])
    prior = np.array([0, -1, -2, -3], dtype=np.float32)
    plain = best_spans(text, pieces(text), [window], most_tokens=4, count=1)[0]
    short = best_spans(text, pieces(text), [window], most_tokens=4, count=1, prior=prior)[0]
    assert (plain.span.of(text), plain.score) == ("ash oak elm fir", 6.0)
    assert short.span.of(text) == "elm"
    assert short.score == pytest.approx(5.8)
