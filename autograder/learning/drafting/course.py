"""The course's questions, each with every answer to it that is known to be good."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from autograder.domain.marked_example import AnsweredQuestion, MarkedExample


@dataclass(frozen=True, slots=True)
class CourseQuestion:
    """A question as drafting learns it. Its texts are kept letter for letter."""

    text: str
    answers: tuple[str, ...]
    passage: str = ""
    """What the textbook says about it; empty where no textbook is given or none was found."""
    where: str = ""

    @property
    def key(self) -> str:
        """Equal for questions that differ in case and spaces only."""
        return " ".join(self.text.casefold().split())


def course_questions(
    marked: Sequence[MarkedExample], unmarked: Sequence[AnsweredQuestion]
) -> list[CourseQuestion]:
    """Each question once, in the order of its first appearance, with all its good answers.

    Of marked answers these are the question's reference answers; where it has none, those that
    got full marks.
    """
    found: dict[str, CourseQuestion] = {}
    for each in [*_pairs(unmarked), *_taught(marked)]:
        known = found.setdefault(each.key, each)
        answers = dict.fromkeys((*known.answers, *each.answers))
        found[each.key] = replace(known, answers=tuple(answers))
    return [each for each in found.values() if each.answers]


def with_passages(
    questions: Sequence[CourseQuestion], passage: Callable[[str], str]
) -> list[CourseQuestion]:
    """The questions with what ``passage`` finds in the textbook for each."""
    return [replace(each, passage=passage(each.text)) for each in questions]


def _pairs(unmarked: Sequence[AnsweredQuestion]) -> Iterator[CourseQuestion]:
    for each in unmarked:
        if each.question.strip():
            yield CourseQuestion(each.question.strip(), _said([each.answer]), where=each.where)


def _taught(marked: Sequence[MarkedExample]) -> Iterator[CourseQuestion]:
    for each in marked:
        references = _said(each.question.reference_answers)
        full = [each.text] if each.mark >= each.question.scale.maximum else []
        if each.question.text.strip():
            yield CourseQuestion(
                each.question.text.strip(), references or _said(full), where=each.where
            )


def _said(answers: Sequence[str]) -> tuple[str, ...]:
    return tuple(answer.strip() for answer in answers if answer.strip())
