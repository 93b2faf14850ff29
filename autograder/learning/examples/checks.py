"""What is wrong with examples, before anything is learned from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograder.domain.marked_example import MarkedExample
from autograder.learning.examples.examples import Remark

Lengths = Callable[[MarkedExample], int]


def check(
    examples: Sequence[MarkedExample],
    *,
    longest: int | None = None,
    lengths: Lengths | None = None,
) -> list[Remark]:
    """What a person should know before training; a remark that ``stops`` forbids it.

    ``longest``: how many tokens fit, ``lengths``: how many an example has (its words, without it).
    """
    if not examples:
        return [Remark("empty", "There are no examples to learn from.", stops=True)]
    return []
