"""Whether held-out answers are really held out: no model is tried on a question it learned from."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from autograder.domain.errors import InvalidInput
from autograder.domain.learned import LearnedModel
from autograder.domain.marked_example import MarkedExample
from autograder.learning.examples import split
from autograder.learning.examples.sameness import question_key, said

SPLIT: Final = "split"
"""In a manifest's settings: the arguments of ``split`` that the training held answers back by."""
LEARNED: Final = "learned_from"
"""In a manifest's settings: a sum of each question that was learned from, or of each answer where
answers to the same question were held back."""
ANSWER: Final = "answer"


def recorded(train: Iterable[MarkedExample], **by: object) -> dict[str, object]:
    """What a training's manifest must say of its data: ``by`` are the arguments of ``split``."""
    return {SPLIT: by, LEARNED: sorted({_sum(each, by) for each in train})}


def held_out(
    line: Sequence[LearnedModel], examples: Sequence[MarkedExample]
) -> tuple[MarkedExample, ...]:
    """The examples on which the first model of ``line``, a model and its parents, can be tried.

    Of what it learned from these are the ones that its training held back, without what a parent
    learned; where none of the line knows any of them, all. InvalidInput: it learned from a
    question that should be held out, or nobody knows what it learned from.
    """
    lessons = [(_split(model), _learned(model)) for model in line]
    if not any(_known(lessons, each) for each in examples):
        return tuple(examples)
    back = split(examples, **_split(line[0])).held_out
    seen = [each for each in back if _known(lessons[:1], each)]
    left = tuple(each for each in back if not _known(lessons[1:], each))
    if seen or not left:
        raise InvalidInput(_refusal(line[0], seen or back))
    return left


def _known(
    lessons: Sequence[tuple[Mapping[str, Any], Collection[object]]], example: MarkedExample
) -> bool:
    """Whether one of them held it, or another answer to the same question."""
    return any(_sum(example, by) in learned for by, learned in lessons)


def _sum(example: MarkedExample, by: Mapping[str, object]) -> str:
    """Names what a question asks (and an answer says) without its words: 16 hex digits."""
    told = question_key(example)
    told += f"\n{said(example.text)}" if by.get("by") == ANSWER else ""
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _learned(model: LearnedModel) -> Collection[object]:
    learned = model.settings.get(LEARNED)
    if not isinstance(learned, list | tuple):
        raise InvalidInput(
            f"It isn't recorded which questions {model.id} learned from, so none is known to be "
            "held out. Train it again here."
        )
    return frozenset(learned)


def _split(model: LearnedModel) -> Mapping[str, Any]:
    by = model.settings.get(SPLIT)
    known = by if isinstance(by, Mapping) else {}
    return {name: known[name] for name in ("held_out", "by", "seed", "shielded") if name in known}


def _refusal(model: LearnedModel, seen: Sequence[MarkedExample]) -> str:
    if not seen:
        return (
            f"{model.id} learned from every question of these answers: none is left to try it on. "
            "Give answers to other questions, or train it with some held back."
        )
    asked = dict.fromkeys(each.question.label or each.question.id for each in seen)
    return (
        f"{model.id} learned from {len(asked)} of the questions that it would be tried on "
        f"({', '.join(list(asked)[:3])}). Its figures would mean nothing: give answers to other "
        "questions, or train it again with these held back."
    )
