"""How far the machine's judgement of each criterion agrees with the teacher's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder import metrics
from autograder.domain.exam import Criterion, Question, decided
from autograder.grading.agreeing.agreement import Foresight
from autograder.metrics import Figure

MET = 0.5
"""The probability from which on the machine counts a criterion as given."""


@dataclass(frozen=True, slots=True)
class CriterionAgreement:
    """A criterion as it stands today, on the answers for which both judged just this one."""

    question: Question
    criterion: Criterion
    answers: int
    machine_only: tuple[Foresight, ...]
    """The machine gave it, the teacher didn't."""
    teacher_only: tuple[Foresight, ...]
    """The teacher gave it, the machine didn't."""

    @property
    def same(self) -> Figure:
        """The share judged alike, with its 95 % interval."""
        apart = len(self.machine_only) + len(self.teacher_only)
        return metrics.wilson(self.answers - apart, self.answers)


def criterion_agreement(found: Iterable[Foresight]) -> list[CriterionAgreement]:
    """Each criterion that was compared, in the order of the first answers and of the criteria.

    A criterion counts only as it stands today: what was judged by another wording, other marks or
    another group, or has been removed since, is left out. So are answers for which the teacher
    gave the mark without saying which criteria are met.
    """
    judged: dict[tuple[str, int], list[tuple[Foresight, bool, bool]]] = {}
    questions: dict[str, Question] = {}
    for each in found:
        today = each.marked.question
        if today is None:
            continue
        questions[today.id] = today
        for criterion, machine, teacher in _judged(each):
            if criterion in today.criteria:
                place = today.id, today.criteria.index(criterion)
                judged.setdefault(place, []).append((each, machine, teacher))
    order = {question_id: place for place, question_id in enumerate(questions)}
    return [
        _of(questions[question_id], questions[question_id].criteria[place], answers)
        for (question_id, place), answers in sorted(
            judged.items(), key=lambda item: (order[item[0][0]], item[0][1])
        )
    ]


def _of(
    question: Question, criterion: Criterion, answers: Sequence[tuple[Foresight, bool, bool]]
) -> CriterionAgreement:
    return CriterionAgreement(
        question=question,
        criterion=criterion,
        answers=len(answers),
        machine_only=tuple(each for each, machine, teacher in answers if machine and not teacher),
        teacher_only=tuple(each for each, machine, teacher in answers if teacher and not machine),
    )


def _judged(each: Foresight) -> Iterator[tuple[Criterion, bool, bool]]:
    """Criteria that both decided, with whether the machine and whether the teacher gave them."""
    criteria, points = each.question.criteria, each.review.criteria
    judgements = each.prediction.judgements
    if points is None or not len(criteria) == len(points) == len(judgements):
        return
    judged = zip(criteria, judgements, decided(criteria, points), strict=True)
    for criterion, judgement, given in judged:
        if given is not None:
            yield criterion, judgement.met >= MET, given
