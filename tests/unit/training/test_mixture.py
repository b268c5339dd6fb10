"""The mixture of a run: shares kept, drawn the same each time, negatives mined where they are near."""

from __future__ import annotations

from collections import Counter

from training.examples import Example
from training.mixture import SHARES, draw_mixture, mining_ground

CONTEXT = "The mill of town {n} burned in 19{n:02d}. It stood empty for years. A school of weavers opened there."


def examples(count: int) -> list[Example]:
    rows: list[Example] = []
    for n in range(count):
        context = CONTEXT.format(n=n)
        start = context.index(f"19{n:02d}")
        rows.append(
            Example(
                f"a{n}", f"Town {n % 4}", context, f"When did town mill {n} burn?", ((f"19{n:02d}", start),), "squad"
            )
        )
        rows.append(Example(f"u{n}", f"Town {n % 4}", context, f"Who lit town mill {n}?", (), "squad"))
        rows.append(
            Example(f"d{n}", "", context, "Why did the mill burn?", (("years", context.index("years")),), "qadiscourse")
        )
    return rows


def test_shares_add_up() -> None:
    assert abs(sum(SHARES.values()) - 1) < 1e-9


def test_kinds_come_in_their_shares() -> None:
    hard = [Example(f"h{n}", "Town 1", "Nothing burned.", "When did it burn?", (), "hard_negative") for n in range(90)]
    mixture = draw_mixture(examples(90), hard, 100, seed=5)
    kinds = Counter(row.source if row.answers or row.source != "squad" else "unanswerable" for row in mixture)
    for kind in ("squad", "unanswerable", "hard_negative", "without_answer", "qadiscourse"):
        assert kinds[kind] == round(100 * SHARES[kind])
    assert mixture == draw_mixture(examples(90), hard, 100, seed=5)
    assert mixture != draw_mixture(examples(90), hard, 100, seed=6)


def test_answers_stay_where_they_are() -> None:
    for row in draw_mixture(examples(90), [], 200, seed=2):
        for text, start in row.answers:
            assert row.context[start : start + len(text)] == text


def test_the_ground_for_mining_is_whole_articles_and_gives_enough() -> None:
    ground, share = mining_ground(examples(90), 100, seed=1)
    assert {row.source for row in ground} == {"squad"}
    assert share * sum(bool(row.answers) for row in ground) >= 100 * SHARES["hard_negative"]
