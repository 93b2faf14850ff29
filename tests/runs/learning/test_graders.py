from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.domain.errors import Conflict, InvalidInput, NotFound
from autograder.domain.job import HOLDS, LEARN
from autograder.domain.learned import LORA, LearnedModel
from autograder.learning.registry import proofs
from autograder.learning.registry.proofs import Proof
from autograder.runs.learning import graders, training
from autograder.runs.learning.graders import LearnedGraders
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
