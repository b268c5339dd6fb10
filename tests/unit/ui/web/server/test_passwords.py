from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import InputError, SettingsError
from ui.web.server import passwords
from ui.web.server.passwords import Entry, PasswordFile, checked_name, checked_password, read_entries, write_entries


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real costs are tested once; the other tests need no strength."""
    monkeypatch.setattr(passwords, "COST", 2**4)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "people"
    write_entries(path, {"ada": Entry.of("correct horse"), "bo": Entry.of("battery staple")})
    return path


def test_each_password_opens_its_own_name_only(path: Path) -> None:
    people = PasswordFile(path)
    assert people.check("ada", "correct horse")
    assert people.check("ada", "correct horse"), "the remembered one"
    assert people.check("bo", "battery staple")
    assert not people.check("bo", "correct horse")
    assert not people.check("ada", "correct horse ")
    assert not people.check("eve", "correct horse")
    assert not people.check("", "")


def test_the_file_holds_no_password_and_is_its_owners_alone(path: Path) -> None:
    text = path.read_text()
    assert "correct" not in text
    assert "horse" not in text
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_same_password_is_stored_differently_each_time() -> None:
    assert Entry.of("correct horse") != Entry.of("correct horse")


def test_the_shipped_costs_are_the_recommended_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    entry = Entry.of("correct horse")
    assert (entry.cost, entry.block_size, entry.parallel) == (2**15, 8, 3)
    assert Entry.parse(str(entry)).fits("correct horse")


@settings(max_examples=25)
@given(st.text(max_size=40), st.text(max_size=40))
def test_an_entry_fits_its_own_password_after_being_written_down(password: str, other: str) -> None:
    salt = b"0123456789abcdef"
    entry = Entry(2**4, 8, 1, salt, passwords._scrypt(password, salt, 2**4, 8, 1))
    again = Entry.parse(str(entry))
    assert again == entry
    assert again.fits(password)
    assert again.fits(other) == (passwords._normal(other) == passwords._normal(password))


def test_a_composed_letter_is_the_same_however_it_is_typed(path: Path) -> None:
    write_entries(path, {"zoe": Entry.of("caf\u00e9 caf\u00e9")})
    assert PasswordFile(path).check("zoe", "cafe\u0301 cafe\u0301")


def test_whoever_is_removed_is_out_at_once_and_whoever_is_added_is_in(path: Path) -> None:
    people = PasswordFile(path)
    assert people.check("ada", "correct horse")
    write_entries(path, {"cy": Entry.of("a new password")})
    assert not people.check("ada", "correct horse")
    assert people.entry("ada") is None
    assert people.entry("cy") is not None
    assert people.check("cy", "a new password")


def test_a_changed_password_ends_the_old_one(path: Path) -> None:
    people = PasswordFile(path)
    assert people.check("ada", "correct horse")
    write_entries(path, {"ada": Entry.of("another password")})
    assert not people.check("ada", "correct horse")


def test_an_unknown_name_costs_a_hash_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = PasswordFile(path)
    hashed: list[str] = []
    scrypt = passwords._scrypt
    monkeypatch.setattr(
        passwords, "_scrypt", lambda password, *costs: hashed.append(password) or scrypt(password, *costs)
    )
    assert not people.check("eve", "guess one")
    assert not people.check("ada", "guess two")
    assert hashed == ["guess one", "guess two"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_file_that_others_can_read_is_refused_with_the_command_that_mends_it(path: Path) -> None:
    path.chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        PasswordFile(path)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_nobody_gets_in_while_the_file_is_open_to_others(path: Path) -> None:
    people = PasswordFile(path)
    path.chmod(0o666)
    assert not people.check("ada", "correct horse")
    assert people.entry("ada") is None


def test_a_missing_or_empty_file_is_refused_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="citespan password"):
        PasswordFile(tmp_path / "none")
    write_entries(tmp_path / "empty", {})
    with pytest.raises(SettingsError, match="citespan password"):
        PasswordFile(tmp_path / "empty")


@pytest.mark.parametrize(
    "line",
    [
        "ada",
        "ada:plain password",
        "ada:scrypt$16$8$1$AAAA$AAAA",
        "ada:scrypt$15$8$1$AAAAAAAAAAA=$" + "A" * 43 + "=",
        "ada:scrypt$16777216$8$1$AAAAAAAAAAA=$" + "A" * 43 + "=",
        "ada:md5$16$8$1$AAAAAAAAAAA=$" + "A" * 43 + "=",
        "a b:scrypt$16$8$1$AAAAAAAAAAA=$" + "A" * 43 + "=",
    ],
)
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "people"
    path.write_text(f"# people\n\n{line}\n")
    path.chmod(0o600)
    with pytest.raises(SettingsError, match=r"people:3: "):
        read_entries(path)


def test_a_second_entry_of_a_name_is_refused(path: Path) -> None:
    lines = path.read_text()
    path.write_text(lines + lines.splitlines()[0] + "\n")
    with pytest.raises(SettingsError, match=r"people:3: "):
        read_entries(path)


@pytest.mark.parametrize("name", ["", "a b", "a:b", "#a", "a\n", "\u202ea", "x" * 65])
def test_a_name_that_the_file_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="user's name"):
        checked_name(name)


@pytest.mark.parametrize("password", ["", "short", "x" * 1025])
def test_a_password_of_the_wrong_length_is_refused(password: str) -> None:
    with pytest.raises(InputError, match="characters"):
        checked_password(password)
