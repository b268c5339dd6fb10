"""What one run learns from: so many inputs of each kind, drawn from all there is."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from training import exchanged_words, unstated
from training.examples import Example
from training.question_forms import in_mixed_forms

SHARES: Mapping[str, float] = {
    "squad": 0.455,
    "unanswerable": 0.15,
    "exchanged": 0.10,
    "without_answer": 0.06,
    "unstated": 0.05,
    "stated": 0.02,
    "hard_negative": 0.09,
    "qadiscourse": 0.03,
    "qamr": 0.02,
    "timeqa": 0.01,
    "quoref": 0.01,
    "torque": 0.005,
}
"""Share of each kind; where there are fewer, all are taken. Negatives of any kind are two in five."""
WRONG_TITLES = 0.06
"""Share of the titled inputs that carry the title of another article."""
MINED_ARTICLES = 110
"""Articles in which hard negatives are mined."""
_SPARE = 1.2
"""So many times the hard negatives that are drawn are asked for: for some questions none can be had."""
_ARTICLES_SPOILT = 0.5
"""Share of the articles whose questions are made into negatives: enough, and it takes half the time."""


def draw_mixture(examples: Sequence[Example], hard_negatives: Sequence[Example], size: int, seed: int) -> list[Example]:
    """About ``size`` examples in the shares above, each kind drawn with ``seed``, their questions in mixed forms.

    Args:
        examples: all that may be learned from.
        hard_negatives: as :func:`training.hard_negatives.mine_hard_negatives` makes them.
    """
    chooser = random.Random(seed)
    pools = _pools(examples, hard_negatives, chooser, seed)
    drawn: list[Example] = []
    for kind, share in SHARES.items():
        pool = pools[kind]
        count = min(len(pool), round(share * size))
        drawn += [pool[number] for number in sorted(chooser.sample(range(len(pool)), count))]
    return _some_titles_wrong(in_mixed_forms(drawn, seed), chooser)


def mining_ground(examples: Sequence[Example], size: int, seed: int) -> tuple[list[Example], float]:
    """Where to mine the hard negatives of a mixture: the examples of some articles, and the share of the answerable.

    The encoder takes minutes for every hundred articles, and near misses come from the same or a neighbouring one.
    """
    titles = sorted({example.title for example in examples if example.source == "squad"})
    some = set(random.Random(seed).sample(titles, min(MINED_ARTICLES, len(titles))))
    ground = [example for example in examples if example.source == "squad" and example.title in some]
    answerable = sum(bool(example.answers) for example in ground)
    return ground, min(1.0, _SPARE * SHARES["hard_negative"] * size / max(1, answerable))


def _pools(
    examples: Sequence[Example], hard_negatives: Sequence[Example], chooser: random.Random, seed: int
) -> dict[str, list[Example]]:
    """Every example by its kind, with the negatives that can be made."""
    pools: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        pools[example.source if example.answers or example.source != "squad" else "unanswerable"].append(example)
    titles = sorted({example.title for example in pools["squad"]})
    spoilt = set(chooser.sample(titles, max(1, round(_ARTICLES_SPOILT * len(titles)))))
    squad = [example for example in pools["squad"] if example.title in spoilt]
    people = unstated.persons(examples)
    untitled = pools["qamr"] + pools["qadiscourse"]
    pools["exchanged"] = list(exchanged_words.exchange(squad, people, seed))
    pools["without_answer"] = list(unstated.without_answer(squad))
    pools["unstated"] = list(unstated.unstated([*pools["squad"], *untitled], people, seed))
    pools["stated"] = list(unstated.stated([*pools["squad"], *untitled], people, seed))
    pools["hard_negative"] = list(hard_negatives)
    return pools


def _some_titles_wrong(examples: Iterable[Example], chooser: random.Random) -> list[Example]:
    examples = list(examples)
    titles = sorted({example.title for example in examples if example.title})
    return [
        replace(example, title=chooser.choice(titles)) if example.title and chooser.random() < WRONG_TITLES else example
        for example in examples
    ]
