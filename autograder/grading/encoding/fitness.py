"""Where the embedded grader reads what it wasn't made for, and how little its mark means then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.domain.exam import Question
from autograder.domain.grade import Flag
from autograder.grading.encoding.features import LONG
from autograder.grading.guard import Guarded


@dataclass(frozen=True, slots=True)
class Fitness:
    """``doubt`` (0-1): the weight of knowing nothing beside what was measured; flags say why."""

    doubt: float = 0.0
    flags: tuple[Flag, ...] = ()

    def doubted(self, chances: Mapping[float, float]) -> dict[float, float]:
        """The chances with every mark, or every number of points, as likely as far as it doubts."""
        if not self.doubt:
            return dict(chances)
        even = self.doubt / len(chances)
        return {mark: (1 - self.doubt) * chance + even for mark, chance in chances.items()}

    def belief(self, met: float) -> float:
        """A criterion's probability, drawn towards even odds."""
        return (1 - self.doubt) * met + self.doubt / 2


FIT = Fitness()
CODE = Fitness(
    0.8,
    (
        Flag(
            "unfit",
            "The embedded grader reads prose, not programs: this is a guess by names and comments. "
            "Mark it yourself, or grade with a language model.",
        ),
    ),
)
ESSAY = Fitness(
    0.4,
    (
        Flag(
            "unfit",
            "This is longer than the embedded grader can take in as a whole: it looked for each "
            "point in the part nearest to it, and can't tell how it is built. Look at it.",
        ),
    ),
)


LEVELS = Fitness(
    0.6,
    (
        Flag(
            "unfit",
            "The embedded grader finds points that are made, not how well something is done, as "
            "these ratings ask: this is a first guess. Look at it.",
        ),
    ),
)


def fitness(question: Question, guarded: Guarded) -> Fitness:
    """How far the embedded grader can be trusted with this answer."""
    if guarded.is_code:
        return CODE
    if any(criterion.ratings for criterion in question.criteria):
        return LEVELS
    return ESSAY if len(guarded.text) > LONG else FIT
