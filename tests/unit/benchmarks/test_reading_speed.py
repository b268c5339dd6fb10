from __future__ import annotations

from benchmarks.reading_speed import in_turns


def test_programs_run_in_turns_and_their_medians_are_compared() -> None:
    ran: list[str] = []
    runs = {"ours": lambda: ran.append("ours"), "plain": lambda: ran.append("plain") or sum(range(20_000))}
    timed = in_turns(runs, repeats=3)
    assert ran == ["ours", "plain"] * 5
    assert timed["plain"]["share"] == timed["plain"]["processor_share"] == 1
    assert timed["ours"]["ms"] >= 0
    assert set(timed["ours"]) == {"ms", "processor_ms", "share", "processor_share"}
