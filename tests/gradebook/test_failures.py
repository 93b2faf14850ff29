"""A full disk, a read-only folder, a damaged file: named, and nothing acknowledged is lost."""

import os
import tempfile
from pathlib import Path

import pytest

from autograder.domain.errors import StorageFailed
from autograder.domain.exam import Exam
from autograder.domain.script import Script
from autograder.gradebook.doctor import examine
from autograder.gradebook.failures import told_plainly
from autograder.gradebook.gradebook import Gradebook
from tests.gradebook import forked, forked_work
from tests.gradebook.samples import piece


def test_a_full_disk_is_named_and_nothing_acknowledged_is_lost(
    gradebook: Gradebook, script: Script
) -> None:
    page = script.pages[0].id
    gradebook.answers.record(script.id, [piece("q1", page, "Pages are blocks.")], "fake")
    before = gradebook.answers.of_script(script.id)
    with gradebook.database.reading() as session:
        ask = session.connection().exec_driver_sql
        ask(f"PRAGMA max_page_count = {ask('PRAGMA page_count').scalar()}")
    with pytest.raises(StorageFailed, match="is full"):
        gradebook.answers.edit(before[0].id, "long " * 20_000, "Teacher", 1)
    assert gradebook.answers.of_script(script.id) == before
    gradebook.close()  # its connections go, and with them the limit: space is free again
    assert gradebook.answers.edit(before[0].id, "short", "Teacher", 1).current.text == "short"
    assert examine(gradebook) == []


@pytest.mark.skipif(os.name == "nt", reason="needs a limit on the size of files")
def test_work_goes_on_once_there_is_space_again(tmp_path: Path) -> None:
    scans, database = forked.whole(forked_work.fill_the_disk, tmp_path)
    assert "full" in scans
    assert "free space" in database
    gradebook = Gradebook(tmp_path)
    assert "After" in [exam.title for exam in gradebook.exams.all()]
    assert examine(gradebook) == []
    gradebook.close()


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX permissions")
@pytest.mark.parametrize("made", [False, True], ids=["new", "made before"])
def test_a_read_only_folder_is_named(made: bool) -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to nobody
        folder = Path(name)
        if made:
            Gradebook(folder).close()
        folder.chmod(0o555)
        said = forked.whole(forked_work.open_as_nobody, folder)
        folder.chmod(0o755)
    assert len(said) == 1
    assert "can't be written" in said[0]
    assert "AUTOGRADER_DATA" in said[0]


def test_a_file_in_the_folders_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(StorageFailed, match="can't be written"):
        Gradebook(tmp_path / "data")


def test_a_damaged_database_is_named_and_left_as_it_is(tmp_path: Path, exam: Exam) -> None:
    file = tmp_path / "other" / "gradebook.sqlite"
    file.parent.mkdir()
    file.write_bytes(b"no database " * 1_000)
    with pytest.raises(StorageFailed, match=r"damaged.*backup"):
        Gradebook(file.parent)
    assert file.read_bytes() == b"no database " * 1_000


def test_a_bug_is_not_taken_for_a_failing_disk(tmp_path: Path) -> None:
    with pytest.raises(KeyError), told_plainly(tmp_path):
        raise KeyError("a bug")
    with pytest.raises(ChildProcessError), told_plainly(tmp_path):
        raise ChildProcessError(10, "no child")
