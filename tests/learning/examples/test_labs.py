from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest

from autograder.domain.errors import RefusedFile
from autograder.domain.exam import Scale
from autograder.learning.examples import Examples, check, read_examples, split
from tests.reading.written.documents import docx

RUBRIC = [
    {
        "title": "Loops",
        "description": "The sum is made in a loop.",
        "Ratings": [
            {"title": "A", "description": "One loop, right bounds.", "marks": 2},
            {"title": "B", "description": "A loop, wrong bounds.", "marks": 1},
            {"title": "C", "description": "No loop.", "marks": 0},
        ],
    },
    {
        "title": "Names",
        "description": "Names say what they hold.",
        "ratings": [
            {"title": "Good", "description": "All do.", "marks": 1},
            {"title": "Poor", "description": "Some do.", "marks": 0},
        ],
    },
]
STACKED = [
    ["", "Loops", "", "", "Names", "Names"],
    ["", "The sum is made in a loop.", "", "", "Names say what they hold.", ""],
    ["", "A", "B", "C", "Good", "Poor"],
    ["", "One loop, right bounds.", "A loop, wrong bounds.", "No loop.", "All do.", "Some do."],
    ["", "2", "1", "0", "1", "0"],
    ["student", "", "", "", "", ""],
    ["asha@uni.edu", "0", "Stops one early", "0", "No Comments", "0"],
    ["ben@uni.edu", "0", "0", "1", "0", "i is a poor name"],
]
WIDE = [["Student ID", "Loops", "Names"], ["asha", "B", "1"], ["ben", "No loop.", "Poor"]]
LONG = [
    ["student", "criterion", "rating", "comment"],
    ["asha", "Loops", "B", "Stops one early"],
    ["asha", "Names", "Good", ""],
    ["ben", "Loops", "0", ""],
    ["ben", "Names", "Poor", "i is a poor name"],
]


def _lab(folder: Path, ratings: list[list[str]], name: str = "Sums") -> Path:
    lab = folder / name
    for student, file, text in (
        ("asha", "main.cpp", "int main() {\n\treturn 0;\n}\r\n"),
        ("ben", "src/sum.py", "print(1)\n"),
        ("ben", "notes.md", "It works."),
        ("ben", "build/sum.o", "junk"),
    ):
        path = lab / "submissions" / student / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    (lab / "ps.txt").write_text(f"{name}: add up the numbers that are typed in.\n")
    (lab / "rubrics.json").write_text(json.dumps(RUBRIC))
    with (lab / "rubric_ratings.csv").open("w", newline="") as table:
        csv.writer(table).writerows(ratings)
    return lab


def _said(found: Examples) -> list[str]:
    return [str(remark) for remark in found.remarks]


@pytest.mark.parametrize("ratings", [STACKED, WIDE, LONG], ids=["stacked", "wide", "long"])
def test_a_lab_is_read_in_every_form_of_its_ratings(
    tmp_path: Path, ratings: list[list[str]]
) -> None:
    found = read_examples(_lab(tmp_path, ratings))
    assert found.remarks == ()
    asha, ben = found.marked
    assert (asha.mark, asha.criteria) == (2.0, (1.0, 1.0))
    assert (ben.mark, ben.criteria) == (0.0, (0.0, 0.0))
    assert asha.question.scale == Scale(0, 3)
    assert asha.question.text == "Sums: add up the numbers that are typed in."
    assert asha.question.criteria[0].text.startswith("Loops: ")
    assert (asha.id, asha.exam, asha.where) == ("Sums/asha", "Sums", "Sums, asha")


def test_the_graders_words_are_kept_and_no_comments_is_none(tmp_path: Path) -> None:
    asha, ben = read_examples(_lab(tmp_path, STACKED)).marked
    assert asha.comment == "Loops: Stops one early"
    assert ben.comment == "Names: i is a poor name"


def test_code_keeps_its_lines_and_what_tools_made_is_left_out(tmp_path: Path) -> None:
    asha, ben = read_examples(_lab(tmp_path, WIDE)).marked
    assert asha.text == "int main() {\n\treturn 0;\n}"
    assert ben.text == "──── notes.md ────\nIt works.\n──── src/sum.py ────\nprint(1)"


def test_an_essay_from_a_word_processor_is_read_and_what_holds_no_text_is_named(
    tmp_path: Path,
) -> None:
    lab = _lab(tmp_path, WIDE)
    ben = lab / "submissions" / "ben"
    (ben / "report.docx").write_bytes(docx("<w:p><w:r><w:t>It adds up.</w:t></w:r></w:p>"))
    (ben / "screen.png").write_bytes(b"\x89PNG")
    (ben / "old.rtf").write_bytes(b"{\\rtf1 text}")
    (ben / "bad.odt").write_bytes(b"PK\x03\x04")
    found = read_examples(lab)
    assert "──── report.docx ────\nIt adds up.\n" in found.marked[1].text
    assert "rtf1" not in found.marked[1].text
    bad, old, screen = _said(found)
    assert bad.startswith("Sums, ben: bad.odt is left out: it is damaged")
    assert old.startswith("Sums, ben: old.rtf is left out: ") and "save it as text" in old
    assert screen.startswith("Sums, ben: screen.png is left out: ")


def test_a_folder_or_zip_of_labs_is_read_lab_by_lab(tmp_path: Path) -> None:
    for name in ("Loops 1", "Sorting"):
        _lab(tmp_path / "labs", WIDE, name)
    archive = tmp_path / "labs.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted((tmp_path / "labs").rglob("*")):
            packed.write(path, path.relative_to(tmp_path / "labs"))
    found = read_examples(tmp_path / "labs").marked
    assert [each.exam for each in found] == ["Loops 1"] * 2 + ["Sorting"] * 2
    assert read_examples(archive).marked == found


def test_a_whole_lab_is_shielded(tmp_path: Path) -> None:
    for name in ("Loops 1", "Sorting", "Trees"):
        _lab(tmp_path, WIDE, name)
    found = read_examples(tmp_path).marked
    made = split(found, held_out=0, shielded=["sorting"])
    assert {each.exam for each in made.held_out} == {"Sorting"}
    assert "Sorting" not in {each.exam for each in made.train}


def test_a_student_without_ratings_or_without_work_is_named(tmp_path: Path) -> None:
    ratings = [*WIDE[:2], ["ben", "Z", "Poor"], ["cleo", "A", "Good"]]
    found = read_examples(_lab(tmp_path, ratings))
    assert [each.id for each in found.marked] == ["Sums/asha"]
    ben, cleo = _said(found)
    assert ben.startswith("Sums, ben: “Z” is no rating of “Loops”: A (2), B (1), C (0)")
    assert cleo == "Sums, rubric_ratings.csv, line 4: “cleo” is rated but handed nothing in."


def test_work_that_nobody_rated_is_left_out_and_named(tmp_path: Path) -> None:
    found = read_examples(_lab(tmp_path, WIDE[:2]))
    assert _said(found) == ["Sums, ben: rubric_ratings.csv has no line for it; it is left out."]


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("rubric_ratings.csv", "student,Loops\nasha,A\n", "no column is called like .*Names"),
        ("rubric_ratings.csv", "student,Loops,Names\nzoe,A,Good\n", "none of its lines begins"),
        ("rubrics.json", "[", "it is not JSON"),
        ("rubrics.json", '[{"title": "Loops", "ratings": [{"title": "A"}]}]', "without “marks”"),
    ],
)
def test_a_lab_that_cannot_be_used_is_refused_by_name(
    tmp_path: Path, file: str, content: str, said: str
) -> None:
    lab = _lab(tmp_path, WIDE)
    (lab / file).write_text(content)
    with pytest.raises(RefusedFile, match=f"Sums/{file}: .*{said}"):
        read_examples(lab)


def test_a_lab_without_its_ratings_says_what_is_missing(tmp_path: Path) -> None:
    lab = _lab(tmp_path, WIDE)
    (lab / "rubric_ratings.csv").unlink()
    with pytest.raises(RefusedFile, match=r"Sums/rubric_ratings.csv: the lab has none"):
        read_examples(lab)


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "labs.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(RefusedFile, match="the ZIP can't be opened"):
        read_examples(tmp_path / "labs.zip")


def test_a_zip_that_is_damaged_or_packed_oddly_inside_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "labs.zip"
    program = b"print(1)\n" * 500
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("Sums/submissions/asha/sum.py", program)
    content = bytearray(archive.read_bytes())
    content[60:64] = b"\xff" * 4  # in the packed program, behind its header of 58 bytes
    archive.write_bytes(content)
    with pytest.raises(RefusedFile, match="the ZIP can't be opened"):
        read_examples(archive)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_LZMA) as packed:
        packed.writestr("Sums/submissions/asha/sum.py", program)
    with pytest.raises(RefusedFile, match="packed in an unusual way"):
        read_examples(archive)


def test_points_of_a_lab_come_to_its_marks(tmp_path: Path) -> None:
    found = read_examples(_lab(tmp_path, STACKED)).marked
    assert [each.kind for each in check(found) if each.kind == "points"] == []
