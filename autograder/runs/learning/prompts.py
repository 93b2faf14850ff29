"""Marked answers as the language model is taught them: what grading asks, and a person's reply.

Grading itself is run on each answer with a model in it that replies as the person did, and what
it was asked is kept. So there is no second wording that could drift from the first.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from autograder.domain.exam import Question, decided
from autograder.domain.grade import Example, Maker, Passage, Prediction
from autograder.domain.marked_example import MarkedExample, Points
from autograder.grading import prompt
from autograder.grading.guard import Verdict, inspect
from autograder.grading.label_grading import Asked, LabelGrading, Start
from autograder.grading.label_marks import LabelScore, has_criteria
from autograder.grading.language.chat import Chat
from autograder.grading.language.json_reply import Request
from autograder.grading.language.packs import Embed
from autograder.grading.language.rationale import Rationale
from autograder.grading.prompt import Task
from autograder.learning.language.rows import WORDS, Ids, Pair, Row
from autograder.runs.learning.replies import reply

SHOWN = 0.5
"""Share of the rows with other reviews as examples: grading begins without any, then has some."""
MOST_SHOWN = 24
AS_THE_PERSON = Maker("person")

PassagesOf = Callable[[Question], Sequence[Passage]]


@dataclass(frozen=True, slots=True)
class Asking:
    """One thing that grading asks about an answer. ``right`` is the label that a person replies;
    ``wrong`` the one that the machine gave in its place, "" where it was right or isn't known."""

    start: Start
    asked: Asked
    right: str
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Explaining:
    """The words that grading asks for about a mark, and a person's reply in that form."""

    start: Start
    request: Request
    reply: str


@dataclass(frozen=True, slots=True)
class Prompts:
    """Writes rows and pairs for a model. ``rationale_tokens`` is the length of its words on a
    mark; 0 teaches none."""

    tokenizer: Any
    chat: Chat
    embed: Embed
    rationale_tokens: int = 0
    passages_of: PassagesOf = lambda question: ()

    @classmethod
    def of(cls, tokenizer: Any, *given: Any) -> Prompts:
        """For a tokenizer; EngineUnavailable: its vocabulary lacks a label."""
        chat = Chat(tokenizer)
        chat.labels(prompt.LABELS)
        return cls(tokenizer, chat, *given)

    def rows(
        self, examples: Sequence[MarkedExample], reviews: Sequence[MarkedExample], seed: int = 0
    ) -> list[Row]:
        """A row for everything that grading asks about each answer; ``reviews`` are what a part
        of the rows shows beside it."""
        made: list[Row] = []
        for example, shown in shown_with(examples, reviews, seed):
            askings, explaining = self.lessons(example, shown)
            where = _where(example)
            made += [Row(self.ids(each), self._label(each.right), where=where) for each in askings]
            if explaining:
                made.append(self._words(explaining, where))
        return made

    def pairs(
        self, examples: Sequence[MarkedExample], reviews: Sequence[MarkedExample], seed: int = 0
    ) -> list[Pair]:
        """Every wrong label under the right one; the one that the machine gave comes twice."""
        made: list[Pair] = []
        for example, shown in shown_with(examples, reviews, seed):
            askings, _ = self.lessons(example, shown)
            for each in askings:
                ids, right = self.ids(each), self._label(each.right)
                others = [label for label in each.asked.task.labels if label != each.right]
                worse = [*others, *([each.wrong] if each.wrong else [])]
                made += [Pair(ids, right, self._label(label), _where(example)) for label in worse]
        return made

    def lessons(
        self, example: MarkedExample, shown: Sequence[Example]
    ) -> tuple[list[Asking], Explaining | None]:
        """What grading asks about one answer beside the reviews ``shown``, with the replies.

        Nothing where the guard finds no answer, and nothing on criteria that nobody judged.
        """
        person = _Person(_with_points(example))
        question, passages = person.example.question, self.passages_of(example.question)
        tokens = self.rationale_tokens if example.comment.strip() else 0
        grading = LabelGrading(person, self.embed, tokens)
        (made,) = grading.grade(AS_THE_PERSON, question, [example.text], passages, shown)
        return person.askings, person.explaining(made, passages, tokens, self.embed)

    def ids(self, asking: Asking) -> Ids:
        """As ``LlamaGrader`` writes it, piece by piece."""
        task, text = asking.asked.task, asking.asked.text
        closing = self.chat.closing(prompt.answer(text, task))
        return (*self._opening(asking.start), *self.chat.plain(task.text), *closing)

    def _words(self, explaining: Explaining, where: str) -> Row:
        closing = self.chat.closing(explaining.request.ask)
        reply = (*self.chat.plain(explaining.reply), self.tokenizer.eos_token_id)
        return Row((*self._opening(explaining.start), *closing), reply, WORDS, where)

    def _opening(self, start: Start) -> list[int]:
        return self.chat.opening(start.system, start.context)

    def _label(self, label: str) -> Ids:
        return tuple(self.chat.labels([label]))


@dataclass(slots=True)
class _Person:
    """A language model's part played by the person who marked the answer."""

    example: MarkedExample
    askings: list[Asking] = field(default_factory=list)
    requests: list[tuple[Start, Request]] = field(default_factory=list)

    def score(self, start: Start, asked: Sequence[Asked]) -> list[LabelScore]:
        """Certain of the person's labels; where nobody said anything, of none."""
        return [self._score(start, each) for each in asked]

    def write(self, start: Start, requests: Sequence[Request], tokens: int) -> list[str]:
        """Only keeps what was asked: the reply needs the prediction that is being explained."""
        self.requests += [(start, each) for each in requests]
        return [""] * len(requests)

    def explaining(
        self, made: Prediction, passages: Sequence[Passage], tokens: int, embed: Embed
    ) -> Explaining | None:
        """The person's words on the mark ``made``, in the shape that was asked for."""
        if not self.requests:
            return None
        question, (start, request) = self.example.question, self.requests[0]
        guarded = inspect(question, self.example.text, passages)
        twice = guarded.verdict is Verdict.READ_TWICE
        text = guarded.without_suspicious() if twice else guarded.text
        rationale = Rationale.of(question, made, text)
        told = reply(rationale, self.example.comment, request, embed)
        same = rationale.request(tokens) == request
        return Explaining(start, request, told) if told and same else None

    def _score(self, start: Start, asked: Asked) -> LabelScore:
        task = asked.task
        right = self._label(task, self.example.criteria, self.example.mark)
        if right is None:
            return LabelScore((1 / len(task.labels),) * len(task.labels), 1.0)
        said = self._label(task, self.example.predicted_criteria, self.example.predicted)
        wrong = said if said is not None and said != right else ""
        self.askings.append(Asking(start, asked, right, wrong))
        return LabelScore(tuple(float(label == right) for label in task.labels), 1.0)

    def _label(self, task: Task, points: Points | None, mark: float | None) -> str | None:
        question = self.example.question
        if not has_criteria(question):
            return None if mark is None else _nearest(task, mark)
        index = _criterion(question, task)
        if points is None or decided(question.criteria, points)[index] is None:
            return None
        given = points[index]
        return None if given is None else _nearest(task, question.criteria[index].share(given))


def shown_with(
    examples: Sequence[MarkedExample], reviews: Sequence[MarkedExample], seed: int
) -> Iterator[tuple[MarkedExample, list[Example]]]:
    """Each example with the reviews of other answers to its question that stand beside it.

    None for about half of them, else some: never one that says the same.
    """
    chance = random.Random(seed)  # noqa: S311  # a choice, no secret
    by_question: dict[Question, list[MarkedExample]] = {}
    for each in reviews:
        by_question.setdefault(each.question, []).append(each)
    for example in examples:
        said = _plain(example.text)
        others = [e for e in by_question.get(example.question, ()) if _plain(e.text) != said]
        count = chance.randint(1, min(MOST_SHOWN, len(others))) if others else 0
        some = chance.sample(others, count) if count and chance.random() < SHOWN else []
        yield example, [Example(e.text, e.mark, e.criteria, e.id) for e in some]


def _with_points(example: MarkedExample) -> MarkedExample:
    """The example with points for its criteria where they follow from the mark alone.

    Where they don't, it is asked as grading asks a question without criteria: by its mark.
    """
    question = example.question
    if example.criteria is not None or not has_criteria(question):
        return example
    plain = all(each.marks > 0 and not each.group for each in question.criteria)
    if plain and example.mark in (question.scale.minimum, question.scale.maximum):
        full = example.mark == question.scale.maximum
        points = tuple(e.marks if full else e.points(1.0)[0] for e in question.criteria)
        return replace(example, criteria=points)
    return replace(example, question=replace(question, criteria=()), predicted_criteria=None)


def _criterion(question: Question, task: Task) -> int:
    """Which criterion a task asks about: its text begins as that criterion's does."""
    for index in range(len(question.criteria)):
        for backwards in (False, True):
            bare = prompt.criterion_task(question, index, (), backwards)
            if task.text.startswith(bare.text):
                return index
    raise ValueError("a task of another question")


def _nearest(task: Task, value: float) -> str:
    nearest = min(range(len(task.values)), key=lambda index: abs(task.values[index] - value))
    return task.labels[nearest]


def remembered(embed: Embed) -> Embed:
    """The same vectors, each text's computed once: reviews stand beside many answers."""

    @lru_cache(maxsize=20_000)
    def one(text: str) -> np.ndarray:
        vector: np.ndarray = embed([text])[0]
        return vector

    return lambda texts: np.stack([one(text) for text in texts])


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _where(example: MarkedExample) -> str:
    return example.where or example.id
