"""Both graders mark the same answers on the same terms, in processes of their own."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from autograder.domain.errors import EngineFailed, InvalidInput
from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.grade import Example, Passage, Prediction
from autograder.domain.marked_example import MarkedExample
from autograder.learning.comparing.attacks import attacks
from autograder.learning.comparing.comparison import Verdict
from autograder.learning.comparing.graded import Expected
from autograder.runs.learning import comparing
from autograder.runs.learning.comparing import Contender, Paper, compare_graders, mark
from autograder.settings import Settings
from tests.fakes import CountingGrader, LearningGrader

BOOK = (Passage("b", "Book", 3, "A page is a block.", 0.9),)
QUESTIONS = [
    Question(
        f"q{number}",
        f"Q{number}",
        f"What does part {number} of it do?",
        Scale(0, 4),
        ("It reads a page.",),
        (Criterion("reads", 2), Criterion("page", 2)),
    )
    for number in range(3)
]
EXAMPLES = tuple(
    MarkedExample(
        f"{question.id}-{place}",
        question,
        " ".join(["word"] * place),
        float(place % 5),
        exam="Quiz",
    )
    for question in QUESTIONS
    for place in range(1, 7)
)


class Watching(LearningGrader):
    """Keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[Question, Sequence[str], Sequence[Passage], Sequence[Example]]] = []

    def grade(
        self,
        question: Question,
        answers: Sequence[str],
        passages: Sequence[Passage] = (),
        examples: Sequence[Example] = (),
    ) -> list[Prediction]:
        self.asked.append((question, answers, passages, examples))
        return super().grade(question, answers, passages, examples)


def test_no_answer_is_marked_by_its_own_review() -> None:
    grader = Watching()
    found = mark(grader, Paper(EXAMPLES, known=3))
    text = {each.id: each.text for each in EXAMPLES}
    for _, answers, _, known in grader.asked:
        assert {text[each.id] for each in known}.isdisjoint(answers)
    assert {each.known for each in found.graded} == {0, 3}
    assert len(found.graded) == 2 * len(EXAMPLES)


def test_reviews_are_those_of_the_question_alone() -> None:
    grader = Watching()
    mark(grader, Paper(EXAMPLES, known=10))
    for question, _, _, known in grader.asked:
        assert {each.id.split("-")[0] for each in known} <= {question.id}
        assert len(known) in (0, 5)  # of six answers all but its own


def test_planted_texts_are_beside_what_the_same_grader_gave_before() -> None:
    planted = tuple(attacks(EXAMPLES))
    found = mark(CountingGrader(), Paper(EXAMPLES, planted, known=0))
    assert [each.attack for each in found.tried] != []
    assert {each.attack for each in found.tried} == set(planted)
    for each in found.tried:
        assert each.before.mark == min(4, len(each.attack.example.text.split()))
        if each.attack.expected is Expected.NO_RISE:
            assert each.worked is (each.before.mark < 4)  # longer is better to this one


def test_a_grader_reads_the_textbook_as_in_its_work() -> None:
    grader = Watching()
    mark(grader, Paper(EXAMPLES, passages={("Quiz", QUESTIONS[0]): BOOK}))
    assert {bool(passages) for question, _, passages, _ in grader.asked if question.id == "q0"} == {
        True
    }
    assert {bool(passages) for question, _, passages, _ in grader.asked if question.id != "q0"} == {
        False
    }


def test_a_single_answer_to_a_question_is_marked_cold_alone() -> None:
    assert [each.known for each in mark(CountingGrader(), Paper(EXAMPLES[:1])).graded] == [0]


def test_a_grader_beside_itself_is_told_while_it_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "attacks", lambda examples: attacks(examples)[:2])
    one = Contender("one", "encoder", Settings())
    found = compare_graders(one, one, EXAMPLES[:3], lambda _: BOOK, known=1, work=tmp_path)
    assert all(each.apart == 0 for each in found.answers)
    assert found.verdict is Verdict.UNSURE  # one question
    told = [json.loads(line) for line in (tmp_path / "progress.jsonl").read_text().splitlines()]
    assert told[-1]["step"] == told[-1]["of"] > 0
    assert [each["step"] for each in told] == sorted(each["step"] for each in told)


def test_what_a_grader_refuses_comes_out_of_its_process() -> None:
    nobody = Contender("nobody", "no_such_grader", Settings())
    with pytest.raises(InvalidInput, match="There is no engine “no_such_grader”"):
        compare_graders(nobody, nobody, EXAMPLES)


class Deadly:
    """Ends the process that it is handed to."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (9,)


def test_a_grader_that_dies_is_a_failure_and_no_crash() -> None:
    with pytest.raises(EngineFailed, match="most likely because the memory was full"):
        comparing._apart(Contender("big", "encoder", Deadly()), Paper(EXAMPLES), comparing.Follow())  # type: ignore[arg-type]
