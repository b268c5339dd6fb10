"""Whether a pronoun needs the conversation, or the question itself names what it stands for.

"Which streets have their own articles?" and "Is it true that Israel left?" stand alone; "When was it founded?" does
not. A logistic model weighs what grammar knows of the matter; its weights come from ``coefficients.json``.
"""

from __future__ import annotations

import math
from itertools import pairwise

from rag.language.english.function_words import DO_SUPPORT, SUBORDINATORS, THIRD_PERSON, WH_WORDS
from rag.language.english.names import PERSON_NOUNS
from rag.language.english.nouns import GENERIC_NOUNS, PREDICATES, RELATIONAL_NOUNS
from rag.language.english.verbs import SAYING_FORMS
from rag.question.follow_ups.agreement import agrees
from rag.question.follow_ups.model import chance, coefficients
from rag.question.follow_ups.phrases import Phrase, noun_phrases
from rag.question.follow_ups.words import Role, Token

_SAYING = SAYING_FORMS | frozenset("hope hopes hoped know knows knew".split())
_WEATHER = frozenset("rain rains raining snow snows snowing cold coldest warm warmest hot hottest".split())
_MAKING = frozenset("make makes made making find finds found".split())
_JUDGEMENTS = frozenset(
    "true possible impossible important necessary common legal illegal safe unsafe difficult easy hard better best "
    "good bad ok okay normal ethical dangerous healthy cheaper easier harder worth".split()
)
_RELATIVE = frozenset("who that which whose".split())
_ANNOUNCING = frozenset({"it: mean when", "it: called when", "it: that clause", "it: true that", "it: possible to"})
"""Signs that settle it: "does it mean to", "is it called when", "is it true that", "is it safe to travel there"."""


def features(
    question: str, tokens: tuple[Token, ...], position: int, who: str, possessive: bool, is_subject: bool
) -> dict[str, float]:
    """What the model sees of the pronoun at ``tokens[position]``; absent names are zero."""
    pronoun = tokens[position]
    before = tokens[position - 1] if position else None
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    phrases = noun_phrases(question)
    earlier = [phrase for phrase in phrases if phrase.end <= pronoun.start and not phrase.is_part]
    fitting = [phrase for phrase in earlier if _fits(phrase, who) and phrase.before != "possessive"]
    asked = [phrase for phrase in fitting if phrase.before == "wh"]
    named = [phrase for phrase in fitting if phrase.before != "wh"]
    after = [phrase for phrase in phrases if phrase.start > pronoun.end and not phrase.is_part]
    reasons = _reasons(question, tokens, position, who, possessive, is_subject)
    sort = "possessive" if possessive else "subject" if is_subject else "object"
    group = "he" if who == "she" else who
    follows_auxiliary = before is not None and before.role is Role.AUXILIARY
    nearest = max((phrase.end for phrase in named), default=None)
    asks_who = tokens[0].lower in ("who", "whose", "whom")
    flags = {
        "bias": True,
        f"{group} {sort}": True,
        f"{group} named {min(2, len(named))}": True,
        f"{sort} named {min(2, len(named))}": True,
        f"{sort} name": any(phrase.is_name for phrase in named),
        f"{sort} subject named": any(phrase.before == "subject" for phrase in named),
        f"{sort} subject name": any(phrase.before == "subject" and phrase.is_name for phrase in named),
        f"{sort} asked for": bool(asked),
        f"{sort} asked for leads": any(_leads(tokens, phrase) for phrase in asked),
        f"{sort} who": asks_who and group != "it",
        f"{sort} after auxiliary": follows_auxiliary,
        f"{sort} after preposition": before is not None and before.role is Role.PREPOSITION,
        f"{sort} after saying": before is not None and before.lower in _SAYING,
        f"{sort} after relative": any(token.lower in _RELATIVE for token in tokens[max(0, position - 3) : position])
        and position > 3,
        f"{sort} after subordinator": before is not None and before.lower in SUBORDINATORS and position > 1,
        f"{sort} after noun": before is not None and before.is_nominal,
        f"{sort} in another clause": clause_start(tokens, position) > 0,
        f"{sort} other clause named": any(phrase.end <= clause_start(tokens, position) for phrase in named),
        "opens": position == 0,
        "near the beginning": position <= 2,
        "nothing earlier": not earlier,
        "nothing else": not earlier and not after,
        f"{sort} near the beginning": position <= 3,
        f"{sort} only relational": bool(named) and all(is_relational(phrase) for phrase in named),
        f"{group} no candidate": not fitting,
        "only relational": bool(named) and all(is_relational(phrase) for phrase in named),
        "a name": any(token.role is Role.NAME for token in tokens),
        "a name later": any(phrase.is_name for phrase in after),
        "last word": following is None or following.role is Role.PUNCTUATION,
        "again": any(token.lower == pronoun.lower for token in tokens[:position]),
        "another pronoun earlier": any(
            token.lower in THIRD_PERSON and token.lower != pronoun.lower for token in tokens[:position]
        ),
        **dict.fromkeys(reasons, True),
        "any reason": bool(reasons),
    }
    if who == "it":
        flags.update(_announces(tokens, position))
    values = {name: 1.0 for name, holds in flags.items() if holds}
    values["tokens"] = math.log(len(tokens))
    if nearest is not None:
        values["distance"] = math.log(1 + sum(nearest <= token.start < pronoun.start for token in tokens))
    return values


def is_free(
    question: str, tokens: tuple[Token, ...], position: int, who: str, possessive: bool, is_subject: bool
) -> bool:
    """Whether the pronoun at ``tokens[position]`` ("he", "she", "it" or "they" by ``who``) needs the conversation."""
    fitted = coefficients()
    values = features(question, tokens, position, who, possessive, is_subject)
    if _ANNOUNCING & values.keys():
        return False
    return chance(values, fitted["pronoun"]) >= fitted["threshold"]["pronoun"]


def _fits(phrase: Phrase, who: str) -> bool:
    return agrees(phrase, who) or (who == "they" and _can_be_they(phrase))


def _announces(tokens: tuple[Token, ...], position: int) -> dict[str, bool]:
    """Signs that "it" only announces what follows, or the weather: "is it true that", "how long does it take to"."""
    words = [token.lower for token in tokens[position + 1 : position + 14]]
    first = words[0] if words else ""
    before = tokens[position - 1].lower if position else ""
    to = words.index("to") if "to" in words else -1
    adjective = first in PREDICATES or first.endswith(("able", "ible", "ous", "ful", "ive", "ant", "ent", "al"))
    infinitive = to >= 0 and position + 2 + to < len(tokens) and tokens[position + 2 + to].role is Role.VERB
    then_noun = to >= 0 and any(token.is_nominal for token in tokens[position + 3 + to :])
    return {
        "it: then an adjective": adjective,
        "it: adjective then to": adjective and 0 < to <= 8,
        "it: adjective then for": adjective and "for" in words[:3],
        "it: adjective then that": adjective and "that" in words[:4],
        "it: true that": first in _JUDGEMENTS and "that" in words[1:3] and words.index("that") + 2 < len(words),
        "it: possible to": first in _JUDGEMENTS and infinitive and then_noun and "than" not in words[to : to + 4],
        "it: verb then that": not adjective and "that" in words[1:3],
        "it: verb then to": not adjective and 0 < to <= 4,
        "it: to with an object": 0 <= to <= 8 and then_noun,
        "it: takes, costs, means": any(lead in words[:2] for lead in ("take", "cost", "mean", "feel", "matter")),
        "it: takes to": any(lead in words[:2] for lead in ("take", "cost", "feel", "matter")) and to > 0,
        "it: mean when": words[:2] in (["mean", "to"], ["mean", "when"], ["mean", "if"], ["mean", "for"]),
        "it: called when": "when" in words[1:4] and ("called" in words[:2] or "like" in words[:2]),
        "it: weather": bool(_WEATHER.intersection(words[:2])),
        "it: made so": before in _MAKING and adjective,
        "it: make it to": before in _MAKING and first in ("to", "on", "through", "into"),
        "it: like to": first == "like" and to == 1,
        "it: that clause": first == "that" and len(words) > 2,
        "it: time": before == "is" and position >= 2 and tokens[position - 2].lower == "time",
        "it: who": first in ("who", "which", "was", "is") and position > 0 and before == "was",
    }


def _reasons(
    question: str, tokens: tuple[Token, ...], position: int, who: str, possessive: bool, is_subject: bool
) -> set[str]:
    """Grammatical reasons to think that an earlier, or later, phrase of the question is what the pronoun means."""
    pronoun = tokens[position]
    boundary = clause_start(tokens, position)
    before = tokens[position - 1] if position else None
    in_relative = is_subject and before is not None and (before.is_nominal or before.lower in _SAYING)
    follows_auxiliary = before is not None and before.role is Role.AUXILIARY
    found: set[str] = set()
    for phrase in noun_phrases(question):
        if phrase.end > pronoun.start or phrase.before == "possessive" or not _fits(phrase, who):
            continue
        asked = phrase.before == "wh" or (phrase.determiner == "other" and tokens[0].role is Role.WH)
        if in_relative and before is not None and phrase.end <= before.start and phrase.before != "wh":
            found.add("reason: relative clause")
        if possessive and phrase.before == "wh" and who != "it" and not follows_auxiliary and _leads(tokens, phrase):
            found.add("reason: the one asked for owns it")
        if who in ("he", "she") and phrase.is_name and _has_infinitive(tokens, phrase.end, pronoun.start):
            found.add("reason: infinitive")
        if phrase.end <= boundary and not (asked and not possessive):
            found.add("reason: another clause")
        if possessive and phrase.is_name and not asked and not follows_auxiliary:
            found.add("reason: a name owns it")
        if possessive and phrase.before in ("subject", "about") and not asked and not is_relational(phrase):
            found.add("reason: the subject owns it")
    comma = next((token.start for token in tokens[position:] if token.lower == ","), None)
    if comma is not None and tokens[0].lower not in WH_WORDS - {"when"}:
        later = [phrase for phrase in noun_phrases(question) if phrase.start > comma and phrase.is_name]
        if any(agrees(phrase, who) for phrase in later):
            found.add("reason: named after the comma")
    return found


def _can_be_they(phrase: Phrase) -> bool:
    """A singular that "they" often stands for: "a player", "each team"."""
    return not phrase.is_name and (phrase.determiner == "a" or phrase.head in PERSON_NOUNS)


def _leads(tokens: tuple[Token, ...], phrase: Phrase) -> bool:
    """Whether a verb follows the phrase, so that it is the subject: "which countries changed their vote"."""
    following = next((token for token in tokens if token.start >= phrase.end), None)
    return following is not None and following.lower not in DO_SUPPORT


def _has_infinitive(tokens: tuple[Token, ...], start: int, end: int) -> bool:
    inner = [token for token in tokens if start <= token.start < end]
    return any(one.lower == "to" and two.role is Role.VERB for one, two in pairwise(inner))


def is_relational(phrase: Phrase) -> bool:
    """Whether the phrase only names a side of something else ("the role", "the thing")."""
    return phrase.head in RELATIONAL_NOUNS or phrase.head in GENERIC_NOUNS


def clause_start(tokens: tuple[Token, ...], position: int) -> int:
    """Where the clause of ``tokens[position]`` begins: after the last conjunction or mark before it, else 0."""
    for earlier in range(position - 1, 0, -1):
        token = tokens[earlier]
        if token.lower in (".", "?", "!", ";", ",", ":"):
            return token.start
        if token.role is Role.WH and tokens[earlier - 1].role is not Role.PREPOSITION:
            return token.start
        if token.lower in SUBORDINATORS and token.lower not in ("as", "that"):
            joins_nouns = token.role is Role.CONJUNCTION and earlier + 1 == position and token.lower in ("and", "or")
            if not joins_nouns:
                return token.start
    return 0
