"""An exam and its roster as JSON, as ``importers/exam_json.py`` reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from autograder.domain.exam import Criterion, Exam, Question
from autograder.domain.script import Student


def export(exam: Exam, students: Sequence[Student]) -> bytes:
    """The exam in UTF-8; questions go by their labels and students by their numbers."""
    content = {
        "id": exam.id,
        "title": exam.title,
        "course": exam.course,
        "questions": [_question(question) for question in exam.questions],
        "roster": [_student(student) for student in students],
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", errors="replace")


def _question(question: Question) -> dict[str, Any]:
    return {
        "label": question.label,
        "text": question.text,
        "reference_answer": list(question.reference_answers),
        "scale": {
            "minimum": question.scale.minimum,
            "maximum": question.scale.maximum,
            "step": question.scale.step,
        },
        "criteria": [_criterion(each) for each in question.criteria],
        "rubric": question.rubric,
    }


def _criterion(criterion: Criterion) -> dict[str, Any]:
    ratings = [{"marks": each.marks, "text": each.text} for each in criterion.ratings]
    return {
        "text": criterion.text,
        "marks": criterion.marks,
        "group": criterion.group,
        "best": criterion.best,
        **({"ratings": ratings} if ratings else {}),
    }


def _student(student: Student) -> dict[str, str]:
    return {
        "number": student.number,
        "name": student.name,
        "email": student.email,
        "section": student.section,
    }
