"""What is asked and how it is marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from autograder.domain.errors import InvalidInput

MOST_MARKS = 2001  # steps on one scale; more is a slip of the keyboard, not a scale


@dataclass(frozen=True, slots=True)
class Scale:
    """The marks that a question can get: ``minimum`` to ``maximum`` in ``step``s."""

    minimum: float
    maximum: float
    step: float = 1.0

    def __post_init__(self) -> None:
        if not self.maximum > self.minimum:
            raise InvalidInput("A scale's highest mark must be above its lowest mark.")
        if not 0 < self.step <= self.maximum - self.minimum:
            raise InvalidInput("A scale's step must be above 0 and no larger than the scale.")
        if (self.maximum - self.minimum) / self.step > MOST_MARKS:
            raise InvalidInput(f"A scale can hold at most {MOST_MARKS} marks: use a larger step.")

    @property
    def marks(self) -> tuple[float, ...]:
        """Every mark of the scale, lowest first; the maximum is always one of them."""
        steps = int((self.maximum - self.minimum) / self.step + 1e-9)
        marks = [round(self.minimum + index * self.step, 6) for index in range(steps + 1)]
        return tuple(marks if marks[-1] == self.maximum else [*marks, self.maximum])

    def nearest(self, mark: float) -> float:
        """The scale's own mark that is nearest to ``mark``; a tie goes to the higher one."""
        return min(self.marks, key=lambda own: (abs(own - mark), -own))

    def share(self, mark: float) -> float:
        """Where ``mark`` stands on the scale: 0 at the minimum, 1 at the maximum."""
        return (mark - self.minimum) / (self.maximum - self.minimum)

    def at(self, share: float) -> float:
        """The point of the scale at ``share`` (0-1), not rounded to a step."""
        return self.minimum + share * (self.maximum - self.minimum)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a mark scheme. Criteria of the same ``group`` are alternatives: the best counts.

    Negative ``marks`` take away for a stated mistake.
    """

    text: str
    marks: float
    group: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it stood at ``version``; an edited question is a new version of the same id."""

    id: str
    label: str
    text: str
    scale: Scale
    reference_answers: tuple[str, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    rubric: str = ""
    version: int = 1

    @property
    def full_credit(self) -> float:
        """What the criteria add up to when all are met, alternatives counted once."""
        return credit(self.criteria, [max(0.0, criterion.marks) for criterion in self.criteria])

    def mark_for(self, credited: float) -> float:
        """The scale's mark for ``credited`` points of the criteria.

        Where the criteria add up to the maximum they are the mark itself; otherwise (a 1-5 scale
        with criteria worth 4 points, or 10 points marked out of 5) they are spread over the scale.
        """
        full = self.full_credit
        if full <= 0:
            raise InvalidInput(f"{self.label} has no criteria with marks: give the mark itself.")
        if abs(full - self.scale.maximum) < 1e-9:
            return self.scale.nearest(max(self.scale.minimum, credited))
        return self.scale.nearest(self.scale.at(min(1.0, max(0.0, credited / full))))


@dataclass(frozen=True, slots=True)
class Exam:
    """An exam with its questions in their order."""

    id: str
    title: str
    course: str = ""
    questions: tuple[Question, ...] = ()

    def question(self, question_id: str) -> Question | None:
        """The question of that id, or None."""
        return next((each for each in self.questions if each.id == question_id), None)


def credit(criteria: Sequence[Criterion], points: Sequence[float]) -> float:
    """Adds the points of each criterion up; of a group of alternatives only the best counts."""
    pairs = list(zip(criteria, points, strict=True))
    alone = sum(point for criterion, point in pairs if not criterion.group)
    grouped = sorted(
        ((criterion.group, point) for criterion, point in pairs if criterion.group),
        key=lambda pair: pair[0],
    )
    best = (max(p for _, p in group) for _, group in groupby(grouped, key=lambda pair: pair[0]))
    return alone + sum(best)
