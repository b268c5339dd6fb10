"""Fitting a calibration on several sources, on made-up features and through the product itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from rag.read.confidence import FEATURES, RANKING, Calibration, Features, load_calibration
from training import confidence
from training.calibration_figures import choose_threshold, figures_at
from training.calibration_sources import Case, Source
from training.confidence import CALIBRATIONS, Table, base_rate, fit, fit_model, left_out, main

GENERATOR = np.random.default_rng(0)


def made_up(sizes: dict[str, tuple[int, float]], people: str = "people") -> Table:
    """Sources of so many answers, each with a base rate of its own; the margin tells right from wrong."""
    features, right, sources = [], [], []
    for name, (size, share) in sizes.items():
        for _ in range(size):
            is_right = bool(GENERATOR.random() < share)
            row = dict.fromkeys(FEATURES, 0.0)
            row["margin"] = float(2 * is_right + GENERATOR.normal())
            features.append([row[feature] for feature in FEATURES])
            right.append(is_right)
            sources.append(name)
    names = np.array(sources)
    return Table(np.array(features), np.array(right), names, names == people)


def test_every_source_has_a_base_rate_and_the_coefficients_are_shared() -> None:
    model = fit_model(made_up({"people": (400, 0.8), "policies": (400, 0.2)}), 1.0)
    assert model.coefficients[FEATURES.index("margin")] > 0.5
    assert model.coefficients[FEATURES.index("gap")] == 0.0
    assert model.intercepts["people"] - model.intercepts["policies"] == pytest.approx(2.77, abs=0.5)


def test_a_large_source_counts_no_more_than_a_small_one() -> None:
    small = made_up({"people": (100, 0.5)})
    flipped = made_up({"policies": (2000, 0.5)})
    together = Table(
        np.concatenate([small.features, -flipped.features]),
        np.concatenate([small.right, flipped.right]),
        np.concatenate([small.sources, flipped.sources]),
        np.concatenate([small.people, flipped.people]),
    )
    margin = fit_model(together, 1.0).coefficients[FEATURES.index("margin")]
    alone = fit_model(small, 1.0).coefficients[FEATURES.index("margin")]
    assert abs(margin) < 0.5 * alone


def test_a_source_is_judged_by_a_model_that_has_not_seen_it() -> None:
    table = made_up({"people": (200, 0.7), "samples": (200, 0.7), "policies": (200, 0.4), "odd": (100, 0.5)})
    odd = table.sources == "odd"
    table.features[odd] *= -1
    probabilities, figures = left_out(table, 1.0)
    assert figures["odd"]["auroc"] < 0.5
    assert figures["people"]["auroc"] > 0.8
    assert probabilities.shape == (700,)


def test_the_base_rate_moves_the_mean_to_the_share_of_right_answers() -> None:
    logits = np.array([-1.0, 0.0, 1.0, 2.0])
    right = np.array([False, False, True, False])
    assert (1 / (1 + np.exp(-(logits + base_rate(logits, right))))).mean() == pytest.approx(0.25, abs=1e-3)


def test_the_threshold_is_one_half_unless_another_is_clearly_better() -> None:
    assert choose_threshold(np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True])) == 0.5
    assert choose_threshold(np.array([0.3, 0.4]), np.array([True, True])) == 0.3
    assert choose_threshold(np.array([0.3, 0.6]), np.array([False, False])) == 0.61
    mostly = np.array([0.45] + [0.9] * 49 + [0.1] * 50), np.array([True] * 50 + [False] * 50)
    assert choose_threshold(*mostly) == 0.45, "one of a hundred is worth it when the others all end well"
    noisy = np.array([0.45] + [0.9] * 49 + [0.1] * 50), np.array([True] * 40 + [False] * 60)
    assert choose_threshold(*noisy) == 0.5, "one of a hundred is noise when many others end badly"


def test_figures_that_cannot_be_told_are_none() -> None:
    figures = figures_at(0.5, np.array([0.9, 0.8]), np.array([True, True]))
    assert figures["auroc"] is None
    assert figures["refusals that avoid a wrong answer"] is None


@pytest.fixture
def sources(tmp_path: Path) -> list[Source]:
    """Two small stores with what they answer and what they do not."""
    made = []
    for name, years in (("people", (1911, 1925, 1931)), ("policies", (1840, 1852, 1866))):
        folder = tmp_path / name
        folder.mkdir()
        towns = ("Lowmoor", "Fenwick", "Alderby")
        cases = []
        for town, year in zip(towns, years, strict=True):
            (folder / f"{town}.md").write_text(f"# {town}\n\nThe mill of {town} burned in {year}. Rain fell.\n")
            cases.append(Case(f"When did the mill of {town} burn?", (str(year),)))
            cases.append(Case(f"Who owned the harbour of {town}?", ()))
        made.append(Source(name, name, folder, tuple(cases), is_people=name == "people"))
    return made


def test_a_fit_through_the_product_gives_a_calibration_that_loads(sources: list[Source], tmp_path: Path) -> None:
    fitted = fit(sources, "sentences", "sentences", tmp_path / "stores")
    assert set(fitted.coefficients) == set(FEATURES)
    assert set(fitted.ranking) == set(RANKING)
    assert fitted.fitted["questions"].keys() == {"people", "policies"}
    written = Calibration(**json.loads(json.dumps({name: getattr(fitted, name) for name in fitted.__slots__})))
    assert 0 < written.probability(Features(**dict.fromkeys(FEATURES, 0.0))) < 1
    again = fit(sources, "sentences", "sentences", tmp_path / "stores")
    assert again == fitted


def test_what_is_missing_is_told_before_anything_is_fitted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = tmp_path / "calibration"
    shutil.copytree(CALIBRATIONS, packaged)
    monkeypatch.setattr(confidence, "CALIBRATIONS", packaged)
    with pytest.raises(SystemExit):
        main(["--data", str(tmp_path), "--samples", str(tmp_path)])
    assert "no questions.jsonl" in capsys.readouterr().err
    assert load_calibration("checkpoint")
