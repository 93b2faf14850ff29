"""How many of the marks a new grader is tried on, and so does not learn from."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.domain.marked_example import MarkedExample
from autograder.learning.comparing.comparison import FEWEST_ANSWERS
from autograder.learning.comparing.paired import FEWEST_QUESTIONS
from autograder.learning.examples import split
from autograder.learning.examples.sameness import question_key

SHARES = (0.2, 0.3, 0.4, 0.5)
"""A fifth of the questions is kept back, more where a fifth is too little to tell anything by."""


def share_kept(examples: Sequence[MarkedExample]) -> float:
    """The share of questions to keep back: the least that is ``enough``, if any is."""
    back = ((share, split(examples, held_out=share).held_out) for share in SHARES)
    return next((share for share, kept in back if enough(kept)), SHARES[0])


def enough(kept: Sequence[MarkedExample]) -> bool:
    """Whether a comparison on those answers can come to a verdict at all."""
    return len(kept) >= FEWEST_ANSWERS and questions(kept) >= FEWEST_QUESTIONS


def questions(examples: Sequence[MarkedExample]) -> int:
    """How many different questions they answer."""
    return len({question_key(each) for each in examples})
