"""How long people wait when many ask at once: the real server, the shipped models, the sample articles.

Run: python -m benchmarks.concurrency [--askers 20] [--rounds 3]. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import httpx

from rag import Assistant, Settings
from ui.web.app import serve

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
PATIENCE_SECONDS = 600


def questions_with_answers() -> list[tuple[str, list[str]]]:
    """The sample set's answerable questions that stand alone."""
    rows = [json.loads(line) for line in (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines() if line]
    return [(row["question"], row["answers"]) for row in rows if row["answers"] and not row.get("history")]


def measure(address: str, askers: int, rounds: int) -> dict[str, object]:
    """Let ``askers`` ask at the same moment, ``rounds`` times, each question of their own."""
    questions = questions_with_answers()
    together = Barrier(askers)

    def ask(asker: int) -> list[tuple[float, bool, int]]:
        seen = []
        with httpx.Client(base_url=address, timeout=PATIENCE_SECONDS) as http:
            for turn in range(rounds):
                question, right = questions[(turn * askers + asker) % len(questions)]
                together.wait()
                started = time.perf_counter()
                response = http.post("api/ask", json={"question": question})
                seconds = time.perf_counter() - started
                given = str(response.json().get("answer")).casefold()
                seen.append((seconds, any(one.casefold() in given for one in right), response.status_code))
        return seen

    started = time.perf_counter()
    with ThreadPoolExecutor(askers) as pool:
        seen = [one for asked in pool.map(ask, range(askers)) for one in asked]
    elapsed = time.perf_counter() - started
    waits = sorted(seconds for seconds, _, _ in seen)
    return {
        "askers": askers,
        "questions": len(seen),
        "failed": sum(status != 200 for _, _, status in seen),
        "holds_the_answer": sum(right for _, right, _ in seen) / len(seen),
        "p50_ms": round(1000 * statistics.median(waits), 1),
        "p95_ms": round(1000 * waits[max(0, -(-95 * len(waits) // 100) - 1)], 1),
        "questions_per_second": round(len(seen) / elapsed, 2),
        "machine": platform.processor() or platform.machine(),
    }


def main() -> None:
    """Serve the sample articles from a store of its own and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--askers", type=int, default=20, help="how many ask at the same moment (default: 20)")
    parser.add_argument("--rounds", type=int, default=3, help="how many questions each asks (default: 3)")
    arguments = parser.parse_args()
    told: list[str] = []
    with tempfile.TemporaryDirectory() as folder, Assistant(Path(folder) / "store", Settings.load()) as assistant:
        assistant.add(sorted(SEEDS.glob("*.md")))
        assistant.ask(questions_with_answers()[0][0])
        page = serve(assistant, host="127.0.0.1", port=0, on_ready=told.append, block=False)
        try:
            print(json.dumps(measure(told[0], arguments.askers, arguments.rounds), indent=2))
        finally:
            page.close(verbose=False)


if __name__ == "__main__":
    main()
