"""What computes a sentence-transformers model's vectors: the fused pass where it fits, or the model itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

Embed = Callable[[Sequence[str]], "torch.Tensor"]


def embedding_of(model: SentenceTransformer, bfloat16: bool) -> Embed:
    """Texts to ``[n, dimension]``, not normalised; call it in inference mode.

    Args:
        model: in float32; it is changed to bfloat16 when it runs itself in that.
    """
    import torch

    dtype = torch.bfloat16 if bfloat16 else torch.float32
    return _fused(model, dtype) if is_pooled_bert(model) else _generic(model.to(dtype))


def is_pooled_bert(model: SentenceTransformer) -> bool:
    """Whether the model is a plain BERT whose vectors are the mean of its states, normalised or not."""
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    from rag.models.fast_bert import can_run

    modules: list[Any] = list(model)
    return bool(
        2 <= len(modules) <= 3
        and type(modules[0]) is Transformer
        and type(modules[1]) is Pooling
        and modules[1].pooling_mode == "mean"
        and all(type(module) is Normalize for module in modules[2:])
        and type(modules[0].auto_model).__name__ == "BertModel"
        and can_run(modules[0].auto_model.config)
        and not model.default_prompt_name
    )


def token_counter(model: SentenceTransformer) -> Tokenizer:
    """A copy of the model's tokenizer that neither cuts nor pads, so that it counts whole texts."""
    from tokenizers import Tokenizer

    backend: Any = model.tokenizer.backend_tokenizer
    counter = Tokenizer.from_str(backend.to_str())
    counter.no_truncation()
    counter.no_padding()
    return counter


def _fused(model: SentenceTransformer, dtype: torch.dtype) -> Embed:
    import torch

    from rag.models.fast_bert import FastBert

    bert: Any = model[0].auto_model
    fast = FastBert(bert.state_dict(), bert.config, dtype)
    tokenizer = token_counter(model)
    tokenizer.enable_truncation(int(model.max_seq_length or bert.config.max_position_embeddings))
    tokenizer.enable_padding(pad_id=int(model.tokenizer.pad_token_id or 0))

    def embed(texts: Sequence[str]) -> torch.Tensor:
        encoded = tokenizer.encode_batch(list(texts))
        tokens, mask, types = (
            torch.tensor([getattr(one, name) for one in encoded]) for name in ("ids", "attention_mask", "type_ids")
        )
        states = fast.hidden(tokens, mask, types).float() * mask[:, :, None]
        return states.sum(dim=1) / mask.sum(dim=1, keepdim=True)

    return embed


def _generic(model: SentenceTransformer) -> Embed:
    def embed(texts: Sequence[str]) -> torch.Tensor:
        vectors: torch.Tensor = model(model.preprocess(list(texts)))["sentence_embedding"]
        return vectors

    return embed
