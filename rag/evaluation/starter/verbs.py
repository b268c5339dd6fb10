"""What verbs do in the sentences that the templates understand.

A verb that is not listed is not recognised: a question is left out rather than asked wrongly.
"""

from __future__ import annotations

from rag.language.english.common_verbs import BASE_OF_PAST, PARTICIPLES
from rag.language.english.function_words import FINITE_AUXILIARIES
from rag.language.english.verbs import REQUESTING, SAYING, past_of

REPORTING = frozenset(past_of(base) for base in (*SAYING, *REQUESTING))
"""Past forms after which a date or place may belong to what was reported instead of to the reporting."""

FINITE = frozenset(BASE_OF_PAST) | FINITE_AUXILIARIES | frozenset(("says", "wanted", "tried"))
"""Words that can make a clause of their own; the first one of a sentence is taken for its verb."""

UNMISTAKABLE = frozenset(past for past in BASE_OF_PAST if past not in PARTICIPLES)
"""Past forms that cannot be participles: ``gave`` is a verb, ``opened`` may describe what stands before it."""

LOCATED = frozenset(
    "born built buried based captured crowned defeated died educated elected executed exhibited fought founded "
    "gathered held imprisoned killed landed located lived met murdered opened performed published recorded settled "
    "shot signed spoke studied surrendered taught".split()
)
"""Participles and past forms whose "in" plus a name says where."""
