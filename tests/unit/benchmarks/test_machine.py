from __future__ import annotations

import pytest

from benchmarks.machine import instruction_set, machine, processor_name

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
