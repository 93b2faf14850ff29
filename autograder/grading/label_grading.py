"""Grading by the probabilities of labels, wherever the language model runs. Loads no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Protocol

import numpy as np

from autograder.domain.exam import Criterion, Question
from autograder.domain.grade import Example, Flag, Maker, Passage, Prediction
from autograder.grading import label_marks, prompt
from autograder.grading.guard import Guarded, Verdict, inspect
from autograder.grading.label_marks import LabelScore
from autograder.grading.language import packs, written_drafts
from autograder.grading.language.json_reply import Request
from autograder.grading.language.packs import Embed, Pack
from autograder.grading.language.rationale import Rationale, in_raw
from autograder.grading.predictions import lower, no_answer
from autograder.grading.prompt import Task

MOST_LEANS = 5
NO_REFERENCE = Flag(
    "no_reference",
    "No reference answer: this mark goes by what the language model knows. Look at it.",
)


@dataclass(frozen=True, slots=True)
class Start:
    """How all prompts of a question begin."""

    system: str
    context: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One task about one answer's text."""

    task: Task
    text: str


class LabelModel(Protocol):
    """A language model as grading needs it."""

    def score(self, start: Start, asked: Sequence[Asked]) -> Sequence[LabelScore | Flag]:
        """The probabilities of each task's labels; a flag says why there are none."""
        ...

    def write(self, start: Start, requests: Sequence[Request], tokens: int) -> Sequence[str]:
        """At most ``tokens`` tokens of JSON for each request; empty where it gave none."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """One way in which the model reads an answer."""

    text: str
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class LabelGrading:
    """Judges each criterion, or the whole where there are none, and explains what was decided.

    ``rationale_tokens`` is the length of an explanation by the model; 0 puts one together instead.
    """

    model: LabelModel
    embed: Embed
    rationale_tokens: int

    def grade(
        self,
        maker: Maker,
        question: Question,
        answers: Sequence[str],
        passages: Sequence[Passage],
        examples: Sequence[Example],
    ) -> list[Prediction]:
        """One prediction an answer, in order."""
        guarded = [inspect(question, answer, passages) for answer in answers]
        known = packs.packs([_harmless(question, each) for each in examples], self.embed)
        start = Start(prompt.system(question), prompt.context(question, passages))
        readings = list(dict.fromkeys(reading for each in guarded for reading in _readings(each)))
        judged = self._judged(maker, question, start, known, readings)
        predictions = [_lowest(maker, question, each, judged) for each in guarded]
        predictions = self._explained(question, start, guarded, predictions)
        alone = () if _has_basis(question, passages, examples) else (NO_REFERENCE,)
        return [
            replace(made, passages=tuple(passages), flags=(*each.flags, *made.flags, *alone))
            for each, made in zip(guarded, predictions, strict=True)
        ]

    def reference_answer(self, question: Question, passages: Sequence[Passage]) -> str:
        """A draft of the answer that earns all marks; empty where the model didn't end it."""
        start = Start(written_drafts.SYSTEM, prompt.context(question, passages))
        return written_drafts.read_reference(
            self._written(start, written_drafts.reference_request())
        )

    def criteria(self, question: Question, reference: str) -> tuple[Criterion, ...]:
        """A draft of the mark scheme for ``reference``; none where the model didn't end it."""
        asked = replace(question, reference_answers=(reference,), criteria=())
        start = Start(written_drafts.SYSTEM, prompt.context(asked, ()))
        reply = self._written(start, written_drafts.scheme_request(question.scale))
        return written_drafts.read_scheme(reply, question.scale)

    def _written(self, start: Start, request: Request) -> str:
        return self.model.write(start, [request], written_drafts.TOKENS)[0]

    def _judged(
        self,
        maker: Maker,
        question: Question,
        start: Start,
        known: Sequence[Pack],
        readings: Sequence[Reading],
    ) -> Mapping[Reading, Prediction]:
        """The prediction of each reading; prompts that begin alike are asked in a row."""
        vectors = dict(zip(readings, self._vectors(known, readings), strict=True))
        shown = {reading: packs.nearest(known, vector) for reading, vector in vectors.items()}
        kinds = {(pack, reading.backwards) for reading, pack in shown.items()}
        tasks = {kind: _tasks(question, kind[0].examples, kind[1]) for kind in kinds}
        found = self._scores(start, {each: tasks[shown[each], each.backwards] for each in readings})
        judged = {}
        for reading, pack in shown.items():
            made = label_marks.prediction(
                question, tasks[pack, reading.backwards], found[reading], maker
            )
            near = [each.id for each in pack.nearest(vectors[reading]) if each.id]
            judged[reading] = replace(
                made, leaned_on=len(pack.examples), leans=tuple(near[:MOST_LEANS])
            )
        return judged

    def _scores(
        self, start: Start, asked: Mapping[Reading, Sequence[Task]]
    ) -> Mapping[Reading, list[LabelScore | Flag]]:
        """The scores of each reading on each of its tasks, in their order."""
        flat = [(reading, place) for reading, tasks in asked.items() for place in range(len(tasks))]
        flat.sort(key=lambda each: (asked[each[0]][each[1]].text, each[1]))
        pairs = [Asked(asked[reading][place], reading.text) for reading, place in flat]
        scores = dict(zip(flat, self.model.score(start, pairs), strict=True))
        return {
            reading: [scores[reading, place] for place in range(len(tasks))]
            for reading, tasks in asked.items()
        }

    def _vectors(self, known: Sequence[Pack], readings: Sequence[Reading]) -> np.ndarray:
        if not readings or not known[0].examples:
            return np.zeros((len(readings), 1))
        return self.embed([reading.text for reading in readings])

    def _explained(
        self,
        question: Question,
        start: Start,
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

    def _replies(self, start: Start, rationales: Sequence[Rationale]) -> Sequence[str]:
        most = self.rationale_tokens
        if not most:
            return [""] * len(rationales)
        return self.model.write(start, [each.request(most) for each in rationales], most)


def _readings(guarded: Guarded) -> list[Reading]:
    """How the model reads one answer: once, and where something is wrong with it again."""
    if guarded.verdict is Verdict.LOWEST:
        return []
    texts = [guarded.text]
    if guarded.verdict is Verdict.READ_TWICE:
        texts.append(" ".join(guarded.without_suspicious().split()))
    readings = [Reading(text) for text in texts]
    return [*readings, Reading(texts[-1], backwards=True)] if guarded.flags else readings


def _honest(guarded: Guarded) -> str:
    """What words for the student are written about; spans of it are spans of ``text``."""
    twice = guarded.verdict is Verdict.READ_TWICE
    return guarded.without_suspicious() if twice else guarded.text


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


def _lowest(
    maker: Maker, question: Question, guarded: Guarded, judged: Mapping[Reading, Prediction]
) -> Prediction:
    """The lowest prediction of an answer's readings; without any it is no answer."""
    made = [judged[reading] for reading in _readings(guarded)]
    return reduce(lower, made) if made else no_answer(question, maker)
