"""A class's typed files, handed in any way, become scripts whose text is exact."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from PIL import Image

from autograder.application import Application
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.job import JobState
from autograder.domain.script import WRITTEN, Script, Student, UploadState
from autograder.runs.learning.reviewed import reviewed
from autograder.runs.reading.submissions import Submissions
from autograder.settings import Settings
from tests.reading.written.documents import docx, odt

QUESTION = Question("", "Q1", "Write a program that prints the sum of its input.", Scale(0, 10))
ROSTER = [Student("", "PR101", "Asha Rao"), Student("", "PR102", "Ben Okoro")]
MAIN = "#include <stdio.h>\n\nint main(void) {\n\treturn 0;  // größe\n}"


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    """Without any engine that could read: typed work needs none."""
    with Application.open(Settings(data=tmp_path / "data", reading_engine="none")) as opened:
        yield opened


@pytest.fixture
def exam(application: Application) -> Exam:
    made = application.gradebook.exams.save(Exam("", "Lab", questions=(QUESTION,)))
    application.gradebook.rosters.merge(made.id, ROSTER)
    return made


def written(folder: Path, files: Mapping[str, str | bytes]) -> list[tuple[str, Path]]:
    made = []
    for name, content in files.items():
        path = folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        made.append((name, path))
    return made


def read(application: Application, exam: Exam) -> dict[str, Script]:
    application.jobs.start()
    for job in application.gradebook.jobs.active(exam.id):
        ended = application.jobs.wait(job.id)
        assert ended.state is JobState.DONE, ended.message
    return {script.title: script for script in application.gradebook.scripts.all(exam.id)}


def texts(application: Application, script: Script) -> list[str]:
    return [each.current.text for each in application.gradebook.answers.of_script(script.id)]


def test_a_folder_a_student_becomes_a_script_with_its_text_to_the_letter(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    files = written(
        tmp_path,
        {
            "lab/PR101/main.c": MAIN.replace("\n", "\r\n") + "\r\n",
            "lab/PR102/main.c": MAIN,
            "lab/PR102/util.h": "int util;",
        },
    )
    uploads = application.marking.add_scans(exam.id, files)
    assert [(each.script_title, each.way) for each in uploads] == [
        ("PR101", WRITTEN),
        ("PR102", WRITTEN),
    ]
    scripts = read(application, exam)
    assert texts(application, scripts["PR101"]) == [MAIN]
    (both,) = texts(application, scripts["PR102"])
    assert MAIN in both and "util.h" in both
    named = {title: script.student and script.student.name for title, script in scripts.items()}
    assert named == {"PR101": "Asha Rao", "PR102": "Ben Okoro"}
    reading = application.gradebook.scripts.reading(scripts["PR101"].pages[0].id)
    assert reading and reading.engine == WRITTEN and reading.text == MAIN


def test_a_zip_from_an_lms_is_sorted_by_its_names_and_read_once(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Asha Rao_11_assignsubmission_file_/main.c", MAIN)
        archive.writestr("Asha Rao_11_assignsubmission_file_/a.out", b"\x7fELF" + bytes(9))
        archive.writestr("Asha Rao_11_assignsubmission_file_/.git/HEAD", "ref")
        archive.writestr("Ben Okoro_12_assignsubmission_file_essay.docx", docx("<w:p/>"))
        archive.writestr("notes.txt", "who was late")
    for _ in range(2):
        uploads = application.marking.add_scans(exam.id, [(path.name, path)])
        refused = [each for each in uploads if each.state is UploadState.REFUSED]
        assert [each.name for each in refused] == ["class.zip/notes.txt"]
        scripts = read(application, exam)
        assert sorted(scripts) == ["Asha Rao", "Ben Okoro"]
    problem = scripts["Asha Rao"].problem
    assert problem.startswith("Left out: .git/, a.out (it is a Linux program")
    assert texts(application, scripts["Asha Rao"]) == [MAIN]
    assert len(scripts["Asha Rao"].pages) == 1


def test_typed_code_is_grouped_as_it_stands_and_taught_as_typed(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    lines = ("total = 0", "for n in numbers:", "    total += n", "    print(total)")
    inside, after = "\n".join(lines), "\n".join([*lines[:3], lines[3].strip()])
    files = {"asha.py": inside, "ben.py": after, "chen.py": f"{inside}\n\n"}
    application.marking.add_scans(exam.id, written(tmp_path, files))
    scripts = read(application, exam)
    (question,) = application.gradebook.exams.get(exam.id).questions
    names = {
        application.gradebook.answers.of_script(script.id)[0].id: title
        for title, script in scripts.items()
    }
    groups = application.marking.groups(exam.id, question.id)
    assert [sorted(names[each] for each in group.answers) for group in groups] == [
        ["asha", "chen"],
        ["ben"],
    ]
    for answer_id in names:
        application.gradebook.marks.review(answer_id, 5, "Maria")
    examples = reviewed(application.gradebook)
    assert {each.text.strip() for each in examples} == {inside, after}
    assert not any(each.question.handwritten for each in examples)


def test_twins_have_a_script_each(application: Application, exam: Exam, tmp_path: Path) -> None:
    files = written(tmp_path, {"asha.py": "print(1)", "ben.py": "print(1)"})
    application.marking.add_scans(exam.id, files)
    scripts = read(application, exam)
    assert [texts(application, script) for script in scripts.values()] == [["print(1)"]] * 2


def test_a_student_without_anything_to_read_is_told(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    long = written(tmp_path, {"asha/long.txt": "x" * 500_000, "ben/main.py": "print(1)"})
    uploads = application.marking.add_scans(exam.id, long)
    refused = [each for each in uploads if each.state is UploadState.REFUSED]
    assert [each.name for each in refused] == ["asha"]
    assert "long.txt (longer than 400 KB)" in refused[0].problem


def test_a_damaged_file_among_others_is_named_and_the_others_are_read(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    files = written(tmp_path, {"lab/asha/a.docx": b"PK\x03\x04 cut", "lab/asha/b.txt": "essay"})
    application.marking.add_scans(exam.id, [*files, *written(tmp_path, {"lab/ben/c.txt": "x"})])
    script = read(application, exam)["asha"]
    assert texts(application, script) == ["essay"]
    assert "a.docx (it is damaged" in script.problem


def test_documents_are_read_in_folders_and_zips_and_others_are_named_with_what_to_do(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    essay = docx("<w:p><w:r><w:t>Dear council</w:t></w:r></w:p>")
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("PR101/letter.docx", essay)
        archive.writestr("PR101/old.doc", b"\xd0\xcf\x11\xe0 an old document")
        archive.writestr("PR102/letter.odt", odt("<text:p>Dear mayor</text:p>"))
        archive.writestr("PR102/draft.rtf", rb"{\rtf1 Dear mayor}")
    application.marking.add_scans(exam.id, [(path.name, path)])
    application.marking.add_scans(exam.id, written(tmp_path, {"essays/Fay Moss/a.docx": essay}))
    scripts = read(application, exam)
    found = {title: texts(application, script) for title, script in scripts.items()}
    assert found["PR101"] == ["Dear council"] and found["PR102"] == ["Dear mayor"]
    assert ["Dear council"] in [text for title, text in found.items() if "PR" not in title]
    for title, name in (("PR101", "old.doc"), ("PR102", "draft.rtf")):
        problem = scripts[title].problem
        assert f"Left out: {name}" in problem and "save it as .docx or .odt" in problem


def test_all_files_can_be_put_together_into_one_script(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    files = written(tmp_path, {"a.py": "a = 1", "b.py": "b = 2"})
    (upload,) = application.marking.add_scans(exam.id, files, together="PR101")
    assert upload.name == "PR101: 2 files"
    assert list(read(application, exam)) == ["PR101"]


def test_a_kill_before_the_text_is_kept_loses_nothing(
    application: Application, exam: Exam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    application.marking.add_scans(exam.id, written(tmp_path, {"asha.py": "print(1)"}))
    with monkeypatch.context() as broken:
        broken.setattr(
            Submissions, "_written_on", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            Submissions(application.gradebook)(exam.id, lambda *_: None)
    assert application.gradebook.scripts.unread_pages(exam.id)
    assert texts(application, read(application, exam)["asha"]) == ["print(1)"]


def test_an_empty_file_is_an_answer_without_text(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    application.marking.add_scans(exam.id, written(tmp_path, {"asha.py": ""}))
    assert texts(application, read(application, exam)["asha"]) == [""]


def test_a_scan_that_pretends_to_be_typed_is_a_scan(
    application: Application, exam: Exam, tmp_path: Path
) -> None:
    path = tmp_path / "asha.py"
    Image.new("RGB", (60, 60), "white").save(path, "PNG")
    (upload,) = application.marking.add_scans(exam.id, [(path.name, path)])
    assert upload.way == ""
