"""The figures of ``open_domain.py`` as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.markdown import number, rate, share, table, times


def section(figures: Mapping[str, Any]) -> str:
    """Answers, confidence, refusals, time."""
    always, abstaining, speed = figures["always_answering"], figures["abstaining"], figures["speed"]
    asked = figures["questions"]
    answers = table(
        ["every question answered", "%"],
        [
            ["exact match of the span that was chosen", share(always["exact_match"])],
            ["F1 of the span that was chosen", share(always["f1"])],
            ["exact match of the answer that is shown", share(always["shown_exact_match"])],
            ["F1 of the answer that is shown", share(always["shown_f1"])],
            ["right, as `citespan evaluate` counts it", share(always["right"])],
            ["the first citation names the right article", share(always["right_article"])],
            ["its quote holds an acceptable answer", share(always["quote_contains"])],
        ],
    )
    refusals = table(
        ["with questions that the articles do not answer, one to one", "value"],
        [
            ["AUROC of the confidence: answered rightly against everything else", rate(abstaining["auroc"])],
            ["the same, where only exact matches are right", rate(abstaining["auroc_exact_match"])],
            ["expected calibration error", rate(abstaining["ece"])],
            ["Brier score", rate(abstaining["brier"])],
            ["area under risk–coverage (less is better)", rate(abstaining["risk_area"])],
            ["refusal precision", rate(abstaining["refusal_precision"])],
            ["refusal recall", rate(abstaining["refusal_recall"])],
            ["answerable questions that were answered", rate(abstaining["answerable_answered"])],
            ["answers given that are right", rate(abstaining["right_when_answered"])],
            ["refused: questions that name an absent subject, written for this", rate(figures["refused"]["written"])],
            ["refused: questions of SQuAD about absent articles", rate(figures["refused"]["absent"])],
        ],
    )
    bins = table(
        ["confidence", "questions", "mean confidence", "right"],
        [
            [
                f"{one['from']:.1f}–{one['to']:.1f}",
                f"{one['questions']:,}",
                f"{one['confidence']:.3f}",
                f"{one['right']:.3f}",
            ]
            for one in figures["reliability"]
        ],
    )
    risks = table(
        ["answered at least this sure", "coverage", "share wrong"],
        [[f"{one['confidence']:.2f}", share(one["coverage"]), share(one["risk"])] for one in figures["risk_coverage"]],
    )
    spent = table(
        ["time of a question, ms", "p50", "p95"],
        [
            ["`ask`", number(speed["ask"]["p50_ms"], 1), number(speed["ask"]["p95_ms"], 1)],
            [
                "encoding, both searches, one batch of the reader",
                number(speed["models"]["p50_ms"], 1),
                number(speed["models"]["p95_ms"], 1),
            ],
        ],
    )
    return (
        f"{figures['articles']} articles of SQuAD's test part in {figures['passages']:,} passages; "
        f"{asked['answerable']:,} answerable questions, {asked['unanswerable']:,} that were written to have no answer "
        f"there, {asked['absent']:,} about articles that are not there, and {asked['written']:,} written for this "
        f"benchmark about subjects that are not there.\n\n{answers}\n\n{refusals}\n\n"
        "Answers to why and how questions are shown as the clause that holds the span, which exact match does not "
        "reward. SQuAD's questions about absent articles come from articles held out of training; some name no "
        f'subject at all ("When was it built?").\n\n{bins}\n\n{risks}\n\n{spent}\n\n'
        f"Median of `ask` over that of the models: {times(speed['ratio_p50'])}, in turn over "
        f"{speed['questions']} questions."
    )
