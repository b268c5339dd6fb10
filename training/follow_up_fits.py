"""How the follow-up models are fitted: a conditional and an ordinary logistic model, each with an L2 penalty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from training.follow_up_conversations import Choice


def fit_choices(
    data: Sequence[Choice], importance: Sequence[float], penalty: float, sharpness: float = 8.0
) -> dict[str, float]:
    """Weights of the conditional logistic model by gradient descent on cross-entropy with an L2 penalty.

    Each choice counts ``importance`` times. The target of each gap is spread over its candidates in proportion to
    ``exp(sharpness * worth)``.
    """
    names = sorted({name for choice in data for values in choice.features for name in values})
    column = {name: index for index, name in enumerate(names)}
    tables, targets = [], []
    for choice in data:
        table = np.zeros((len(choice.features), len(names)))
        for index, values in enumerate(choice.features):
            for name, value in values.items():
                table[index, column[name]] = value
        target = np.exp(sharpness * (np.array(choice.worth) - max(choice.worth)))
        tables.append(table)
        targets.append(target / target.sum())
    stacked = np.concatenate(tables)
    wanted = np.concatenate(targets)
    starts = np.cumsum([0] + [len(table) for table in tables[:-1]])
    lengths = [len(table) for table in tables]
    counted = np.repeat(np.array(importance), lengths)
    weights = np.zeros(len(names))
    first, second = np.zeros(len(names)), np.zeros(len(names))
    for step in range(1, 601):
        scores = stacked @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts), lengths)
        exponents = np.exp(scores)
        chances = exponents / np.repeat(np.add.reduceat(exponents, starts), lengths)
        gradient = stacked.T @ (counted * (chances - wanted)) + penalty * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        weights -= 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True) if abs(weight) >= 5e-4}


def fit_logistic(
    data: Sequence[Mapping[str, float]], truth: Sequence[bool], importance: Sequence[float], penalty: float
) -> dict[str, float]:
    """Weights of the logistic model by Newton's method with an L2 penalty (the bias is not penalised)."""
    names = sorted({name for values in data for name in values})
    column = {name: index for index, name in enumerate(names)}
    table = np.zeros((len(data), len(names)))
    for index, values in enumerate(data):
        for name, value in values.items():
            table[index, column[name]] = value
    wanted, counted = np.array(truth, dtype=float), np.array(importance)
    ridge = np.diag([0.0 if name == "bias" else penalty for name in names])
    weights = np.zeros(len(names))
    for _ in range(25):
        chances = 1 / (1 + np.exp(-table @ weights))
        gradient = table.T @ (counted * (chances - wanted)) + ridge @ weights
        curvature = (table.T * (counted * chances * (1 - chances))) @ table + ridge
        weights -= np.linalg.solve(curvature + 1e-9 * np.eye(len(names)), gradient)
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
