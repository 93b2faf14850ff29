"""What a drafting model reads, the same when it is taught and when it drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.domain.errors import EngineUnavailable
from autograder.learning.drafting.settings import CAUSAL, SEQ2SEQ

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

VERSION = "1"
"""Raised with every change of wording: a learned model tells which one it was taught with."""
SYSTEM = (
    "You help a teacher to prepare an exam. You write the reference answer to a question: correct, "
    "complete, to the point, in the language of the question."
)
_SLOT = "TheQuestionGoesHere"


class Prompt:
    """Questions and answers as token ids of one model.

    Texts are encoded as they are, case and punctuation kept, and can't write control tokens.
    EngineUnavailable: the model's chat template can't be used.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, kind: str) -> None:
        self._tokenizer = tokenizer
        self.kind = kind
        self._before, self._after = self._frame()
        self._end = [int(tokenizer.eos_token_id)]

    def question(self, text: str, passage: str = "") -> list[int]:
        """All that the model reads before it writes."""
        return [*self._before, *self._encode(_asked(text, passage)), *self._after]

    def answer(self, text: str) -> list[int]:
        """What the model is to write, its end included."""
        if self.kind == SEQ2SEQ:
            return [*self._before, *self._encode(text), *self._after]
        return [*self._encode(text if self._chats else f" {text}"), *self._end]

    def text(self, ids: list[int]) -> str:
        """What the model wrote, without control tokens."""
        return str(self._tokenizer.decode(ids, skip_special_tokens=True)).strip()

    @property
    def _chats(self) -> bool:
        return self.kind == CAUSAL and self._tokenizer.chat_template is not None

    def _frame(self) -> tuple[list[int], list[int]]:
        """The ids around the question."""
        if self.kind == SEQ2SEQ:
            whole, bare = list(self._tokenizer(_SLOT).input_ids), self._plain(_SLOT)
            place = next(at for at in range(len(whole)) if whole[at : at + len(bare)] == bare)
            return whole[:place], whole[place + len(bare) :]
        if self._chats:
            before, after = self._template().split(_SLOT)
            return self._plain(before), self._plain(after)
        first = self._tokenizer.bos_token_id
        return [] if first is None else [int(first)], self._plain("\nAnswer:")

    def _template(self) -> str:
        messages = [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": _SLOT},
        ]
        settings: dict[str, Any] = {"date_string": "26 Jul 2024", "enable_thinking": False}
        try:
            return str(
                self._tokenizer.apply_chat_template(
                    messages, tokenize=False, add_generation_prompt=True, **settings
                )
            )
        except Exception as error:  # templates are programs: they raise anything
            raise EngineUnavailable(
                "This language model has no chat template for a system and a user message. "
                "Choose another base."
            ) from error

    def _plain(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False)
        return ids

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(
            text, add_special_tokens=False, split_special_tokens=True
        )
        return ids


def _asked(text: str, passage: str) -> str:
    book = f"\nFrom the textbook: {passage}" if passage else ""
    return f"Question: {text}{book}"
