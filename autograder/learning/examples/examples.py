"""What files of examples hold, with what a person should know about them."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.domain.marked_example import AnsweredQuestion, MarkedExample


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the examples, in the teacher's words. One that ``stops`` forbids training."""

    kind: str
    """``duplicate``, ``contradiction``, ``leak``, ``imbalance``, ``too_long``, ``no_mark``..."""
    text: str
    where: str = ""
    """``marks.csv, line 12``; empty where it is about all of them."""
    stops: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text


@dataclass(frozen=True, slots=True)
class Examples:
    """Answers with marks, questions with answers but no marks, and what was noticed on reading."""

    marked: tuple[MarkedExample, ...] = ()
    unmarked: tuple[AnsweredQuestion, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def __add__(self, other: Examples) -> Examples:
        return Examples(
            (*self.marked, *other.marked),
            (*self.unmarked, *other.unmarked),
            (*self.remarks, *other.remarks),
        )
