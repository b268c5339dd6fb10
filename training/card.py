"""The model card, with every figure taken from the measurement's own file.

``python -m training.card --results FILE --run DIR --to DIR``
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from training.recipe import last_run, read_section, reader_commands, steps_of

TEXT = """# Model card: the CiteSpan reader

A small extractive question-answering model: a question and a passage in, the start and end of the answer in the passage
out, with [CLS] as "no answer". English. 22.6 million parameters, of which the 10.6 million outside the embeddings are
stored here (float16, {megabytes:.1f} MB); the embeddings are those of `all-MiniLM-L6-v2` (SHA-256
`{encoder_sha256}`), taken from the installed encoder and verified.
`citespan export-reader DIR` writes it as an ordinary Hugging Face checkpoint.

## Data and licences

| Collection | Used | Licence (as commonly published) |
|---|---|---|
| SQuAD 1.1 train, and SQuAD 2.0 train's unanswerable questions matched back to their paragraphs, \
without 20 held-out articles | 83,194 answerable, 40,766 unanswerable | CC BY-SA 4.0 |
| hard negatives: questions of the above with a paragraph of the same collection that the encoder ranks high \
and that does not hold the answer | 29,093 unanswerable | CC BY-SA 4.0 |
| QADiscourse | 6,972 | CC BY 4.0 |
| QAMR, 4 questions a sentence | 3,901 | MIT, texts CC |
| TimeQA, human questions | 1,811 | BSD-3 |
| Quoref (part) | 1,100 | CC BY 4.0 |
| TORQUE, the first of several spans | 1,483 | Apache-2.0 |
| negatives made from SQuAD's questions (one name, number, opposite or negation exchanged; the answering sentence \
taken out; something asked that the passage does not state), last run only | 12,600 unanswerable | CC BY-SA 4.0 |

The last run draws 60,000 inputs from these in the shares of `training/mixture.py`, 30 % of their questions as keywords,
in lower case or misspelled, 6 % of the titles wrong.

The weights are learned from CC BY-SA 4.0 texts (Wikipedia paragraphs and questions about them). Whoever passes the
weights on should name SQuAD (Rajpurkar et al. 2016, 2018) and judge for themselves whether share-alike applies.

## Recipe

Start: the encoder's six layers (384 wide), a new span head, a new relevance head (is there an answer at all; weight
{relevance_weight} in the no-answer score) and, from the last run on, a new sentence head (does the sentence bear on the
question: the mean of a linear output over its tokens). Embeddings frozen, no dropout, bfloat16 layers with float32
weights, AdamW, learning rate {rate:g} (last run) with 6 % warm-up and linear decay, batch {batch_size}, inputs of at
most 256 tokens, the title shown in half of the inputs, a running average of the weights (decay {average_decay}).
{step} steps in all ({passes:.2f} passes over {features:,} inputs), seed {seed} (last run).

Shipped: {shipped}, chosen on the held-out articles.

```
{commands}
python -m benchmarks.reader --data DIR --json results.json
```

The runs had a time limit and shared their two cores with other programs: a second run takes a different number of
steps. With `--steps` alone it depends on the seed only.

## Figures

95 % bootstrap intervals over questions in brackets. Test: no question or paragraph of it was used in training or for
any choice.

| | |
|---|---|
{table}

By kind of question (exact match / F1):

| Kind | Questions | EM | F1 |
|---|---|---|---|
{kinds}

By words of the shortest acceptable answer:

| Words | Questions | EM | F1 |
|---|---|---|---|
{lengths}

Speed for one question, passages of 200 tokens, threads: {threads}; against plain transformers in float32 with the same
weights, in turns in one run, while other programs used the machine:

| Passages | Ours | Plain float32 | Share |
|---|---|---|---|
{speeds}

## What it is bad at

- Reasons and long answers: see "why" and "7+" above. It often returns a part of the clause.
- Questions that look answerable but are not, when the passage holds the right kind of thing (adversarial questions):
  the AUROC above is the measure.
- Answers that must be put together from two places: it returns one span.
- Anything but English; passages are read up to 256 tokens at once, longer ones in windows.
"""

SHIPPED = {
    "weights": "the last weights",
    "average": "the running average",
    "mean": "the mean of several readers' weights (`training.averaging` below)",
}
"""What ``weights`` in ``config.json`` stands for."""


def percent(figure: Mapping[str, Any]) -> str:
    """``68.1 [67.2, 69.0]`` from a rate with its interval."""
    return f"{100 * figure['value']:.1f} [{100 * figure['low']:.1f}, {100 * figure['high']:.1f}]"


def write_card(results: Mapping[str, Any], run: Path, folder: Path) -> None:
    """Writes ``MODEL_CARD.md`` beside the weights.

    Args:
        results: as ``benchmarks/reader.py`` prints them.
        run: the training's output folder (feature counts).
        folder: the shipped form, whose ``config.json`` says what was chosen.
    """
    import numpy as np

    section = read_section(folder)
    settings, steps = last_run(section["settings"]), steps_of(section)
    features = len(np.load(run / "features" / "train" / "rows.npy", mmap_mode="r"))
    squad, whole, oracle = results["squad_v1"], results["with_unanswerable"], results["nq_open_oracle"]
    rows = [
        (f"SQuAD 1.1 dev ({squad['questions']:,} questions, test), exact match", percent(squad["exact_match"])),
        ("the same, F1", percent(squad["f1"])),
        (
            f"with {whole['unanswerable']:,} unanswerable questions (test), AUROC of the no-answer score",
            percent(whole["auroc"]),
        ),
        ("the same, F1 with abstention (threshold from held-out training articles)", percent(whole["f1"])),
        ("the same, exact match with abstention", percent(whole["exact_match"])),
        (f"NQ-open with its paragraph ({oracle['questions']:,}, test), exact match", percent(oracle["exact_match"])),
        ("the same, F1", percent(oracle["f1"])),
        (f"held-out training articles ({results['dev']['questions']:,}), F1", percent(results["dev"]["f1"])),
    ]
    counts = [name for name in results["speed"] if name.endswith("passages")]
    text = TEXT.format(
        megabytes=(folder / "reader.safetensors").stat().st_size / 1e6,
        encoder_sha256=section["encoder_sha256"],
        relevance_weight=section["relevance_weight"],
        rate=settings["schedule"]["peak"],
        commands="\n".join(reader_commands(section["settings"], "rag/models/reader")),
        batch_size=settings["batch_size"],
        average_decay=settings["average_decay"],
        seed=settings["seed"],
        step=f"{steps:,}",
        passes=steps * settings["batch_size"] / features,
        features=features,
        shipped=SHIPPED[section["weights"]],
        table="\n".join(f"| {name} | {value} |" for name, value in rows),
        kinds=_groups(squad["by_kind"]),
        lengths=_groups(squad["by_answer_words"]),
        threads=results["speed"]["threads"],
        speeds="\n".join(
            f"| {name.split()[0]} | {one['ours_ms']} ms | {one['plain_float32_ms']} ms | {one['share']} |"
            for name in counts
            for one in [results["speed"][name]]
        ),
    )
    (folder / "MODEL_CARD.md").write_text(text, encoding="utf-8")


def _groups(groups: Mapping[str, Any]) -> str:
    return "\n".join(
        f"| {name} | {one['questions']:,} | {percent(one['exact_match'])} | {percent(one['f1'])} |"
        for name, one in groups.items()
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the card."""
    parser = argparse.ArgumentParser(prog="python -m training.card", description=__doc__)
    parser.add_argument("--results", type=Path, required=True, help="JSON of benchmarks/reader.py")
    parser.add_argument("--run", type=Path, required=True, help="output folder of the training")
    parser.add_argument("--to", type=Path, required=True, help="folder of the shipped reader")
    options = parser.parse_args(arguments)
    write_card(json.loads(options.results.read_text(encoding="utf-8")), options.run, options.to)


if __name__ == "__main__":
    main()
