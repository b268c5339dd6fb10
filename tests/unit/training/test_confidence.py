"""Fitting and settling a calibration, on made-up questions and through the product itself."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from rag.read.confidence import FEATURES, Calibration, Features, load_calibration, smallness
from tests.integration.hashed_encoder import HashedEncoder
from tests.unit.training import tiny
from training import calibration_questions, confidence, settling
from training.calibration_questions import Part, choose_parts, draw_questions, write_articles
from training.confidence import CALIBRATIONS, Asked, fit_confidence, is_right, main
from training.examples import Example, choose_dev_titles
from training.settling import best_shift, choose_threshold, outcomes, settle

TOWNS = 32
THINGS = ("mill", "bridge", "church", "market")


def squad() -> dict[str, object]:
    """One article a town, each with a question that it answers and one that it does not."""
    articles = []
    for number in range(TOWNS):
        context = " ".join(f"The {thing} of town {number} was built by master {thing}{number}." for thing in THINGS)
        asked = [(f"Who built the {thing} of town {number}?", f"master {thing}{number}") for thing in THINGS]
        entries = [
            {
                "id": f"{number}-{place}",
                "question": question,
                "answers": [{"text": answer, "answer_start": context.index(answer)}] if answer else [],
            }
            for place, (question, answer) in enumerate([*asked, (f"Who sold the harbour of town {number}?", "")])
        ]
        articles.append({"title": f"Town_{number}", "paragraphs": [{"context": context, "qas": entries}]})
    return {"data": articles}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(calibration_questions, "OTHER_ARTICLES", 6)
    monkeypatch.setattr(calibration_questions, "ABSENT_ARTICLES", 6)
    folder = tmp_path / "data" / "train"
    folder.mkdir(parents=True)
    with gzip.open(folder / "train-v2-reconstructed.json.gz", "wt", encoding="utf-8") as stream:
        json.dump(squad(), stream)
    return folder.parent


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    folder = tmp_path / "samples"
    folder.mkdir()
    (folder / "mills.md").write_text("# Mills\n\nThe old mill burned in 1911. Its owner was Ada Born.\n")
    rows = [
        {"id": "d1", "question": "When did the old mill burn?", "answers": ["1911"], "source": "mills.md"},
        {"id": "d2", "question": "Who was its owner?", "answers": ["Ada Born"], "source": "mills.md"},
        {"id": "d3", "question": "Which bridge fell into the river?", "answers": [], "source": None},
        {"id": "t1", "question": "What burned in 1911?", "answers": ["The old mill"], "source": "mills.md"},
    ]
    for row in rows:
        row["split"] = "dev" if str(row["id"]).startswith("d") else "test"
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def calibration(**changes: object) -> Calibration:
    values: dict[str, object] = {
        "reader": "checkpoint",
        "intercept": 0.5,
        "coefficients": dict.fromkeys(FEATURES, 0.0),
        "means": dict.fromkeys(FEATURES, 0.0),
        "scales": dict.fromkeys(FEATURES, 1.0),
        "threshold": 0.9,
        "ranking": {"margin": 1.0, "retrieval": 0.0, "similarity": 0.0, "null": 0.0},
        "fitted": {"figures": {"dev": {"auroc": 0.7}}},
    }
    return Calibration(**{**values, **changes})  # type: ignore[arg-type]


def test_the_parts_share_no_article(data: Path) -> None:
    parts = choose_parts(data, seed=3)
    stored = {one.title for one in parts.stored}
    fit, dev = ({one.title for one in part.inside} for part in (parts.fit, parts.dev))
    assert len(stored) == 26
    assert (len(fit), len(dev)) == (10, 10)
    assert not fit & dev
    assert fit | dev < stored
    for part in (parts.fit, parts.dev):
        assert part.outside
        assert not {one.title for one in part.outside} & stored
    assert parts == choose_parts(data, seed=3)


def test_nothing_is_asked_that_the_reader_has_learned_from(data: Path) -> None:
    parts = choose_parts(data, seed=3)
    held_out = choose_dev_titles(parts.stored + parts.fit.outside + parts.dev.outside)
    assert {one.title for one in parts.fit.inside + parts.dev.inside} == held_out


def test_half_of_the_questions_are_answered_inside(data: Path) -> None:
    part = choose_parts(data, seed=3).fit
    drawn = draw_questions(part, 12, seed=1)
    assert sum(bool(one.answers) for one in drawn) == 6
    inside = {one.title for one in part.inside}
    assert sum(one.title not in inside for one in drawn) == round(0.15 * 12)
    assert drawn == draw_questions(part, 12, seed=1)
    assert all(not one.answers for one in drawn if one.title not in inside)


def test_each_article_is_one_file_with_each_paragraph_once(tmp_path: Path) -> None:
    write_articles([one for one in tiny.examples(9) if one.title], tmp_path)
    (file,) = sorted(tmp_path.glob("*.md"))
    text = file.read_text(encoding="utf-8")
    assert text.startswith('---\ntitle: "mill bridge"\n---\n')
    assert text.count("lives in") == 18


@pytest.mark.parametrize(
    ("text", "title", "right", "right_as_sentence"),
    [
        ("the Gatehouse", "Mills", True, True),
        ("gatehouse of stone", "Mills", True, True),
        ("It was kept in the Gatehouse until 1911 by its owner", "Mills", False, True),
        ("Gatehouse", "Bridges", False, False),
        ("river", "Mills", False, False),
    ],
)
def test_a_span_is_right_when_it_says_the_answer_in_the_right_article(
    text: str, title: str, right: bool, right_as_sentence: bool
) -> None:
    asked = Asked("Where was it kept?", ("Gatehouse", "the stone gatehouse"), "Mills", ())
    assert is_right(text, title, asked, whole_sentences=False) is right
    assert is_right(text, title, asked, whole_sentences=True) is right_as_sentence


def test_the_confidence_learns_what_tells_right_from_wrong() -> None:
    generator = np.random.default_rng(0)
    right = generator.random(400) < 0.5
    evidence = [
        Features(**{**dict.fromkeys(FEATURES, 0.0), "margin": float(2 * yes + generator.normal())}) for yes in right
    ]
    fitted = calibration(**fit_confidence(evidence, right))
    assert fitted.coefficients["margin"] > 0.5
    assert fitted.coefficients["gap"] == 0.0
    likely, unlikely = (
        fitted.probability(Features(**{**dict.fromkeys(FEATURES, 0.0), "margin": margin})) for margin in (4.0, -2.0)
    )
    assert likely > 0.9
    assert unlikely < 0.1


def test_the_threshold_is_one_half_unless_another_is_clearly_better() -> None:
    assert choose_threshold(np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True])) == 0.5
    assert choose_threshold(np.array([0.3, 0.4]), np.array([True, True])) == 0.3
    assert choose_threshold(np.array([0.3, 0.6]), np.array([False, False])) == 0.61
    mostly = np.array([0.45] + [0.9] * 49 + [0.1] * 50), np.array([True] * 50 + [False] * 50)
    assert choose_threshold(*mostly) == 0.45, "one of a hundred is worth it when the others all end well"
    noisy = np.array([0.45] + [0.9] * 49 + [0.1] * 50), np.array([True] * 40 + [False] * 60)
    assert choose_threshold(*noisy) == 0.5, "one of a hundred is noise when many others end badly"


def test_the_shift_moves_the_mean_to_the_share_of_right_answers() -> None:
    logits = np.array([-1.0, 0.0, 1.0, 2.0])
    right = np.array([False, False, True, False])
    shifted = 1 / (1 + np.exp(-(logits + best_shift(logits, right))))
    assert shifted.mean() == pytest.approx(0.25, abs=1e-3)


def test_settling_changes_what_a_small_store_adds_and_the_threshold_only(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, False]), 447
    monkeypatch.setattr(settling, "ask_samples", lambda reader, samples: answered)
    before = calibration(scales={**dict.fromkeys(FEATURES, 1.0), "smallness": 2.0})
    after = settle(before, "auto", Path("seeds"))
    assert after.coefficients["smallness"] < 0
    likely = Features(**{**dict.fromkeys(FEATURES, 0.0), "smallness": smallness(447)})
    shift = best_shift(np.log(answered[0] / (1 - answered[0])), answered[1])
    assert after.probability(likely) == pytest.approx(1 / (1 + np.exp(-(before.intercept + shift))), abs=1e-4)
    large = Features(**dict.fromkeys(FEATURES, 0.0))
    assert after.probability(large) == before.probability(large)
    assert after.fitted["figures"]["dev"] == {"auroc": 0.7}
    assert after.fitted["figures"]["samples"]["auroc"] == 1.0
    assert after.fitted["figures"]["samples"]["ends well at the threshold"] == 1.0
    assert (after.intercept, after.ranking) == (before.intercept, before.ranking)
    assert {**after.coefficients, "smallness": 0.0} == before.coefficients


def test_a_fit_through_the_product_writes_a_calibration_that_loads(
    data: Path, samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = tmp_path / "calibration"
    shutil.copytree(CALIBRATIONS, packaged)
    monkeypatch.setattr(confidence, "CALIBRATIONS", packaged)
    monkeypatch.setattr("rag.models.encoder.load_encoder", lambda settings, **_: HashedEncoder())
    monkeypatch.setattr(confidence, "load_encoder", lambda settings, **_: HashedEncoder())

    def load(reader: str) -> Calibration:
        return Calibration(**json.loads((packaged / f"{reader}.json").read_text(encoding="utf-8")))

    monkeypatch.setattr(confidence, "load_calibration", load)
    monkeypatch.setattr("rag.read.registry.load_calibration", load)
    arguments = ["--data", str(data), "--samples", str(samples), "--out", str(packaged), "--questions", "16"]
    main(arguments)
    fitted = load("sentences")
    assert fitted != load_calibration("sentences")
    assert fitted.fitted["figures"].keys() == {"fit", "dev", "samples"}
    assert fitted.fitted["figures"]["fit"]["questions"] == 16
    assert fitted.fitted["figures"]["samples"]["questions"] == 3
    assert set(fitted.coefficients) == set(FEATURES)
    main([*arguments, "--settle-only"])
    settled = load("sentences")
    assert settled.intercept == fitted.intercept
    assert settled.coefficients == pytest.approx(fitted.coefficients, abs=1e-3)


def test_another_folder_is_refused_before_anything_is_fitted(
    data: Path, samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--data", str(data), "--samples", str(samples), "--out", str(tmp_path)])
    assert "reads only" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--data", str(data), "--samples", str(data)])
    assert "no questions.jsonl" in capsys.readouterr().err


def test_questions_without_both_kinds_are_still_drawn() -> None:
    only = Part([Example("1", "Mills", "The mill.", "What?", (("mill", 4),), "squad")], [])
    assert [one.identifier for one in draw_questions(only, 10, seed=0)] == ["1"]


def test_what_is_refused_without_a_threshold_neither_shifts_nor_ends_well_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [
        SimpleNamespace(answered=True, confidence=0.8, right=True, expected=("Ada",)),
        SimpleNamespace(answered=True, confidence=0.4, right=False, expected=()),
        SimpleNamespace(answered=False, confidence=0.7, right=True, expected=()),
        SimpleNamespace(answered=False, confidence=0.6, right=False, expected=("Ben",)),
    ]
    confidences, right = outcomes(rows)  # type: ignore[arg-type]
    assert confidences.tolist() == [0.8, 0.4, 0.0, 0.0]
    assert right.tolist() == [True, False, False, True]
    settled = []
    for count in (2, 4):
        monkeypatch.setattr(settling, "ask_samples", lambda *_, count=count: (confidences[:count], right[:count], 80))
        settled.append(settle(calibration(), "auto", Path()))
    assert settled[0].coefficients == settled[1].coefficients
    assert settled[1].fitted["figures"]["samples"]["ends well at the threshold"] == 0.75
