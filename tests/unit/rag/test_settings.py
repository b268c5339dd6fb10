from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import Settings


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_an_argument_beats_the_environment_beats_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("citespan.toml").write_text("[retrieve]\nword_weight = 0.1\ncandidates = 20\n[answer]\nrelated = 1\n")
    monkeypatch.setenv("CITESPAN_RETRIEVE__WORD_WEIGHT", "0.2")
    monkeypatch.setenv("CITESPAN_ANSWER__RELATED", "2")
    settings = Settings.load(answer={"related": 4})
    assert settings.retrieve.candidates == 20
    assert settings.retrieve.word_weight == 0.2
    assert settings.answer.related == 4


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("CITESPAN_RETRIEVE__WORD_WEIGHT", "1.5", "retrieve.word_weight"),
        ("CITESPAN_RETRIEVE__WORD_WEIGT", "0.5", "retrieve.word_weigt"),
        ("CITESPAN_ANSWER__PASSAGES_READ", "many", "answer.passages_read"),
        ("CITESPAN_UI__PORT", "70000", "ui.port"),
    ],
)
def test_a_bad_value_is_refused_with_its_full_key(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, key: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=key.replace(".", r"\.")):
        Settings.load()


def test_an_unknown_key_in_the_file_is_refused_with_its_full_key() -> None:
    Path("citespan.toml").write_text("[answer]\nabstain_bellow = 0.5\n")
    with pytest.raises(SettingsError, match=r"answer\.abstain_bellow"):
        Settings.load()


def test_an_unreadable_file_is_named() -> None:
    Path("citespan.toml").write_text("[answer\n")
    with pytest.raises(SettingsError, match=r"citespan\.toml"):
        Settings.load()


def test_reading_more_passages_than_are_found_is_refused() -> None:
    with pytest.raises(SettingsError, match="passages_read"):
        Settings.load(answer={"passages_read": 100}, retrieve={"candidates": 10})


@pytest.mark.parametrize("name", ["CITESPAN_ANSWR__READER", "CITESPAN_STORRE", "citespan_answr"])
def test_a_variable_that_names_no_section_is_refused_with_the_nearest(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(SettingsError, match=rf"{name}: no such setting; did you mean CITESPAN_(ANSWER|STORE)\?"):
        Settings.load()


def test_variables_that_are_no_settings_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITESPAN_DEBUG", "1")
    monkeypatch.setenv("CITESPANISH", "1")
    Settings.load()


def test_several_values_are_a_json_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITESPAN_UI__HOST_NAMES", '["library", "archive"]')
    assert Settings.load().ui.host_names == ("library", "archive")
    monkeypatch.setenv("CITESPAN_UI__HOST_NAMES", "library")
    with pytest.raises(SettingsError, match="variable cannot be read"):
        Settings.load()


def test_a_whole_section_may_be_json_and_single_keys_stand_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITESPAN_ANSWER", '{"related": 1, "passages_read": 4}')
    monkeypatch.setenv("citespan_answer__related", "2")
    answer = Settings.load().answer
    assert (answer.related, answer.passages_read) == (2, 4)


def test_what_is_not_given_has_its_default_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITESPAN_ANSWER__RELATED", "7")
    assert Settings().answer.related == 3


def test_a_setting_that_is_gone_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITESPAN_RETRIEVE__RUNTIME", "openvino")
    with pytest.raises(SettingsError, match=r"retrieve: .*retrieve\.runtime is no setting any more"):
        Settings.load()
