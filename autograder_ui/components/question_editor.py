"""The questions of an exam: a list, and the one that is being edited."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Exam, Question, Scale
from autograder.grading.drafting import scheme_from
from autograder_ui.components import mark_scheme, markup
from autograder_ui.components.mark_scheme import MarkScheme
from autograder_ui.components.markup import Markup
from autograder_ui.components.reference_draft import ReferenceDraft
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

HEADING = markup.heading(
    "Questions", "What is asked, the answer you hope for, and what earns marks."
)
BETWEEN_ANSWERS = "\n\n---\n\n"
NEW = ""  # the id of a question that isn't saved yet
USUAL_SCALE = Scale(1, 5, 1)

Form = tuple[Any, ...]
"""What the form shows: the question's id, then its fields in their order."""
CRITERIA = 7
"""Where the mark scheme stands in the form."""


class QuestionEditor:
    """Picks, edits, adds, orders and removes questions, and finds them in the textbook."""

    def __init__(self, application: Application, exam_id: gr.State) -> None:
        self._application = application
        self._exam_id = exam_id
        self._build()
        self._connect()

    def _build(self) -> None:
        Markup(HEADING)
        self._question_id = gr.State(NEW)
        with gr.Row(elem_classes="master-detail"):
            with gr.Column(scale=2, min_width=240, elem_classes="master"):
                self._list = gr.Radio([], label="Questions", elem_id="question-list")
                self._add = gr.Button("Add question", size="sm", elem_id="add-question")
            with gr.Column(scale=5, min_width=320, elem_classes="detail"):
                self._build_form()
                self._build_actions()
                self._pages = Markup(elem_id="question-pages")

    def _build_form(self) -> None:
        with gr.Row(elem_classes="fields"):
            self._label = gr.Textbox(
                label="Label, as students write it", max_lines=1, min_width=150, scale=3
            )
            self._minimum = gr.Number(label="Lowest mark", min_width=90)
            self._maximum = gr.Number(label="Highest mark", min_width=90)
            self._step = gr.Number(label="Step", min_width=90)
        self._text = gr.Textbox(label="Question", lines=2, max_lines=12)
        self._reference = gr.Textbox(
            label="Reference answer",
            info="More than one good answer? Put a line with --- between them.",
            lines=4,
            max_lines=20,
        )
        self._draft = ReferenceDraft(
            self._application, self._exam_id, self._question_id, self._reference
        )
        self._criteria = MarkScheme()
        with gr.Row(elem_classes="actions"):
            self._draft_scheme = gr.Button("Draft a mark scheme", size="sm", elem_id="draft-scheme")
        self._rubric = gr.Textbox(
            label="Notes on marking",
            info="Anything else that a marker should know.",
            lines=2,
            max_lines=12,
        )

    def _build_actions(self) -> None:
        with gr.Row(elem_classes="actions"):
            self._save = gr.Button("Save question", variant="primary", elem_id="save-question")
            self._find = gr.Button("Where is this in the textbook?", elem_id="find-question")
            self._up = gr.Button("Move up", elem_classes="quiet")
            self._down = gr.Button("Move down", elem_classes="quiet")
            self._remove = gr.Button("Remove", elem_classes="quiet danger")

    @property
    def _form(self) -> list[Any]:
        scale = [self._minimum, self._maximum, self._step]
        prose = [self._text, self._reference, self._criteria, self._rubric]
        return [self._question_id, self._label, *scale, *prose]

    def _connect(self) -> None:
        here = [self._exam_id, *self._form]
        shown = self.opened
        one = [self._exam_id, self._question_id]
        connect(self._exam_id.change, self.open_first, [self._exam_id], shown, every=True)
        turned = [self._exam_id, self._list, *self._form]
        connect(self._list.input, self.turn_to, turned, shown)
        connect(self._add.click, self.blank, here, shown)
        self.saved = connect(self._save.click, self.save, here, shown)
        connect(self._remove.click, self.remove, one, shown, js=REALLY_REMOVE)
        connect(self._up.click, self.move_up, one, [self._list])
        connect(self._down.click, self.move_down, one, [self._list])
        connect(self._find.click, self.find, here, [self._pages], progress="minimal")
        connect(
            self._draft_scheme.click, self.draft_scheme, self._form, [self._criteria], js=REPLACE
        )
        self.asked = connect(self._draft.ask.click, self.draft_reference, here, shown)

    @property
    def opened(self) -> list[Any]:
        """What ``open_first`` fills."""
        return [self._list, *self._form, self._pages, *self._draft.shown]

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills; a form that is being filled in stays as it is."""
        return [self._list]

    def load(self, exam_id: str) -> tuple[Any]:
        """The list of questions."""
        return (listing(self._exam(exam_id)),)

    def open_first(self, exam_id: str) -> tuple[Any, ...]:
        """The list with its first question opened."""
        exam = self._exam(exam_id)
        first = exam.questions[0].id if exam.questions else NEW
        return opened_list(exam, first), *self.open(exam_id, first)

    def open(self, exam_id: str, question_id: str) -> tuple[Any, ...]:
        """The question in the form, no textbook pages yet, and its draft if there is one."""
        exam = self._exam(exam_id)
        question = exam.question(question_id)
        form = form_of(question) if question else blank_form(exam)
        return *form, "", *self._draft.load(exam_id, question_id)

    def turn_to(self, exam_id: str, question_id: str, *form: Any) -> tuple[Any, ...]:
        """Opens the question that was picked; what was typed before is saved."""
        self._keep(exam_id, form)
        return opened_list(self._exam(exam_id), question_id), *self.open(exam_id, question_id)

    def blank(self, exam_id: str, *form: Any) -> tuple[Any, ...]:
        """An empty form for a new question; what was typed before is saved."""
        self._keep(exam_id, form)
        return opened_list(self._exam(exam_id), NEW), *self.open(exam_id, NEW)

    def save(self, exam_id: str, *form: Any) -> tuple[Any, ...]:
        """Saves the form: a changed question becomes a new version of itself."""
        question = self._application.gradebook.exams.save_question(exam_id, question_of(form))
        gr.Info(f"{question.label} is saved.", duration=3)
        return self._saved(exam_id, question)

    def remove(self, exam_id: str, question_id: str) -> tuple[Any, ...]:
        """Retires the question; the answers and marks that it has are kept."""
        if question_id != NEW:
            self._application.gradebook.exams.retire_question(exam_id, question_id)
        return self.open_first(exam_id)

    def move_up(self, exam_id: str, question_id: str) -> Any:
        """One place up."""
        return self._move(exam_id, question_id, -1)

    def move_down(self, exam_id: str, question_id: str) -> Any:
        """One place down."""
        return self._move(exam_id, question_id, +1)

    def find(self, exam_id: str, *form: Any) -> str:
        """The textbook pages of the question as it stands in the form."""
        question = question_of(form)
        passages = self._application.marking.passages(exam_id, question)
        if not passages:
            return markup.empty("No page found", "Add a textbook below; it is searched at once.")
        return markup.textbook_pages(passages)

    def draft_scheme(self, *form: Any) -> str:
        """Rows drafted from the reference answer as it stands in the form; nothing is saved."""
        question = question_of((*form[:CRITERIA], None, *form[CRITERIA + 1 :]))
        if not question.reference_answers:
            raise InvalidInput(
                "Write the reference answer first: the mark scheme is drafted from its points."
            )
        scheme = scheme_from(question.reference_answers, question)
        if not scheme:
            raise InvalidInput("The reference answer holds no words to draft criteria from.")
        return mark_scheme.to_json(scheme, draft=True)

    def draft_reference(self, exam_id: str, *form: Any) -> tuple[Any, ...]:
        """Has a reference answer drafted; what was typed is saved for it."""
        question = question_of(form)
        if question.reference_answers:
            raise InvalidInput("There is a reference answer already. Clear its field first.")
        self._draft.check(exam_id)  # before a new question is saved, which the form knows not yet
        kept = self._store(exam_id, form)
        self._application.marking.draft_reference(exam_id, kept.id)
        return self._saved(exam_id, kept)

    def _keep(self, exam_id: str, form: Form) -> None:
        question_id, text = form[0], form[5]
        if question_id != NEW or text.strip():
            self._store(exam_id, form)

    def _store(self, exam_id: str, form: Form) -> Question:
        """Saves what was typed. A draft that nobody has touched is not the teacher's."""
        question = question_of(form)
        if mark_scheme.is_draft(form[CRITERIA]):
            before = self._exam(exam_id).question(question.id)
            question = replace(question, criteria=before.criteria if before else ())
        return self._application.gradebook.exams.save_question(exam_id, question)

    def _saved(self, exam_id: str, question: Question) -> tuple[Any, ...]:
        listed = opened_list(self._exam(exam_id), question.id)
        draft = self._draft.load(exam_id, question.id)
        return listed, *form_of(question), gr.skip(), *draft

    def _move(self, exam_id: str, question_id: str, places: int) -> Any:
        exams = self._application.gradebook.exams
        ids = [question.id for question in exams.get(exam_id).questions]
        if question_id in ids:
            place = ids.index(question_id)
            ids.insert(max(0, place + places), ids.pop(place))
            exams.order_questions(exam_id, ids)
        return opened_list(self._exam(exam_id), question_id)

    def _exam(self, exam_id: str) -> Exam:
        return self._application.gradebook.exams.get(exam_id) if exam_id else Exam("", "")


REALLY_REMOVE = """(...values) => {
    if (!confirm('Remove this question? Its answers and marks are kept.')) throw 'kept';
    return values;
}"""


REPLACE = f"""(...values) => {{
    const rows = JSON.parse(values[{CRITERIA}] || '[]');
    const typed = rows.some((row) => row.text.trim() && !row.draft);
    if (typed && !confirm('Replace the mark scheme by a draft?')) throw 'kept';
    return values;
}}"""


def listing(exam: Exam) -> dict[str, Any]:
    """The list of questions, whichever is picked."""
    choices = [(list_line(question), question.id) for question in exam.questions]
    return gr.update(choices=choices, visible=bool(choices))


def opened_list(exam: Exam, question_id: str) -> dict[str, Any]:
    """The list with that question picked."""
    return {**listing(exam), "value": question_id or None}


def list_line(question: Question) -> str:
    """The question as a line of the list."""
    scale = f"{question.scale.minimum:g}–{question.scale.maximum:g}"
    return f"{question.label}  ·  {scale}  ·  {question.text}"


def form_of(question: Question) -> Form:
    """The form's values for that question."""
    scale = question.scale
    return (
        question.id,
        question.label,
        scale.minimum,
        scale.maximum,
        scale.step,
        question.text,
        BETWEEN_ANSWERS.join(question.reference_answers),
        mark_scheme.to_json(question.criteria),
        question.rubric,
    )


def blank_form(exam: Exam) -> Form:
    """The form for a new question: the next label, and the scale of the question before."""
    last = exam.questions[-1] if exam.questions else None
    scale = last.scale if last else USUAL_SCALE
    label = next_label(last.label if last else "Q0")
    return form_of(Question(NEW, label, "", scale))


def next_label(label: str) -> str:
    """``Q4`` after ``Q3``; a label without a number at its end has no next one."""
    found = re.fullmatch(r"(.*?)(\d+)(\W*)", label)
    return f"{found[1]}{int(found[2]) + 1}{found[3]}" if found else ""


def question_of(form: Form) -> Question:
    """The question that the form describes. InvalidInput: something is missing."""
    question_id, label, minimum, maximum, step, text, reference, criteria, rubric = form
    if not label.strip() or not text.strip():
        raise InvalidInput("A question needs a label (such as Q1) and its text.")
    if minimum is None or maximum is None or step is None:
        raise InvalidInput("Give the lowest mark, the highest mark and the step.")
    answers = re.split(r"^\s*---+\s*$", reference, flags=re.MULTILINE)
    return Question(
        question_id,
        label.strip(),
        text.strip(),
        Scale(float(minimum), float(maximum), float(step)),
        tuple(answer.strip() for answer in answers if answer.strip()),
        mark_scheme.from_json(criteria),
        rubric.strip(),
    )
