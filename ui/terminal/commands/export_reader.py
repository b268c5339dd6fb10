"""``citespan export-reader``: the reader that comes with the package, for other programs."""

from __future__ import annotations

import argparse
from pathlib import Path

from ui.terminal.command import Command, Context, Outcome
from ui.terminal.styling import visible


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", type=Path, metavar="DIR", help="a new or an empty folder")


def _run(context: Context) -> Outcome:
    from rag.models.shipped_reader import export_reader

    directory: Path = context.arguments.directory
    context.settings()
    files = [(path.name, path.stat().st_size) for path in export_reader(directory)]
    total = sum(size for _, size in files)
    lines = [
        f"{visible(str(directory))}: the reader as a Hugging Face checkpoint, {total / 1e6:.0f} MB",
        *(f"  {name}  {size:,} bytes" for name, size in files),
        f"Load it with: AutoModelForQuestionAnswering.from_pretrained({str(directory)!r})",
        "The weights are learned from CC BY-SA 4.0 texts; the model card in rag/models/reader says what that means.",
    ]
    document = {"directory": str(directory), "files": [{"name": name, "bytes": size} for name, size in files]}
    return Outcome(document=document, text="\n".join(lines))


COMMAND = Command(
    name="export-reader",
    summary="write the shipped reader as a Hugging Face checkpoint",
    description=(
        "Writes the reader that comes with the package as an ordinary Hugging Face checkpoint: float32 weights in "
        "safetensors, config.json and tokenizer. transformers' AutoModelForQuestionAnswering loads it without "
        "CiteSpan. The output that judges whether a passage answers at all has no place in that format and is left out."
    ),
    add_arguments=_add_arguments,
    run=_run,
)
