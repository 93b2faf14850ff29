from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import psutil
import pytest

from autograder.domain.errors import EngineFailed, InvalidInput, StorageFailed
from autograder.domain.job import HOLDS, LEARN, Job, JobState
from autograder.domain.learned import GENERATOR
from autograder.jobs import JobStopped, JobWorker
from autograder.learning.progress import Step
from autograder.learning.registry import proofs
from autograder.learning.registry.registry import Registry
from autograder.runs.learning import training
from autograder.runs.learning.course_files import keep
from autograder.runs.learning.training import TrainingRun
from autograder.settings import Settings
from tests.autograder_ui.classroom import Classroom, classroom
from tests.fakes import learning_child

PATIENCE = 30.0


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Classroom]:
    made = classroom(tmp_path / "data")
    for name in ("Asha Rao", "Ben Okoro", "Chen Li"):
        made.gradebook.marks.review(made.answer_id(name, "Q1"), 2, "Maria")
    yield made
    made.gradebook.close()


@pytest.fixture
def settings(room: Classroom, tmp_path: Path) -> Settings:
    return Settings(data=room.gradebook.folder, models=tmp_path / "models")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "LOOK_SECONDS", 0.05)


class Told:
    """Keeps what is reported; says stop once asked to."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, int, str]] = []
        self.stopping = Event()

    def __call__(self, done: int, total: int, message: str) -> None:
        self.lines.append((done, total, message))
        if self.stopping.is_set():
            raise JobStopped


def job(room: Classroom, **arguments: str) -> Job:
    return room.gradebook.jobs.submit(LEARN, room.exam.id, {training.METHOD: "sft", **arguments})


def run(settings: Settings, room: Classroom, asked: Job, told: Told, *command: str) -> list[str]:
    """Does the job; the subcommands that were run for it, in their order."""
    held: list[str] = []
    TrainingRun(settings, room.gradebook, lambda: held.append("put down"), command)(asked, told)
    runs = training.folder(settings, asked) / "runs.txt"
    return [*held, *runs.read_text().split()]


def test_what_was_taught_is_tried_and_its_progress_told(
    settings: Settings, room: Classroom
) -> None:
    asked, told = job(room), Told()
    assert run(settings, room, asked, told, *learning_child(pause=0.2)) == ["sft", "compare"]
    registry = Registry(settings.models / "adapters")
    [model] = registry.all()
    proof = proofs.newest(registry.path(model.id), "")
    assert proof is not None and proof.verdict == "better"
    assert (2, 3) in {line[:2] for line in told.lines}
    assert any(line[2].startswith("Doing sft") for line in told.lines)
    assert model.id in told.lines[-1][2] and "better" in told.lines[-1][2]
    examples = (training.folder(settings, asked) / training.EXAMPLES).read_text().splitlines()
    assert len(examples) == 3
    assert "mutual exclusion" in json.loads(examples[0])["student_answer"]


def test_run_again_after_a_kill_it_teaches_and_tries_nothing_twice(
    settings: Settings, room: Classroom
) -> None:
    asked, command = job(room), learning_child()
    run(settings, room, asked, Told(), *command)
    assert run(settings, room, asked, Told(), *command) == ["sft", "compare"]


def test_marks_that_come_while_it_learns_change_nothing_in_it(
    settings: Settings, room: Classroom
) -> None:
    asked = job(room)
    with pytest.raises(EngineFailed):
        run(settings, room, asked, Told(), *learning_child(failure="sys.exit(1)"))
    room.gradebook.marks.review(room.answer_id("Asha Rao", "Q2"), 1, "Maria")
    run(settings, room, asked, Told(), *learning_child())
    examples = training.folder(settings, asked) / training.EXAMPLES
    assert len(examples.read_text().splitlines()) == 3


def test_stopping_ends_the_process_at_once(settings: Settings, room: Classroom) -> None:
    asked, told = job(room), Told()
    pid_file = training.folder(settings, asked) / "process"

    def stop_soon() -> None:
        deadline = time.monotonic() + PATIENCE
        while not pid_file.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        pids.append(int(pid_file.read_text().partition(":")[0]))
        told.stopping.set()

    pids: list[int] = []
    watcher = Thread(target=stop_soon)
    watcher.start()
    with pytest.raises(JobStopped):
        run(settings, room, asked, told, *learning_child(steps=500, pause=0.2))
    watcher.join()
    assert not psutil.pid_exists(pids[0])


def test_a_failure_is_told_in_the_processs_own_words_and_nothing_is_kept(
    settings: Settings, room: Classroom
) -> None:
    failure = "print('autograder learn: The disk is full. Make room.'); sys.exit(1)"
    with pytest.raises(EngineFailed, match="The disk is full"):
        run(settings, room, job(room), Told(), *learning_child(failure=failure))
    assert Registry(settings.models / "adapters").all() == []


def test_a_process_that_makes_nothing_is_a_failure(settings: Settings, room: Classroom) -> None:
    with pytest.raises(EngineFailed, match="without a new grader"):
        run(settings, room, job(room), Told(), *learning_child(failure="sys.exit(0)"))


def test_without_reviews_there_is_nothing_to_learn(settings: Settings, tmp_path: Path) -> None:
    empty = classroom(tmp_path / "empty")
    with pytest.raises(InvalidInput, match="Marking tab"):
        run(settings, empty, job(empty), Told(), *learning_child())
    empty.gradebook.close()


def test_a_folder_that_cant_be_written_is_told(settings: Settings, room: Classroom) -> None:
    settings.data.joinpath("training").write_text("in the way")
    with pytest.raises(StorageFailed, match="can't be written"):
        run(settings, room, job(room), Told(), *learning_child())


def test_the_grader_is_put_down_where_training_needs_its_memory(
    settings: Settings, room: Classroom
) -> None:
    asked = job(room, **{HOLDS: "grade"})
    assert run(settings, room, asked, Told(), *learning_child())[0] == "put down"


def test_a_cancelled_training_is_gone_on_with_in_its_folder(
    settings: Settings, room: Classroom
) -> None:
    first = job(room)
    second = job(room, **{training.FOLDER: first.id})
    assert training.folder(settings, second) == training.folder(settings, first)


def test_what_learns_to_draft_is_taught_by_its_files_and_judged_by_itself(
    settings: Settings, tmp_path: Path
) -> None:
    empty = classroom(tmp_path / "empty")  # without a mark
    file = tmp_path / "course.csv"
    file.write_text("question,answer\nWhat does a gear do?,It turns.\n")
    told, kept = Told(), keep(empty.gradebook, [file])
    asked = empty.gradebook.jobs.submit(
        LEARN, empty.exam.id, {training.METHOD: "generate", training.COURSE: kept, "base": "tiny"}
    )
    held = learning_child(verdict="better")
    assert run(settings, empty, asked, told, *held) == ["generate"]
    [model] = Registry(settings.models / "adapters").all()
    assert model.kind == GENERATOR
    assert "was judged by what it writes: better" in told.lines[-1][2]
    assert run(settings, empty, asked, told, *held) == ["generate"]
    empty.gradebook.close()


def test_a_worker_trains_while_it_reads(settings: Settings, room: Classroom) -> None:
    asked = job(room)
    reading = room.gradebook.jobs.submit("read", room.exam.id)
    run_it = TrainingRun(settings, room.gradebook, lambda: None, learning_child(pause=0.3))
    worker = JobWorker(room.gradebook.jobs, {LEARN: run_it, "read": lambda job, report: None})
    worker.start()
    assert worker.wait(reading.id, PATIENCE).state is JobState.DONE
    assert not room.gradebook.jobs.get(asked.id).state.final
    room.gradebook.jobs.cancel(asked.id)
    worker.stop()
    assert room.gradebook.jobs.get(asked.id).state is JobState.CANCELLED


def test_the_time_left_goes_by_the_pace_and_not_by_a_pause() -> None:
    told = [Step(at, 100, at=10.0 * at + (5_000.0 if at > 3 else 0.0)) for at in range(1, 11)]
    assert training.time_left(told) == "about 15 minutes left"
    assert training.time_left(told[:2]) == ""


def test_the_process_works_with_the_settings_that_are_in_force(tmp_path: Path) -> None:
    told = training.environment(Settings(data=tmp_path, grader="encoder"))
    assert told["AUTOGRADER_DATA"] == str(tmp_path)
    assert told["AUTOGRADER_GRADER"] == "encoder"
    assert json.loads(told["AUTOGRADER_LLAMA"])["batch_size"] == Settings().llama.batch_size
