from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ModelError
from rag.read.confidence import FEATURES, Features, load_calibration

EVIDENCE = st.builds(Features, *[st.floats(-100, 100) for _ in FEATURES])


@pytest.mark.parametrize("reader", ["sentences", "checkpoint"])
def test_shipped_calibrations_load_and_name_how_they_were_fitted(reader: str) -> None:
    calibration = load_calibration(reader)
    assert 0 < calibration.threshold < 1
    assert calibration.fitted["command"].startswith("python -m training.confidence")


def test_a_missing_calibration_says_how_to_make_it() -> None:
    with pytest.raises(ModelError, match=r"nothing\.json.*python -m training\.confidence"):
        load_calibration("nothing")


@given(EVIDENCE)
def test_it_is_a_probability(features: Features) -> None:
    assert 0 < load_calibration("sentences").probability(features) < 1


@given(EVIDENCE, st.floats(0.1, 10))
def test_a_larger_margin_never_lowers_it(features: Features, more: float) -> None:
    calibration = load_calibration("sentences")
    better = dataclasses.replace(features, margin=features.margin + more)
    assert calibration.probability(better) >= calibration.probability(features)
