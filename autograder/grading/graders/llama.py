"""The language model as a grader: a 4-bit base in this process, with a LoRA adapter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from autograder.domain.errors import EngineUnavailable
from autograder.domain.exam import Criterion, Question
from autograder.domain.grade import Example, Flag, Maker, Passage, Prediction
from autograder.embedding import TextEmbedding
from autograder.grading import adapters, bases, gpu, label_marks, packs, prompt, written_drafts
from autograder.grading.guard import Guarded, Verdict, inspect
from autograder.grading.json_reply import Request
from autograder.grading.packs import Embed, Pack
from autograder.grading.predictions import lower, no_answer
from autograder.grading.prompt import Task
from autograder.grading.rationale import Rationale, in_raw
from autograder.settings import Settings

if TYPE_CHECKING:
    from autograder.grading.label_scoring import Prefix
    from autograder.grading.language_model import LanguageModel

MOST_LEANS = 5
NO_REFERENCE = Flag(
    "no_reference",
    "No reference answer: this mark goes by what the language model knows. Look at it.",
)


def build(settings: Settings) -> LlamaGrader:
    """Loads the base and the adapter that the settings name. EngineUnavailable: it can't."""
    try:
        from autograder.grading import base_model
        from autograder.grading.language_model import LanguageModel
    except ImportError as error:
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


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way in which the model reads an answer."""

    text: str
    backwards: bool = False


class LlamaGrader:
    """Judges each criterion, or the whole where there are none, by the probabilities of labels.

    EngineUnavailable: the base's vocabulary lacks a label.
    """

    name = "llama"

    def __init__(self, model: LanguageModel, embed: Embed, rationale_tokens: int) -> None:
        model.chat.labels(prompt.LABELS)
        self._model = model
        self._embed = embed
        self._rationale_tokens = rationale_tokens
        self.maker = Maker(self.name, bases.revision(model.name), "", prompt.VERSION)

    def use_adapter(self, folder: Path | None) -> None:
        """Changes the adapter while running; None: the base alone.

        EngineUnavailable: it is missing, damaged or made for another base; nothing changes then.
        """
        adapter = adapters.read(folder, self._model.name) if folder else None
        self._model.wear(adapter)
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
        guarded = [inspect(question, answer, passages) for answer in answers]
        known = packs.packs([_harmless(question, each) for each in examples], self._embed)
        start = self._start(prompt.SYSTEM, question, passages)
        readings = dict.fromkeys(reading for each in guarded for reading in _readings(each))
        judged = self._judged(question, start, known, list(readings))
        predictions = [self._lowest(question, each, judged) for each in guarded]
        predictions = self._explained(question, start, guarded, predictions)
        alone = () if _has_basis(question, passages, examples) else (NO_REFERENCE,)
        return [
            replace(
                prediction,
                passages=tuple(passages),
                flags=(*each.flags, *prediction.flags, *alone),
            )
            for each, prediction in zip(guarded, predictions, strict=True)
        ]

    def reference_answer(self, question: Question, passages: Sequence[Passage]) -> str:
        """Drafts the answer that earns all marks, by the passages where there are some; empty
        where the model didn't bring it to an end."""
        start = self._start(written_drafts.SYSTEM, question, passages)
        return written_drafts.read_reference(
            self._written(start, written_drafts.reference_request())
        )

    def criteria(self, question: Question, reference: str) -> tuple[Criterion, ...]:
        """Drafts a mark scheme by the reference answer, its marks adding up to the scale; none
        where the model didn't bring it to an end."""
        asked = replace(question, reference_answers=(reference,), criteria=())
        start = self._start(written_drafts.SYSTEM, asked, ())
        reply = self._written(start, written_drafts.scheme_request(question.scale))
        return written_drafts.read_scheme(reply, question.scale)

    def _start(self, system: str, question: Question, passages: Sequence[Passage]) -> Prefix:
        opening = self._model.chat.opening(system, prompt.context(question, passages))
        return self._model.prefix(opening)

    def _written(self, start: Prefix, request: Request) -> str:
        asked = (self._model.chat.closing(request.ask), request.schema)
        return self._model.write(start, [asked], written_drafts.TOKENS)[0]

    def _judged(
        self, question: Question, start: Prefix, known: Sequence[Pack], readings: Sequence[_Reading]
    ) -> Mapping[_Reading, Prediction]:
        """The prediction of each reading; those that begin alike are read together."""
        judged: dict[_Reading, Prediction] = {}
        for pack, backwards, some in _alike(known, self._vectors(known, readings), readings):
            tasks = _tasks(question, pack.examples, backwards)
            columns = [self._scores(start, task, list(some)) for task in tasks]
            for (reading, vector), *scores in zip(some.items(), *columns, strict=True):
                made = label_marks.prediction(question, tasks, scores, self.maker)
                near = [each.id for each in pack.nearest(vector) if each.id]
                judged[reading] = replace(
                    made, leaned_on=len(pack.examples), leans=tuple(near[:MOST_LEANS])
                )
        return judged

    def _vectors(self, known: Sequence[Pack], readings: Sequence[_Reading]) -> np.ndarray:
        if not known[0].examples:
            return np.zeros((len(readings), 1))
        return self._embed([reading.text for reading in readings])

    def _scores(
        self, start: Prefix, task: Task, readings: Sequence[_Reading]
    ) -> Sequence[label_marks.LabelScore | None]:
        chat = self._model.chat
        prefix = self._model.prefix(chat.plain(task.text), start)
        ends = [chat.closing(prompt.answer(reading.text, task)) for reading in readings]
        return self._model.score(prefix, ends, task.labels)

    def _lowest(
        self, question: Question, guarded: Guarded, judged: Mapping[_Reading, Prediction]
    ) -> Prediction:
        """The lowest prediction of an answer's readings; without any it is no answer."""
        made = [judged[reading] for reading in _readings(guarded)]
        return reduce(lower, made) if made else no_answer(question, self.maker)

    def _explained(
        self,
        question: Question,
        start: Prefix,
        guarded: Sequence[Guarded],
        predictions: Sequence[Prediction],
    ) -> list[Prediction]:
        """Adds words, and where the model writes them evidence, to each mark that was read off."""
        rationales = {
            index: Rationale.of(question, made, _honest(each))
            for index, (each, made) in enumerate(zip(guarded, predictions, strict=True))
            if made.mark is not None and _readings(each)
        }
        replies = self._replies(start, list(rationales.values()))
        explained = list(predictions)
        for (index, rationale), reply in zip(rationales.items(), replies, strict=True):
            explained[index] = in_raw(rationale.explained(reply), guarded[index].raw_span)
        return explained

    def _replies(self, start: Prefix, rationales: Sequence[Rationale]) -> list[str]:
        most = self._rationale_tokens
        if not most:
            return [""] * len(rationales)
        requests = [rationale.request(most) for rationale in rationales]
        asked = [(self._model.chat.closing(each.ask), each.schema) for each in requests]
        return self._model.write(start, asked, most)


def _readings(guarded: Guarded) -> list[_Reading]:
    """How the model reads one answer: once, and where something is wrong with it again."""
    if guarded.verdict is Verdict.LOWEST:
        return []
    texts = [guarded.text]
    if guarded.verdict is Verdict.READ_TWICE:
        texts.append(" ".join(guarded.without_suspicious().split()))
    readings = [_Reading(text) for text in texts]
    return [*readings, _Reading(texts[-1], backwards=True)] if guarded.flags else readings


def _honest(guarded: Guarded) -> str:
    """What words for the student are written about; spans of it are spans of ``text``."""
    twice = guarded.verdict is Verdict.READ_TWICE
    return guarded.without_suspicious() if twice else guarded.text


def _alike(
    known: Sequence[Pack], vectors: np.ndarray, readings: Sequence[_Reading]
) -> Iterator[tuple[Pack, bool, dict[_Reading, np.ndarray]]]:
    """The readings, each with its vector, by the pack nearest to them and the labels' order."""
    places = [known.index(packs.nearest(known, vector)) for vector in vectors]
    rows = list(zip(places, readings, vectors, strict=True))
    rows.sort(key=lambda row: (row[0], row[1].backwards))
    for (place, backwards), some in groupby(rows, key=lambda row: (row[0], row[1].backwards)):
        yield known[place], backwards, {reading: vector for _, reading, vector in some}


def _harmless(question: Question, example: Example) -> Example:
    """A student's words without sentences that talk to the grader; a ruling as it stands."""
    if example.ruling:
        return example
    return replace(example, text=inspect(question, example.text).without_suspicious())


def _has_basis(
    question: Question, passages: Sequence[Passage], examples: Sequence[Example]
) -> bool:
    return bool(question.criteria or question.reference_answers or passages or examples)


def _tasks(question: Question, examples: Sequence[Example], backwards: bool) -> list[Task]:
    if not label_marks.has_criteria(question):
        return [prompt.mark_task(question, examples, backwards)]
    return [
        prompt.criterion_task(question, index, examples, backwards)
        for index in range(len(question.criteria))
    ]
