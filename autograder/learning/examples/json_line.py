"""One line of a file of JSON lines, as an example."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.marked_example import AnsweredQuestion, MarkedExample, Points
from autograder.formats.line_fields import LineFields

LABEL = "question_label"
"""Plain “label” is a data set's word for how right an answer is."""


@dataclass(frozen=True)
class Line:
    """One object of a file of JSON lines. What can't be used raises InvalidInput, with its key."""

    name: str
    number: int
    given: dict[str, Any]

    @property
    def field(self) -> LineFields:
        """Its values, checked."""
        return LineFields(self.number, self.given)

    @property
    def where(self) -> str:
        """Where it stands, or stood before it was written here."""
        own = f"{self.name}, line {self.number}"
        return self.field.optional_text("where") if "where" in self.given else own

    @property
    def is_pair(self) -> bool:
        """A question with its answer, and nobody's mark."""
        return "answer" in self.given and "student_answer" not in self.given

    @property
    def is_marked(self) -> bool:
        """A student's answer with its mark."""
        return not self.is_pair and self.given.get("score") is not None

    @property
    def exam(self) -> str:
        """The exam or data set that it is of."""
        return self.field.optional_text("dataset")

    def pairs(self) -> list[AnsweredQuestion]:
        """The question with its answer, and once more with each other answer."""
        field, others = self.field, self.given.get("alt_answers") or []
        own = field.filled_text("id")
        if not isinstance(others, list) or not all(isinstance(each, str) for each in others):
            raise field.refuse("alt_answers", "must be a list of texts")
        question, first = field.filled_text("question"), field.filled_text("answer")
        made = [AnsweredQuestion(own, question, first, self.exam, self.where)]
        for place, other in enumerate(filter(str.strip, others), 2):
            made.append(replace(made[0], id=f"{own}#{place}", answer=other))
        return made

    def example(self, scale: Scale) -> MarkedExample:
        """The marked answer, on that scale."""
        field = self.field
        question = self.question(scale)
        mark = field.number("score", self.given["score"])
        if not scale.minimum <= mark <= scale.maximum:
            span = f"{scale.minimum:g} and {scale.maximum:g}"
            raise field.refuse("score", f"must lie between {span}")
        comment = field.optional_text("comment") or field.optional_text("feedback")
        predicted = self.given.get("predicted")
        return MarkedExample(
            id=field.filled_text("id"),
            question=question,
            text=field.text("student_answer"),
            mark=mark,
            criteria=self._given_points(question.criteria),
            exam=self.exam,
            where=self.where,
            comment=comment,
            predicted=None if predicted is None else field.number("predicted", predicted),
            predicted_criteria=self._points("predicted_points", question.criteria),
        )

    def question(self, scale: Scale) -> Question:
        """The question that it answers."""
        field = self.field
        text = field.text("question")
        own = field.optional_text("question_id") or text
        return Question(
            id=own,
            label=field.optional_text(LABEL) if LABEL in self.given else own[:40],
            text=text,
            scale=scale,
            reference_answers=field.references(),
            criteria=field.criteria(worthless=True),
            rubric=field.optional_text("rubric"),
            version=int(field.number("version", self.given.get("version", 1))),
            handwritten=field.yes_or_no("handwritten"),
        )

    def scale(self) -> Scale | None:
        """The scale as the line states it, step and all."""
        given = self.given.get("scale")
        if given is None:
            return None
        if not isinstance(given, dict):
            raise self.field.refuse("scale", "must be an object with minimum, maximum and step")
        lowest, highest, step = (
            self.field.number("scale", given.get(key)) for key in ("minimum", "maximum", "step")
        )
        return Scale(lowest, highest, step)

    def _given_points(self, criteria: Sequence[Criterion]) -> Points | None:
        return self._points("points", criteria) if "points" in self.given else self._met(criteria)

    def _points(self, key: str, criteria: Sequence[Criterion]) -> Points | None:
        given = self.given.get(key)
        if given is None:
            return None
        if not isinstance(given, list) or len(given) != len(criteria):
            raise self.field.refuse(key, "must be a list with the points of each criterion")
        return tuple(None if each is None else self.field.number(key, each) for each in given)

    def _met(self, criteria: Sequence[Criterion]) -> Points | None:
        met = self.field.teacher(len(criteria))
        if met is None or not criteria:
            return None
        return tuple(each.marks if yes else 0.0 for each, yes in zip(criteria, met, strict=True))
