"""The protocol of a grader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from autograder.domain.exam import Question
from autograder.domain.grade import Example, Maker, Passage, Prediction


class Grader(Protocol):
    """Predicts the marks that the teacher would give."""

    name: str
    maker: Maker

    def grade(
        self,
        question: Question,
        answers: Sequence[str],
        passages: Sequence[Passage] = (),
        examples: Sequence[Example] = (),
    ) -> list[Prediction]:
        """Predicts one mark an answer, in order.

        ``passages`` are the question's textbook passages, ``examples`` the teacher's reviews of
        other answers to it. An answer's prediction depends on itself, the question, the passages
        and the examples alone, never on the other answers. An answer that can't be graded comes
        back with ``mark`` None and a flag that says why.
        """
        ...
