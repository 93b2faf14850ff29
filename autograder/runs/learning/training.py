"""The job ``learn``: a grader is taught from reviews in a process of its own, then tried."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median

from autograder.domain.errors import EngineFailed, InvalidInput, StorageFailed
from autograder.domain.job import HOLDS, Job
from autograder.domain.learned import GENERATOR, LearnedModel
from autograder.gradebook.gradebook import Gradebook
from autograder.jobs import Report
from autograder.learning.examples import read_files, write_examples
from autograder.learning.progress import Progress, Step
from autograder.learning.registry import proofs
from autograder.runs.learning import at_work
from autograder.runs.learning.child import PID, Child, end_orphan
from autograder.runs.learning.course_files import course_of, lay_out
from autograder.runs.learning.reviewed import reviewed
from autograder.runs.time_left import in_words
from autograder.settings import PROJECT, Settings

METHOD, EXAMS, KEPT, FOLDER, MODEL = "method", "exams", "kept", "folder", "model"
"""The job's arguments: how, from which exams' reviews (all if none), the share that is kept back,
the folder that an earlier job left, and for ``COMPARE`` the learned model."""
COURSE, BASE = "course", "base"
"""Of a training that takes no reviews: the files that ``course_files`` keeps, the base model."""
COMPARE = "compare"
"""The method that teaches nothing: a learned model is tried beside the grader at work."""
EXAMPLES, LEARNED, TRIED = "examples.jsonl", "learned", "tried"
"""Files of the work folder: the marks, the id of what was made of them, and that it was tried."""
TRIAL, REPORT = "trial.json", "report.html"
"""Files of a trial's folder: all figures, and what is to be read of them."""
LOOK_SECONDS = 1.0
RECENT = 20
"""Lines of progress that the time left is judged by."""
LEARN_COMMAND = (sys.executable, "-m", "autograder", "learn")
PASSED_ON = ("data", "models", "grader", "llama", "encoder", "classifier")
"""The settings that the process gets as they are here, whatever its surroundings say."""
NO_REVIEWS = "There is nothing to learn from yet: mark some answers in the Marking tab first."
NO_ROOM = (
    "The training's folder {folder} can't be written ({reason}). Make room on the disk, then press "
    "“Go on”."
)
OUTCOME = "{model} was tried beside the grader at work{verdict}. See it below."
DRAFTS = "{model} was judged by what it writes{verdict}. See it below."
NOTHING_MADE = (
    "The training ended without a new grader; the one at work is as it was. The program's log says "
    "more."
)


class TrainingRun:
    """Does a job of the kind ``learn``. Run again after a kill, it goes on in the same folder."""

    def __init__(
        self,
        settings: Settings,
        gradebook: Gradebook,
        put_down: Callable[[], None],
        command: Sequence[str] = LEARN_COMMAND,
    ) -> None:
        self._settings = settings
        self._gradebook = gradebook
        self._put_down = put_down
        self._command = command
        self._registry = at_work.kept(settings)

    def __call__(self, job: Job, report: Report) -> None:
        """Teaches, then tries what was taught beside the grader at work."""
        report(0, 0, "Getting your marks ready")
        work = folder(self._settings, job)
        try:
            for left in work.parent.glob(f"*/{PID}"):
                end_orphan(left.parent)  # one training at a time: what still runs has no owner
            data = self._examples(job, work)
            if job.arguments.get(HOLDS):
                self._put_down()
            model = self._model(job, work, data, report)
            self._try(model, work, report)
        except OSError as error:
            raise StorageFailed(NO_ROOM.format(folder=work, reason=error.strerror)) from error

    def _examples(self, job: Job, work: Path) -> str:
        """Writes down once what teaches, as it is when the training begins; its sum.

        InvalidInput: there are no reviews.
        """
        if COURSE in job.arguments:
            return course_of(read_files(self._course(job, work)))[1]
        path = work / EXAMPLES
        if path.exists():
            return hashlib.sha256(path.read_bytes()).hexdigest()
        found = reviewed(self._gradebook, exam_ids(job))
        if not found:
            raise InvalidInput(NO_REVIEWS)
        work.mkdir(parents=True, exist_ok=True)
        return write_examples(path, found)

    def _model(self, job: Job, work: Path, data: str, report: Report) -> LearnedModel:
        """What is to be tried: the model that the job names, or what is learned now."""
        if job.arguments[METHOD] == COMPARE:
            return self._registry.get(job.arguments[MODEL])
        done = work / LEARNED
        if done.exists():
            return self._registry.get(done.read_text())
        self._run([job.arguments[METHOD], *self._taught_by(job, work)], work, report)
        made = self._made(job, data)
        if made is None:
            raise EngineFailed(NOTHING_MADE)
        done.write_text(made.id)
        return made

    def _taught_by(self, job: Job, work: Path) -> list[str]:
        """What the subcommand is told of the examples."""
        if COURSE in job.arguments:
            return [*map(str, self._course(job, work)), "--base", job.arguments[BASE]]
        share = ["--held-out", job.arguments[KEPT]] if KEPT in job.arguments else []
        return [str(work / EXAMPLES), *share]

    def _course(self, job: Job, work: Path) -> list[Path]:
        return lay_out(self._gradebook, job.arguments[COURSE], work)

    def _made(self, job: Job, data: str) -> LearnedModel | None:
        """The newest model that was made of these very marks in this way, if there is one."""
        method = job.arguments[METHOD]
        return next(
            (each for each in self._registry.all() if (each.data, each.method) == (data, method)),
            None,
        )

    def _try(self, model: LearnedModel, work: Path, report: Report) -> None:
        """Compares it with the grader at work on questions kept from it, unless that was done.

        What drafts was judged when it was made.
        """
        drafts = model.kind == GENERATOR
        if not drafts and not (work / TRIED).exists():
            trial = trial_folder(self._settings, model.id)
            arguments = [COMPARE, model.id, "--from", str(work / EXAMPLES)]
            arguments += ["--report", str(trial), "--json", str(trial / TRIAL)]
            self._run(arguments, work, report)
            (work / TRIED).touch()
        against = at_work.beaten(self._settings, self._gradebook, model)
        proof = proofs.newest(self._registry.path(model.id), against)
        verdict = f": {proof.verdict}" if proof else ""
        told = DRAFTS if drafts else OUTCOME
        report(1, 1, told.format(model=model.id, verdict=verdict))

    def _around(self, method: str) -> Settings:
        """A training goes on from what is at work; a trial finds that out by itself."""
        if method == COMPARE:
            return self._settings
        return at_work.serving(self._settings, self._gradebook)

    def _run(self, arguments: Sequence[str], work: Path, report: Report) -> None:
        """Runs a subcommand of ``learn`` to its end, telling how far it is."""
        began = time.time()
        command = [*self._command, *arguments, "--work", str(work)]
        with Child(command, work, environment(self._around(arguments[0]))) as child:
            while child.runs(LOOK_SECONDS):
                told = [each for each in Progress.read(work) if each.at >= began]
                report(*where(told))
            child.check()


def folder(settings: Settings, job: Job) -> Path:
    """Where a training keeps what it needs to go on after a kill."""
    return trainings(settings) / job.arguments.get(FOLDER, job.id)


def trainings(settings: Settings) -> Path:
    """Where all trainings keep their folders."""
    return settings.data / "training"


def trial_folder(settings: Settings, model_id: str) -> Path:
    """Where the newest report on a learned grader stands."""
    return settings.data / "trials" / model_id


def exam_ids(job: Job) -> list[str]:
    """The exams whose reviews teach; none for all."""
    return [each for each in job.arguments.get(EXAMS, "").split(",") if each]


def where(told: Sequence[Step]) -> tuple[int, int, str]:
    """How far a training is: steps done, steps in all, what it is at and how long still."""
    if not told:
        return 0, 0, "Getting ready"
    last = told[-1]
    parts = [each.message for each in reversed(told) if each.message][:1]
    return last.step, last.of, " · ".join(part for part in (*parts, time_left(told)) if part)


def time_left(told: Sequence[Step]) -> str:
    """Such as ``about 4 minutes left``; empty while nobody can say."""
    recent = told[-RECENT:]
    paces = [
        (later.at - earlier.at) / (later.step - earlier.step)
        for earlier, later in pairwise(recent)
        if later.step > earlier.step
    ]
    if len(paces) < 3:
        return ""
    return in_words((recent[-1].of - recent[-1].step) * median(paces))


def environment(settings: Settings) -> Mapping[str, str]:
    """What a process of AutoGrader needs around it to work with the same settings."""
    told = settings.model_dump(mode="json", include=set(PASSED_ON))
    own = {
        f"AUTOGRADER_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in told.items()
        if value is not None
    }
    path = os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, **own, "PYTHONPATH": path, "PYTHONUTF8": "1"}
