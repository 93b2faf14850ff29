from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from autograder.domain.errors import InvalidInput
from autograder.domain.job import HOLDS, LEARN, JobState
from autograder.domain.learned import LearnedModel
from autograder.jobs import worker_name
from autograder.learning.progress import Progress, Step
from autograder.learning.registry import proofs
from autograder.learning.registry.proofs import Proof
from autograder.runs.learning import training
from autograder.runs.learning.graders import LearnedGraders
from autograder.settings import Settings
from autograder_ui.pages.models import ModelsPage
from tests.autograder_ui.classroom import Classroom
from tests.fakes import TOLD, event
from tests.learning.registry import learned

NAMES = ["at_work", "history"]
NAMES += ["training", "state", "curves", "cancel", "go_on", "timer"]
NAMES += ["exams", "teachable", "starting", "method", "what", "course", "base"]
NAMES += ["impossible"]
NAMES += ["picked", "graders", "panel", "facts", "verdict", "actions", "report"]


@pytest.fixture
def application(room: Classroom, tmp_path: Path) -> Any:
    settings = Settings(data=room.gradebook.folder, models=tmp_path / "models", reviewer="Maria")
    return SimpleNamespace(
        settings=settings,
        gradebook=room.gradebook,
        marking=SimpleNamespace(learned=LearnedGraders(settings, room.gradebook)),
        grader_at_work=lambda: ("encoder", "It runs on any machine."),
    )


@pytest.fixture
def page(application: Any, blocks: gr.Blocks) -> ModelsPage:
    return ModelsPage(application, gr.State(), gr.Textbox())


@pytest.fixture
def marks(room: Classroom) -> None:
    for label, mark in (("Q1", 2), ("Q2", 1)):
        for place, name in enumerate(("Asha Rao", "Ben Okoro", "Chen Li")):
            room.gradebook.marks.review(room.answer_id(name, label), mark + place % 2, "Maria")


@pytest.fixture
def model(application: Any, tmp_path: Path) -> Iterator[LearnedModel]:
    registry = application.marking.learned.registry
    made = registry.add(learned.lora(tmp_path / "run"), learned.described(licence="<b>mine</b>"))
    proofs.keep(registry.path(made.id), Proof("", "better", ("Nearer to your marks.",)))
    yield made


def named(values: Any) -> dict[str, Any]:
    return dict(zip(NAMES, values, strict=True))


def test_a_tab_in_the_back_counts_nothing(room: Classroom, page: ModelsPage) -> None:
    assert page.load(room.exam.id) != page.load(room.exam.id)
    assert len(page.shown) == 1


def test_before_any_mark_it_says_who_grades_and_what_to_do(page: ModelsPage) -> None:
    shown = named(page.open(""))
    assert "encoder" in shown["at_work"] and "as it ships" in shown["at_work"]
    assert "Marking tab" in shown["teachable"]
    assert not shown["starting"]["visible"] and not shown["training"]["visible"]
    assert "No learned grader yet" in shown["graders"]
    assert shown["history"] == ""


def test_marks_are_counted_and_the_methods_offered(
    page: ModelsPage, room: Classroom, marks: None
) -> None:
    shown = named(page.open(""))
    assert "6 marks · 2 questions · 1 exam" in shown["teachable"]
    assert "no use yet" in shown["teachable"]
    assert shown["exams"]["value"] == [room.exam.id] and not shown["exams"]["visible"]
    assert "encoder" in [value for _, value in shown["method"]["choices"]]
    assert "Marking goes on" in shown["what"] or "Grading waits" in shown["what"]


def test_a_training_is_started_watched_cancelled_and_gone_on_with(
    page: ModelsPage, room: Classroom, marks: None, application: Any
) -> None:
    jobs = room.gradebook.jobs
    shown = named(page.begin(room.exam.id, "encoder", [room.exam.id], ""))
    assert "begins as soon as" in shown["state"]
    assert shown["cancel"]["visible"] and not shown["go_on"]["visible"]
    job = jobs.claim(worker_name(), [LEARN])
    assert job is not None
    jobs.report(job.id, worker_name(), 3, 9, "Learning · about 4 minutes left")
    progress = Progress(training.folder(application.settings, job))
    progress.tell(Step(3, 9, loss=0.5, qwk=0.4))
    watched = named(page.look(""))
    assert "3 of 9" in watched["state"] and "about 4 minutes left" in watched["state"]
    assert watched["curves"].count("<svg") == 2
    assert watched["timer"].active
    page.cancel()
    ended = named(page.look(""))
    assert "cancelled" in ended["state"] and ended["go_on"]["visible"]
    assert not ended["timer"].active
    page.go_on("")
    again = jobs.of_kind(LEARN, 1)[0]
    assert again.arguments[training.FOLDER] == job.id


def test_it_says_whether_grading_waits(page: ModelsPage, room: Classroom) -> None:
    room.gradebook.jobs.submit(
        LEARN, room.exam.id, {training.METHOD: "sft", HOLDS: "grade,sharpen,draft"}
    )
    room.gradebook.jobs.claim(worker_name(), [LEARN])
    assert "Grading waits until this is done" in named(page.look(""))["state"]


def test_a_failure_says_why_and_offers_to_go_on(page: ModelsPage, room: Classroom) -> None:
    jobs = room.gradebook.jobs
    job = jobs.submit(LEARN, room.exam.id, {training.METHOD: "encoder"})
    jobs.claim(worker_name(), [LEARN])
    jobs.fail(job.id, worker_name(), "The disk is <full>.")
    shown = named(page.open(""))
    assert "The disk is &lt;full&gt;." in shown["state"]
    assert shown["go_on"]["visible"] and not shown["cancel"]["visible"]


def test_nothing_is_begun_without_an_exam(page: ModelsPage) -> None:
    with pytest.raises(InvalidInput, match="Create an exam"):
        page.begin("", "encoder", [], "")


def test_a_learned_grader_is_put_to_work_and_taken_back_by_name(
    page: ModelsPage, room: Classroom, model: LearnedModel
) -> None:
    opened = page.pick(event(id=model.id))
    shown = dict(zip(NAMES[-7:], opened, strict=True))
    assert "&lt;b&gt;mine&lt;/b&gt;" in shown["facts"] and "<b>mine" not in shown["facts"]
    assert "Nearer to your marks." in shown["verdict"]
    assert f'data-id="promote {model.id}"' in shown["actions"]

    put = named(page.act(room.exam.id, model.id, "Ada", event(id=f"promote {model.id}")))
    assert model.id in put["at_work"] and "by Ada" in put["at_work"]
    assert "promote" not in put["actions"] and "remove" not in put["actions"]
    back = named(page.roll_back(model.id, " ", event(id=f"lora {model.id}")))
    assert "as it ships" in back["at_work"]
    assert [each.author for each in room.gradebook.promotions.history()] == ["Ada", "Maria"]
    assert back["history"].count("<tr>") == 3
    assert "rolled back" in back["history"]


def test_an_untried_one_can_be_tried_but_not_put_to_work(
    page: ModelsPage, room: Classroom, application: Any, tmp_path: Path
) -> None:
    registry = application.marking.learned.registry
    made = registry.add(learned.lora(tmp_path / "run"), learned.described())
    shown = dict(zip(NAMES[-7:], page.pick(event(id=made.id)), strict=True))
    assert "not tried yet" in shown["verdict"] and "promote" not in shown["actions"]
    page.act(room.exam.id, made.id, "Ada", event(id=f"try {made.id}"))
    job = room.gradebook.jobs.of_kind(LEARN, 1)[0]
    assert job.arguments[training.METHOD] == training.COMPARE and not job.state.final
    assert "tried beside" in named(page.look(made.id))["state"]
    removed = named(page.act(room.exam.id, made.id, "Ada", event(id=f"remove {made.id}")))
    assert "No learned grader yet" in removed["graders"] and removed["picked"] == ""


def test_the_trials_figures_stand_guarded_ones_first(
    page: ModelsPage, room: Classroom, model: LearnedModel
) -> None:
    import json

    folder = room.gradebook.folder / "trials" / model.id
    folder.mkdir(parents=True)
    answer = room.answer_id("Asha Rao", "Q1")
    both = {"current": {"mark": 2.0}, "new": {"mark": 4.0}}
    marks = [{"exam": "", "question": "", "id": answer, "known": 0, "given": 4.0, **both}]
    (folder / training.TRIAL).write_text(json.dumps({**TOLD, "marks": marks}))
    told = dict(zip(NAMES[-7:], page.pick(event(id=model.id)), strict=True))["report"]
    assert told.index("QWK") < told.index("half a step")
    assert "60 answers to 6 questions" in told
    assert "0.64" in told and "+0.01 to +0.09" in told and "15.1 %" in told
    assert "Operating Systems quiz" in told and "circular wait" in told


def test_the_state_of_the_job_is_final_after_its_end(page: ModelsPage, room: Classroom) -> None:
    jobs = room.gradebook.jobs
    job = jobs.submit(LEARN, room.exam.id, {training.METHOD: "encoder"})
    jobs.claim(worker_name(), [LEARN])
    jobs.finish(job.id, worker_name())
    assert jobs.get(job.id).state is JobState.DONE
    assert "done" in named(page.open(""))["state"]


def test_a_model_that_drafts_is_taught_beside_the_other_methods(
    page: ModelsPage, room: Classroom, application: Any, tmp_path: Path
) -> None:
    base = application.settings.models / "bases" / "tiny-bart"
    base.mkdir(parents=True)
    (base / "config.json").write_text("{}")
    (base / "model.safetensors").write_bytes(b"")
    shown = named(page.open(""))  # nobody marked anything
    assert shown["starting"]["visible"] and shown["method"]["value"] == "generate"
    assert shown["course"]["visible"] and shown["base"]["value"] == "tiny-bart"
    assert "ROUGE" in shown["what"]
    course = tmp_path / "course.csv"
    course.write_text("question,answer\nWhat does a gear do?,It turns.\n")
    begun = named(page.begin(room.exam.id, "generate", [], "", [str(course)], "tiny-bart"))
    assert "Drafts of reference answers" in begun["state"] and begun["cancel"]["visible"]


def test_what_a_drafting_model_is_worth_stands_in_its_own_words(
    page: ModelsPage, room: Classroom, application: Any, tmp_path: Path
) -> None:
    registry = application.marking.learned.registry
    metrics = {"ROUGE-L": 0.61, "similarity": 0.7, "ROUGE-L, its base, untaught": 0.2}
    described = learned.described("generator", method="generate", metrics=metrics)
    made = registry.add(learned.lora(tmp_path / "run"), described)
    opened = page.pick(event(id=made.id))
    shown = dict(zip(NAMES[-7:], opened, strict=True))
    assert "train it again with the course" in shown["verdict"]
    assert 'data-id="try' not in shown["actions"]
    assert "0.61" in shown["report"] and "its base, untaught" in shown["report"]
    proofs.keep(registry.path(made.id), Proof("", "better", ("Nearer to your answers.",)))
    put = named(page.act(room.exam.id, made.id, "Ada", event(id=f"promote {made.id}")))
    assert "taught from 120 questions" in put["at_work"]
    assert "draft no more" in put["at_work"]
