"""What examples to learn from give away of those to test on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from autograder.domain.marked_example import MarkedExample
from autograder.learning.examples.examples import Remark
from autograder.learning.examples.sameness import NearSame, question_key, question_keys

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
    tested, keys = _Tested(held_out), question_keys(train)
    twins: dict[str, tuple[MarkedExample, MarkedExample]] = {}
    for key, each in zip(keys, train, strict=True):
        twin = None if key in twins else tested.twin(each)
        if twin is not None:
            twins[key] = each, twin
    answers = Counter(keys)
    clean = [each for key, each in zip(keys, train, strict=True) if key not in twins]
    return clean, [_same_question(*pair, answers[key]) for key, pair in twins.items()]


class _Tested:
    """The questions that are held back, in every wording."""

    def __init__(self, held_out: Examples) -> None:
        self._by_key = {question_key(each): each for each in reversed(held_out)}
        self._examples = list(self._by_key.values())
        self._near = NearSame([each.question.text for each in self._examples])
        self._twins: dict[str, MarkedExample | None] = {}

    def twin(self, example: MarkedExample) -> MarkedExample | None:
        """An example of the same question, if it is held back."""
        key = question_key(example)
        if key not in self._twins:
            near = self._near.near(example.question.text)
            worded_alike = self._examples[near[0]] if near else None
            self._twins[key] = self._by_key.get(key, worded_alike)
        return self._twins[key]


def _same_question(example: MarkedExample, twin: MarkedExample, answers: int) -> Remark:
    label, other = example.question.label, twin.question.label
    counted = f"{answers} answer{'s' * (answers != 1)}"
    return Remark(
        LEAK,
        f"“{label}” is left out of training with its {counted}: the same question, word for word "
        f"or almost, is held back for the test as “{other}” ({twin.where or twin.exam}).",
        example.where,
    )


def _same_answer(example: MarkedExample, twin: MarkedExample) -> Remark:
    return Remark(
        LEAK,
        "This answer is left out of training: nearly the same one is held back for the test "
        f"({twin.where or twin.id}).",
        example.where or example.id,
    )
