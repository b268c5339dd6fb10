"""Questions whose answer would have to be worked out: sums, averages, differences, comparisons, spans of time.

Nothing is calculated from the articles; such a question is answered only by a sentence that states the result.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.language.english.numbers import NUMBER_WORD

_NUMBER = rf"(?:[$€£]?\d[\d.,]*|{NUMBER_WORD}|hundreds?|half)"
_COMPARATIVE = (
    r"(?:more|less|fewer|(?:long|old|young|tall|high|low|big|larg|small|cheap|fast|slow|deep|wid|heavi|light|rich|poor|"
    r"near|hott|cold|warm|strong|weak|earli|lat|bigg|great|broad|short|bett|wors|soon|farth|furth)(?:er|e))"
)
_CHANGES = r"(?:rise|fall|grow|drop|increase|decrease|change|shrink|climb|decline|gain|lose|differ|go\s+(?:up|down))"
_PERIOD = r"(?:seconds|minutes|hours|days|nights|weeks|months|years|decades)"


@dataclass(frozen=True, slots=True)
class Computation:
    """What would have to be worked out.

    Attributes:
        name: what it is: "sum", "average", "difference", "ratio", "comparison", "span of time", "age".
        stated: what a sentence holds that states the result itself.
    """

    name: str
    stated: re.Pattern[str]

    @property
    def reason(self) -> str:
        """The sentence that says why there is no answer."""
        return (
            f"The articles do not state this: it would be a {self.name} to be worked out. CiteSpan quotes and does not "
            "calculate; the closest passages are shown."
        )

    def is_stated_in(self, sentence: str) -> bool:
        """Whether the sentence states the result, so that it can be quoted."""
        return self.stated.search(sentence) is not None


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_KINDS: tuple[tuple[re.Pattern[str], Computation], ...] = (
    (
        _pattern(
            r"\bhow\s+(?:many|much)\b[^?]{0,200}\b(?:in\s+total|altogether|in\s+all|combined|together|in\s+sum)\b"
        ),
        Computation("sum", _pattern(r"\b(?:total(?:led|ling|s)?|altogether|combined|together|in\s+all|overall|sum)\b")),
    ),
    (
        _pattern(r"\bwhat\s+(?:is|was|are|were)\s+the\s+(?:sum|total|combined)\b"),
        Computation("sum", _pattern(r"\b(?:total(?:led|ling|s)?|altogether|combined|together|in\s+all|overall|sum)\b")),
    ),
    (
        _pattern(r"\b(?:on\s+average|(?:the|an)\s+(?:average|mean|median)|average\s+\w+)\b"),
        Computation("average", _pattern(r"\b(?:averag(?:e|ed|es|ing)|mean|median|typical(?:ly)?)\b")),
    ),
    (
        _pattern(r"\bhow\s+many\s+times\b|\bwhat\s+(?:ratio|proportion)\b"),
        Computation(
            "ratio",
            _pattern(rf"\b(?:once|twice|thrice|(?:{_NUMBER}|several|many)\s+times|[a-z]{1, 12}fold|doubled|tripled)\b"),
        ),
    ),
    (
        _pattern(
            rf"\bhow\s+(?:much|many)\s+(?:\w+\s+){{0,2}}?{_COMPARATIVE}\b|\bby\s+how\s+(?:much|many)\b"
            rf"|\bhow\s+much\s+(?:do|does|did|has|have|had|will)\b[^?]{{0,200}}\b{_CHANGES}\W*$"
            r"|\bwhat\s+(?:is|was)\s+the\s+(?:difference|gap|change|rise|increase|decrease)\s+(?:in|of|between)\b[^?]{0,120}"
            r"\b(?:cost|price|length|height|age|number|size|weight|pay|wages?|votes?|population|distance|between)\b"
        ),
        Computation(
            "difference",
            _pattern(
                rf"\bby\s+(?:\w+\s+){{0,3}}?{_NUMBER}|{_NUMBER}\s+(?:\S+\s+){{0,4}}?(?:{_COMPARATIVE}|up|down)\b"
                rf"|\bdifference\s+of\b|\bgap\s+of\b|\b(?:rose|fell|grew|dropped|up|down)\s+{_NUMBER}"
            ),
        ),
    ),
    (
        _pattern(
            rf"^(?:which|who|what)\b[^?]{{0,120}}\b{_COMPARATIVE}\b[^?]{{0,120}}\bor\b"
            rf"|^(?:is|are|was|were|did|does|do|has|have|had)\b[^?]{{0,120}}\b{_COMPARATIVE}\b[^?]{{0,80}}\bthan\b"
        ),
        Computation("comparison", _pattern(rf"\b(?:{_COMPARATIVE})\b[^.]{{0,120}}\bthan\b|\b(?:most|least|\w+est)\b")),
    ),
    (
        _pattern(r"\bhow\s+old\s+(?:was|were|is|will|would)\b[^?]{0,120}\bwhen\b"),
        Computation("age", _pattern(r"\baged?\s+(?:of\s+)?\d+|\b\d+[\s-]years?[\s-]old\b|\bat\s+\d+\b|,\s*\d{1,3},")),
    ),
    (
        _pattern(
            rf"\bhow\s+(?:long|many\s+{_PERIOD})\s+(?:\w+\s+)?(?:ago|after|before|between|until|since|later|earlier|passed|"
            r"elapsed|have\s+passed|went\s+by)\b"
        ),
        Computation(
            "span of time",
            _pattern(rf"\b(?:ago|later|earlier|after|before|within)\b|\b{_NUMBER}\s+(?:\w+\s+)?{_PERIOD}\b"),
        ),
    ),
)


@lru_cache(maxsize=512)
def computation(question: str) -> Computation | None:
    """What ``question`` asks to be worked out, None when it does not."""
    asked = question[:1000].strip()
    return next((kind for pattern, kind in _KINDS if pattern.search(asked)), None)
