"""Questions that assume what an article denies: "When did he apologise?" beside "He did not apologise"."""

from __future__ import annotations

import re

from rag.answer.candidates import Candidates
from rag.language.english.negation import NEGATION, is_negated
from rag.language.english.terms import asked_terms, held_terms, stem, words
from rag.question.shapes import Explains
from rag.read.bearing import words_of_question
from rag.records import Retrieved, Span

ABOUT_THE_SAME = 0.6
"""Share of the question's words that a sentence has to hold, with those around it, to deny what is assumed."""
_ADVERB = re.compile(r"yet|even|formally|actually|really|ever|been|be|have|\w+ly", re.IGNORECASE)
"""What may stand between a negation and its verb: "had not yet formally approved"."""
_CLAUSE_BREAK = re.compile(r"[;:,]|\b(?:and|but|because|while|although|though|who|which)\b", re.IGNORECASE)
_SIDES = frozenset(("for", "against"))


def denying_sentence(candidates: Candidates) -> tuple[Retrieved, Span] | None:
    """The passage and sentence that deny what the question assumes; None when none does or the question denies too."""
    question = candidates.asked.question
    if is_negated(question) or candidates.wanted.explains is Explains.SPEECH:
        return None
    for found in candidates.read:
        for sentence in found.passage.sentences:
            for negation in NEGATION.finditer(sentence.of(found.article.text)):
                if _denies(candidates, found, sentence, negation):
                    return found, sentence
    return None


def _denies(candidates: Candidates, found: Retrieved, sentence: Span, negation: re.Match[str]) -> bool:
    """Whether the negation is one of what the question says happened, and of the same things.

    What is denied must be a deed or state of the question's own: "Russia, not Ukraine" denies nothing about Ukraine.
    """
    question = candidates.asked.question
    asked = set(asked_terms(question)) - words_of_question(question).names
    after = [word for word, _ in words(sentence.of(found.article.text)[negation.end() :])]
    while after and _ADVERB.fullmatch(after[0]):
        after.pop(0)
    if not after or stem(after[0]) not in asked or not _is_about_the_same(question, found, sentence):
        return False
    side = after[1].lower() if len(after) > 1 else ""
    if side in _SIDES:
        return side in {word.lower() for word, _ in words(question)}
    return not _stands_before(candidates, found, sentence, negation)


def _is_about_the_same(question: str, found: Retrieved, sentence: Span) -> bool:
    asked = words_of_question(question)
    around = held_terms(f"{found.article.title} {sentence.of(found.article.text)}", question)
    passage = held_terms(found.text, question)
    return asked.names <= around | passage and asked.share(around, passage, passage) >= ABOUT_THE_SAME


def _stands_before(candidates: Candidates, found: Retrieved, sentence: Span, negation: re.Match[str]) -> bool:
    """Whether the best candidate stands in the same sentence, in a clause before the one that denies."""
    if not candidates.groups:
        return False
    best = candidates.groups[0][0].candidate
    if best.retrieved.article.article_id != found.article.article_id or not sentence.contains(best.span):
        return False
    said, end = sentence.of(found.article.text), best.span.end - sentence.start
    return end <= negation.start() and _CLAUSE_BREAK.search(said, end, negation.start()) is not None
