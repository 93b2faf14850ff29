"""Small real examples."""

from __future__ import annotations

from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.marked_example import MarkedExample, Points


def question(
    text: str, own: str = "", maximum: float = 5, criteria: tuple[Criterion, ...] = ()
) -> Question:
    return Question(own or text, own or text[:20], text, Scale(0, maximum), criteria=criteria)


def example(
    asked: Question | str,
    text: str,
    mark: float,
    exam: str = "Quiz",
    criteria: Points | None = None,
    number: int = 0,
) -> MarkedExample:
    asked = question(asked) if isinstance(asked, str) else asked
    where = f"{exam}.csv, line {number}" if number else f"{exam}, “{text[:12]}”"
    return MarkedExample(f"{exam}/{asked.id}/{text}", asked, text, mark, criteria, exam, where)
