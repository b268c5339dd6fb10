"""Runs the worker: files are read in a process of their own, so that none can crash, block or fill this one.

One process reads file after file, as starting one takes longer than reading most; it is ended when a file defeats it,
and after some hundred orders, so that nothing a file leaves behind adds up.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import rag
from rag.errors import FileError
from rag.ingest.formats import Contents, Document
from rag.records import Span

WORKER = "rag.ingest.worker"
PATIENCE = 300.0
"""Seconds on the clock; on a busy machine the processor time that the worker may use takes longer."""
SECONDS = 30.0
SECONDS_PER_MEGABYTE = 2.0
"""Processor time for a file, and for each megabyte of it."""
AT_ONCE = 2
"""However many users add files or open pages, they wait for each other rather than fill the memory."""
MOST_ORDERS = 300
_MEGABYTE = 1 << 20

Answer = tuple[dict[str, Any], bytes]


class WorkerError(Exception):
    """The worker did not answer.

    Attributes:
        is_limit: whether it took more time or memory than it may, rather than crashed.
    """

    def __init__(self, is_limit: bool) -> None:
        super().__init__("too costly" if is_limit else "crashed")
        self.is_limit = is_limit


def read_isolated(format_name: str, data: bytes, name: str) -> Contents:
    """What a file holds, read by the worker.

    Args:
        format_name: the ``name`` of the file's format.
        data: the file's bytes.
        name: the file's path as the caller named it, for messages.

    Raises:
        FileError: as the format raises it; or reading the file took too long or too much memory, or crashed.
    """
    try:
        answer, _ = run({"task": "read", "format": format_name, "name": name}, data)
    except WorkerError as error:
        if error.is_limit:
            problem = "reading it takes too much time or memory"
        else:
            problem = "it is damaged in a way that stops its reader"
        raise FileError(name, problem, "Split it, or save it anew with the program that made it") from error
    if "error" in answer:
        raise _error(answer["error"])
    return Contents(tuple(map(_document, answer["documents"])), tuple(map(_error, answer["failures"])))


def run(order: dict[str, Any], data: bytes) -> Answer:
    """Have a worker do ``order`` (see ``worker.answer``) with a file's bytes.

    Raises:
        WorkerError: it crashed, or took more time or memory than it may.
    """
    order = {**order, "size": len(data), "seconds": SECONDS + SECONDS_PER_MEGABYTE * len(data) / _MEGABYTE}
    with _TURNS:
        if _IDLE:
            try:
                return _ask(_IDLE.pop(), order, data)
            except WorkerError as error:
                if error.is_limit:
                    raise
                # It may have ended while it waited; a file that ends it will end the next one too.
        return _ask(_Worker(), order, data)


def _ask(worker: _Worker, order: dict[str, Any], data: bytes) -> Answer:
    try:
        answer = worker.ask(order, data)
    except BaseException:
        worker.end()
        raise
    if worker.orders < MOST_ORDERS and not answer[0].get("ends"):
        _IDLE.append(worker)
    else:
        worker.end()
    return answer


class _Worker:
    """A process that does one order after the other."""

    def __init__(self) -> None:
        package = str(Path(rag.__file__).parents[1])
        paths = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": paths},
            start_new_session=True,  # an interrupt from the keyboard is this process's affair
        )
        self.orders = 0

    def ask(self, order: dict[str, Any], data: bytes) -> Answer:
        """Its answer, and a picture's bytes if it drew one.

        Raises:
            WorkerError: it ended instead.
        """
        self.orders += 1
        overdue = threading.Event()
        watch = threading.Timer(PATIENCE, _kill, (self._process, overdue.set))
        watch.daemon = True
        watch.start()
        try:
            return self._exchange(order, data)
        except (OSError, ValueError) as error:
            code = self._process.wait()
            limits = (getattr(signal, "SIGXCPU", None), getattr(signal, "SIGKILL", None))
            raise WorkerError(overdue.is_set() or -code in limits) from error
        finally:
            watch.cancel()

    def _exchange(self, order: dict[str, Any], data: bytes) -> Answer:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise OSError("the worker has no pipes")
        stdin.write(json.dumps(order).encode("ascii") + b"\n")
        stdin.write(data)
        stdin.flush()
        answer: dict[str, Any] = json.loads(stdout.readline())
        picture = stdout.read(answer["size"])
        if len(picture) < answer["size"]:
            raise OSError("the worker ended while it answered")
        return answer, picture

    def end(self) -> None:
        """End the process; what it was doing is lost."""
        _kill(self._process)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._process.wait()


def _kill(process: subprocess.Popen[bytes], before: Callable[[], object] = bool) -> None:
    before()
    with suppress(OSError):
        process.kill()


_TURNS = threading.BoundedSemaphore(AT_ONCE)
_IDLE: list[_Worker] = []


@atexit.register
def end_workers() -> None:
    """End the workers that wait for orders; the next order starts a new one."""
    while _IDLE:
        _IDLE.pop().end()


def _error(stated: dict[str, str]) -> FileError:
    return FileError(stated["path"], stated["problem"], stated["remedy"])


def _document(stated: dict[str, Any]) -> Document:
    return Document(
        **{
            **stated,
            **{name: tuple(Span(start, end) for start, end in stated[name]) for name in ("headings", "boilerplate")},
            **{name: tuple(stated[name]) for name in ("pages", "warnings")},
            "places": tuple((start, page, index, count) for start, page, index, count in stated["places"]),
        }
    )
