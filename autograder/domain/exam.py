"""What is asked and how it is marked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.domain.errors import InvalidInput

MOST_MARKS = 2001  # steps on one scale; more is a slip of the keyboard, not a scale
GIVEN = 0.5
"""The share of its marks from which on a criterion counts as given."""


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
class Rating:
    """A level of a criterion: the points that it gets, and what work of that level is like."""

    marks: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a mark scheme. Criteria of the same ``group`` are alternatives: the best counts.

    Where a group asks for several ("any two of these"), ``best`` says how many count; the largest
    ``best`` in a group holds for all of it. Negative ``marks`` take away for a stated mistake.
    With ``ratings`` it gets the points of one of them, the highest of which are its ``marks``.
    """

    text: str
    marks: float
    group: str = ""
    best: int = 1
    ratings: tuple[Rating, ...] = ()

    def __post_init__(self) -> None:
        if self.best < 1:
            raise InvalidInput(f"“{self.text}”: at least one of its group must count.")
        if self.ratings:
            self._check_ratings()

    def _check_ratings(self) -> None:
        levels = {rating.marks for rating in self.ratings}
        if not 1 < len(levels) == len(self.ratings):
            raise InvalidInput(f"“{self.text}”: give two ratings or more, each with other points.")
        if self.marks not in (min(levels), max(levels)):
            raise InvalidInput(f"“{self.text}”: its marks must be those of its highest rating.")

    def points(self, step: float) -> tuple[float, ...]:
        """The points that it can get, what is worth nothing first: its ratings', else in steps."""
        if self.ratings:
            return tuple(sorted({each.marks for each in self.ratings}, reverse=self.marks < 0))
        worth = abs(self.marks)
        if worth < 1e-9:
            return (0.0,)
        allowed = Scale(0, worth, min(step, worth)).marks
        return allowed if self.marks > 0 else tuple(round(-each, 6) + 0.0 for each in allowed)

    def share(self, points: float) -> float:
        """Where ``points`` stand: 0 at its lowest rating, or at none; 1 at all of its marks."""
        low = self.points(1.0)[0] if self.ratings else 0.0
        return (points - low) / (self.marks - low) if self.marks != low else 0.0

    @property
    def choice(self) -> str:
        """The group as a teacher writes it: ``causes``, or ``2 of causes`` where two count."""
        plain = self.best == 1 and read_choice(self.group) == (self.group, 1)
        return self.group if plain or not self.group else f"{self.best} of {self.group}"


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
    handwritten: bool = False
    """The answers at hand were read from handwriting, so words of them may be misread: said by
    whoever has them graded or learned from. The same question may have typed answers too."""

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
    """Adds the points of each criterion up; of a group only the best count, see ``counted``."""
    pairs = list(zip(criteria, points, strict=True))
    total = sum(point for criterion, point in pairs if not criterion.group)
    for group, best in best_of(criteria).items():
        total += sum(counted([p for criterion, p in pairs if criterion.group == group], best))
    return total


def best_of(criteria: Iterable[Criterion]) -> dict[str, int]:
    """How many criteria count of each group."""
    groups: dict[str, int] = {}
    for each in criteria:
        if each.group:
            groups[each.group] = max(groups.get(each.group, 1), each.best)
    return groups


def counted(points: Iterable[float], best: int) -> tuple[float, ...]:
    """Which points of a group count: its ``best`` highest, and as many of its heaviest deductions.

    So a group of mistakes costs no more than the worst of them, however many were made.
    """
    ordered = sorted(points)
    gains = [point for point in reversed(ordered) if point > 0]
    losses = [point for point in ordered if point < 0]
    return (*gains[:best], *losses[:best])


def decided(
    criteria: Sequence[Criterion], points: Sequence[float | None]
) -> tuple[bool | None, ...]:
    """Which criteria those points give: from half its marks on (``GIVEN``) one counts as given.

    None where that decides nothing: nobody said, it is worth nothing, or enough alternatives of
    its group were given without it.
    """
    given = [
        each.marks != 0 and point is not None and point / each.marks >= GIVEN
        for each, point in zip(criteria, points, strict=True)
    ]
    count = Counter(each.group for each, was in zip(criteria, given, strict=True) if was)
    full = {group for group, best in best_of(criteria).items() if count[group] >= best}
    return tuple(
        was if point is not None and each.marks and (was or each.group not in full) else None
        for each, point, was in zip(criteria, points, given, strict=True)
    )


def read_choice(words: str) -> tuple[str, int]:
    """The group and how many of it count, from what ``Criterion.choice`` writes."""
    written = r"(?:(?:any|best)\s+)?(\d{1,2})\s+of\s+(\S.*)"
    found = re.fullmatch(written, words.strip(), re.I | re.S)
    return (found[2], max(1, int(found[1]))) if found else (words.strip(), 1)
