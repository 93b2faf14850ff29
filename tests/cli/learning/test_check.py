from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli.main import main
from autograder.domain.exam import Exam, Question, Scale
from autograder.gradebook.gradebook import Gradebook
from tests.gradebook.samples import hand_in, piece
from tests.places import PROJECT

TABLE = (
    "Frage;Antwort;Punkte;Max\n"
    "Was ist eine Seite?;Ein Block;2,5;5\n"
    "Was ist eine Seite?;Papier;0;5\n"
    "Was ist ein Rahmen?;Holz;5;5\n"
    "Was ist ein Rahmen?;Bild;fehlt;5\n"
)


def _check(*arguments: object) -> int:
    return main(["learn", "check", *map(str, arguments)])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "quiz.csv"
    path.write_bytes(TABLE.encode("cp1252"))
    return path


def test_it_prints_counts_balance_split_and_remarks(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _check(table) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "quiz: 3 answers to 2 questions"
    assert "Marks: 1 lowest, 1 between, 1 full" in said
    assert any("to learn from" in line and "to test on" in line for line in said)
    assert "[no mark] quiz.csv, line 5: no mark stands in “fehlt”; it is left out." in said


def test_columns_are_mapped(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _check(table, "--columns", "answer=Frage,question=Antwort") == 0
    assert "answer = “Frage”" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        _check(table, "--columns", "answer")
    assert ended.value.code == 2


def test_it_exits_1_where_a_training_would_refuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = {"question": "What?", "student_answer": "x", "max_score": 5, "score": 5}
    path = tmp_path / "full.jsonl"
    path.write_text("".join(json.dumps({"id": str(n), **line}) + "\n" for n in range(3)))
    assert _check(path) == 1
    assert "[No training] All 3 answers got the same: full marks." in capsys.readouterr().out


def test_questions_with_answers_alone_are_counted_and_fine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "qa.csv").write_text("question,answer\nWhat is ML?,Learning.\n")
    assert _check(tmp_path / "qa.csv") == 0
    assert "no mark (for drafts): 1" in capsys.readouterr().out


def test_what_is_wrong_with_a_file_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _check(tmp_path / "none.csv") == 1
    assert _check() == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0] == (
        "autograder learn: none.csv: it is not there. Check its name and its folder."
    )
    assert "--reviews" in said[1]


def test_leaks_to_answers_to_test_on_are_named(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    test = tmp_path / "test.csv"
    test.write_text(
        "id,question,answer,mark,max\nnew,Was ist eine Seite ?,Ein Stück,3,5\n", "utf-8"
    )
    assert _check(table, "--against", test) == 0
    assert "[leak] quiz.csv, line 2: “Was ist eine Seite?” is left out" in capsys.readouterr().out


def test_examples_are_written_as_json_lines(table: Path, tmp_path: Path) -> None:
    assert _check(table, "--out", tmp_path / "all.jsonl") == 0
    lines = (tmp_path / "all.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["score"] for line in lines] == [2.5, 0.0, 5.0]


def test_reviews_of_the_gradebook_are_examples_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))
    gradebook = Gradebook(tmp_path / "data")
    question = Question("q1", "Q1", "What is paging?", Scale(0, 5))
    gradebook.exams.save(Exam("os", "Quiz", questions=(question,)))
    for name, mark in (("asha", 1), ("ben", 5)):
        script = hand_in(gradebook, name)
        [answer] = gradebook.answers.record(
            script.id, [piece("q1", script.pages[0].id, f"Blocks, says {name}.")], "fake"
        )
        gradebook.marks.review(answer.id, mark, "Maria")
    gradebook.close()
    assert _check("--reviews") == 0
    assert "Quiz: 2 answers to 1 question" in capsys.readouterr().out
    shutil.rmtree(tmp_path / "data")
    assert _check("--reviews") == 1
    assert "There are no marked answers to learn from" in capsys.readouterr().out


def test_it_loads_nothing_heavy(table: Path) -> None:
    heavy = ["torch", "transformers", "onnxruntime", "gradio", "pandas"]
    code = "import sys\nfrom autograder.cli.main import main\n"
    code += f"main(['learn', 'check', {str(table)!r}])\n"
    code += f"print([name for name in {heavy} if name in sys.modules])"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
