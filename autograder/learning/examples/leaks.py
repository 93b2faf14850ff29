"""What examples to learn from give away of those to test on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from autograder.domain.marked_example import MarkedExample
from autograder.learning.examples.examples import Remark
from autograder.learning.examples.sameness import NearSame, question_key

LEAK = "leak"
Examples = Sequence[MarkedExample]


def without_leaks(
    train: Examples, held_out: Examples, same_question: bool = False
) -> tuple[list[MarkedExample], list[Remark]]:
    """Leaves out of ``train`` what stands in ``held_out`` too, and tells what and why.

    That is a question held back (under another id, or worded almost alike) with all its answers,
    unless both sides hold the ``same_question`` by intent, and an answer that is near-same.
    """
    asked, remarks = (list(train), []) if same_question else _other_questions(train, held_out)
    known = NearSame([each.text for each in held_out])
    clean = []
    for each in asked:
        near = known.near(each.text)
        if near:
            remarks.append(_same_answer(each, held_out[near[0]]))
        else:
            clean.append(each)
    return clean, remarks


def _other_questions(
    train: Examples, held_out: Examples
) -> tuple[list[MarkedExample], list[Remark]]:
    tested = _Tested(held_out)
    twins = {key: tested.twin(first) for key, first in _firsts(train).items()}
    clean = [each for each in train if twins[_identity(each)] is None]
    answers = Counter(_identity(each) for each in train)
    remarks = [
        _same_question(first, twin, answers[key])
        for key, first in _firsts(train).items()
        if (twin := twins[key]) is not None
    ]
    return clean, remarks


class _Tested:
    """The questions that are held back."""

    def __init__(self, held_out: Examples) -> None:
        self._examples = list(_firsts(held_out).values())
        self._by_key = {question_key(each): each for each in self._examples}
        self._near = NearSame([each.question.text for each in self._examples])

    def twin(self, example: MarkedExample) -> MarkedExample | None:
        """An example of the same question, if it is held back."""
        same = self._by_key.get(question_key(example))
        near = self._near.near(example.question.text)
        return same or (self._examples[near[0]] if near else None)


def _firsts(examples: Examples) -> dict[tuple[str, str], MarkedExample]:
    """The first example of each question, by what it asks and its id."""
    firsts: dict[tuple[str, str], MarkedExample] = {}
    for each in examples:
        firsts.setdefault(_identity(each), each)
    return firsts


def _identity(example: MarkedExample) -> tuple[str, str]:
    return example.question.text or question_key(example), example.question.id


def _same_question(example: MarkedExample, twin: MarkedExample, answers: int) -> Remark:
    label, other = example.question.label, twin.question.label
    named = f"as “{other}” ({twin.where or twin.exam})"
    return Remark(
        LEAK,
        f"“{label}” is left out of training with its {answers} answers: the same question is held "
        f"back for the test {named}.",
        example.where,
    )


def _same_answer(example: MarkedExample, twin: MarkedExample) -> Remark:
    return Remark(
        LEAK,
        "This answer is left out of training: nearly the same one is held back for the test "
        f"({twin.where or twin.id}).",
        example.where or example.id,
    )
