from __future__ import annotations

import csv
import io

from autograder.domain.exam import Criterion
from autograder.grading.agreeing.exam_agreement import ExamAgreement
from autograder_ui.components.agreement_csv import export
from tests.grading.marked import answer, predicted, reviewed, scheme

QUESTION = scheme(Criterion("=1+1 pages", 2))
MARKED = [
    answer(
        number,
        predicted(mark, met=(0.9,), question=QUESTION),
        reviewed(3, 4, "Ben", question=QUESTION),
        reviewed(2, 5, "Ada", points=(2 * (number % 2),), question=QUESTION),
        question=QUESTION,
    )
    for number, mark in enumerate((2, 3, 3, 1))
]


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_each_figure_is_a_line_with_what_it_is_of() -> None:
    found = lines(export(ExamAgreement.of((QUESTION,), MARKED)))
    of = {(line["Of"], line["Measure"]): line for line in found}
    assert of["question", "bias"]["Value"] == "0.25"
    assert of["exam", "exact"]["Answers"] == "4"
    assert of["markers", "mae"]["Markers"] == "Ada and Ben"
    assert of["criterion", "machine_only"]["Value"] == "2"
    assert of["exam", "calibration_error"]["Low"] == ""
    assert of["confidence", "right"]["Criterion"] == "sure 50% to 60%"


def test_a_criterion_never_becomes_a_formula() -> None:
    content = export(ExamAgreement.of((QUESTION,), MARKED))
    assert b"'=1+1 pages" in content
    assert content.startswith(b"\xef\xbb\xbf")


def test_without_reviews_there_is_only_the_header() -> None:
    assert lines(export(ExamAgreement.of((QUESTION,), []))) == []
