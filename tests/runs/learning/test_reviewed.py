from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.domain.errors import NotFound
from autograder.domain.exam import Criterion, Exam, Question, Scale
from autograder.domain.grade import BULK, GROUP, Judgement, Maker, Prediction
from autograder.domain.script import Answer, Student
from autograder.gradebook.gradebook import Gradebook
from autograder.learning.examples import check, read_examples, write_examples
from autograder.runs.learning.reviewed import reviewed
from tests.gradebook.samples import hand_in, piece

CRITERIA = (Criterion("says what a page is", 1), Criterion("says what a frame is", 2))
QUESTION = Question("q1", "Q1", "What is paging?", Scale(0, 3), ("Fixed-size blocks.",), CRITERIA)
PREDICTED = Prediction(
    mark=3.0,
    distribution=((3.0, 1.0),),
    confidence=1.0,
    maker=Maker("fake"),
    judgements=tuple(Judgement(each.text, 1.0, each.marks) for each in CRITERIA),
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "data"
    Gradebook(folder).close()
    return folder


@pytest.fixture
def gradebook(tmp_path: Path, empty: Path) -> Iterator[Gradebook]:
    opened = Gradebook(shutil.copytree(empty, tmp_path / "data"))
    opened.exams.save(Exam("os", "Quiz", "Operating Systems", (QUESTION,)))
    yield opened
    opened.close()


def _answer(gradebook: Gradebook, name: str, text: str) -> Answer:
    script = hand_in(gradebook, name)
    [student] = gradebook.rosters.merge("os", [Student("", name, name.title())])
    gradebook.scripts.assign(script.id, student.id)
    return gradebook.answers.record(script.id, [piece("q1", script.pages[0].id, text)], "fake")[0]


def test_a_review_is_an_example_with_what_was_foreseen(gradebook: Gradebook) -> None:
    answer = _answer(gradebook, "asha", "Blocks.")
    gradebook.marks.record(answer.id, 1, QUESTION, PREDICTED)
    gradebook.marks.review(answer.id, 2, "Maria", "Where is the page?", criteria=[0, 2])
    gradebook.marks.record(answer.id, 1, QUESTION, replace(PREDICTED, mark=2.0, lesson="after"))
    gradebook.names.show("os", True, "Maria")
    [example] = reviewed(gradebook)
    assert (example.id, example.text, example.mark) == (answer.id, "Blocks.", 2.0)
    assert (example.criteria, example.comment) == ((0.0, 2.0), "Where is the page?")
    assert (example.predicted, example.predicted_criteria) == (3.0, (1.0, 2.0))
    assert (example.exam, example.where) == ("Quiz", "Quiz, Asha, Q1")
    assert example.question == replace(QUESTION, handwritten=True)  # it was scanned


def test_hidden_names_stay_hidden(gradebook: Gradebook) -> None:
    gradebook.marks.review(_answer(gradebook, "asha", "Blocks.").id, 2, "Maria")
    [example] = reviewed(gradebook)
    assert "Asha" not in example.where
    assert example.where.startswith("Quiz, Script ")


def test_what_was_accepted_unseen_teaches_nothing(gradebook: Gradebook) -> None:
    unseen, group = (_answer(gradebook, name, "Blocks.") for name in ("asha", "ben"))
    gradebook.marks.review_all("os", [(unseen.id, 3, 0)], "Maria", way=BULK)
    gradebook.marks.review_all("os", [(group.id, 1, 0)], "Maria", way=GROUP)
    assert [example.id for example in reviewed(gradebook, ["os"])] == [group.id]


def test_a_decision_counts_although_the_answer_was_accepted_with_all_later(
    gradebook: Gradebook,
) -> None:
    answer = _answer(gradebook, "asha", "Blocks.")
    gradebook.marks.review(answer.id, 1, "Maria")
    gradebook.marks.review(answer.id, 2, "Maria")
    gradebook.marks.review_all("os", [(answer.id, 3, 2)], "Maria", way=BULK)
    assert [example.mark for example in reviewed(gradebook)] == [2.0]


def test_a_mark_on_another_scale_teaches_nothing(gradebook: Gradebook) -> None:
    gradebook.marks.review(_answer(gradebook, "asha", "Blocks.").id, 3, "Maria")
    gradebook.exams.save_question("os", replace(QUESTION, scale=Scale(0, 10)))
    assert reviewed(gradebook) == []


def test_points_for_other_criteria_are_left_out_and_the_mark_is_kept(gradebook: Gradebook) -> None:
    answer = _answer(gradebook, "asha", "Blocks.")
    gradebook.marks.record(answer.id, 1, QUESTION, PREDICTED)
    gradebook.marks.review(answer.id, 2, "Maria", criteria=[0, 2])
    other = (Criterion("says what a table is", 1), CRITERIA[1])
    gradebook.exams.save_question("os", replace(QUESTION, criteria=other))
    [example] = reviewed(gradebook)
    assert (example.mark, example.criteria, example.predicted_criteria) == (2.0, None, None)
    assert example.question.criteria == other


def test_archived_exams_teach_too_and_one_that_is_not_there_is_named(gradebook: Gradebook) -> None:
    gradebook.marks.review(_answer(gradebook, "asha", "Blocks.").id, 3, "Maria")
    gradebook.exams.archive("os")
    assert len(reviewed(gradebook)) == 1
    with pytest.raises(NotFound):
        reviewed(gradebook, ["none"])


def test_no_reviews_are_no_examples_and_training_is_refused(gradebook: Gradebook) -> None:
    _answer(gradebook, "asha", "Blocks.")
    assert reviewed(gradebook) == []
    [remark] = check(reviewed(gradebook))
    assert remark.stops


def test_reviews_go_through_a_file_unchanged(gradebook: Gradebook, tmp_path: Path) -> None:
    answer = _answer(gradebook, "asha", "Blocks.")
    gradebook.marks.record(answer.id, 1, QUESTION, PREDICTED)
    gradebook.marks.review(answer.id, 2.5, "Maria", "Good.", criteria=[0.5, 2])
    write_examples(tmp_path / "reviews.jsonl", reviewed(gradebook))
    assert list(read_examples(tmp_path / "reviews.jsonl").marked) == reviewed(gradebook)
