"""The language model as a grader: a 4-bit base in this process, with a LoRA adapter."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.domain.errors import EngineUnavailable
from autograder.domain.exam import Criterion, Question
from autograder.domain.grade import Example, Flag, Maker, Passage, Prediction
from autograder.embedding import TextEmbedding
from autograder.grading import gpu, prompt
from autograder.grading.label_grading import Asked, LabelGrading, Start
from autograder.grading.label_marks import LabelScore
from autograder.grading.language import adapters, bases
from autograder.grading.language.json_reply import Request
from autograder.grading.language.packs import Embed
from autograder.settings import Settings

if TYPE_CHECKING:
    from autograder.grading.language.label_scoring import Prefix
    from autograder.grading.language.language_model import LanguageModel

MOST_KEPT = 2_000
"""Replies that are kept; a few kilobytes each."""
NOT_GRADED = Flag(
    "not_graded",
    "This answer was too long for the language model, or the GPU's memory too small: "
    "mark it yourself, or use a smaller base model.",
)


def build(settings: Settings) -> LlamaGrader:
    """Loads the base and the adapter that the settings name. EngineUnavailable: it can't."""
    try:
        from autograder.grading.language import base_model
        from autograder.grading.language.language_model import LanguageModel
    except ModuleNotFoundError as error:
        raise EngineUnavailable(
            f"The language model needs a package that is not installed: {error.name}. "
            "Install the packages of requirements.txt."
        ) from error
    llama = settings.llama
    name = llama.base or bases.default(gpu.memory(), llama.offline)
    if name is None:
        raise EngineUnavailable(
            f"There is no language model on this machine. {bases.how_to_get(llama)}"
        )
    adapter = adapters.located(llama.adapter, settings.models) if llama.adapter else None
    if adapter is not None:
        adapters.read(adapter, name)  # a wrong adapter is known before minutes of loading
    model = LanguageModel(name, *base_model.load(name, llama), llama.batch_size)
    embed = TextEmbedding(settings.models / "minilm").embed
    grader = LlamaGrader(model, embed, llama.rationale_tokens)
    grader.use_adapter(adapter)
    return grader


class LlamaGrader:
    """Judges each criterion, or the whole where there are none, by the probabilities of labels.

    EngineUnavailable: the base's vocabulary lacks a label.
    """

    name = "llama"

    def __init__(self, model: LanguageModel, embed: Embed, rationale_tokens: int) -> None:
        model.chat.labels(prompt.LABELS)
        self._model = model
        self._reader = InThisProcess(model)
        self._embed = embed
        self._rationale_tokens = rationale_tokens
        self.maker = Maker(self.name, bases.revision(model.name), "", prompt.VERSION)

    def use_adapter(self, folder: Path | None) -> None:
        """Changes the adapter while running; None: the base alone.

        EngineUnavailable: it is missing, damaged or made for another base; nothing changes then.
        """
        adapter = adapters.read(folder, self._model.name) if folder else None
        self._model.wear(adapter)
        self._reader.forget()
        named = f"{adapter.name}@{adapter.sha[:12]}" if adapter else ""
        self.maker = replace(self.maker, adapter=named)

    def grade(
        self,
        question: Question,
        answers: Sequence[str],
        passages: Sequence[Passage] = (),
        examples: Sequence[Example] = (),
    ) -> list[Prediction]:
        """Predicts one mark an answer, in order; see :class:`autograder.grading.grader.Grader`."""
        return self._grading().grade(self.maker, question, answers, passages, examples)

    def reference_answer(self, question: Question, passages: Sequence[Passage]) -> str:
        """Drafts the answer that earns all marks, by the passages where there are some; empty
        where the model didn't bring it to an end."""
        return self._grading().reference_answer(question, passages)

    def criteria(self, question: Question, reference: str) -> tuple[Criterion, ...]:
        """Drafts a mark scheme by the reference answer, its marks adding up to the scale; none
        where the model didn't bring it to an end."""
        return self._grading().criteria(question, reference)

    def _grading(self) -> LabelGrading:
        return LabelGrading(self._reader, self._embed, self._rationale_tokens)


class InThisProcess:
    """The model as grading needs it: what prompts have in common is computed once."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._written: OrderedDict[tuple[Start, str, int], str] = OrderedDict()

    def score(self, start: Start, asked: Sequence[Asked]) -> list[LabelScore | Flag]:
        """See ``LabelModel``; tasks that stand in a row are asked together."""
        opening, chat = self._prefix(start), self._model.chat
        scores: list[LabelScore | None] = []
        for task, some in groupby(asked, key=lambda each: each.task):
            prefix = self._model.prefix(chat.plain(task.text), opening)
            ends = [chat.closing(prompt.answer(each.text, task)) for each in some]
            scores += self._model.score(prefix, ends, task.labels)
        return [NOT_GRADED if score is None else score for score in scores]

    def write(self, start: Start, requests: Sequence[Request], tokens: int) -> list[str]:
        """See ``LabelModel``; what was asked before in the same words is not written again.

        Most marks stay what they are when a review of another answer comes in.
        """
        keys = [(start, each.ask, tokens) for each in requests]
        known = {key: self._written[key] for key in keys if key in self._written}
        new = {key: each for key, each in zip(keys, requests, strict=True) if key not in known}
        asked = [(self._model.chat.closing(each.ask), each.schema) for each in new.values()]
        replies = self._model.write(self._prefix(start), asked, tokens) if asked else []
        known |= dict(zip(new, replies, strict=True))
        for key in keys:
            self._written[key] = known[key]
            self._written.move_to_end(key)
        while len(self._written) > MOST_KEPT:
            self._written.popitem(last=False)
        return [known[key] for key in keys]

    def forget(self) -> None:
        """Another adapter writes other words."""
        self._written.clear()

    def _prefix(self, start: Start) -> Prefix:
        return self._model.prefix(self._model.chat.opening(start.system, start.context))
