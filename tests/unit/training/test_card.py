"""The model card says what the measurement says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from training.card import write_card


def rate(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.01, "high": value + 0.01}


def test_figures_come_from_the_measurement(tmp_path: Path) -> None:
    run, folder = tmp_path / "run", tmp_path / "reader"
    (run / "features" / "train").mkdir(parents=True)
    folder.mkdir()
    np.save(run / "features" / "train" / "rows.npy", np.zeros((640, 8), dtype=np.int32))
    schedule = {"peak": 2e-4, "total_steps": 9, "seconds": 60.0}
    settings = {"schedule": schedule, "batch_size": 32, "average_decay": 0.998, "seed": 0}
    section = {"encoder_sha256": "abc", "relevance_weight": 0.5, "step": 30, "weights": "average", "settings": settings}
    (folder / "config.json").write_text(json.dumps({"citespan": section}))
    (folder / "reader.safetensors").write_bytes(b"x" * 2_000_000)
    group = {"questions": 3, "exact_match": rate(0.25), "f1": rate(0.5)}
    squad = {**group, "by_kind": {"why": group}, "by_answer_words": {"7+": group}}
    results = {
        "squad_v1": {**squad, "exact_match": rate(0.612)},
        "with_unanswerable": {"unanswerable": 5, "auroc": rate(0.8), "f1": rate(0.7), "exact_match": rate(0.6)},
        "nq_open_oracle": group,
        "dev": group,
        "speed": {"threads": 2, "8 passages": {"ours_ms": 30.0, "plain_float32_ms": 100.0, "share": 0.3}},
    }
    write_card(results, run, folder)
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "61.2 [60.2, 62.2]" in card
    assert "| why | 3 | 25.0 [24.0, 26.0] | 50.0 [49.0, 51.0] |" in card
    assert "1.50 passes over 640 inputs" in card
    assert "| 8 | 30.0 ms | 100.0 ms | 0.3 |" in card
    assert "2.0 MB" in card
    assert "the running average" in card
