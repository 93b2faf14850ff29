"""The learned graders: pick one, see how it did, put it to work, try, export or remove it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from autograder.domain.errors import AutoGraderError, NotFound
from autograder.domain.learned import GENERATOR, LearnedModel
from autograder.learning.registry.proofs import Proof
from autograder_ui.components import draft_figures, learned_models, trial_report
from autograder_ui.components.markup import Markup
from autograder_ui.components.pick_table import PickTable

if TYPE_CHECKING:
    from autograder.application import Application


class LearnedGraders:
    """Lists them; the page connects what is picked and what its buttons ask for."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self.picked = gr.State("")
        Markup(learned_models.HEADING)
        self.table = PickTable(elem_id="learned-graders")
        with gr.Row(elem_classes="actions"):
            self.take_in = gr.UploadButton(
                "Import a learned grader",
                file_types=[".zip"],
                size="sm",
                elem_id="import-grader",
            )
        with gr.Column(visible=False, elem_id="picked-grader") as self._panel:
            self._facts = Markup()
            self._verdict = Markup(elem_id="grader-verdict")
            self.actions = PickTable(elem_id="grader-actions")
            self._report = Markup(elem_id="grader-report")

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        return [
            self.picked,
            self.table,
            self._panel,
            self._facts,
            self._verdict,
            self.actions,
            self._report,
        ]

    def load(self, picked: str) -> tuple[Any, ...]:
        """All learned graders, and the picked one opened."""
        graders = self._application.marking.learned
        models = graders.registry.all()
        serving = {each.model for each in self._application.gradebook.promotions.serving()}
        proofs = {each.id: self._proof(each.id) for each in models}
        damaged = graders.registry.damaged()
        model = next((each for each in models if each.id == picked), None)
        table = learned_models.models_table(models, proofs, serving, damaged, picked)
        if model is None:
            return "", table, gr.update(visible=False), "", "", "", ""
        proof, serves = proofs[model.id], model.id in serving
        return (
            model.id,
            table,
            gr.update(visible=True),
            learned_models.facts(model),
            learned_models.verdict(model, proof),
            learned_models.buttons(model, proof, serves),
            self._found(model) if proof or learned_models.drafts(model) else "",
        )

    def _found(self, model: LearnedModel) -> str:
        if learned_models.drafts(model):
            return draft_figures.figures(model.metrics)
        return self._trial(model.id)

    def _trial(self, model_id: str) -> str:
        found = self._application.marking.learned.trial(model_id)
        return trial_report.report(found, f"/files/learned/{model_id}.html", self._written)

    def _written(self, answer_id: str) -> tuple[str, str, str] | None:
        gradebook = self._application.gradebook
        try:
            marked = gradebook.marks.get(answer_id)
        except NotFound:  # it came from a file of examples
            return None
        if marked.question is None:
            return None
        exam = gradebook.exams.get(gradebook.exams.of_question(marked.question.id))
        return exam.title, marked.question.label, marked.answer.current.text

    def _proof(self, model_id: str) -> Proof | None:
        try:
            return self._application.marking.learned.proof(model_id)
        except AutoGraderError:  # it was removed just now
            return None

    def take(self, file: str) -> str:
        """Imports a learned grader from its file; its id."""
        return self._application.marking.learned.take_in(Path(file)).id

    def act(self, exam_id: str, asked: str, reviewer: str) -> None:
        """Does what a button of the panel asks for: ``promote``, ``try`` or ``remove`` an id."""
        what, _, model_id = asked.partition(" ")
        graders = self._application.marking.learned
        if what == learned_models.PROMOTE:
            kind = graders.promote(model_id, reviewer).kind
            begins = "the next draft" if kind == GENERATOR else "the next grading"
            gr.Info(f"{model_id} is at work from {begins} on.", title="Put to work")
        elif what == learned_models.TRY:
            graders.try_out(exam_id, model_id)
        else:
            graders.remove(model_id)
