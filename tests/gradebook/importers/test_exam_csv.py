from pathlib import Path

import pytest

from autograder.domain.errors import RefusedFile
from autograder.domain.exam import Criterion, Exam, Scale
from autograder.gradebook.importers.exam_csv import read_exam


def _read(tmp_path: Path, content: str) -> Exam:
    path = tmp_path / "os-quiz_2.csv"
    path.write_text(content, "utf-8")
    return read_exam(path)


def test_each_row_is_a_question(tmp_path: Path) -> None:
    exam = _read(
        tmp_path,
        "Label,Question,Reference answer,Min,Max,Step,Criteria\n"
        'Q1,What is paging?,Blocks.,1,5,,"1: says block\n0.5: says: fixed"\n'
        'Q2,And frames?,,,10,"0,5",\n',
    )
    one, two = exam.questions
    assert exam.title == "os quiz 2"
    assert (one.label, one.text, one.reference_answers) == ("Q1", "What is paging?", ("Blocks.",))
    assert one.criteria == (Criterion("says block", 1), Criterion("says: fixed", 0.5))
    assert (one.scale, two.scale) == (Scale(1, 5), Scale(0, 10, 0.5))


def test_a_criterion_can_name_its_group_and_how_many_of_it_count(tmp_path: Path) -> None:
    cell = "1 [2 of causes]: no frames\n1 [2 of causes]: no swap\n2[wording] : said so [twice]"
    exam = _read(tmp_path, f'label,text,maximum,criteria\nQ1,Why?,4,"{cell}"\n')
    assert exam.questions[0].criteria == (
        Criterion("no frames", 1, "causes", 2),
        Criterion("no swap", 1, "causes", 2),
        Criterion("said so [twice]", 2, "wording"),
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Label,Text\nQ1,?\n", "no column “maximum”"),
        ("Label,Text,Max\nQ1,,5\n", "line 2 has no text"),
        ("Label,Text,Max\nQ1,?,five\n", "line 2: “five” is no number"),
        ("Label,Text,Max\nQ1,?,\n", "line 2: “” is no number"),
        ("Label,Text,Max\nQ1,?,0\n", "line 2: A scale's highest mark"),
        ("Label,Text,Max\nQ1,?,5\nq1,?,5\n", "q1 stands in line 2 and in line 3"),
        ("Label,Text,Max,Criteria\nQ1,?,5,says block\n", "must read like"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, content: str, reason: str) -> None:
    with pytest.raises(RefusedFile, match=reason):
        _read(tmp_path, content)
