"""Which reader the settings ask for, and the calibration that belongs to it."""

from __future__ import annotations

from rag.answer.confidence import Calibration, load_calibration
from rag.answer.reader import Reader
from rag.answer.reader_sentences import SentenceReader
from rag.errors import ModelError
from rag.retrieve.encoder import Encoder
from rag.settings import Settings

SENTENCES = "sentences"


def load_reader(settings: Settings, encoder: Encoder) -> tuple[Reader, Calibration]:
    """The reader that ``answer.reader`` names, with its calibration.

    Raises:
        ModelError: no such folder, or it cannot be loaded.
    """
    name = settings.answer.reader
    if name == SENTENCES:
        return SentenceReader(encoder), load_calibration(SENTENCES)
    raise ModelError(
        f"answer.reader: {name!r} is neither 'auto', 'sentences' nor a folder. Nothing is downloaded: give the path of "
        "an extractive question-answering checkpoint"
    )
