"""Drafts written by a model, word after word, from the question alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from autograder.domain.errors import EngineFailed
from autograder.learning.drafting.base import Base
from autograder.learning.drafting.prompt import Prompt
from autograder.learning.drafting.settings import SEQ2SEQ

TOGETHER = 8
"""Questions answered at once; half as many, down to one, where the memory asks for it."""


class Writer:
    """Writes answers with ``model``: the base itself, or the base with what it has learned."""

    def __init__(self, base: Base, model: Any, answer_tokens: int) -> None:
        self._model = model
        self._kind = base.kind
        self._pad = int(base.tokenizer.pad_token_id)
        self._end = int(base.tokenizer.eos_token_id)
        self._answer_tokens = answer_tokens
        self._prompt = Prompt(base.tokenizer, base.kind)

    def write(self, questions: Sequence[tuple[str, str]]) -> list[str]:
        """An answer to each (question, passage): greedy, so the same again; never with its prompt.

        EngineFailed: the memory doesn't even hold one.
        """
        prompts = [self._prompt.question(text, passage) for text, passage in questions]
        by_length = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
        written = dict[int, str]()
        together, start = TOGETHER, 0
        self._model.train(False)
        while start < len(by_length):
            some = by_length[start : start + together]
            try:
                texts = self._together([prompts[index] for index in some])
            except torch.OutOfMemoryError as error:
                torch.cuda.empty_cache()
                if together == 1:
                    raise EngineFailed(
                        "The GPU's memory is too small to write a draft. Close other programs "
                        "that use it, or learn from a smaller base."
                    ) from error
                together //= 2
                continue
            written.update(zip(some, texts, strict=True))
            start += len(some)
        return [written[index] for index in range(len(prompts))]

    @torch.inference_mode()
    def _together(self, prompts: Sequence[list[int]]) -> list[str]:
        from transformers import GenerationConfig

        longest = max(map(len, prompts))
        # Padding on the left, so that what is written goes on where each question ends.
        ids = torch.tensor([[self._pad] * (longest - len(each)) + each for each in prompts])
        mask = torch.tensor([[0] * (longest - len(each)) + [1] * len(each) for each in prompts])
        greedy = GenerationConfig(
            max_new_tokens=self._answer_tokens,
            do_sample=False,
            pad_token_id=self._pad,
            eos_token_id=self._end,
            decoder_start_token_id=getattr(self._model.config, "decoder_start_token_id", None),
        )
        made = self._model.generate(
            input_ids=ids.to(self._model.device),
            attention_mask=mask.to(self._model.device),
            generation_config=greedy,
        )
        own = made if self._kind == SEQ2SEQ else made[:, longest:]
        return [self._prompt.text(each) for each in own.tolist()]
