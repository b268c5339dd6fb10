"""Questions that no short answer fits: search words, "what do the articles say about …", comparisons."""

from __future__ import annotations

import re

from rag.language.english.function_words import AUXILIARY, WH
from rag.language.english.verbs import SAYING_FORMS, alternatives

_ARTICLE = (
    r"(?:articles?|texts?|documents?|stor(?:y|ies)|pieces?|reports?|papers?|files?|sources?|news(?:papers?)?|pages?)"
)
_SAYING = rf"(?:{alternatives(SAYING_FORMS)}|reveal|cover|contain|have)"
_ABOUT = re.compile(
    rf"""^(?:
        what\s+(?:else\s+)?(?:do|does|did|is|are|was|were|has|have|can|could)\s+.*\b{_ARTICLE}\b.*
            \b{_SAYING}\b
        |what\s+(?:do|does|did)\s+(?:we|you|i|it)\s+(?:know|have|find|learn|say)\s+(?:about|on)\b
        |what\s+(?:is|was|has\s+been)\s+(?:known|written|{_SAYING})\s+(?:about|on|of)\b
        |what(?:\s+(?:is|was|has\s+been)|['’]s|\s+has)?\s+(?:happen(?:ed|s|ing)?|going\s+on|went\s+on)\b
        |what\s+(?:about|happens)\b
        |what(?:\s+(?:is|are|was|were)|['’]s)\s+(?:the\s+(?:latest|newest|news)|new)\s+(?:news\s+)?(?:on|about|with|from|in)\b
        |(?:please\s+)?(?:(?:can|could|would)\s+you\s+)?(?:tell|inform|give|show)\s+(?:me|us)\s+
            (?:(?:more|something|everything|all|anything|what\s+you\s+know|the\s+latest|details?|information|news)\s+)*(?:about|on)\b
        |(?:please\s+)?(?:(?:can|could|would)\s+you\s+)?(?:summari[sz]e|describe|outline|explain|recap|compare|discuss)\b
        |(?:a\s+|the\s+)?(?:summary|overview|background|details?|information|news|facts|anything|everything|something)\s+
            (?:about|on|of|regarding)\b
        |(?:is|are)\s+there\s+(?:anything|something|any\s+(?:news|information))\b
        |any(?:thing|\s+news|\s+information)\s+(?:about|on)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_OF_ARTICLES = re.compile(rf"\b(?:(?:the|these|this|my|all|in|of)\s+)*{_ARTICLE}\b", re.IGNORECASE)
_COMPARED = re.compile(
    r"""^(?:
        what\s+(?:is|are|was|were)\s+the\s+(?:\w+\s+)?(?:differences?|similarit(?:y|ies))\s+between\b(?!.*\b(?:price|cost|age|length|height|number)\b)
        |how\s+(?:do|does|did|is|are|was|were)\s+.*\b(?:differ(?:ent)?|compare[sd]?)\b
        |in\s+what\s+(?:way|respect)s?\s+.*\bdiffer
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ASKS = re.compile(
    rf"\b{WH}\b|^\W*(?:{AUXILIARY}|name|list|give|tell|show|find|explain|say|define|identify|state|enumerate|in|on|at|to|"
    rf"from|for|by|of|after|before|under|with|according|the\s+\S+.*\b(?:is|are|was|were)\b)\b",
    re.IGNORECASE,
)
_CURRENT = re.compile(
    r"\b(?:current(?:ly)?|latest|newest|most\s+recent|now(?:adays)?|today|at\s+present|present(?:ly)?|these\s+days)\b",
    re.IGNORECASE,
)
_VERB = re.compile(rf"\b(?:{AUXILIARY}|am|be|been|i|you|we|he|she|it|they)\b", re.IGNORECASE)
MOST_KEYWORDS = 8
"""Words of a line of search words; what is longer is prose."""


def is_about_a_subject(question: str) -> bool:
    """Whether the question is about a subject as such, or compares two: no short span of text answers it."""
    return _ABOUT.match(question) is not None or _COMPARED.match(question) is not None


def subject_of(question: str) -> str:
    """What a question about a subject is about: the question without the words that only ask."""
    match = _ABOUT.match(question)
    subject = _OF_ARTICLES.sub(" ", question[match.end() :]) if match else question
    return subject if re.search(r"\w", subject) else question


def asks_for_current(question: str) -> bool:
    """Whether the question asks how things stand now: "the current rate", "the latest report"."""
    return _CURRENT.search(question) is not None


def is_keywords(question: str) -> bool:
    """Whether the words are search words rather than a question: "port dredger price"."""
    if question.rstrip().endswith(("?", "？", ".", "!")) or len(question.split()) > MOST_KEYWORDS:
        return False
    return bool(question.strip()) and _ASKS.search(question) is None and _VERB.search(question) is None
