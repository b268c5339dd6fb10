"""Gates for automatic checks: ``answers.f1=0.7`` fails a run whose F1 is worse than 0.7."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import SettingsError
from rag.evaluation.figures import METRIC_NAMES, metric_named
from rag.evaluation.records import Evaluation


@dataclass(frozen=True, slots=True)
class Gate:
    """The worst value that a figure may have: the least, or for latencies and errors the most."""

    metric: str
    value: float


def parse_gate(text: str) -> Gate:
    """``metric=value`` as a gate.

    Raises:
        SettingsError: it has another form, the metric is unknown, or the value cannot be reached by it.
    """
    name, equals, number = text.partition("=")
    name = name.strip()
    if not equals:
        raise SettingsError(f"{text!r} is not a gate; write metric=value, for example answers.f1=0.7")
    if name not in METRIC_NAMES:
        close = difflib.get_close_matches(name, METRIC_NAMES, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(METRIC_NAMES)}"
        raise SettingsError(f"there is no metric {name!r}; {hint}")
    try:
        value = float(number)
    except ValueError:
        raise SettingsError(f"{number.strip()!r} in {text!r} is not a number") from None
    highest = 1.0 if metric_named(name).is_rate else math.inf
    if not (math.isfinite(value) and 0 <= value <= highest):
        raise SettingsError(f"{name} lies between 0 and {highest:g}, so {text!r} cannot be a gate for it")
    return Gate(name, value)


def check_gates(evaluation: Evaluation, gates: Sequence[Gate]) -> list[str]:
    """One line for every gate that ``evaluation`` fails; none when it passes.

    An undefined figure fails its gate, and an interrupted run fails as a whole: neither shows what the gate asks for.
    """
    failures: list[str] = []
    if gates and evaluation.partial:
        done, total = len(evaluation.rows), evaluation.question_set["questions"]
        failures.append(f"the run was interrupted after {done} of {total} questions")
    for gate in gates:
        found = evaluation.figure(gate.metric)
        if found is None:
            failures.append(f"{gate.metric} is undefined for this question set, wanted {gate.value:g}")
        elif metric_named(gate.metric).higher_is_better:
            if found < gate.value:
                failures.append(f"{gate.metric} is {found:.4g}, wanted at least {gate.value:g}")
        elif found > gate.value:
            failures.append(f"{gate.metric} is {found:.4g}, wanted at most {gate.value:g}")
    return failures
