"""A tiny BERT with its tokenizer, and made-up questions, for tests that train and load."""

from __future__ import annotations

import random
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertForQuestionAnswering, BertModel, PreTrainedTokenizerFast

from training.examples import Example

PEOPLE = "ada boris clara dmitri elena farid grace hugo".split()
PLACES = "oslo paris rome tokyo cairo lima".split()
WORDS = "who lives in where does live the is quiet today . ? , mill bridge".split()
PIECES = ["##s", "##er", *"abcdefghijklmnopqrstuvwxyz", *(f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = {piece: number for number, piece in enumerate([*SPECIAL, *PEOPLE, *PLACES, *WORDS, *PIECES])}


def save_tokenizer(folder: Path) -> None:
    backend = Tokenizer(models.WordPiece(VOCABULARY, unk_token="[UNK]"))
    backend.normalizer = normalizers.BertNormalizer(lowercase=True)
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", VOCABULARY["[CLS]"]), ("[SEP]", VOCABULARY["[SEP]"])],
    )
    PreTrainedTokenizerFast(
        tokenizer_object=backend,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    ).save_pretrained(folder)


def config(positions: int = 64) -> BertConfig:
    return BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=positions,
        initializer_range=0.2,
    )


def save_encoder(folder: Path, seed: int = 0) -> Path:
    torch.manual_seed(seed)
    BertModel(config()).save_pretrained(folder)
    save_tokenizer(folder)
    return folder


def save_reader(folder: Path, seed: int = 0, positions: int = 64) -> Path:
    torch.manual_seed(seed)
    BertForQuestionAnswering(config(positions)).save_pretrained(folder)
    save_tokenizer(folder)
    return folder


def examples(count: int, seed: int = 0) -> list[Example]:
    """Questions like "where does ada live ?" over two sentences; every fourth asks about somebody else."""
    chooser = random.Random(seed)
    made: list[Example] = []
    for number in range(count):
        first, second, absent = chooser.sample(PEOPLE, 3)
        here, there = chooser.sample(PLACES, 2)
        context = f"{first} lives in {here} . {second} lives in {there} ."
        asked = absent if number % 4 == 3 else first
        answers = () if asked == absent else ((here, context.index(here)),)
        made.append(Example(f"{number}", "mill bridge", context, f"where does {asked} live ?", answers, "squad"))
    return made
