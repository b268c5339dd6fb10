"""Word and vector scores into one ranking."""

from __future__ import annotations

from collections.abc import Mapping


def fuse(
    word_scores: Mapping[int, float], vector_scores: Mapping[int, float], word_weight: float
) -> list[tuple[int, float]]:
    """Rank passages by the weighted sum of their scores, each normalised over this question's candidates.

    BM25 has a natural floor (0: no word in common), so it is divided by the best candidate's; cosine similarity has
    none that is useful (unrelated texts score about 0.1), so it runs from the worst candidate's to the best one's.

    Args:
        word_scores: BM25 by passage id; a candidate that is missing shares no word with the question.
        vector_scores: cosine similarity by passage id, for every candidate.
        word_weight: share of the word score, 0 to 1.

    Returns:
        (passage id, score in 0 to 1), best first; ties by smaller id.
    """
    best_word = max(word_scores.values(), default=0.0)
    best_vector = max(vector_scores.values(), default=0.0)
    worst_vector = min(vector_scores.values(), default=0.0)
    spread = best_vector - worst_vector
    fused: list[tuple[int, float]] = []
    for passage_id, similarity in vector_scores.items():
        word = word_scores.get(passage_id, 0.0) / best_word if best_word > 0 else 0.0
        vector = (similarity - worst_vector) / spread if spread > 0 else 1.0
        fused.append((passage_id, word_weight * word + (1.0 - word_weight) * vector))
    return sorted(fused, key=lambda pair: (-pair[1], pair[0]))
