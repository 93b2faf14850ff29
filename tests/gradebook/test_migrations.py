import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from autograder.domain.errors import StorageFailed
from autograder.domain.grade import OWN
from autograder.domain.script import Page
from autograder.gradebook import migrations
from autograder.gradebook.database import Database
from autograder.gradebook.doctor import examine
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.tables import APPEND_ONLY, Base


def test_the_migrations_from_empty_make_the_tables_of_the_code(gradebook: Gradebook) -> None:
    with gradebook.database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("revision", migrations.revisions())
def test_a_gradebook_of_an_earlier_revision_is_brought_up_to_date(
    tmp_path: Path, revision: str
) -> None:
    old = Database(tmp_path)
    with old.connection() as connection:
        command.upgrade(migrations.config(connection), revision)
        connection.exec_driver_sql(
            "INSERT INTO exams (id, title, course, archived, created) "
            "VALUES ('old', 'An old quiz', '', 0, '2025-01-01 00:00:00.000000')"
        )
    old.close()
    gradebook = Gradebook(tmp_path)
    with gradebook.database.engine.connect() as connection:
        assert migrations.is_current(connection)
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    assert [exam.title for exam in gradebook.exams.all()] == ["An old quiz"]
    gradebook.close()


FIRST = """
INSERT INTO exams VALUES ('os', 'Quiz', '', 0, '2025-01-01 00:00:00.000000');
INSERT INTO questions VALUES ('q1', 'os', 1, 0);
INSERT INTO question_versions VALUES ('q1', 1, 'Q1', '?', 0.0, 5.0, 1.0, '[]', '[]', '',
    '2025-01-01 00:00:00.000000');
INSERT INTO scripts VALUES ('s', 'os', 'ann', NULL, '', 0, '2025-01-01 00:00:00.000000');
INSERT INTO answers VALUES ('a', 's', 'q1', '', 0, '2025-01-01 00:00:00.000000');
INSERT INTO answer_texts VALUES ('a', 1, 'Blocks.', 'fake', 0, '[]', '2025-01-01 00:00:00.000000');
INSERT INTO reviews (answer_id, text_version, question_id, question_version, mark, reviewer,
    comment, criteria, at) VALUES ('a', 1, 'q1', 1, 4.0, 'Ann', '', NULL,
    '2025-01-03 00:00:00.000000');
"""
PREDICTED = """
INSERT INTO predictions (id, answer_id, text_version, question_id, question_version, grader, model,
    adapter, prompt, leaned_on, mark, confidence, distribution, judgements, flags, passages,
    feedback, at) VALUES (?, 'a', 1, 'q1', 1, 'fake', 'm', '', '', ?, 3.0, 0.75, '[[3.0,1.0]]',
    '[]', '[]', ?, 'Well.', '2025-01-02 00:00:00.000000')
"""
PASSAGE = '[{"book_id":"b","book":"Notes","page":7,"text":"Frames.","score":0.5}]'


def test_what_the_first_gradebook_held_is_all_there_after_the_second_revision(
    tmp_path: Path,
) -> None:
    old = Database(tmp_path)
    with old.connection() as connection:
        command.upgrade(migrations.config(connection), "0001")
    old.close()
    with sqlite3.connect(tmp_path / "gradebook.sqlite") as database:
        database.executescript(FIRST)
        database.executemany(PREDICTED, [(4, 0, PASSAGE), (7, 2, "[]"), (9, 3, PASSAGE)])
    database.close()
    gradebook = Gradebook(tmp_path)
    marked = gradebook.marks.get("a")
    assert [
        (each.leaned_on, each.lesson, [p.page for p in each.passages], each.feedback)
        for each in marked.predictions
    ] == [(0, "", [7], "Well."), (2, "2 reviews", [], "Well."), (3, "3 reviews", [7], "Well.")]
    assert marked.review is not None
    assert (marked.mark, marked.review.way) == (4.0, OWN)
    assert marked.foreseen == marked.predictions[-1]
    assert examine(gradebook) == []
    gradebook.close()


READ = """
INSERT INTO uploads VALUES ('u', 'os', 'ann.pdf', 'f', 'ann', 'taken', '', 's',
    '2025-01-01 00:00:00.000000');
INSERT INTO pages VALUES ('p', 's', 'u', 1, 'i', 60, 80, 'ann.pdf, page 1', 1);
INSERT INTO readings (id, page_id, engine, version, lines, seconds, at) VALUES
    (3, 'p', 'old', '1', '[]', 0.5, '2025-01-01 00:00:00.000000'),
    (8, 'p', 'new', '1', '[]', 1.5, '2025-01-02 00:00:00.000000');
"""


def test_pages_that_were_read_before_are_still_read_after_the_fourth_revision(
    tmp_path: Path,
) -> None:
    old = Database(tmp_path)
    with old.connection() as connection:
        command.upgrade(migrations.config(connection), "0003")
    old.close()
    with sqlite3.connect(tmp_path / "gradebook.sqlite") as database:
        database.executescript(FIRST + READ)
    database.close()
    gradebook = Gradebook(tmp_path)
    [script] = gradebook.scripts.all("os")
    assert (script.loose, script.certainty) == (False, None)
    assert script.pages == (Page("p", 1, "i", 60, 80, "ann.pdf, page 1"),)
    read = gradebook.scripts.readings("p")
    assert [(each.engine, each.seconds, each.beside) for each in read] == [
        ("old", 0.5, False),
        ("new", 1.5, False),
    ]
    assert gradebook.scripts.reading("p") == read[-1]
    assert gradebook.scripts.unread_pages("os") == []
    assert gradebook.scripts.unsplit("os") == []
    assert gradebook.scripts.uploads("os")[0].way == ""
    gradebook.close()


def test_a_gradebook_of_a_newer_autograder_is_left_alone(tmp_path: Path) -> None:
    Gradebook(tmp_path).close()
    with sqlite3.connect(tmp_path / "gradebook.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(StorageFailed, match="newer AutoGrader"):
        Gradebook(tmp_path)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("deed", ["DELETE FROM {}", "UPDATE {} SET at = at"])
def test_what_was_said_cannot_be_changed(full: Gradebook, table: str, deed: str) -> None:
    with sqlite3.connect(full.folder / "gradebook.sqlite") as database:
        assert database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            database.execute(deed.format(table))
    database.close()
