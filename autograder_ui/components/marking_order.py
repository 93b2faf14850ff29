"""The answers in the order in which the teacher marks them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Self

from autograder.domain.exam import Exam
from autograder.domain.grade import MarkedAnswer
from autograder.domain.script import Script
from autograder.gradebook.script_names import name_of
from autograder.grading.agreeing.random_check import lot
from autograder.grading.agreeing.triage import Band, triage

BY_QUESTION, BY_STUDENT, WHAT_HELPS = "By question", "By student", "What helps most"
ORDERS = (BY_QUESTION, BY_STUDENT, WHAT_HELPS)
TARGET = 0.95
"""The agreement for which it is asked what helps most."""
ANEW = 10
"""After so many reviews it is asked again."""
REASONS = {
    Band.QUESTION: "it has no predicted mark, or something about it needs your eye",
    Band.TEACHES: "your mark teaches much about the other answers to this question",
    Band.RISKY: "the predicted mark may well not be yours",
    Band.AUDIT: "random check",
    Band.SAFE: "nothing else is left: the predicted mark is likely yours",
}


@dataclass(frozen=True)
class MarkingOrder:
    """Ids of answers, and of those that a person has reviewed. The marks are in the gradebook."""

    answers: tuple[str, ...] = ()
    reviewed: frozenset[str] = frozenset()
    bands: dict[str, Band] = field(default_factory=dict)
    """Why each unreviewed answer is asked for, by id, where the order is by what helps most."""
    only: str = ""
    """The question whose answers alone are in it, where the order is by what helps most."""
    since: int = 0
    """Reviews since the answers were put in this order."""

    @classmethod
    def of(
        cls,
        exam: Exam,
        scripts: Sequence[Script],
        marked: Sequence[MarkedAnswer],
        by: str = BY_QUESTION,
        only: str = "",
        names: Mapping[str, str] | None = None,
    ) -> Self:
        """Orders by question across students, by student, or by what helps most.

        ``only`` keeps one of them: a script where the order is by student, else a question's id.
        ``names`` are what the scripts are called; students follow each other in their order.
        """
        questions = {question.id: place for place, question in enumerate(exam.questions)}
        students = {script.id: place for place, script in enumerate(by_name(scripts, names))}

        def place(each: MarkedAnswer) -> tuple[int, int]:
            question = questions[each.answer.question_id or ""]
            student = students[each.answer.script_id]
            return (student, question) if by == BY_STUDENT else (question, student)

        def wanted(each: MarkedAnswer) -> bool:
            group = each.answer.script_id if by == BY_STUDENT else each.answer.question_id
            return only in ("", group)

        known = [
            each
            for each in marked
            if each.answer.question_id in questions and each.answer.script_id in students
        ]
        ordered = sorted(known, key=place)
        shown = tuple(each.answer.id for each in ordered if wanted(each))
        reviewed = frozenset(each.answer.id for each in ordered if each.review).intersection(shown)
        if by != WHAT_HELPS:
            return cls(shown, reviewed)
        return replace(cls._asked(ordered, shown, reviewed), only=only)

    @classmethod
    def _asked(
        cls, known: Sequence[MarkedAnswer], shown: Sequence[str], reviewed: frozenset[str]
    ) -> Self:
        """What is asked for comes first, then what was reviewed."""
        some = frozenset(shown)
        asked = [each for each in triage(known, standing_for(known), TARGET) if each[0] in some]
        done = (each for each in shown if each in reviewed)
        return cls((*(answer_id for answer_id, _ in asked), *done), reviewed, dict(asked))

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
        return replace(self, reviewed=self.reviewed | {answer_id}, since=self.since + 1)

    @property
    def worn(self) -> bool:
        """Whether so much was reviewed that something else may help most by now."""
        return bool(self.bands) and self.since >= ANEW

    def reason(self, answer_id: str) -> str:
        """Why the answer is asked for, in a teacher's words; "" where it isn't."""
        asked = answer_id in self.bands and answer_id not in self.reviewed
        return REASONS[self.bands[answer_id]] if asked else ""


def standing_for(marked: Sequence[MarkedAnswer]) -> dict[str, int]:
    """For how many answers to its question one stands that uses the same words in their order.

    Of those with the same words one stands for all; an empty answer stands for nobody.
    """
    same: dict[tuple[str | None, tuple[str, ...]], list[MarkedAnswer]] = defaultdict(list)
    for each in marked:
        words = tuple(re.findall(r"\w+", each.answer.current.text.casefold()))
        if words and not each.reviews:
            same[each.answer.question_id, words].append(each)
    return {min(alike, key=lot).answer.id: len(alike) for alike in same.values()}


def by_name(scripts: Sequence[Script], names: Mapping[str, str] | None = None) -> list[Script]:
    """Scripts by what they are called, which is the student's name where nothing else is said."""

    def called(script: Script) -> str:
        return names.get(script.id, script.title) if names else name_of(script)

    return sorted(scripts, key=lambda script: (called(script).casefold(), script.id))


def progress(order: MarkingOrder, answer_id: str) -> str:
    """How far the marking is, and where the teacher stands."""
    done, total, here = len(order.reviewed), len(order.answers), order.place(answer_id) + 1
    reason = order.reason(answer_id)
    asked = f'<span class="asked-because">Asked because: {escape(reason)}</span>' if reason else ""
    return (
        f'<div class="marking-progress"><span><b>{done}</b> of {total} marked</span>'
        f'<progress max="{total}" value="{done}" aria-label="{done} of {total} marked"></progress>'
        f'<span class="muted">answer {here}</span>{asked}</div>'
    )
