from __future__ import annotations

from pathlib import Path

import pytest

from ui.web.server import passwords
from ui.web.server.attempts import FORGOTTEN_AFTER, POLICIES, Attempts, TooManyAttemptsError
from ui.web.server.passwords import Entry, PasswordFile, write_entries
from ui.web.server.sessions import IDLE_SECONDS, LONGEST_SECONDS, Sessions


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Sessions:
    monkeypatch.setattr(passwords, "COST", 2**4)
    write_entries(tmp_path / "people", {"ada": Entry.of("correct horse")})
    return Sessions(PasswordFile(tmp_path / "people"), clock)


def begin(sessions: Sessions) -> str:
    token = sessions.begin("ada")
    assert token is not None
    return token


def test_an_unused_session_ends(sessions: Sessions, clock: Clock) -> None:
    token = begin(sessions)
    clock.now += IDLE_SECONDS - 1
    assert sessions.user(token) == "ada"
    clock.now += IDLE_SECONDS + 1
    assert sessions.user(token) is None
    clock.now -= IDLE_SECONDS
    assert sessions.user(token) is None, "it is gone for good"


def test_a_used_session_ends_too_in_the_end(sessions: Sessions, clock: Clock) -> None:
    token, begun = begin(sessions), clock.now
    while clock.now - begun <= LONGEST_SECONDS - IDLE_SECONDS:
        clock.now += IDLE_SECONDS / 2
        assert sessions.user(token) == "ada"
    clock.now = begun + LONGEST_SECONDS + 1
    assert sessions.user(token) is None


def test_nobody_gets_in_by_guessing_or_after_the_end(sessions: Sessions) -> None:
    token = begin(sessions)
    assert sessions.begin("nobody") is None
    assert sessions.user("") is None
    sessions.end(token)
    assert sessions.user(token) is None


def test_each_wrong_attempt_after_the_free_ones_doubles_the_wait(clock: Clock) -> None:
    attempts = Attempts(clock)
    waits = []
    for _ in range(POLICIES["name"].free + 9):
        try:
            attempts.begin("ada", "address")
        except TooManyAttemptsError as error:
            waits.append(error.seconds)
            clock.now += error.seconds
            attempts.begin("ada", "address")
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]


def test_knocking_makes_no_wait_longer_and_time_forgets(clock: Clock) -> None:
    attempts = Attempts(clock)
    for _ in range(POLICIES["name"].free + 1):
        attempts.begin("ada", "one")
    for _ in range(50):
        with pytest.raises(TooManyAttemptsError, match="1 s"):
            attempts.begin("ada", "two")
    attempts.begin("bo", "one")
    clock.now += FORGOTTEN_AFTER + 1
    for _ in range(POLICIES["name"].free + 1):
        attempts.begin("ada", "one")


def test_an_address_waits_whatever_names_it_tries_and_a_right_one_is_taken_back(clock: Clock) -> None:
    attempts = Attempts(clock)
    for number in range(POLICIES["address"].free + 1):
        attempts.begin(f"name {number}", "address")
    with pytest.raises(TooManyAttemptsError):
        attempts.begin("ada", "address")
    clock.now += 1
    attempts.begin("ada", "address")
    attempts.succeeded("ada", "address")
    attempts.begin("bo", "elsewhere")
