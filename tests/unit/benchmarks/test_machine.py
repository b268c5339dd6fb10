from __future__ import annotations

import pytest

from benchmarks.machine import default_threads, instruction_set, machine, processor_name
from rag.models.openvino_runtime import usable_cores

INFORMATION = """processor\t: 0
model name\t: Some Processor @ 2.00GHz
flags\t\t: fpu avx2 avx512f {flags}

processor\t: 1
model name\t: Some Processor @ 2.00GHz
"""


@pytest.mark.parametrize(
    ("information", "name"),
    [
        (INFORMATION.format(flags="avx512_bf16 amx_bf16 amx_tile"), "AMX"),
        (INFORMATION.format(flags="avx512_bf16"), "AVX512-BF16"),
        (INFORMATION.format(flags="avx512_bf16_not"), "AVX-512"),
        ("flags : fpu avx2", "AVX2"),
        ("flags : fpu", None),
        ("Features\t: fp asimd", "NEON"),
        ("", None),
    ],
)
def test_the_fastest_instruction_set_is_named(information: str, name: str | None) -> None:
    assert instruction_set(information) == name


def test_the_processor_is_named() -> None:
    assert processor_name(INFORMATION) == "Some Processor @ 2.00GHz"
    assert machine()["processor"]


@pytest.mark.parametrize(("given", "threads"), [("3", 3), ("0", None), ("4,2", None), ("", None)])
def test_threads_are_those_of_the_environment_or_one_for_each_core(
    monkeypatch: pytest.MonkeyPatch, given: str, threads: int | None
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", given)
    assert default_threads() == (threads or usable_cores())
