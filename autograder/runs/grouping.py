"""A question's answers in groups of those that say the same."""

from __future__ import annotations

from autograder.domain.exam import Question
from autograder.embedding import TextEmbedding
from autograder.gradebook.gradebook import Gradebook
from autograder.grading.grouping import Group, Kind, groups, is_unfit
from autograder.runs.grading import graded_text

State = tuple[Question, tuple[tuple[str, str], ...]]
"""What a grouping goes by: the question as it stands, the answers' ids and what is graded."""


class AlikeAnswers:
    """Groups answers, and keeps each question's groups until a text or the question changes."""

    def __init__(self, gradebook: Gradebook, embedding: TextEmbedding) -> None:
        self._gradebook = gradebook
        self._embedding = embedding
        self._known: dict[str, tuple[State, list[Group]]] = {}

    def of_question(self, exam_id: str, question_id: str) -> list[Group]:
        """The groups, the largest first; what was flagged as speaking to the grader is alone."""
        question = self._gradebook.exams.get(exam_id).question(question_id)
        marked = self._gradebook.marks.of_question(question_id)
        if question is None or not marked:
            return []
        flagged = [m.answer.id for m in marked if m.predicted and is_unfit(m.predicted.flags)]
        texts = tuple(
            (each.answer.id, graded_text(each)) for each in marked if each.answer.id not in flagged
        )
        found = self._grouped(question, texts)
        return [*found, *(Group((each,), Kind.ALONE) for each in flagged)]

    def _grouped(self, question: Question, texts: tuple[tuple[str, str], ...]) -> list[Group]:
        state = question, texts
        known = self._known.get(question.id)
        if known is None or known[0] != state:
            known = state, groups(question, texts, self._embedding.embed)
            self._known[question.id] = known
        return known[1]
