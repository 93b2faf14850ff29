"""A training and its trial from end to end: the real commands, a small class, the real networks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.job import LEARN, JobState
from autograder.gradebook.gradebook import Gradebook
from autograder.jobs import JobWorker
from autograder.learning.progress import Progress, Step
from autograder.runs.learning.graders import LearnedGraders
from autograder.runs.learning.training import TrainingRun
from autograder.settings import PROJECT, Settings
from tests.gradebook.samples import hand_in, piece

PATIENCE = 900.0
ASKED = {
    "What does a page table do?": "It maps the virtual pages of a process to physical frames.",
    "What is a deadlock?": "Processes wait for each other in a circle, and none can go on.",
    "What does the scheduler decide?": "Which of the ready processes runs next.",
    "What is a mutex for?": "It lets only one thread at a time into a critical section.",
}
OTHERWISE = ("I do not remember this.", "It has something to do with a disk and a file.")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The models that ship, in a folder in which nothing else was learned."""
    models = tmp_path / "models"
    models.mkdir()
    for name in ("minilm", "encoder"):
        (models / name).symlink_to(PROJECT / "models" / name)
    return Settings(data=tmp_path / "data", models=models, grader="encoder")


@pytest.fixture
def gradebook(settings: Settings) -> Iterator[Gradebook]:
    """Six students answered four questions, and somebody marked every answer."""
    opened = Gradebook(settings.data)
    questions = [
        Question("", f"Q{number}", text, Scale(0, 2), (right,))
        for number, (text, right) in enumerate(ASKED.items(), 1)
    ]
    exam = opened.exams.save(Exam("os", "Operating Systems", "CS 204", tuple(questions)))
    for student in range(6):
        script = hand_in(opened, f"Student {student}")
        told = [_answer(right, student + place) for place, right in enumerate(ASKED.values())]
        pieces = [
            piece(question.id, script.pages[0].id, text)
            for question, (text, _) in zip(exam.questions, told, strict=True)
        ]
        answers = opened.answers.record(script.id, pieces, "fake")
        for answer, (_, mark) in zip(answers, told, strict=True):
            opened.marks.review(answer.id, mark, "Maria")
    yield opened
    opened.close()


def _answer(right: str, turn: int) -> tuple[str, float]:
    """What a student wrote, all of it right, half of it, or nothing, and its mark."""
    words = right.rstrip(".").split()
    half = f"{' '.join(words[: len(words) // 2])}, and number {turn} of it."
    wrong = f"{OTHERWISE[turn % 2]} That is all of {turn}."
    texts = (f"{right} I am sure of {turn}.", half, wrong)
    return texts[turn % 3], (2.0, 1.0, 0.0)[turn % 3]


def test_the_built_in_grader_is_taught_and_tried_and_stays_what_it_was(
    settings: Settings, gradebook: Gradebook
) -> None:
    graders = LearnedGraders(settings, gradebook)
    job = graders.start_training("os", "encoder", ["os"])
    worker = JobWorker(gradebook.jobs, {LEARN: TrainingRun(settings, gradebook, lambda: None)})
    worker.start()
    ended = worker.wait(job.id, PATIENCE)
    worker.stop()
    assert ended.state is JobState.DONE, ended.message
    [model] = graders.registry.all()
    assert (model.kind, model.method) == ("encoder", "encoder")
    assert any(step.qwk is not None or step.loss is not None for step in steps(settings, job.id))
    proof = graders.proof(model.id)
    assert proof is not None
    assert not proof.enough and "held back" in " ".join(proof.reasons)  # so few tell nothing
    found = graders.trial(model.id)
    assert found is not None and found["figures"]
    assert model.id in graders.report(model.id)
    assert gradebook.promotions.serving() == []


def steps(settings: Settings, job_id: str) -> list[Step]:
    return Progress.read(settings.data / "training" / job_id)
