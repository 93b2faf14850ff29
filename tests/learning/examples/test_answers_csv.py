from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.errors import InvalidInput, RefusedFile
from autograder.domain.exam import Scale, decided
from autograder.learning.examples import Examples, read_examples, read_files


def _read(folder: Path, text: str, encoding: str = "utf-8", **columns: str) -> Examples:
    path = folder / "quiz.csv"
    path.write_bytes(text.encode(encoding))
    return read_examples(path, columns)


def _said(found: Examples, kind: str) -> list[str]:
    return [str(remark) for remark in found.remarks if remark.kind == kind]


PLAIN = """question,reference answer,student answer,mark,max,comment
What is a page?,A block of virtual memory.,A block.,1.5,2,Of what?
What is a page?,A block of virtual memory.,"A block of
virtual memory",2,2,
What is a frame?,A block of physical memory.,A picture.,0,4,No.
"""


def test_question_answer_and_mark_are_found_by_name(tmp_path: Path) -> None:
    first, second, third = _read(tmp_path, PLAIN).marked
    assert (first.text, first.mark, first.comment) == ("A block.", 1.5, "Of what?")
    assert (first.exam, first.id, first.where) == ("quiz", "quiz/2", "quiz.csv, line 2")
    assert first.question.reference_answers == ("A block of virtual memory.",)
    assert (second.text, second.where) == ("A block of\nvirtual memory", "quiz.csv, line 3")
    assert third.where == "quiz.csv, line 5"
    assert [each.question.scale for each in (first, third)] == [Scale(0, 2, 0.5), Scale(0, 4)]
    assert first.question is second.question


def test_what_excel_saves_in_german_is_read_and_said(tmp_path: Path) -> None:
    text = "Frage;Antwort;Punkte;Max\nWas heißt Größe?;Die Länge über alles;2,5;5\n"
    found = _read(tmp_path, text, "cp1252")
    assert [(each.question.text, each.text, each.mark) for each in found.marked] == [
        ("Was heißt Größe?", "Die Länge über alles", 2.5)
    ]
    assert "question = “Frage”, answer = “Antwort”, mark = “Punkte”" in _said(found, "columns")[0]
    assert "were read as cp1252" in _said(found, "letters")[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_and_unicode_are_told_by_the_file(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    cells = [["prompt", "response", "score"], ["Qué?", "“Así”", "3/5"]]
    text = "\r\n".join(separator.join(row) for row in cells)
    [example] = _read(tmp_path, text, encoding).marked
    assert (example.text, example.mark, example.question.scale.maximum) == ("“Así”", 3.0, 5.0)


def test_marks_in_sentences_give_mark_scale_and_comment(tmp_path: Path) -> None:
    text = (
        "Question,Answer,Evaluation\n"
        "What is paging?,Blocks.,The answer is valued 3/5 since it is partial.\n"
        "What is a lock?,A key.,The answer is valued 0/5 since it is unrelated.\n"
    )
    first, second = _read(tmp_path, text).marked
    assert (first.mark, first.question.scale.maximum) == (3.0, 5.0)
    assert first.comment == "The answer is valued 3/5 since it is partial."
    assert second.mark == 0.0


def test_columns_of_unknown_names_are_guessed_by_what_they_hold_and_said(tmp_path: Path) -> None:
    rows = [
        f"{n},What is paging?,Pages number {n} are mapped to frames,{n % 4}" for n in range(1, 9)
    ]
    found = _read(tmp_path, "\n".join(["nr,Stimulus,Wrote,Rater A", *rows]))
    assert [each.mark for each in found.marked] == [1, 2, 3, 0, 1, 2, 3, 0]
    assert found.marked[0].question.text == "What is paging?"
    [said] = _said(found, "columns")
    assert "mark = “Rater A” (guessed by what stands there)" in said
    assert "answer = “Wrote” (guessed by what stands there)" in said
    assert "question = “Stimulus” (guessed by what stands there)" in said


def test_columns_are_mapped_as_told(tmp_path: Path) -> None:
    text = "question,old,new,mark,final mark\nWhat?,First try,Second try,1,3\n"
    found = _read(tmp_path, text, answer="New", mark="Final Mark")
    assert [(each.text, each.mark) for each in found.marked] == [("Second try", 3.0)]


def test_a_mapping_that_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="can't be mapped to “answr”"):
        _read(tmp_path, PLAIN, answr="student answer")
    with pytest.raises(RefusedFile, match="it has no column “Antwort”"):
        _read(tmp_path, PLAIN, answer="Antwort")


def test_a_scale_that_nobody_states_is_the_highest_mark_and_said(tmp_path: Path) -> None:
    text = "question id,answer,mark\n1,a,2\n1,b,3.5\n2,c,9\n"
    found = _read(tmp_path, text)
    assert [each.question.scale.maximum for each in found.marked] == [4, 4, 9]
    assert "“1” 0 to 4, “2” 0 to 9" in _said(found, "guessed_scale")[0]


def test_percentages_stand_on_the_scale_that_is_stated(tmp_path: Path) -> None:
    found = _read(tmp_path, "question,answer,mark,max\nWhat?,a,75%,4\nWhat?,b,50 %,4\n")
    assert [each.mark for each in found.marked] == [3.0, 2.0]


def test_lines_that_teach_nothing_are_named_and_the_others_kept(tmp_path: Path) -> None:
    text = "question,answer,mark,max\nWhat?,a,absent,4\nWhat?,b,5,4\nWhat?,c,3/6,4\nWhat?,d,2,4\n"
    found = _read(tmp_path, text)
    assert [each.text for each in found.marked] == ["d"]
    assert _said(found, "no_mark") == [
        "quiz.csv, line 2: no mark stands in “absent”; it is left out."
    ]
    assert [said.split(": ")[0] for said in _said(found, "off_scale")] == [
        "quiz.csv, line 3",
        "quiz.csv, line 4",
    ]


def test_an_empty_answer_with_a_mark_is_an_example(tmp_path: Path) -> None:
    found = _read(tmp_path, "question,answer,mark,max\nWhat?,,0,4\nWhat?,d,2,4\n")
    assert [each.text for each in found.marked] == ["", "d"]


def test_questions_with_answers_and_no_marks_are_kept_apart(tmp_path: Path) -> None:
    found = _read(tmp_path, "Question,Answer,unit\nWhat is ML?,Learning.,1\nWhat is AI?,,1\n")
    assert [(each.question, each.answer) for each in found.unmarked] == [
        ("What is ML?", "Learning.")
    ]
    assert found.marked == ()
    assert _said(found, "no_answer") == ["quiz.csv, line 3: it has no answer; it is left out."]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("What?,a,3\nWhat?,b,2\n", "Put a line above it, such as “question,answer,mark”"),
        ("mark,max\n3,5\n", "no column holds answers"),
        ("question,answer,mark\nWhat?,a,none\n", "no line can be used"),
    ],
)
def test_a_table_that_cannot_be_used_says_what_to_do(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RefusedFile, match=said):
        _read(tmp_path, text)


SCHEME = (
    "<Point1:2>A page is a block of virtual memory<Point1:2>, "
    "<Point2_case1:1>4 KiB<Point2_case1:1> or <Point2_case2:1>a power of two<Point2_case2:1>."
)


def test_points_stand_inline_in_the_reference_and_in_the_mark(tmp_path: Path) -> None:
    rows = [
        ["question", "reference", "student answer", "mark"],
        ["What is a page?", SCHEME, "Memory", '2/3 points\n"<Point1:True>,<Point2_case1:False>"'],
        ["What is a page?", SCHEME, "4 KiB", "<Point1:False>,<Point2_case2:True>"],
    ]
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    first, second = _read(tmp_path, stream.getvalue()).marked
    assert [(each.text, each.marks, each.group) for each in first.question.criteria] == [
        ("A page is a block of virtual memory", 2.0, ""),
        ("4 KiB", 1.0, "Point2"),
        ("a power of two", 1.0, "Point2"),
    ]
    assert first.question.reference_answers == (
        "A page is a block of virtual memory, 4 KiB or a power of two.",
    )
    assert (first.mark, first.criteria) == (2.0, (2.0, 0.0, None))
    assert (first.question.scale, first.question.full_credit) == (Scale(0, 3), 3.0)
    assert second.criteria == (0.0, None, 1.0)


def test_points_say_what_the_marks_are_out_of(tmp_path: Path) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerows(
        [["question", "reference", "answer", "mark"], ["What?", SCHEME, "Memory", "2"]]
    )
    found = _read(tmp_path, stream.getvalue())
    assert found.marked[0].question.scale == Scale(0, 3)
    assert _said(found, "guessed_scale") == []


def test_a_scheme_in_a_file_of_its_own_holds_for_the_answers(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text(
        'QuestionCode,StudentAns,ManualScore\nOS1,Memory,"2/3 points\n""<Point1:True>"""\n'
    )
    rows = [["code", "question", "full mark", "scoring text"], ["OS1", "What?", "3", SCHEME]]
    with (tmp_path / "questions.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    [example] = read_files([tmp_path / "answers.csv", tmp_path / "questions.csv"]).marked
    assert (example.question.text, example.question.scale.maximum) == ("What?", 3.0)
    assert (example.mark, example.criteria) == (2.0, (2.0, None, None))
    assert read_examples(tmp_path).marked == (example,)


def test_ids_that_come_twice_are_numbered(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "quiz.csv").write_text(PLAIN)
    found = read_files([tmp_path / "a", tmp_path / "b"]).marked
    assert len({each.id for each in found}) == len(found) == 6


def test_other_files_are_refused_with_what_is_read(tmp_path: Path) -> None:
    (tmp_path / "marks.xlsx").write_bytes(b"PK\x03\x04")
    for path in (tmp_path / "marks.xlsx", tmp_path / "none.csv", tmp_path):
        with pytest.raises(RefusedFile):
            read_examples(path)


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(CELLS, CELLS, st.integers(0, 10)), min_size=1, max_size=5))
def test_every_table_that_a_spreadsheet_writes_is_read_row_for_row(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, int]]
) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    writer.writerow(["question", "answer", "mark", "max"])
    writer.writerows([*row, 10] for row in rows)
    found = _read(tmp_path_factory.mktemp("csv"), stream.getvalue()).marked
    assert [each.mark for each in found] == [mark for _, _, mark in rows]
    assert len({each.question.id for each in found}) <= len({row[0] for row in rows})


def test_the_marks_of_a_real_class_come_through_a_table_unchanged(
    shared_data: Path, tmp_path: Path
) -> None:
    lines = (shared_data / "grading/autograder_os.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["Question", "Answer", "Evaluation"])
    writer.writerows([row["question"], row["student_answer"], row["comment"]] for row in rows)
    found = _read(tmp_path, stream.getvalue()).marked
    assert [each.mark for each in found] == [row["score"] for row in rows]
    assert {each.question.scale.maximum for each in found} == {5.0}


def test_the_points_of_real_markers_come_through_their_own_form_unchanged(
    shared_data: Path, tmp_path: Path
) -> None:
    lines = (shared_data / "grading/llmarking.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    schemes = {
        row["question_id"]: [row["question_id"], row["question"], row["max_score"], _tagged(row)]
        for row in rows
    }
    _save(
        tmp_path / "scheme.csv",
        [["code", "question", "full mark", "scoring text"]],
        schemes.values(),
    )
    answers = [[row["question_id"], row["student_answer"], _marked(row)] for row in rows]
    _save(tmp_path / "answers.csv", [["QuestionCode", "StudentAns", "ManualScore"]], answers)
    found = read_examples(tmp_path).marked
    assert [each.mark for each in found] == [row["score"] for row in rows]
    assert [[each.text for each in example.question.criteria] for example in found] == [
        [each["text"] for each in row["criteria"]] for row in rows
    ]
    assert [decided(each.question.criteria, each.criteria or ()) for each in found] == [
        decided(
            each.question.criteria,
            [c["marks"] * met for c, met in zip(row["criteria"], row["teacher"], strict=True)],
        )
        for each, row in zip(found, rows, strict=True)
    ]


def _tagged(row: dict[str, Any]) -> str:
    tags = ((f"<{each['id']}:{each['marks']}>", each["text"]) for each in row["criteria"])
    return ", ".join(f"{tag}{text}{tag}" for tag, text in tags)


def _marked(row: dict[str, Any]) -> str:
    pairs = zip(row["criteria"], row["teacher"], strict=True)
    told = ",".join(f"<{each['id']}:{met}>" for each, met in pairs)
    return f'{row["score"]}/{row["max_score"]} points\n"{told}"'


def _save(path: Path, *parts: Iterable[list[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        for rows in parts:
            csv.writer(file).writerows(rows)


def test_a_table_without_headings_is_refused_even_if_its_first_mark_stands_in_words(
    tmp_path: Path,
) -> None:
    path = tmp_path / "bare.csv"
    rows = [
        '"What is a page fault?","A trap","valued 3/5 since half is missing"',
        '"What is a page fault?","nothing at all","0"',
        '"What is a semaphore?","A counter with wait and signal","5/5"',
        '"What is a semaphore?","a lock","2,5"',
    ]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    with pytest.raises(RefusedFile, match="first line holds a mark"):
        read_examples(path)
