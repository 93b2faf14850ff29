"""Programs are told from prose, in whatever language they are written."""

from __future__ import annotations

import time

import pytest

from autograder.domain.exam import Question, Scale
from autograder.grading.guard import inspect
from autograder.grading.guarding.code import is_code
from autograder.grading.guarding.code_lines import is_code_line
from tests.grading.guarding.programs import PROGRAMS

QUESTION = Question("q", "Q1", "Write a program.", Scale(0, 10))
PROSE = [
    "Return from the call means that the frame is popped.",
    "If the queue is empty then the consumer has to wait",
    "Create a process for each user, and let it wait.",
    "From the ready queue the next process is taken.",
    "Set of pages that are in memory",
    "Call the scheduler when the slice is over",
    "The process: it waits, runs and ends",
    "- first come, first served",
    "Where it is not in memory, there is a page fault.",
]


@pytest.mark.parametrize("language", sorted(PROGRAMS))
def test_a_program_is_known_as_such_and_says_nothing_to_the_grader(language: str) -> None:
    assert is_code(PROGRAMS[language])
    assert inspect(QUESTION, PROGRAMS[language]).flags == ()


@pytest.mark.parametrize("line", PROSE)
def test_a_sentence_is_no_line_of_a_program(line: str) -> None:
    assert not is_code_line(line)


def test_a_line_without_end_takes_no_time() -> None:
    began = time.monotonic()
    for piece in ("=> ", "( ", "a.", "end   ", "a (b) ", "x int a "):
        is_code_line(piece * 100_000)
    assert time.monotonic() - began < 1
