"""Ctrl-C, typed in a terminal, is how the chat is stopped: it ends well, and so does make."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
CTRL_C = b"\x03"
SECONDS_AT_MOST = 300.0


def typed(command: list[str], environment: dict[str, str], awaited: bytes) -> tuple[int, str]:
    """Runs a command in a terminal of its own, types Ctrl-C once it has printed ``awaited``; its status and output."""
    process, terminal = pty.fork()
    if process == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever runs the tests in the background had it ignored
        os.chdir(PROJECT)
        os.execvpe(command[0], command, environment)
    printed, has_typed, began = b"", False, time.monotonic()
    while time.monotonic() - began < SECONDS_AT_MOST:
        if not select.select([terminal], [], [], 1.0)[0]:
            continue
        try:
            block = os.read(terminal, 4096)
        except OSError:  # how Linux says that the other side has gone
            break
        if not block:
            break
        printed += block
        if awaited in printed and not has_typed:
            has_typed = True
            os.write(terminal, CTRL_C)
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), printed.decode(errors="replace")


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_the_chat_ends_well_under_make(tmp_path: Path) -> None:
    command = ["make", "--no-print-directory", "-o", "install", "chat", f"BIN={Path(sys.executable).parent}"]
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "CITESPAN_STORE": str(tmp_path / "store"),
        "CITESPAN_UI__PORT": "0",
        "BROWSER": "true",
        "OMP_NUM_THREADS": "1",
    }
    status, printed = typed(command, environment, b"Ctrl-C stops it")
    assert status == 0, printed
    assert printed.rstrip().endswith("Stopped."), printed
    assert "Traceback" not in printed
