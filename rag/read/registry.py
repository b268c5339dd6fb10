"""Which reader the settings ask for, and the calibration that belongs to it."""

from __future__ import annotations

from pathlib import Path

from rag.errors import ModelError
from rag.models.encoder import Encoder
from rag.models.shipped_reader import is_shipped
from rag.read.confidence import Calibration, load_calibration
from rag.read.protocol import Reader
from rag.read.sentence_reader import SentenceReader
from rag.settings import Settings

AUTO = "auto"
SENTENCES = "sentences"
CHECKPOINT = "checkpoint"


def load_reader(settings: Settings, encoder: Encoder) -> tuple[Reader, Calibration]:
    """The reader that ``answer.reader`` names, with its calibration.

    A checkpoint of somebody else's is judged by the shipped reader's calibration: its scores are the same kind of
    logits. ``python -m training.confidence --reader FOLDER`` fits one of its own.

    Raises:
        ModelError: no such folder, or it cannot be loaded.
    """
    name = settings.answer.reader
    if name == SENTENCES or (name == AUTO and not is_shipped()):
        return SentenceReader(encoder), load_calibration(SENTENCES)
    from rag.read.checkpoint import load_checkpoint_reader, load_shipped_reader

    precision, threads = settings.retrieve.precision, settings.retrieve.threads
    most_tokens = settings.answer.max_answer_tokens
    if name == AUTO:
        shipped = load_shipped_reader(precision=precision, threads=threads, most_tokens=most_tokens)
        return shipped, load_calibration(CHECKPOINT)
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise ModelError(
            f"answer.reader: {name!r} is neither {AUTO!r}, {SENTENCES!r} nor a folder. Nothing is downloaded: give the "
            "path of an extractive question-answering checkpoint"
        )
    theirs = load_checkpoint_reader(folder, precision=precision, threads=threads, most_tokens=most_tokens)
    return theirs, load_calibration(CHECKPOINT)
