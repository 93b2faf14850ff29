"""The gradebook's reviews as examples to learn from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from autograder.domain.exam import Exam, Question
from autograder.domain.grade import BULK, MarkedAnswer, Prediction, Review
from autograder.domain.marked_example import MarkedExample, Points
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.script_names import names_in_marking
from autograder.runs.grading import graded_text, is_handwritten

Versions = Mapping[tuple[str, int], Question]


def reviewed(gradebook: Gradebook, exam_ids: Sequence[str] = ()) -> list[MarkedExample]:
    """The newest decision on each answer of the exams; of all exams, archived ones too, for none.

    What was accepted unseen (``BULK``) teaches nothing, and neither does a mark on another scale
    than today's. ``predicted`` is what the machine said before a person first looked. NotFound.
    """
    exams = [gradebook.exams.get(each) for each in exam_ids] if exam_ids else _all(gradebook)
    return [example for exam in exams for example in _of_exam(gradebook, exam)]


def _all(gradebook: Gradebook) -> list[Exam]:
    """The oldest first, so that the examples of a new exam follow those that were there."""
    return [*reversed(gradebook.exams.archived()), *reversed(gradebook.exams.all())]


def _of_exam(gradebook: Gradebook, exam: Exam) -> Iterator[MarkedExample]:
    marked = gradebook.marks.of_exam(exam.id)
    if not any(each.reviews for each in marked):
        return
    versions, names = gradebook.exams.versions(exam.id), names_in_marking(gradebook, exam.id)
    for each in marked:
        looked = [review for review in each.reviews if review.way != BULK]
        if looked and each.question is not None:
            who = names.get(each.answer.script_id, "")
            where = f"{exam.title}, {who}, {each.question.label}"
            yield from _examples(each, each.question, looked[-1], versions, exam.title, where)


def _examples(
    marked: MarkedAnswer,
    question: Question,
    review: Review,
    versions: Versions,
    title: str,
    where: str,
) -> Iterator[MarkedExample]:
    """One; none where the mark is on another scale."""
    then = versions.get((question.id, review.question_version))
    if then is None or then.scale != question.scale:
        return
    foreseen = _comparable(marked.foreseen, question, versions)
    yield MarkedExample(
        id=marked.answer.id,
        question=replace(question, handwritten=is_handwritten(marked)),
        text=graded_text(marked),
        mark=review.mark,
        criteria=review.criteria if then.criteria == question.criteria else None,
        exam=title,
        where=where,
        comment=review.comment,
        predicted=foreseen.mark if foreseen else None,
        predicted_criteria=_points(foreseen, question) if foreseen else None,
    )


def _comparable(
    prediction: Prediction | None, question: Question, versions: Versions
) -> Prediction | None:
    """The prediction, if it was made on today's scale."""
    if prediction is None:
        return None
    then = versions.get((question.id, prediction.question_version))
    return prediction if then is not None and then.scale == question.scale else None


def _points(prediction: Prediction, question: Question) -> Points | None:
    """What it gave for each criterion, if it judged those that the question has today."""
    judged = [each.criterion for each in prediction.judgements]
    if not judged or judged != [each.text for each in question.criteria]:
        return None
    return tuple(each.marks for each in prediction.judgements)
