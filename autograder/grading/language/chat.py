"""A prompt as token ids: the model's own chat template around text that can't control it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autograder.domain.errors import EngineFailed, EngineUnavailable

if TYPE_CHECKING:
    from tokenizers import AddedToken
    from transformers import PreTrainedTokenizerBase

SYSTEM_SLOT = "AutoGraderSystemSlot"
USER_SLOT = "AutoGraderUserSlot"
TEMPLATE_SETTINGS: dict[str, Any] = {
    "date_string": "26 Jul 2024",  # Llama 3.2 writes today's date otherwise: other marks tomorrow
    "enable_thinking": False,  # Qwen 3
}


class Chat:
    """Writes a system and a user message as token ids, piece by piece.

    The template is rendered once with slots in place of the messages and cut there. Each piece of
    a message is then encoded on its own, so what is shared by many prompts has the same ids in
    each, and no text can add a token that the template alone may write.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self._tokenizer = tokenizer
        added = tokenizer.added_tokens_decoder.items()
        control = {id_: token.content for id_, token in added if _controls(token)}
        self._control_ids = frozenset(control)
        longest_first = sorted(control.values(), key=len, reverse=True)
        self._control = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
        self._before, self._between, self._after = self._frame()

    def opening(self, system: str, user: str) -> list[int]:
        """The ids from the start of the prompt through the first part of the user's message."""
        return [*self._before, *self.plain(system), *self._between, *self.plain(user)]

    def closing(self, user: str) -> list[int]:
        """The ids of the last part of the user's message, up to where the reply begins."""
        return [*self.plain(user), *self._after]

    def plain(self, text: str) -> list[int]:
        """Text without power: a control token that is written out in it is broken by a space."""
        harmless = self._control.sub(lambda match: f"{match[0][0]} {match[0][1:]}", text)
        ids = self._encode(harmless, split_special_tokens=True)
        if not self._control_ids.isdisjoint(ids):
            raise EngineFailed("An answer holds a control token of the language model.")
        return ids

    def labels(self, labels: Sequence[str]) -> list[int]:
        """The token of each label. EngineUnavailable: one of them isn't a single token."""
        encoded = [self._encode(label) for label in labels]
        ids = [each[-1] for each in encoded]
        if any(len(each) != 1 for each in encoded) or len(set(ids)) != len(ids):
            raise EngineUnavailable(
                "This language model can't be used for grading: its vocabulary has no single "
                f"tokens for {', '.join(labels)}. Choose another base model in the settings."
            )
        return ids

    def _frame(self) -> tuple[list[int], list[int], list[int]]:
        messages = [
            {"role": "system", "content": SYSTEM_SLOT},
            {"role": "user", "content": USER_SLOT},
        ]
        try:
            rendered = self._tokenizer.apply_chat_template(
                messages, tokenize=False, add_generation_prompt=True, **TEMPLATE_SETTINGS
            )
            before, rest = str(rendered).split(SYSTEM_SLOT)
            between, after = rest.split(USER_SLOT)
        except Exception as error:  # templates are programs: they raise anything
            raise EngineUnavailable(
                "This language model has no chat template for a system and a user message. "
                "Choose an “Instruct” model as the base."
            ) from error
        return self._encode(before), self._encode(between), self._encode(after)

    def _encode(self, text: str, split_special_tokens: bool = False) -> list[int]:
        ids: list[int] = self._tokenizer.encode(
            text, add_special_tokens=False, split_special_tokens=split_special_tokens
        )
        return ids


def _controls(token: AddedToken) -> bool:
    """Special tokens, and those like ``<think>``; not words or spaces that were added."""
    return token.special or not (token.content.isalnum() or token.content.isspace())
