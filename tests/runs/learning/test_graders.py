from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from autograder.domain.errors import Conflict, EngineUnavailable, InvalidInput, NotFound
from autograder.domain.job import HOLDS, LEARN
from autograder.domain.learned import LORA, LearnedModel
from autograder.learning.registry import proofs
from autograder.learning.registry.proofs import Proof
from autograder.runs.learning import graders, training
from autograder.runs.learning.child import PID
from autograder.runs.learning.course_files import lay_out
from autograder.runs.learning.graders import LearnedGraders
from autograder.runs.learning.methods import Method
from autograder.settings import Settings
from tests.autograder_ui.classroom import Classroom, classroom
from tests.learning.registry import learned


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    made = classroom(tmp_path / "data")
    for label, mark in (("Q1", 2), ("Q2", 1)):
        for place, name in enumerate(("Asha Rao", "Ben Okoro", "Chen Li")):
            answer = made.answer_id(name, label)
            made.gradebook.marks.review(answer, mark + place % 2, "Maria")
    yield made
    made.gradebook.close()


@pytest.fixture
def teach(room: Classroom, tmp_path: Path) -> LearnedGraders:
    settings = Settings(data=room.gradebook.folder, models=tmp_path / "models")
    return LearnedGraders(settings, room.gradebook)


@pytest.fixture
def model(teach: LearnedGraders, tmp_path: Path) -> LearnedModel:
    return teach.registry.add(learned.lora(tmp_path / "run"), learned.described())


def tried(teach: LearnedGraders, model: LearnedModel, verdict: str, against: str = "") -> None:
    proofs.keep(teach.registry.path(model.id), Proof(against, verdict, ("As told.",)))


def test_a_training_is_asked_for_with_what_it_leaves_no_memory_for(
    teach: LearnedGraders, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graders, "held_up", lambda *_: ("grade", "sharpen"))
    job = teach.start_training(room.exam.id, "encoder", [room.exam.id])
    assert job.kind == LEARN
    assert job.arguments == {
        training.METHOD: "encoder",
        training.EXAMS: room.exam.id,
        training.KEPT: "0.2",
        HOLDS: "grade,sharpen",
    }
    with pytest.raises(Conflict, match="under way"):
        teach.start_training(room.exam.id, "encoder")


def test_a_trial_waits_for_the_memory_that_a_training_would_wait_for(
    teach: LearnedGraders,
    room: Classroom,
    model: LearnedModel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Method] = []

    def held_up(wanted: Method, *_: object) -> tuple[str, ...]:
        asked.append(wanted)
        return ("grade",)

    monkeypatch.setattr(graders, "held_up", held_up)
    job = teach.try_out(room.exam.id, model.id)
    assert [each.name for each in asked] == [model.method]
    assert job.arguments[HOLDS] == "grade"


def test_a_training_that_broke_off_goes_on_in_its_folder(
    teach: LearnedGraders, room: Classroom
) -> None:
    first = teach.start_training(room.exam.id, "encoder")
    room.gradebook.jobs.cancel(first.id)
    second = teach.go_on(first.id)
    room.gradebook.jobs.cancel(second.id)
    assert teach.go_on(second.id).arguments[training.FOLDER] == first.id


def test_without_marks_nothing_is_begun(teach: LearnedGraders, room: Classroom) -> None:
    other = room.gradebook.exams.create("Another quiz")
    with pytest.raises(InvalidInput, match="no marked answers"):
        teach.start_training(other.id, "encoder", [other.id])
    with pytest.raises(InvalidInput, match="Choose a method"):
        teach.start_training(room.exam.id, "alchemy")
    assert room.gradebook.jobs.of_kind(LEARN) == []


def test_only_what_did_no_worse_than_what_is_at_work_now_is_put_to_work(
    teach: LearnedGraders, room: Classroom, model: LearnedModel, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match="not tried"):
        teach.promote(model.id, "Maria")
    tried(teach, model, "can't tell")
    with pytest.raises(InvalidInput, match="As told"):
        teach.promote(model.id, "Maria")
    tried(teach, model, "no worse")
    promotion = teach.promote(model.id, "Maria")
    assert (promotion.model, promotion.author, promotion.reason) == (model.id, "Maria", "no worse")

    run = learned.lora(tmp_path / "other", size=2.0)
    other = teach.registry.add(run, learned.described())
    tried(teach, other, "better")  # than what ships, which is no longer at work
    with pytest.raises(InvalidInput, match="not tried"):
        teach.promote(other.id, "Maria")
    tried(teach, other, "better", against=model.id)
    assert teach.promote(other.id, "Ben").previous == model.id


def test_the_way_back_is_recorded_and_one_step_long(
    teach: LearnedGraders, room: Classroom, model: LearnedModel
) -> None:
    tried(teach, model, "better")
    teach.promote(model.id, "Maria")
    with pytest.raises(Conflict):
        teach.roll_back(LORA, "Ben", seen="lora-20260101-00000000")
    assert teach.roll_back(LORA, "Ben", seen=model.id).model == ""
    assert [each.author for each in room.gradebook.promotions.history()] == ["Maria", "Ben"]
    with pytest.raises(InvalidInput):
        teach.roll_back(LORA, "Ben")


def test_what_is_at_work_is_not_removed(teach: LearnedGraders, model: LearnedModel) -> None:
    tried(teach, model, "better")
    teach.promote(model.id, "Maria")
    with pytest.raises(InvalidInput, match="at work"):
        teach.remove(model.id)
    teach.roll_back(LORA, "Maria")
    teach.remove(model.id)
    with pytest.raises(NotFound):
        teach.registry.get(model.id)


def test_one_that_a_colleague_hands_out_is_taken_in_and_has_to_be_tried(
    teach: LearnedGraders, model: LearnedModel, tmp_path: Path
) -> None:
    tried(teach, model, "better")
    file = teach.hand_out(model.id, tmp_path)
    teach.remove(model.id)
    assert teach.take_in(file).id == model.id
    assert teach.proof(model.id) is None  # what was found elsewhere counts for nothing here


def test_a_damaged_one_is_not_put_to_work(teach: LearnedGraders, model: LearnedModel) -> None:
    tried(teach, model, "better")
    weights = teach.registry.path(model.id) / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    with pytest.raises(Exception, match="damaged"):
        teach.promote(model.id, "Maria")
    assert teach.proof(model.id) is not None


def test_a_trial_is_told_as_it_was_written_and_a_torn_one_not_at_all(
    teach: LearnedGraders, model: LearnedModel, room: Classroom
) -> None:
    assert teach.trial(model.id) is None
    folder = room.gradebook.folder / "trials" / model.id
    folder.mkdir(parents=True)
    (folder / training.TRIAL).write_text('{"answers": 3}')
    assert teach.trial(model.id) == {"answers": 3}
    (folder / training.TRIAL).write_text('{"answers": 3')
    assert teach.trial(model.id) is None


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Questions with their answers, as a teacher has them."""
    file = tmp_path / "course.csv"
    lines = [f"What does part {number} do?,Part {number} turns." for number in range(12)]
    file.write_text("question,answer\n" + "\n".join(lines))
    return file


@pytest.fixture
def base(teach: LearnedGraders, tmp_path: Path) -> str:
    """A folder that looks like a base."""
    folder = tmp_path / "models" / "bases" / "tiny-bart"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"")
    return folder.name


def test_a_model_that_drafts_is_taught_by_files_and_not_by_marks(
    teach: LearnedGraders, room: Classroom, course: Path, base: str
) -> None:
    with pytest.raises(InvalidInput, match="questions with their answers first"):
        teach.start_drafting(room.exam.id, [], base)
    with pytest.raises(InvalidInput, match="questions with their answers first"):
        teach.start_training(room.exam.id, "generate")
    with pytest.raises(InvalidInput, match="Choose the model"):
        teach.start_drafting(room.exam.id, [course], " ")
    with pytest.raises(EngineUnavailable, match="hf download no/such"):
        teach.start_drafting(room.exam.id, [course], "no/such")
    job = teach.start_drafting(room.exam.id, [course], base)
    assert job.arguments[training.METHOD] == "generate"
    assert job.arguments[training.BASE] == base
    [laid] = lay_out(room.gradebook, job.arguments[training.COURSE], tmp := room.gradebook.folder)
    assert laid.is_relative_to(tmp) and laid.name == "course.csv"
    assert laid.read_bytes() == course.read_bytes()


def test_files_without_a_good_answer_teach_nobody_to_draft(
    teach: LearnedGraders, room: Classroom, base: str, tmp_path: Path
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("question,answer,mark,max\nWhat is paging?,Bread.,0,2\n")
    with pytest.raises(InvalidInput, match="No question in these files has a good answer"):
        teach.start_drafting(room.exam.id, [file], base)


def test_where_no_model_can_write_the_way_to_get_one_is_told(
    teach: LearnedGraders, room: Classroom, course: Path
) -> None:
    with pytest.raises(EngineUnavailable, match="hf download facebook/bart-base"):
        teach.start_drafting(room.exam.id, [course], "tiny-bart")


def test_a_training_whose_starter_is_gone_is_ended_and_no_other(
    teach: LearnedGraders, room: Classroom
) -> None:
    gone, here = (sleeping(room, name) for name in ("gone", "here"))
    (gone.folder / PID).write_text(f"{gone.mark}\n{2**22}:1.00")
    (here.folder / PID).write_text(f"{here.mark}\n{mark_of(os.getpid())}")
    job = teach.start_training(room.exam.id, "encoder")
    teach.cancel(job.id)
    assert room.gradebook.jobs.get(job.id).state.final
    assert not psutil.pid_exists(gone.process.pid) and not (gone.folder / PID).exists()
    assert here.process.poll() is None
    here.process.kill()
    here.process.wait()


@dataclass
class Sleeping:
    """A process as a training leaves it."""

    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def mark(self) -> str:
        return mark_of(self.process.pid)


def sleeping(room: Classroom, name: str) -> Sleeping:
    folder = room.gradebook.folder / "training" / name
    folder.mkdir(parents=True)
    return Sleeping(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]), folder)


def mark_of(pid: int) -> str:
    return f"{pid}:{psutil.Process(pid).create_time():.2f}"


def test_a_model_that_can_not_be_checked_before_it_grades_is_not_put_to_work(
    teach: LearnedGraders, tmp_path: Path
) -> None:
    bare = teach.registry.add(learned.lora(tmp_path / "bare"), learned.described(known=()))
    tried(teach, bare, "better")
    with pytest.raises(InvalidInput, match="no known answers"):
        teach.promote(bare.id, "Maria")
