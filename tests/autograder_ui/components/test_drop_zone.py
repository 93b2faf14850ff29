import zipfile
from pathlib import Path

import gradio as gr
import pytest

from autograder.application import Application
from autograder.domain.errors import InvalidInput
from autograder.domain.script import Stack, TakenPage, Upload, UploadState
from autograder_ui.components.drop_zone import (
    BY_NAME,
    TOGETHER,
    DropZone,
    outlook_of,
    refused,
    refused_notice,
)
from autograder_ui.components.splitting import COUNTED, FIRST


@pytest.fixture
def zone(application: Application, blocks: gr.Blocks) -> DropZone:
    return DropZone(application, gr.State())


def upload(name: str, state: UploadState, problem: str = "") -> Upload:
    return Upload("", "e", name, "", name, state, problem)


def test_pages_of_one_name_become_one_script() -> None:
    names = ["/tmp/x/harshit_p2.png", "/tmp/y/harshit_p1.jpg", "/tmp/seed_paging.jpg"]
    assert outlook_of(names, BY_NAME, "") == [
        "harshit: harshit_p1.jpg, harshit_p2.png",
        "seed_paging: seed_paging.jpg",
    ]


def test_all_files_together_become_the_named_script() -> None:
    assert outlook_of(["b.png", "a.png"], TOGETHER, "Harshit") == ["Harshit: a.png, b.png"]


def test_scans_need_an_exam_first(zone: DropZone) -> None:
    with pytest.raises(InvalidInput, match="exam first"):
        zone.add("", ["a.png"], BY_NAME, "")


def test_files_that_are_one_script_need_its_title(zone: DropZone, application: Application) -> None:
    exam = application.gradebook.exams.create("Quiz")
    with pytest.raises(InvalidInput, match="title"):
        zone.add(exam.id, ["a.png"], TOGETHER, " ")


def test_handed_in_files_are_kept_and_wait_to_be_read(
    zone: DropZone, application: Application, tmp_path: Path
) -> None:
    exam = application.gradebook.exams.create("Quiz")
    scan = tmp_path / "harshit_p1.jpg"
    scan.write_bytes(b"\xff\xd8\xff a scan")
    zone.add(exam.id, [str(scan)], BY_NAME, "")
    (kept,) = application.gradebook.scripts.uploads(exam.id)
    assert (kept.name, kept.script_title, kept.state) == (
        "harshit_p1.jpg",
        "harshit",
        UploadState.WAITING,
    )
    assert [job.kind for job in application.gradebook.jobs.active(exam.id)] == ["read"]


def test_a_refused_file_is_named_until_one_of_its_name_is_taken() -> None:
    bad = upload("<b>a.pdf", UploadState.REFUSED, "it is empty.")
    assert refused([bad]) == [bad]
    assert "&lt;b&gt;a.pdf: it is empty." in refused_notice([bad])
    assert refused_notice([bad, upload("<b>a.pdf", UploadState.TAKEN)]) == ""
    assert refused_notice([upload("a.pdf", UploadState.DISMISSED, "it is empty.")]) == ""


def test_a_pile_says_how_it_will_be_split_and_keeps_it(
    zone: DropZone, application: Application, tmp_path: Path
) -> None:
    assert outlook_of(["pile.pdf"], COUNTED, "", 4) == ["pile.pdf: a new script every 4 pages"]
    assert outlook_of(["pile.pdf"], FIRST, "") == ["pile.pdf: a new script at each first page"]
    exam = application.gradebook.exams.create("Quiz")
    pile = tmp_path / "pile.pdf"
    pile.write_bytes(b"%PDF-1.7 a pile")
    with pytest.raises(InvalidInput, match="how many pages"):
        zone.add(exam.id, [str(pile)], COUNTED, "", None)
    zone.add(exam.id, [str(pile)], COUNTED, "", 4)
    assert [each.way for each in application.gradebook.scripts.uploads(exam.id)] == ["pages:4"]


def test_a_file_that_is_here_already_is_named_and_changes_nothing(
    zone: DropZone, application: Application, tmp_path: Path
) -> None:
    exam = application.gradebook.exams.create("Quiz")
    scan = tmp_path / "harshit.jpg"
    scan.write_bytes(b"\xff\xd8\xff a scan")
    scripts = application.gradebook.scripts
    assert zone.add(exam.id, [str(scan)], BY_NAME, "")[2] == ""
    [upload] = scripts.uploads(exam.id)
    scripts.take_upload(upload.id, [Stack("harshit", (TakenPage("f" * 64, 1, 1, "harshit.jpg"),))])
    told = zone.add(exam.id, [str(scan)], BY_NAME, "")[2]
    assert "harshit.jpg: It is here already, byte for byte: nothing was added." in told
    assert len(scripts.uploads(exam.id)) == len(scripts.all(exam.id)) == 1


def test_files_that_are_refused_at_the_door_are_named_with_their_zip(
    zone: DropZone, application: Application, tmp_path: Path
) -> None:
    exam = application.gradebook.exams.create("Quiz")
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.writestr("notes.txt", "buy milk")
    told = zone.add(exam.id, [str(tmp_path / "class.zip")], BY_NAME, "")[2]
    assert "class.zip/notes.txt: it is" in told and "Dismiss" in told
