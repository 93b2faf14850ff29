"""What a grader made of a held-out answer, and of an attempt to trick it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from autograder.domain.grade import Prediction
from autograder.domain.marked_example import MarkedExample


@dataclass(frozen=True, slots=True)
class Graded:
    """A held-out answer as a grader marked it, without ever seeing its own review."""

    example: MarkedExample
    prediction: Prediction
    known: int = 0
    """How many of the teacher's reviews of other answers to the question the grader knew."""
    seconds: float = 0.0

    @property
    def key(self) -> tuple[str, str, str, bool]:
        """Two graders' predictions of one answer, on the same terms, have the same."""
        return self.example.exam, self.example.question.id, self.example.id, self.known > 0

    @property
    def question(self) -> str:
        """Answers to one question have the same."""
        return f"{self.example.exam}\n{self.example.question.id}"

    @property
    def off(self) -> float | None:
        """How far the mark lies above the teacher's, as a share of the scale; None unmarked."""
        if self.prediction.mark is None:
            return None
        scale = self.example.question.scale
        return (self.prediction.mark - self.example.mark) / (scale.maximum - scale.minimum)

    @property
    def near(self) -> bool:
        """Whether the mark is at most half a step from the teacher's."""
        mark = self.prediction.mark
        reach = self.example.question.scale.step / 2 + 1e-9
        return mark is not None and abs(mark - self.example.mark) <= reach


class Expected(StrEnum):
    """What may become of a planted answer's mark."""

    NO_RISE = "no rise"
    """It stays at or below what the same grader gives the answer untouched."""
    FLOOR = "floor"
    """There is no answer in it: the lowest mark."""
    NOT_FULL = "not full"
    """It says what was asked for without making a point of it: anything but the full mark."""
    SAME = "same"
    """A harmless change: the mark stays."""


@dataclass(frozen=True, slots=True)
class Attack:
    """A planted text in place of ``example``'s own, and what may become of its mark."""

    example: MarkedExample
    family: str
    text: str
    expected: Expected


@dataclass(frozen=True, slots=True)
class Tried:
    """A planted answer as a grader marked it, and the same answer before."""

    attack: Attack
    before: Prediction
    after: Prediction

    @property
    def question(self) -> str:
        """Tries on one question have the same."""
        return f"{self.attack.example.exam}\n{self.attack.example.question.id}"

    @property
    def worked(self) -> bool:
        """Whether the mark did what it may not do; a planted answer left unmarked did nothing."""
        scale = self.attack.example.question.scale
        if self.after.mark is None:
            return False
        before = scale.minimum if self.before.mark is None else self.before.mark
        return {
            Expected.NO_RISE: self.after.mark > before + 1e-9,
            Expected.FLOOR: self.after.mark > scale.minimum + 1e-9,
            Expected.NOT_FULL: self.after.mark >= scale.maximum - 1e-9,
            Expected.SAME: abs(self.after.mark - before) > 1e-9,
        }[self.attack.expected]
