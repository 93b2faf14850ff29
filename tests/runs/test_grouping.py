from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from autograder.domain.grade import Flag
from autograder.embedding import TextEmbedding
from autograder.grading.grouping import Kind
from autograder.runs.grouping import AlikeAnswers
from tests.autograder_ui.alike import ALIKE, SAYING, alike_class, predict
from tests.autograder_ui.classroom import Classroom
from tests.places import PROJECT


class CountingEmbedding(TextEmbedding):
    """The embedded one; counts how often it is asked."""

    asked = 0

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += 1
        return super().embed(texts)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    made = alike_class(tmp_path / "class")
    yield made
    made.gradebook.close()


def question_id(room: Classroom) -> str:
    return next(question.id for question in room.exam.questions if question.label == "Q2")


def embedding() -> CountingEmbedding:
    return CountingEmbedding(PROJECT / "models" / "minilm", threads=1)


def names(room: Classroom, answers: Sequence[str]) -> set[str]:
    by_id = {room.answer_id(name, "Q2"): name for name in SAYING}
    return {by_id[each] for each in answers}


def test_every_answer_to_the_question_is_in_a_group(room: Classroom) -> None:
    found = AlikeAnswers(room.gradebook, embedding()).of_question(room.exam.id, question_id(room))
    assert [names(room, group.answers) for group in found] == [
        set(ALIKE),
        {"Emil Roth"},
        {"Fay Moss"},
    ]
    assert [group.kind for group in found] == [Kind.NEAR, Kind.ALONE, Kind.ALONE]


def test_groups_are_kept_until_a_text_changes(room: Classroom) -> None:
    counting = embedding()
    alike = AlikeAnswers(room.gradebook, counting)
    first = alike.of_question(room.exam.id, question_id(room))
    asked = counting.asked
    assert alike.of_question(room.exam.id, question_id(room)) == first
    assert counting.asked == asked
    dana = room.answer_id("Dana Ito", "Q2")
    room.gradebook.answers.edit(dana, "It maps nothing.", "Teacher", 1)
    found = alike.of_question(room.exam.id, question_id(room))
    assert [len(group.answers) for group in found] == [3, 1, 1, 1]


def test_what_the_grader_flagged_as_talk_to_it_stays_alone(room: Classroom) -> None:
    alike = AlikeAnswers(room.gradebook, embedding())
    predict(room, "Ben Okoro", 1.0, Flag("injection", "This part speaks to the grader."))
    found = alike.of_question(room.exam.id, question_id(room))
    assert [len(group.answers) for group in found] == [3, 1, 1, 1]
    assert names(room, found[-1].answers) == {"Ben Okoro"}


def test_a_question_without_answers_has_no_groups(room: Classroom) -> None:
    alike = AlikeAnswers(room.gradebook, embedding())
    assert alike.of_question(room.exam.id, "no such question") == []
