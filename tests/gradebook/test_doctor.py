import sqlite3

import pytest

from autograder.domain.script import Reading
from autograder.gradebook.doctor import examine
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.tables import APPEND_ONLY


def _spoil(gradebook: Gradebook, *statements: str) -> None:
    with sqlite3.connect(gradebook.folder / "gradebook.sqlite") as database:
        for statement in statements:
            database.execute(statement)
    database.close()


def test_a_sound_gradebook_has_no_problems(full: Gradebook) -> None:
    assert examine(full) == []


def test_a_scan_that_changed_or_is_missing_is_named(full: Gradebook) -> None:
    one, two = (page.image for page in full.scripts.all("os")[0].pages)
    full.scans.path(one).write_bytes(b"scratched")
    full.scans.path(two).unlink()
    problems = examine(full)
    assert len(problems) == 2
    assert problems[0].startswith("The page ann.pdf, page 1: ")
    assert "damaged" in problems[0]
    assert problems[1].startswith("The page ann.pdf, page 2: ")
    assert "missing" in problems[1]


def test_files_that_belong_to_nothing_are_named(full: Gradebook) -> None:
    sha = full.scans.add(b"an interrupted hand-in")
    left = full.folder / "scans" / ".new-left"
    left.write_bytes(b"half")
    problems = examine(full)
    assert len(problems) == 2
    assert sha in problems[0]
    assert "belongs to nothing" in problems[0]
    assert str(left) in problems[1]


def test_the_images_that_a_page_had_before_are_needed(full: Gradebook) -> None:
    page = full.scripts.all("os")[0].pages[0]
    full.fixes.turn(page.id, full.scans.add(b"turned"), 80, 60, (), "Teacher")
    full.scripts.record_reading(page.id, Reading("fake", "1", ()))
    full.fixes.undo("os", "Teacher")
    assert examine(full) == []
    full.scans.path(page.image).unlink()
    full.scans.path(full.scans.add(b"turned")).unlink()
    problems = sorted(examine(full))
    assert len(problems) == 2
    assert problems[0].startswith("The page ann.pdf, page 1 as it was read: ")
    assert problems[1].startswith("The page ann.pdf, page 1: ")


def test_a_file_that_a_job_needs_belongs_to_it(full: Gradebook) -> None:
    sha = full.scans.add(b"student_id,question,mark")
    full.jobs.submit("reviews", "os", {"file": sha, "name": "teacher.csv"})
    assert examine(full) == []


@pytest.mark.parametrize(
    ("statements", "problem"),
    [
        (["DELETE FROM answer_texts"], "prediction 1 belongs to no answer"),
        (["DELETE FROM answer_texts"], "has lost some or all of its versions"),
        (["DELETE FROM question_versions"], "version of a question that is missing"),
        (["UPDATE predictions SET grader = ''"], "prediction 1 doesn't say who made it"),
        (["UPDATE reviews SET reviewer = ''"], "review 1 doesn't say who made it"),
        (["UPDATE answers SET question_id = 'q2'"], "review 1 belongs to no answer, or to that"),
        (["DELETE FROM scripts"], "of pages refers to a row of scripts"),
        (["DROP TRIGGER reviews_no_update"], "reviews is no longer protected"),
        (["UPDATE reviews SET way = 'guess'"], "in a way that is not known: “guess”"),
        (["UPDATE rulings SET author = ''"], "doesn't say who made it"),
        (["UPDATE ruling_withdrawals SET author = ''"], "doesn't say who took it back"),
        (["UPDATE citations SET passages = '[]'"], "no longer what predictions cited"),
        (["UPDATE page_fixes SET author = ''"], "fix of pages 1 doesn't say who made it"),
        (["UPDATE page_checks SET author = ''"], "check of a page 1 doesn't say who made it"),
        (["UPDATE settlements SET author = ''"], "settled note 1 doesn't say who made it"),
        (["UPDATE name_switches SET author = ''"], "switch of names 1 doesn't say who made it"),
        (["UPDATE promotions SET author = ''"], "promotion of a model 1 doesn't say who made it"),
        (["UPDATE pages SET number = 2"], "“ann” don't stand one behind the other"),
        (["UPDATE scripts SET loose = 1"], "are said to be a student's"),
        (["DROP TRIGGER page_fixes_no_delete"], "page_fixes is no longer protected"),
        (["DROP TRIGGER rulings_no_delete"], "rulings is no longer protected"),
        (["UPDATE alembic_version SET version_num = '9'"], "of another version"),
    ],
)
def test_what_is_wrong_in_the_database_is_named(
    full: Gradebook, statements: list[str], problem: str
) -> None:
    off = [
        f"DROP TRIGGER {table}_no_{deed}"
        for table in APPEND_ONLY
        for deed in ("update", "delete")
        if f"{table}_no_{deed}" not in statements[0]
    ]
    _spoil(full, *off, *statements)
    assert any(problem in found for found in examine(full))
