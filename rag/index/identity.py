"""What made a store: the encoder and the passage settings that all its embeddings share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rag.errors import StoreMismatchError


@dataclass(frozen=True, slots=True)
class StoreIdentity:
    """The settings that every embedding of a store was made with.

    Attributes:
        encoder: the encoder's name or path; for people, two names of the same weights are compatible.
        fingerprint: what identifies the encoder's weights (a hash).
        dimension: length of each embedding.
        passage_tokens: most encoder tokens of a passage.
        overlap_sentences: sentences that consecutive passages share.
    """

    encoder: str
    fingerprint: str
    dimension: int
    passage_tokens: int
    overlap_sentences: int


def require_same(stored: StoreIdentity, wanted: StoreIdentity, folder: Path) -> None:
    """Check that what a store was made with is what the settings ask for.

    Raises:
        StoreMismatchError: naming each difference, the settings that match the store and the command for a new one.
    """
    differences: list[str] = []
    settings: list[str] = []
    if (stored.fingerprint, stored.dimension) != (wanted.fingerprint, wanted.dimension):
        if stored.encoder == wanted.encoder:
            differences.append(f"other weights of the encoder {stored.encoder!r}")
        else:
            differences.append(f"the encoder {stored.encoder!r} instead of {wanted.encoder!r}")
            settings.append(f"CITESPAN_RETRIEVE__ENCODER={stored.encoder}")
    if stored.passage_tokens != wanted.passage_tokens:
        differences.append(f"passages of {stored.passage_tokens} tokens instead of {wanted.passage_tokens}")
        settings.append(f"CITESPAN_INGEST__PASSAGE_TOKENS={stored.passage_tokens}")
    if stored.overlap_sentences != wanted.overlap_sentences:
        differences.append(f"an overlap of {stored.overlap_sentences} sentences instead of {wanted.overlap_sentences}")
        settings.append(f"CITESPAN_INGEST__OVERLAP_SENTENCES={stored.overlap_sentences}")
    if differences:
        keep = f"Use it with: {' '.join(settings)}. Or" if settings else "Use the encoder it was made with, or"
        raise StoreMismatchError(
            f"{folder}: this store was made with {', '.join(differences)}. "
            f"{keep} make a new store with: citespan add --store DIR PATH"
        )
