"""Whether a question without pronouns still leans on its conversation ("What are the symptoms?")."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from rag.language.english.function_words import THIRD_PERSON
from rag.language.english.inflection import singular
from rag.language.english.nouns import RELATIONAL_NOUNS
from rag.question.follow_ups.history import Turn
from rag.question.follow_ups.missing import bare_definites
from rag.question.follow_ups.model import chance, coefficients
from rag.question.follow_ups.phrases import noun_phrases
from rag.question.follow_ups.words import Role, terms, tokenize

_IMPERATIVES = frozenset("tell describe explain give show list name discuss define compare find".split())
_DEFINITION = re.compile(r"\s*(?:what|who)\s+(?:is|was)\s+an?\s", re.IGNORECASE)
_SEQUENCE = frozenset("next then afterwards afterward thereafter instead too either else".split())
_RANKING = frozenset("first last most least best worst only second third".split())
_LEANING = frozenset(
    "other others else another similar different more same further main key additional next own new".split()
)


def features(question: str, turns: Sequence[Turn]) -> dict[str, float]:
    """What the model sees of the question; absent names are zero."""
    tokens = tokenize(question)
    asked = terms(question)
    content = [token for token in tokens if token.is_nominal or token.role is Role.VERB]
    phrases = [phrase for phrase in noun_phrases(question) if not phrase.is_part]
    heads = [phrase.head for phrase in phrases]
    names = [token for token in tokens if token.role is Role.NAME]
    last = tokens[-1] if tokens and tokens[-1].role is not Role.PUNCTUATION else tokens[-2] if len(tokens) > 1 else None
    topic = terms(turns[-1].resolved) if turns else frozenset()
    past = frozenset().union(*(terms(turn.resolved + " " + turn.answer) for turn in turns)) if turns else frozenset()
    relational = [head for head in heads if singular(head) in RELATIONAL_NOUNS]
    definites = bare_definites(question)
    longest = max((len(question[gap.start : gap.end].split()) - 1 for gap in definites), default=0)
    lowers = [token.lower for token in tokens]
    values = {
        "bias": 1.0,
        "one-word definite": float(longest == 1),
        "longer definite": float(longest > 1),
        "definite among terms": float(bool(definites)) * math.log(1 + len(asked)),
        "superlative": float(any(word in _RANKING or (len(word) > 5 and word.endswith("est")) for word in lowers)),
        "definition": float(len(tokens) <= 8 and lowers[:2] in (["what", "is"], ["what", "are"], ["who", "is"])),
        "imperative": float(bool(lowers) and lowers[0] in _IMPERATIVES),
        "yes or no": float(bool(tokens) and tokens[0].role is Role.AUXILIARY),
        "any": float(any(word in ("any", "anything", "something", "anyone") for word in lowers)),
        "happens": float(any(word.startswith("happen") for word in lowers)),
        "a name inside": float(any(token.role is Role.NAME for token in tokens[1:])),
        "long names": math.log(1 + len(names)),
        "known answers": float(bool(turns) and any(turn.answer for turn in turns)),
        "shares nothing": float(not asked & past),
        "content words": math.log(1 + len(content)),
        "terms": math.log(1 + len(asked)),
        "one phrase": float(len(phrases) == 1),
        "no phrase": float(not phrases),
        "names": float(bool(names)),
        "two names": float(len(names) > 1),
        "digits": float(any(token.role is Role.NUMBER for token in tokens)),
        "bare definite": float(bool(bare_definites(question))),
        "relational": float(bool(relational)),
        "ends relational": float(bool(heads) and singular(heads[-1]) in RELATIONAL_NOUNS),
        "leaning word": float(any(token.lower in _LEANING for token in tokens)),
        "of": float(any(token.lower == "of" for token in tokens)),
        "preposition": float(any(token.role is Role.PREPOSITION and token.lower != "about" for token in tokens)),
        "about": float(any(token.lower == "about" for token in tokens)),
        "ends in a verb": float(last is not None and last.role is Role.VERB),
        "there": float(any(token.lower == "there" for token in tokens)),
        "addresses someone": float(
            any(token.lower in ("i", "you", "my", "your", "we", "our", "me") for token in tokens)
        ),
        "what is X": float(
            len(tokens) <= 6 and bool(phrases) and tokens[0].lower in ("what", "who") and not relational
        ),
        "shares with last": len(asked & topic) / max(1, len(asked)),
        "shares with past": len(asked & past) / max(1, len(asked)),
        "shares a name": float(any(token.lower in past or singular(token.lower) in past for token in names)),
        "first follow-up": float(len(turns) == 1),
        "indefinite": float(any(phrase.determiner == "a" for phrase in phrases)),
    }
    return {name: value for name, value in values.items() if value}


def is_asking(question: str) -> bool:
    """Whether the text asks something at all, rather than thanks or greets."""
    tokens = tokenize(question)
    starts = bool(tokens) and tokens[0].lower in _IMPERATIVES
    return any(token.is_nominal or token.role is Role.VERB for token in tokens) and (
        starts or any(token.lower == "?" or token.role is Role.WH for token in tokens)
    )


def _ends_in_sequence(question: str) -> bool:
    """Whether a question without names ends in "next", "then", "instead" …: something came before."""
    tokens = [token for token in tokenize(question) if token.role is not Role.PUNCTUATION]
    return bool(tokens) and tokens[-1].lower in _SEQUENCE and not any(token.role is Role.NAME for token in tokens)


def probability(question: str, turns: Sequence[Turn]) -> float:
    """How likely the question, free of explicit gaps, needs something from the conversation, 0 to 1.

    A question whose pronoun is explained by the question itself, or that asks what "a" thing is, needs nothing.
    """
    if _ends_in_sequence(question):
        return 1.0
    if _DEFINITION.match(question):
        return 0.0
    if any(token.lower in THIRD_PERSON for token in tokenize(question)):
        return 0.0
    return chance(features(question, turns), coefficients()["need"])
