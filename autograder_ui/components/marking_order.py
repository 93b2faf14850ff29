"""The answers in the order in which the teacher marks them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from autograder.domain.exam import Exam
from autograder.domain.grade import MarkedAnswer
from autograder.domain.script import Script

BY_QUESTION, BY_STUDENT = "By question", "By student"


@dataclass(frozen=True)
class MarkingOrder:
    """Ids of answers, and of those that a person has reviewed. The marks are in the gradebook."""

    answers: tuple[str, ...] = ()
    reviewed: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        exam: Exam,
        scripts: Sequence[Script],
        marked: Sequence[MarkedAnswer],
        by: str = BY_QUESTION,
        only: str = "",
    ) -> Self:
        """Orders by question across students, or by student; ``only`` keeps one of them.

        ``only`` is a question's id where the order is by question, else a script's.
        """
        questions = {question.id: place for place, question in enumerate(exam.questions)}
        students = {script.id: place for place, script in enumerate(by_name(scripts))}

        def place(each: MarkedAnswer) -> tuple[int, int]:
            question = questions[each.answer.question_id or ""]
            student = students[each.answer.script_id]
            return (question, student) if by == BY_QUESTION else (student, question)

        def wanted(each: MarkedAnswer) -> bool:
            group = each.answer.question_id if by == BY_QUESTION else each.answer.script_id
            known = each.answer.question_id in questions and each.answer.script_id in students
            return known and only in ("", group)

        ordered = sorted(filter(wanted, marked), key=place)
        reviewed = frozenset(each.answer.id for each in ordered if each.review)
        return cls(tuple(each.answer.id for each in ordered), reviewed)

    def step(self, answer_id: str, steps: int) -> str:
        """The answer so many steps on (negative: back); the last or first where it ends."""
        if not self.answers:
            return ""
        return self.answers[max(0, min(self.place(answer_id) + steps, len(self.answers) - 1))]

    def next_unmarked(self, answer_id: str) -> str:
        """The next one after this that nobody has reviewed, going round; "" when all are."""
        here = self.place(answer_id) + 1
        round_trip = (*self.answers[here:], *self.answers[:here])
        return next((each for each in round_trip if each not in self.reviewed), "")

    def first(self) -> str:
        """Where to begin: the first that nobody has reviewed, else the first."""
        unmarked = (each for each in self.answers if each not in self.reviewed)
        return next(unmarked, self.answers[0] if self.answers else "")

    def place(self, answer_id: str) -> int:
        """Where the answer stands, counted from 0; 0 for one that isn't in the order."""
        return self.answers.index(answer_id) if answer_id in self.answers else 0

    def with_review(self, answer_id: str) -> MarkingOrder:
        """The same order once that answer is reviewed."""
        return replace(self, reviewed=self.reviewed | {answer_id})


def by_name(scripts: Sequence[Script]) -> list[Script]:
    """Scripts by the name that the teacher knows them by."""
    return sorted(scripts, key=lambda script: (name_of(script).casefold(), script.id))


def name_of(script: Script) -> str:
    """The student's name, else the script's title."""
    return script.student.name if script.student else script.title


def progress(order: MarkingOrder, answer_id: str) -> str:
    """How far the marking is, and where the teacher stands."""
    done, total, here = len(order.reviewed), len(order.answers), order.place(answer_id) + 1
    return (
        f'<div class="marking-progress"><span><b>{done}</b> of {total} marked</span>'
        f'<progress max="{total}" value="{done}" aria-label="{done} of {total} marked"></progress>'
        f'<span class="muted">answer {here}</span></div>'
    )
