"""What is wrong with examples, before anything is learned from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from autograder.domain.exam import credit
from autograder.domain.marked_example import MarkedExample
from autograder.learning.examples.balance import balance
from autograder.learning.examples.examples import Remark
from autograder.learning.examples.repeats import repeats
from autograder.learning.examples.sameness import question_keys

EMPTY = "empty"
TOO_LONG = "too_long"
POINTS = "points"
ONE_QUESTION = "one_question"
NOTHING_ASKED = "nothing_asked"
Lengths = Callable[[MarkedExample], int]


def check(
    examples: Sequence[MarkedExample],
    *,
    longest: int | None = None,
    lengths: Lengths | None = None,
) -> list[Remark]:
    """What a person should know before training, what ``stops`` it first.

    ``longest`` is how many tokens fit, ``lengths`` tells how many an example has (its words,
    where it isn't given); each one beyond is named, for it is left out whole and never cut.
    """
    if not examples:
        nothing = "There are no marked answers to learn from. Review some, or add a file of them."
        return [Remark(EMPTY, nothing, stops=True)]
    found = [
        *balance(examples),
        *repeats(examples),
        *_questions(examples),
        *_points(examples),
        *_too_long(examples, longest, lengths or _words),
    ]
    return sorted(found, key=lambda remark: not remark.stops)


def _questions(examples: Sequence[MarkedExample]) -> Iterator[Remark]:
    if len(set(question_keys(examples))) == 1:
        yield Remark(
            ONE_QUESTION,
            f"All answers are to one question, “{examples[0].question.label}”: what is learned "
            "can't be tested at another one.",
        )
    for first in {(each.exam, each.question.id): each for each in reversed(examples)}.values():
        asked = first.question
        if not (asked.text.strip() or asked.reference_answers or asked.criteria or asked.rubric):
            told = f"“{asked.label}” has no text, reference answer, criteria or rubric to go by."
            yield Remark(NOTHING_ASKED, told, first.where)


def _points(examples: Sequence[MarkedExample]) -> Iterator[Remark]:
    for each in examples:
        worth = _worth(each)
        if worth is not None and abs(worth - each.mark) > 1e-6:
            told = f"its points come to {worth:g}, but its mark is {each.mark:g}."
            yield Remark(POINTS, told, each.where or each.id)


def _worth(example: MarkedExample) -> float | None:
    """What the points of the criteria come to; None where some are not given."""
    given = [each for each in example.criteria or () if each is not None]
    question = example.question
    if not given or len(given) != len(question.criteria) or question.full_credit <= 0:
        return None
    return question.mark_for(credit(question.criteria, given))


def _too_long(
    examples: Sequence[MarkedExample], longest: int | None, lengths: Lengths
) -> Iterator[Remark]:
    if longest is None:
        return
    sizes = [(each, lengths(each)) for each in examples]
    over = [(each, size) for each, size in sizes if size > longest]
    if len(over) == len(examples):
        told = f"Every answer is longer than the {longest} tokens that fit. Allow more of them."
        yield Remark(TOO_LONG, told, stops=True)
    for each, size in over:
        yield Remark(
            TOO_LONG,
            f"{size} tokens are {size - longest} more than fit: it is left out whole, not cut.",
            each.where or each.id,
        )


def _words(example: MarkedExample) -> int:
    return len(example.text.split())
