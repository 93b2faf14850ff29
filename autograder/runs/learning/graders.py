"""The learned graders, from training to work and back: what a teacher can ask for."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.domain.errors import Conflict, EngineUnavailable, InvalidInput, NotFound
from autograder.domain.job import HOLDS, LEARN, Job
from autograder.domain.learned import LearnedModel, Promotion
from autograder.gradebook.gradebook import Gradebook
from autograder.learning.examples import check
from autograder.learning.registry import known_answers, one_file, proofs
from autograder.learning.registry.proofs import Proof
from autograder.runs.learning import at_work, course_files, training
from autograder.runs.learning.child import PID, end_orphan, has_starter
from autograder.runs.learning.keeping_back import share_kept
from autograder.runs.learning.learned_drafter import base_folder
from autograder.runs.learning.methods import Method, held_up, method, obstacle, weights
from autograder.runs.learning.reviewed import reviewed
from autograder.runs.learning.training import (
    BASE,
    COMPARE,
    COURSE,
    EXAMS,
    FOLDER,
    KEPT,
    METHOD,
    MODEL,
    REPORT,
    TRIAL,
    trial_folder,
)
from autograder.settings import Settings

UNDER_WAY = "A training is under way already. Wait until it is done, or cancel it."
NOT_TRIED = "{model} was not tried beside the grader at work. Have it tried first."
FELL_SHORT = "{model} can't be put to work. {reasons}"
UNPROVEN = (
    "{model} has no known answers, by which it is checked each time before it grades, so it can't "
    "be put to work. Train it again here."
)
NO_REPORT = "There is no report on {model} here. Have it tried again."
AT_WORK = "{model} is at work. Go back to the one before, then remove it."


class LearnedGraders:
    """Has graders trained and tried; puts them to work where the trial allows it."""

    def __init__(self, settings: Settings, gradebook: Gradebook) -> None:
        self._settings = settings
        self._gradebook = gradebook
        self.registry = at_work.kept(settings)

    def start_training(self, exam_id: str, by: str, exam_ids: Sequence[str] = ()) -> Job:
        """Has a grader trained from the reviews of those exams, or of all.

        InvalidInput: nothing can be learned from them; EngineUnavailable: not on this machine;
        Conflict: a training is under way.
        """
        wanted = self._possible(by)
        if not wanted.from_marks:
            raise InvalidInput(course_files.NO_FILES)
        examples = reviewed(self._gradebook, exam_ids)
        if stops := [str(each) for each in check(examples) if each.stops]:
            raise InvalidInput(" ".join(stops))
        share = str(share_kept(examples))
        return self._submit(exam_id, {METHOD: by, EXAMS: ",".join(exam_ids), KEPT: share})

    def start_drafting(self, exam_id: str, files: Sequence[Path], base: str) -> Job:
        """Has a model taught to draft reference answers, from files of questions with answers.

        RefusedFile: one can't be read; otherwise as ``start_training``.
        """
        wanted = self._possible("generate")
        if not base.strip():
            raise InvalidInput("Choose the model that is to learn.")
        base_folder(base.strip(), self._settings)
        told = course_files.keep(self._gradebook, files)
        return self._submit(exam_id, {METHOD: wanted.name, COURSE: told, BASE: base.strip()})

    def cancel(self, job_id: str) -> None:
        """Calls a training off; what it has learned so far is kept."""
        self._gradebook.jobs.cancel(job_id)
        self.end_orphans()

    def end_orphans(self) -> None:
        """Ends the trainings whose starter is gone: the machine is not theirs any more."""
        for left in training.trainings(self._settings).glob(f"*/{PID}"):
            if not has_starter(left.parent):
                end_orphan(left.parent)

    def try_out(self, exam_id: str, model_id: str) -> Job:
        """Has a learned grader tried beside the one at work. NotFound; Conflict as above."""
        self.registry.get(model_id)
        return self._submit(exam_id, {METHOD: COMPARE, MODEL: model_id})

    def go_on(self, job_id: str) -> Job:
        """Has a training that broke off or was cancelled go on where it was. Conflict as above."""
        job = self._gradebook.jobs.get(job_id)
        return self._submit(job.exam_id, {FOLDER: job.id, **job.arguments})

    def proof(self, model_id: str) -> Proof | None:
        """How the learned grader did beside what is at work now; None if it wasn't tried yet."""
        model = self.registry.get(model_id)
        against = at_work.beaten(self._settings, self._gradebook, model)
        return proofs.newest(self.registry.path(model_id), against)

    def trial(self, model_id: str) -> Mapping[str, Any] | None:
        """All that the newest trial found, as ``learn compare --json`` tells it; None: none is."""
        try:
            found = json.loads((trial_folder(self._settings, model_id) / TRIAL).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def report(self, model_id: str) -> str:
        """The newest trial's report as HTML. NotFound: there is none."""
        try:
            kept = trial_folder(self._settings, self.registry.get(model_id).id)
            return (kept / REPORT).read_text("utf-8")
        except OSError:
            raise NotFound(NO_REPORT.format(model=model_id)) from None

    def promote(self, model_id: str, author: str) -> Promotion:
        """Puts a learned grader to work. InvalidInput: it wasn't tried, or fell short."""
        model, proof = self.registry.get(model_id), self.proof(model_id)
        if proof is None:
            raise InvalidInput(NOT_TRIED.format(model=model_id))
        if not proof.enough:
            raise InvalidInput(FELL_SHORT.format(model=model_id, reasons=" ".join(proof.reasons)))
        self.registry.verify(model_id)
        if model.kind in at_work.ENGINES and not known_answers.read(self.registry.path(model_id)):
            raise InvalidInput(UNPROVEN.format(model=model_id))
        return self._gradebook.promotions.promote(model.kind, model_id, author, proof.verdict)

    def roll_back(self, kind: str, author: str, seen: str | None = None) -> Promotion:
        """Goes back to what was at work before. InvalidInput: nothing was; Conflict."""
        return self._gradebook.promotions.roll_back(kind, author, seen)

    def take_in(self, file: Path) -> LearnedModel:
        """Keeps a learned grader that was exported. RefusedFile: it is none, or not safe."""
        return one_file.import_model(self.registry, file)

    def hand_out(self, model_id: str, folder: Path) -> Path:
        """Writes a learned grader as one file into ``folder``. NotFound; EngineUnavailable."""
        return one_file.export(self.registry, model_id, folder)

    def remove(self, model_id: str) -> None:
        """Deletes a learned grader that isn't at work. NotFound; InvalidInput: it is."""
        if any(each.model == model_id for each in self._gradebook.promotions.serving()):
            raise InvalidInput(AT_WORK.format(model=model_id))
        self.registry.remove(model_id)

    def _possible(self, by: str) -> Method:
        wanted = method(by)
        if wanted is None:
            raise InvalidInput("Choose a method to train by.")
        if why_not := obstacle(wanted, self._settings):
            raise EngineUnavailable(why_not)
        return wanted

    def _submit(self, exam_id: str, arguments: dict[str, str]) -> Job:
        newest = self._gradebook.jobs.of_kind(LEARN, limit=1)
        if newest and not newest[0].state.final:
            raise Conflict(UNDER_WAY)
        told = {**arguments, HOLDS: ",".join(self._held_up(arguments))}
        return self._gradebook.jobs.submit(LEARN, exam_id, {k: v for k, v in told.items() if v})

    def _held_up(self, arguments: Mapping[str, str]) -> Collection[str]:
        """A trial loads the graders beside the one that serves, as a training loads its own."""
        tried = arguments[METHOD] == COMPARE
        name = self.registry.get(arguments[MODEL]).method if tried else arguments[METHOD]
        wanted = method(name)
        if wanted is None:
            return ()
        grader = at_work.chosen(self._settings, self._gradebook).name
        base = arguments.get(BASE, "")
        return held_up(wanted, grader, weights(wanted, self._settings, base))
