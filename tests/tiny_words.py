"""A tokenizer for models that are small enough for tests."""

from __future__ import annotations

from collections.abc import Sequence

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers


def byte_pairs(
    texts: Sequence[str], special: Sequence[str], size: int, digits: bool = False
) -> Tokenizer:
    """A byte-level BPE of at most ``size`` tokens, the ``special`` ones first.

    With ``digits`` each digit is a token of its own, as Llama has it.
    """
    bpe = Tokenizer(models.BPE())
    pieces = pre_tokenizers.ByteLevel(add_prefix_space=False)
    apart = pre_tokenizers.Digits(individual_digits=True)
    bpe.pre_tokenizer = pre_tokenizers.Sequence([apart, pieces]) if digits else pieces
    bpe.decoder = decoders.ByteLevel()
    bpe.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=size,
            special_tokens=list(special),
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    return bpe
