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
LONGEST = 2048
"""Tokens, prompt and all, that the language model is taught at once unless told otherwise."""
BYTES_A_TOKEN = 4
Lengths = Callable[[MarkedExample], int]


def check(
    examples: Sequence[MarkedExample],
    *,
    longest: int | None = LONGEST,
    lengths: Lengths | None = None,
) -> list[Remark]:
    """What a person should know before training, what ``stops`` it first.

    ``longest`` is how many tokens the language model is taught at once (None: whoever teaches
    looks), ``lengths`` tells how many an answer has (about, where it isn't given); each one beyond
    is named, for it is never cut.
    """
    if not examples:
        nothing = "There are no marked answers to learn from. Review some, or add a file of them."
        return [Remark(EMPTY, nothing, stops=True)]
    found = [
        *balance(examples),
        *repeats(examples),
        *_questions(examples),
        *_points(examples),
        *_too_long(examples, longest, lengths or _tokens),
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
    for each in examples:
        size = lengths(each)
        if size > longest:
            yield Remark(
                TOO_LONG,
                f"its {size} tokens are more than the {longest} that the language model is taught "
                "at once: “learn sft” leaves it out whole, the others read it in parts.",
                each.where or each.id,
            )


def _tokens(example: MarkedExample) -> int:
    """About: a token is four letters of English, and at most two signs of Chinese."""
    return max(len(example.text.split()), len(example.text.encode()) // BYTES_A_TOKEN)
