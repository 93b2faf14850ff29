"""Which question a file answers."""

from __future__ import annotations

from autograder.domain.exam import Question, Scale
from autograder.domain.script import Piece
from autograder.reading.written.splitting import HEADING, ReadPage, split_written
from autograder.reading.written.typesetting import typeset, written_on

ONE = [Question("a", "Q1", "Write it.", Scale(0, 5))]
THREE = [Question(name, f"Q{at}", "Write it.", Scale(0, 5)) for at, name in enumerate("abc", 1)]


def split(files: dict[str, str], questions: list[Question]) -> list[Piece]:
    pages: list[ReadPage] = []
    for name, text in files.items():
        for page in typeset(name, text, "asha"):
            reading = written_on(page.png)
            assert reading
            pages.append((f"{len(pages)}", page.source, reading))
    return split_written(pages, questions)


def test_a_single_file_is_the_answer_to_a_single_question_exactly() -> None:
    text = "def f():\n\treturn 1\n\n\n# done  "
    (piece,) = split({"main.py": text}, ONE)
    assert (piece.question_id, piece.text, piece.note) == ("a", text, "")
    assert [placed.line.text for placed in piece.lines] == text.split("\n")


def test_several_files_are_one_answer_each_under_its_name() -> None:
    (piece,) = split({"main.c": "int main;", "util/util.h": "int util;"}, ONE)
    heads = [HEADING.format(name=name) for name in ("main.c", "util/util.h")]
    assert piece.text == f"{heads[0]}\nint main;\n{heads[1]}\nint util;"


def test_names_of_files_and_folders_say_which_question_they_answer() -> None:
    files = {
        "q1.py": "one",
        "task_2/main.py": "two",
        "task_2/util.py": "more of two",
        "Problem 3 - sorting.py": "three",
    }
    found = {piece.question_id: piece.text for piece in split(files, THREE)}
    assert found["a"] == "one" and found["c"] == "three"
    assert "two" in found["b"] and "more of two" in found["b"]


def test_a_file_that_says_no_question_is_asked_about_and_kept() -> None:
    pieces = split({"q2.py": "two", "helpers.py": "help"}, THREE)
    assert [(piece.question_id, piece.text) for piece in pieces] == [("b", "two"), (None, "help")]
    assert "helpers.py says no question" in pieces[1].note


def test_typed_answers_with_labels_are_cut_at_these() -> None:
    text = "Q1: Because it waits.\n\nQ2: It never ends.\nReally.\n\nQ3: Yes."
    found = {piece.question_id: piece.text for piece in split({"answers.txt": text}, THREE)}
    assert found["a"].strip() == "Because it waits." and "Really." in found["b"]


def test_a_file_that_was_handed_in_again_is_told() -> None:
    page = typeset("main.c", "old", "asha")[0], typeset("main.c", "new", "asha")[0]
    readings = [written_on(each.png) for each in page]
    between = written_on(typeset("util.h", "util", "asha")[0].png)
    assert readings[0] and readings[1] and between
    pages = [("0", "main.c", readings[0]), ("1", "util.h", between), ("2", "main.c", readings[1])]
    (piece,) = split_written(pages, ONE)
    assert "main.c was handed in more than once" in piece.note
    assert "old" in piece.text and "new" in piece.text
