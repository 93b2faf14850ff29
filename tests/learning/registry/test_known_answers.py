from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.domain.errors import EngineUnavailable
from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.grade import Maker, Prediction
from autograder.domain.marked_example import MarkedExample
from autograder.learning.registry import known_answers

PAGING = Question("q1", "Q1", "What is paging?", Scale(0, 1), ("Memory in blocks.",))
THREAD = Question("q2", "Q2", "What is a thread?", Scale(0, 1), (), (Criterion("It runs", 1),))
BARE = Question("q3", "Q3", "Why?", Scale(0, 1))


def graded(chance: float) -> known_answers.Predict:
    def predict(question: Question, answers: Sequence[str]) -> list[Prediction]:
        marks = ((0.0, 1 - chance), (1.0, chance))
        return [Prediction(1.0, marks, chance, Maker("fake")) for _ in answers]

    return predict


def marked(*questions: Question) -> list[MarkedExample]:
    return [
        MarkedExample(f"{each.id}-{number}", each, "Asha's own words", 1.0)
        for each in questions
        for number in range(3)
    ]


def test_what_is_planted_is_right_wrong_and_idle_and_no_students_words() -> None:
    planted = known_answers.plant(marked(PAGING, THREAD, BARE))
    of_paging = [text for question, text in planted if question == PAGING]
    assert of_paging == ["Memory in blocks.", "It runs", "I don't know."]
    assert [text for question, text in planted if question == BARE][-1] == "I don't know."
    assert not any("Asha" in text for _, text in planted)
    assert known_answers.plant(reversed(marked(PAGING, THREAD, BARE))) == planted


def test_of_many_questions_few_are_planted() -> None:
    questions = [replace(PAGING, id=f"q{number}") for number in range(20)]
    planted = known_answers.plant(marked(*questions))
    assert len({question.id for question, _ in planted}) == known_answers.QUESTIONS


@pytest.mark.parametrize(("now", "same"), [(0.7, True), (0.75, True), (0.5, False), (0.0, False)])
def test_the_same_marks_pass_and_others_are_refused(tmp_path: Path, now: float, same: bool) -> None:
    known = known_answers.record(known_answers.plant(marked(PAGING)), graded(0.7))
    (tmp_path / "known_answers.json").write_bytes(known_answers.write(known))
    assert known_answers.read(tmp_path) == known
    if same:
        known_answers.check(tmp_path, graded(now))
        return
    with pytest.raises(EngineUnavailable, match=r"off by 0\.[27]0"):
        known_answers.check(tmp_path, graded(now))


def test_numbers_that_are_none_and_marks_of_another_scale_are_refused(tmp_path: Path) -> None:
    known = known_answers.record([(PAGING, "Blocks.")], graded(0.7))
    (tmp_path / "known_answers.json").write_bytes(known_answers.write(known))
    with pytest.raises(EngineUnavailable, match="off by 1"):
        known_answers.check(tmp_path, graded(float("nan")))
    wider = (known_answers.KnownAnswer(PAGING, "Blocks.", ((0.0, 0.3), (2.0, 0.7))),)
    (tmp_path / "known_answers.json").write_bytes(known_answers.write(wider))
    with pytest.raises(EngineUnavailable, match=r"off by 1\.00"):
        known_answers.check(tmp_path, graded(0.7))


def test_none_at_all_or_damaged_ones_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="no known answers"):
        known_answers.check(tmp_path, graded(0.7))
    (tmp_path / "known_answers.json").write_text('[{"question": 1}]')
    with pytest.raises(EngineUnavailable, match="is damaged"):
        known_answers.check(tmp_path, graded(0.7))
