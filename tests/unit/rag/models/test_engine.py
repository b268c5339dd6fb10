"""The engine: silent, as precise as asked where the processor can, and clear when it is not there."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rag.errors import ModelError
from rag.models import engine
from rag.models.engine import Engine, default_threads, openvino, usable_cores, uses_bfloat16


@pytest.mark.parametrize("has", [True, False])
def test_bfloat16_is_used_where_the_processor_has_it(has: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "has_bfloat16", lambda: has)
    assert uses_bfloat16("auto") is has
    assert uses_bfloat16("bfloat16") is has
    assert not uses_bfloat16("float32")


@pytest.mark.parametrize(("given", "threads"), [("3", 3), ("0", None), ("4,2", None), ("", None)])
def test_threads_are_those_of_the_environment_or_one_for_each_core(
    monkeypatch: pytest.MonkeyPatch, given: str, threads: int | None
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", given)
    assert default_threads() == (threads or usable_cores())
    assert Engine.of("float32").threads == default_threads()
    assert Engine.of("float32", 5) == Engine(bfloat16=False, threads=5)


def test_a_missing_engine_is_named_with_what_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(ModelError, match="pip install openvino"):
        openvino()


def test_what_it_cannot_compile_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class Core:
        def compile_model(self, *_: object) -> None:
            raise RuntimeError("no such operation")

    monkeypatch.setattr(engine, "_core", Core)
    with pytest.raises(ModelError, match=r"no such operation.*citespan doctor"):
        Engine(bfloat16=False, threads=1).compile(None)


def test_it_never_reports_home() -> None:
    """In a process of its own: an import that sent an event cannot be taken back in this one."""
    program = """
import socket, sys
def refuse(*_, **__):
    raise SystemExit("a connection was opened")
socket.socket.connect = socket.create_connection = refuse
from rag.models.engine import has_bfloat16
has_bfloat16()
from openvino.tools.ovc import telemetry_utils
assert telemetry_utils.tm.__name__ == "openvino.tools.ovc.telemetry_stub", telemetry_utils.tm
assert not [name for name in sys.modules if name.startswith("openvino_telemetry.")]
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
