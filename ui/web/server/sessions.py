"""Who is logged in on the page: random tokens in memory, each for one entry of the password file and for a time."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from ui.web.server.passwords import Entry, PasswordFile

IDLE_SECONDS = 8 * 3600.0
"""A session that was not used for this long is over."""
LONGEST_SECONDS = 7 * 24 * 3600.0
"""No session lasts longer, however much it is used."""
MOST_SESSIONS = 10_000
"""Beyond this many the longest unused session ends."""


@dataclass(slots=True)
class _Session:
    user: str
    entry: Entry
    begun: float
    used: float


class Sessions:
    """Sessions of the people in a password file; to be used in one event loop only.

    A session belongs to the entry it was begun with. When the password changes or the user is removed it is over, and
    stays over when somebody of the same name is added again.
    """

    def __init__(self, people: PasswordFile, clock: Callable[[], float] = time.monotonic) -> None:
        self._people = people
        self._clock = clock
        self._sessions: OrderedDict[str, _Session] = OrderedDict()

    def begin(self, user: str) -> str | None:
        """The token of a new session; None when nobody has this name (any more)."""
        entry = self._people.entry(user)
        if entry is None:
            return None
        token, now = secrets.token_urlsafe(32), self._clock()
        self._sessions[token] = _Session(user, entry, now, now)
        if len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)
        return token

    def user(self, token: str) -> str | None:
        """Whose session it is, which counts as a use of it; None when it is over or never was."""
        session = self._sessions.get(token)
        if session is None:
            return None
        now = self._clock()
        is_old = now - session.used > IDLE_SECONDS or now - session.begun > LONGEST_SECONDS
        if is_old or self._people.entry(session.user) != session.entry:
            self.end(token)
            return None
        session.used = now
        self._sessions.move_to_end(token)
        return session.user

    def end(self, token: str) -> None:
        """End a session."""
        self._sessions.pop(token, None)
