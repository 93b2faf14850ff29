import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from autograder import plugins
from autograder.cli.main import COMMANDS, main
from autograder.domain.errors import EngineFailed
from autograder.domain.grade import Prediction
from tests.fakes import CountingGrader, ScriptedRecognizer
from tests.places import PROJECT

LIGHT = ["torch", "transformers", "onnxruntime", "rapidocr", "llama_index", "gradio"]


def _python(code: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True
    )
    return result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_a_command_does(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert COMMANDS[command][1:] in " ".join(capsys.readouterr().out.split())


def test_help_and_the_application_load_no_engine() -> None:
    code = "import sys, autograder.application\nfrom autograder.cli.main import main\n"
    code += "try: main(['grade', '--help'])\nexcept SystemExit: pass\n"
    code += f"print([name for name in {LIGHT} if name in sys.modules])"
    assert _python(code).splitlines()[-1] == "[]"


def test_bad_usage_is_exit_code_2() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["grade"])
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["read", "no-such.png"], "there is no such file"),
        (["read", "x.png", "--engine", "nobody"], "no engine “nobody”"),
        (["predict", "no-such.jsonl", "--out", "x"], "can't be read"),
        (["evaluate", "no-such.jsonl"], "can't be read"),
        (["search", "What is paging?", "--textbook", "no-such.pdf"], "there is no such file"),
        (["grade", "no-such.json", "x.png", "--out", "x.csv"], "no such file"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_code_1(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path))
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_doctor_finds_a_new_folder_sound_and_a_changed_scan_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from autograder.gradebook.gradebook import Gradebook

    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path))
    assert main(["doctor"]) == 0
    gradebook = Gradebook(tmp_path)
    sha = gradebook.scans.add(b"a scan")
    gradebook.close()
    stored = next(tmp_path.rglob(sha))
    stored.chmod(0o600)
    stored.write_bytes(b"another")
    assert main(["doctor"]) == 1
    assert "1 problem" in capsys.readouterr().out


@pytest.fixture
def exam_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An exam of one question, with engines that need no models."""
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))
    scripted = ScriptedRecognizer({301: ["Q1 A process is a running program"]})
    monkeypatch.setattr(plugins, "recognizer", lambda *_: scripted)
    monkeypatch.setattr(plugins, "grader", lambda *_: CountingGrader())
    exam = tmp_path / "exam.json"
    exam.write_text('{"title": "Quiz", "questions": [{"label": "Q1", "text": "Why?"}]}', "utf-8")
    return exam


def test_a_file_that_is_the_same_as_another_is_told_and_not_counted_as_refused(
    exam_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("ada.png", "twin.png"):
        Image.new("RGB", (301, 400), "white").save(tmp_path / name)
    scans = [str(tmp_path / name) for name in ("ada.png", "twin.png")]
    assert main(["grade", str(exam_file), *scans, "--out", str(tmp_path / "out.csv")]) == 0
    said = capsys.readouterr()
    assert "2 of 2 files marked" in said.out
    assert said.err.count("twin.png: it is the same file as ada.png") == 1


def test_a_zip_with_a_bad_member_is_marked_and_the_member_named(
    exam_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", (301, 400), "white").save(tmp_path / "ada.png")
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.write(tmp_path / "ada.png", "ada.png")
        archive.writestr("notes.txt", "buy milk")
    out = str(tmp_path / "out.csv")
    assert main(["grade", str(exam_file), str(tmp_path / "class.zip"), "--out", out]) == 0
    said = capsys.readouterr()
    assert "1 of 2 files marked" in said.out
    assert "class.zip/notes.txt: it is" in said.err


def test_where_every_file_is_refused_grading_fails(
    exam_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.png").write_bytes(b"MZ" + bytes(100))
    out = str(tmp_path / "out.csv")
    assert main(["grade", str(exam_file), str(tmp_path / "notes.png"), "--out", out]) == 1
    assert "0 of 1 files marked" in capsys.readouterr().out


def test_predict_grades_typed_answers_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path))
    question = {
        "question": "What does a page table hold?",
        "reference_answer": "The frame of every page of a process.",
        "max_score": 4,
    }
    answers = {"b": "It holds the frame number of each page.", "a": "It is a kind of disk."}
    rows = [question | {"id": key, "student_answer": text} for key, text in answers.items()]
    asked, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    asked.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert main(["predict", str(asked), "--out", str(out), "--grader", "encoder"]) == 0
    good, bad = (json.loads(line) for line in out.read_text("utf-8").splitlines())
    assert (good["id"], bad["id"]) == ("b", "a")
    assert good["score"] > bad["score"]
    assert sum(good["distribution"].values()) == pytest.approx(1, abs=0.01)


def test_evaluate_names_the_line_that_lacks_a_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path))
    row = {"id": "1", "question": "?", "reference_answer": "x", "student_answer": "y"}
    asked = tmp_path / "in.jsonl"
    asked.write_text(json.dumps(row | {"max_score": 4}) + "\n", "utf-8")
    assert main(["evaluate", str(asked)]) == 1
    error = capsys.readouterr().err
    assert "1" in error
    assert "score" in error


def marked_answers(folder: Path, **more: object) -> Path:
    """Answers to two questions in two data sets, each marked by the teacher."""
    path = folder / "marked.jsonl"
    rows = [
        {
            "id": f"{question}{index}",
            "dataset": question,
            "question": f"What does {question} hold?",
            "reference_answer": "The frame of every page of a process.",
            "criteria": [{"text": "frame", "marks": 1}, {"text": "page", "marks": 1}],
            "student_answer": text,
            "max_score": 2,
            "score": index,
            "teacher": [index > 0, index > 1],
        }
        | more
        for question in ("paging", "tables")
        for index, text in enumerate(["Frames, two of them.", "Frames.", "Frames of pages."])
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_evaluate_tells_data_sets_apart_and_says_it_in_json_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(plugins, "grader", lambda *_: CountingGrader())
    asked, out = marked_answers(tmp_path), tmp_path / "figures.json"
    arguments = ["evaluate", str(asked), "--grader", "counting", "--by", "dataset"]
    assert main([*arguments, "--json", str(out)]) == 0
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines() if "counting" in line[:40]] == [
        "paging",
        "tables",
        "pooled",
    ]
    found = json.loads(out.read_text("utf-8"))
    assert [each["dataset"] for each in found["evaluations"]] == ["paging", "tables", "pooled"]
    pooled = found["evaluations"][2]
    assert pooled["n"] == 6
    for name in ("qwk", "pearson", "rmse", "mae", "accuracy", "ece", "accept_95", "flagged"):
        value, low, high = pooled[name]
        assert low <= value <= high
    assert set(pooled["baselines"]) == {"majority", "length"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--json", "nowhere/figures.json"], "its folder is not there"),
        (["--grader", "nobody"], "no engine “nobody”"),
    ],
)
def test_evaluate_says_what_it_lacks_before_it_grades(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["evaluate", str(marked_answers(tmp_path)), *arguments]) == 1
    assert said in capsys.readouterr().err


def test_evaluate_needs_an_answer_that_is_no_review(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(marked_answers(tmp_path, reviewed=True))]) == 1
    assert "no answer to grade and to compare" in capsys.readouterr().err


def test_predict_keeps_the_old_output_when_grading_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Failing(CountingGrader):
        def grade(self, *_: object) -> list[Prediction]:
            raise EngineFailed("The server said no.")

    monkeypatch.setattr(plugins, "grader", lambda *_: Failing())
    out = tmp_path / "out.jsonl"
    out.write_text("yesterday's\n", "utf-8")
    assert main(["predict", str(marked_answers(tmp_path)), "--out", str(out)]) == 1
    assert "The server said no." in capsys.readouterr().err
    assert out.read_text("utf-8") == "yesterday's\n"


def test_the_module_starts() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "autograder", "nonsense"],
        check=False,
        capture_output=True,
        text=True,
        cwd=PROJECT,
    )
    assert result.returncode == 2
    assert "invalid choice" in result.stderr


def test_boxes_are_pixels_of_the_photo_itself_however_large_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugins, "recognizer", lambda *_: ScriptedRecognizer({1500: ["Q1 A"]}))
    turned = Image.Exif()
    turned[0x0112] = 6  # EXIF: orientation, a quarter turn
    photo, out = tmp_path / "photo.jpg", tmp_path / "out.json"
    Image.new("RGB", (4000, 3000), "white").save(photo, exif=turned)
    assert main(["read", str(photo), "--json", str(out)]) == 0
    [page] = json.loads(out.read_text("utf-8"))["files"][0]["pages"]
    assert page["lines"][0]["box"] == [20.0, 80.0, 600.0, 140.0]
