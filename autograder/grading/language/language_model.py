"""A 4-bit base language model, with the LoRA adapter that it wears at the moment."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model, set_peft_model_state_dict

from autograder.domain.errors import EngineUnavailable
from autograder.grading.label_marks import LabelScore
from autograder.grading.language import label_scoring, writing
from autograder.grading.language.adapters import Adapter
from autograder.grading.language.batches import Batches, within
from autograder.grading.language.chat import Chat
from autograder.grading.language.json_reply import Schema
from autograder.grading.language.label_scoring import Ids, Prefix
from autograder.grading.language.room import Room
from autograder.grading.language.writing import Grammars


class LanguageModel:
    """Reads label probabilities and writes short replies, as many at once as the memory holds.

    EngineUnavailable: the base has no chat template for it.
    """

    def __init__(self, name: str, model: Any, tokenizer: Any, batch_size: int) -> None:
        self.name = name
        self.chat = Chat(tokenizer)
        self._model = model
        self._tokenizer = tokenizer
        self._batches = Batches(batch_size)
        self._room = Room(model)
        self._grammars = Grammars(model, tokenizer)
        self._shares = label_scoring.can_share(model)
        self._kept: OrderedDict[tuple[Ids, Ids], Prefix] = OrderedDict()
        self._longest = getattr(model.config, "max_position_embeddings", None) or 8192

    def prefix(self, ids: Ids, before: Prefix | None = None) -> Prefix:
        """The beginning of some prompts, computed ahead where model and memory allow it.

        The last ones are kept: the next answers to a question begin in the same way.
        """
        before = before or Prefix()
        together = Prefix((*before.ids, *ids))
        if not self._shares or len(together.ids) >= self._longest:
            return together
        key = (before.ids, tuple(ids))
        if key not in self._kept:
            try:
                self._kept[key] = label_scoring.extend(self._model, before, ids)
            except torch.OutOfMemoryError:
                return together
        self._kept.move_to_end(key)
        found = self._kept[key]
        self._forget()
        return found

    def score(
        self, prefix: Prefix, ends: Sequence[Ids], labels: Sequence[str]
    ) -> list[LabelScore | None]:
        """Probabilities of the labels after each prompt; None: too long, or out of memory."""
        label_ids = self.chat.labels(labels)
        known = len(prefix.ids)
        most = self._room.row(known)
        again = 0 if prefix.cache else known  # what each answer adds to the row beside itself

        def work(batch: Sequence[Ids]) -> list[LabelScore]:
            logits = label_scoring.next_logits(self._model, prefix, batch)
            return label_scoring.read(logits, label_ids)

        def fitting(some: Sequence[Ids]) -> int:
            return within([again + len(end) for end in some], most)

        fits = [known + len(end) <= self._longest for end in ends]
        readable = [end for end, fit in zip(ends, fits, strict=True) if fit]
        scores = iter(self._batches.run(readable, work, fitting))
        return [next(scores) if fit else None for fit in fits]

    def write(self, prefix: Prefix, asked: Sequence[tuple[Ids, Schema]], most: int) -> list[str]:
        """A JSON reply of at most ``most`` tokens to each end of a prompt, held to its schema.

        Empty where the prompt is too long or memory doesn't do; cut off where tokens don't do.
        """
        known = len(prefix.ids) + most

        def work(batch: Sequence[tuple[Ids, Schema]]) -> list[str]:
            return writing.write(self._model, self._tokenizer, self._grammars, prefix, batch, most)

        def fitting(some: Sequence[tuple[Ids, Schema]]) -> int:
            return self._room.rows(known + max(len(end) for end, _ in some))

        fits = [known + len(end) <= self._longest for end, _ in asked]
        possible = [ask for ask, fit in zip(asked, fits, strict=True) if fit]
        replies = iter(self._batches.run(possible, work, fitting))
        return [(next(replies) or "") if fit else "" for fit in fits]

    def wear(self, adapter: Adapter | None) -> None:
        """Puts ``adapter`` on in place of the one before; None leaves the base alone.

        EngineUnavailable: it doesn't fit this base; the one before then stays on.
        """
        self._kept.clear()  # what another adapter made of the same words
        worn = list(self._model.peft_config) if isinstance(self._model, PeftModel) else []
        if adapter is None:
            self._model = self._model.unload() if worn else self._model
        elif _slot(adapter) not in worn:
            self._add(adapter, worn)
        self._model.eval()

    def _forget(self) -> None:
        """Lets go of the beginnings that were not used for longest, down to the room for them."""
        while len(self._kept) > 1 and self._room.kept_tokens < sum(
            len(each.ids) for each in self._kept.values()
        ):
            self._kept.popitem(last=False)

    def _add(self, adapter: Adapter, worn: list[str]) -> None:
        slot, base = _slot(adapter), self._model
        try:
            if worn:
                self._model.add_adapter(slot, _config(adapter))
            else:
                self._model = get_peft_model(base, _config(adapter), adapter_name=slot)
            _fill(self._model, slot, adapter)
        except (ValueError, RuntimeError, KeyError) as error:
            self._take_off(slot, worn)
            raise EngineUnavailable(
                f"The adapter “{adapter.name}” can't be used: its weights don't fit the base "
                f"model {self.name}. Train it again for this base, or choose its own base."
            ) from error
        self._model.set_adapter(slot)
        for name in worn:
            self._model.delete_adapter(name)

    def _take_off(self, slot: str, worn: list[str]) -> None:
        if not isinstance(self._model, PeftModel):
            return
        if not worn:
            self._model = self._model.unload()
            return
        if slot in self._model.peft_config:
            self._model.delete_adapter(slot)
        self._model.set_adapter(worn[0])


def _slot(adapter: Adapter) -> str:
    return f"adapter_{adapter.sha[:16]}"


def _config(adapter: Adapter) -> LoraConfig:
    targets = adapter.targets if isinstance(adapter.targets, str) else list(adapter.targets)
    return LoraConfig(
        task_type="CAUSAL_LM",
        r=adapter.rank,
        lora_alpha=adapter.alpha,
        target_modules=targets,
        use_rslora=adapter.rank_stabilised,
        inference_mode=True,
    )


def _fill(model: PeftModel, slot: str, adapter: Adapter) -> None:
    """Loads the weights; a weight too many or too few is an error, not a random number."""
    result: Any = set_peft_model_state_dict(model, dict(adapter.tensors), adapter_name=slot)
    missing = [key for key in result.missing_keys if f".{slot}." in key]
    if missing or result.unexpected_keys:
        raise ValueError(f"weights don't match: {[*missing, *result.unexpected_keys][:3]}")
