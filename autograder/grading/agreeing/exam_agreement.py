"""All that an exam's reviews say about agreement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from autograder.domain.exam import Question
from autograder.domain.grade import MarkedAnswer
from autograder.grading.agreeing.agreement import (
    Agreement,
    Foresight,
    LeftOut,
    MarkerAgreement,
    Versions,
    agreement,
    between_markers,
    by_question,
    calibration,
    foresights,
)
from autograder.grading.agreeing.criterion_agreement import CriterionAgreement, criterion_agreement
from autograder.metrics import ConfidenceBin, Figure


@dataclass(frozen=True, slots=True)
class ExamAgreement:
    """The machine against the teacher, overall, by question and criterion; marker by marker."""

    questions: tuple[Question, ...]
    """Those that have answers to compare, in their exam's order."""
    found: tuple[Foresight, ...]
    left_out: LeftOut
    pooled: Agreement
    by_question: Mapping[str, Agreement]
    criteria: tuple[CriterionAgreement, ...]
    confidence: tuple[ConfidenceBin, ...]
    calibration_error: Figure
    markers: tuple[MarkerAgreement, ...]

    @classmethod
    def of(
        cls,
        questions: Sequence[Question],
        marked: Sequence[MarkedAnswer],
        versions: Versions | None = None,
    ) -> Self:
        """From an exam's questions in order, its answers, and its questions as they once stood."""
        order = {question.id: place for place, question in enumerate(questions)}
        found, left_out = foresights(marked, versions)
        found.sort(key=lambda pair: order.get(pair.question.id, len(order)))
        own = by_question(found)
        points, error = calibration(found)
        return cls(
            questions=tuple(question for question in questions if question.id in own),
            found=tuple(found),
            left_out=left_out,
            pooled=agreement(found),
            by_question=own,
            criteria=tuple(criterion_agreement(found)),
            confidence=tuple(points),
            calibration_error=error,
            markers=tuple(between_markers(marked, versions)),
        )

    @property
    def one_scale(self) -> bool:
        """Whether all questions have the same range, so that marks can be told together."""
        lengths = {each.scale.maximum - each.scale.minimum for each in self.questions}
        return len(lengths) == 1
