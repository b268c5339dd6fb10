from __future__ import annotations

import numpy as np
import pytest

from rag.read.span_lengths import LOG_SHARES, length_prior


def test_the_shares_are_those_of_all_answers() -> None:
    assert len(LOG_SHARES) == 30
    assert np.exp(LOG_SHARES).sum() == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("most", [1, 30, 45])
def test_there_is_a_value_for_every_length(most: int) -> None:
    prior = length_prior(most)
    assert prior.shape == (most,)
    assert prior.dtype == np.float32
    assert set(prior[30:].tolist()) <= {float(prior[-1])}


def test_short_answers_are_preferred_and_weight_scales() -> None:
    prior = length_prior(20)
    assert (np.diff(prior) <= 0).all()
    np.testing.assert_allclose(length_prior(20, 0.8), 2 * prior, rtol=1e-6)
    assert not length_prior(20, 0.0).any()
