"""Groups tab: answers that say the same get their mark by one decision."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import gradio as gr
from gradio.events import Dependency

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Question
from autograder.domain.grade import GROUP, MarkedAnswer
from autograder.gradebook.script_names import names_in_marking
from autograder_ui.components import group_list, group_members, in_sight, mark_form, markup
from autograder_ui.components.alike_group import AlikeGroup, split
from autograder_ui.components.answer_sheet import asked
from autograder_ui.components.blind_answers import BlindAnswers
from autograder_ui.components.group_list import Named
from autograder_ui.components.group_members import GroupMembers, Members
from autograder_ui.components.in_sight import InSight
from autograder_ui.components.mark_form import Form, MarkForm
from autograder_ui.components.markup import Markup
from autograder_ui.components.names_switch import NamesSwitch
from autograder_ui.components.pick_table import PickTable
from autograder_ui.components.shortcuts import Shortcut, shortcuts
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

NOTHING = markup.empty(
    "No answers yet", "Drop the scans in Scripts: answers that say the same are put together here."
)
DIGITS = tuple("123456789")
MARK = '[data-mark="{key}"]'
NO_CRITERIA = "#group-form .mark-form:not(:has([data-criterion]))"
KEYS = (
    Shortcut(("j", "ArrowRight"), "#group-next", "Next group", "j →"),
    Shortcut(("k", "ArrowLeft"), "#group-previous", "Previous group", "k ←"),
    Shortcut(DIGITS, '#group-form [data-criterion="{key}"]', "Tick a criterion", "1–9"),
    Shortcut(
        ("0", *DIGITS),
        f"{NO_CRITERIA} {MARK}",
        "Choose the mark where there are no criteria",
        "0–9",
    ),
    Shortcut(
        tuple(f"Shift+{digit}" for digit in ("0", *DIGITS)),
        f"#group-form {MARK}",
        "Choose the mark itself",
        "Shift 0–9",
    ),
    Shortcut(("s", "Enter"), "#group-give", "Give this mark to the ticked answers"),
    Shortcut(("c",), "#group-comment textarea", "Write a comment (Esc leaves it)"),
)

Seen = dict[str, tuple[int, int]]
"""How many reviews and versions of its text each answer of the group had when it was shown."""


class GroupsPage:
    """Groups tab: the groups of a question, and the one that is decided on."""

    title = "Groups"

    def __init__(self, application: Application, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        self._application = application
        self._gradebook = application.gradebook
        self._blind = BlindAnswers(application.gradebook)
        self._build(exam_id, reviewer)
        self._connect(exam_id, reviewer)
        self.news: list[Dependency] = [self._given]

    def _build(self, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        self._sight = InSight()
        self._opened, self._group_id = gr.State(""), gr.State("")
        self._seen = gr.State({})
        self._nothing = gr.HTML(NOTHING, visible=False)
        with gr.Column(visible=False, elem_id="groups") as self._whole:
            with gr.Row(elem_classes="fields desk-bar", elem_id="group-bar"):
                self._question = gr.Dropdown(
                    [], label="Question", min_width=220, elem_id="group-question"
                )
                self._names_shown = NamesSwitch(self._application, exam_id, reviewer, "group-names")
                self._summary = Markup(elem_id="group-summary")
                self._previous = gr.Button(
                    "Previous", elem_id="group-previous", size="sm", min_width=90
                )
                self._next = gr.Button("Next", elem_id="group-next", size="sm", min_width=70)
                shortcuts(KEYS)
            with gr.Row(elem_id="group-desk"):
                with gr.Column(elem_classes="group-side"):
                    self._cards = PickTable(elem_id="group-cards")
                with gr.Column(elem_classes="group-main", visible=False) as self._detail:
                    self._build_detail()
            self._alone = Markup(elem_id="group-alone")

    def _build_detail(self) -> None:
        self._head = Markup(elem_id="group-head")
        self._members = GroupMembers(elem_id="group-members")
        with gr.Column(elem_classes="group-decision"):
            self._form = MarkForm(self.weigh, elem_id="group-form")
            with gr.Row(elem_classes="group-give"):
                self._comment = gr.Textbox(
                    label="Comment",
                    elem_id="group-comment",
                    lines=1,
                    max_lines=4,
                    max_length=2000,
                    min_width=200,
                )
                self._give = gr.Button(
                    "Give this mark", variant="primary", elem_id="group-give", min_width=240
                )

    def _connect(self, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        here = [exam_id, self._question, self._group_id]
        chosen = [exam_id, self._question]
        filled = connect(self._sight.seen, self.questions, chosen, self._frame, latest_only=True)
        # One event for both: what the tab opened on may be grouped after what was chosen since.
        looks = [self._opened.change, self._question.input]
        connect(looks, self.open, here, self._page, latest_only=True)
        names = self._names_shown
        connect(filled.success, names.load, [exam_id], [names.box])
        connect(names.switched.success, self.open, here, self._page)
        connect(self._cards.pick, self.pick, here, self._shown_group, every=True)
        connect(self._next.click, self.next, here, self._shown_group)
        connect(self._previous.click, self.previous, here, self._shown_group)
        connect(self._members.tick, give_words, [self._members], [self._give], latest_only=True)
        told = [*here, self._seen, self._members, self._form, self._comment, reviewer]
        self._given = connect(self._give.click, self.give, told, self._page)

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills; the rest follows once the tab is in sight."""
        return [self._sight]

    @property
    def _frame(self) -> list[Any]:
        return [self._opened, self._nothing, self._whole, self._question]

    @property
    def _page(self) -> list[Any]:
        return [self._summary, self._alone, *self._shown_group]

    @property
    def _shown_group(self) -> list[Any]:
        head = [self._cards, self._group_id, self._detail, self._head, self._seen]
        return [*head, self._members, self._form, self._comment, self._give]

    # Where the teacher is

    def load(self, _exam_id: str) -> str:
        """Says that the tab was opened; grouping waits until it is in sight."""
        return in_sight.opened()

    def questions(self, exam_id: str, question_id: str | None) -> tuple[Any, Any, Any, Any]:
        """The questions that were answered, at the one that was open or the first."""
        answered, now = self._answered(exam_id), uuid4().hex
        if not answered:
            return now, gr.update(visible=True), gr.update(visible=False), gr.skip()
        choices = [(f"{each.label} · {_short(each.text)}", each.id) for each in answered]
        picker = gr.update(choices=choices, value=_open_one(answered, question_id))
        return now, gr.update(visible=False), gr.update(visible=True), picker

    def open(self, exam_id: str, question_id: str | None, group_id: str) -> tuple[Any, ...]:
        """The groups of the question, at the one that was open or the first to decide."""
        answered = self._answered(exam_id)
        if not answered:
            return "", "", *([gr.skip()] * len(self._shown_group))
        several, alone = self._groups(exam_id, _open_one(answered, question_id))
        rest = group_list.alone_list(alone, self._names(exam_id))
        return group_list.summary(several, alone), rest, *self._at(exam_id, several, group_id)

    def pick(
        self, exam_id: str, question_id: str, _group_id: str, event: gr.EventData
    ) -> tuple[Any, ...]:
        """The group whose card was pressed."""
        return self._at(exam_id, self._groups(exam_id, question_id)[0], event.id)

    def next(self, exam_id: str, question_id: str, group_id: str) -> tuple[Any, ...]:
        """The next group."""
        return self._step(exam_id, question_id, group_id, 1)

    def previous(self, exam_id: str, question_id: str, group_id: str) -> tuple[Any, ...]:
        """The group before."""
        return self._step(exam_id, question_id, group_id, -1)

    # What the teacher decides

    def give(
        self,
        exam_id: str,
        question_id: str,
        group_id: str,
        seen: Seen,
        members: Members,
        filled: Form,
        comment: str,
        reviewer: str,
    ) -> tuple[Any, ...]:
        """Gives the ticked answers the mark on the form, and goes on to the next group.

        What somebody reviewed or edited meanwhile is left as it is, and is named.
        """
        marked = self._marked(question_id)
        ticked = [each for each in members["ticked"] if each in seen and each in marked]
        if not ticked:
            raise InvalidInput("No answer is ticked: tick those that should get this mark.")
        question = self._question_of(exam_id, question_id)
        mark, points = mark_form.awarded(question, filled)
        changed = [each for each in ticked if _standing(marked[each]) != tuple(seen[each])]
        decisions = [(each, mark, seen[each][0]) for each in ticked if each not in changed]
        name = reviewer.strip() or self._application.settings.reviewer
        if decisions:
            review_many = self._application.marking.review_many
            review_many(exam_id, decisions, name, comment.strip(), GROUP, points)
        self._tell(exam_id, len(decisions), mark, [marked[each] for each in changed])
        there = group_id if changed else self._next_undecided(exam_id, question_id, group_id)
        return self.open(exam_id, question_id, there)

    def weigh(self, answer_id: str, points: list[float]) -> float:
        """The mark that points given per criterion come to."""
        question = self._gradebook.marks.get(answer_id).question
        if question is None:
            raise InvalidInput("This answer has no question yet. Place it in Reading first.")
        return mark_form.total(question, points)

    def _tell(self, exam_id: str, given: int, mark: float, changed: list[MarkedAnswer]) -> None:
        words = f"{given} answer{'s' if given != 1 else ''} marked {mark:g}."
        gr.Info(words if given else "No answer was marked.", title="Saved" if given else "Not done")
        if changed:
            named = self._names(exam_id)
            names = ", ".join(named(each) for each in changed)
            gr.Warning(
                escape(
                    f"Reviewed or edited by somebody else meanwhile, and left as they are: {names}."
                ),
                title="Changed meanwhile",
                duration=None,
            )

    # What is shown

    def _at(self, exam_id: str, several: list[AlikeGroup], group_id: str) -> tuple[Any, ...]:
        group = _chosen(several, group_id)
        cards = group_list.cards(several, group.id if group else "")
        if group is None or group.typical.question is None:
            hidden = gr.update(visible=False)
            empty = group_members.NO_MEMBERS, mark_form.NO_FORM
            return cards, "", hidden, "", {}, *empty, "", give_words(group_members.NO_MEMBERS)
        question = group.typical.question
        members = group_members.members(group, self._names(exam_id))
        seen = {each.answer.id: _standing(each) for each in group.members}
        form = mark_form.form(question, group.typical, named="group-mark")
        detail = gr.update(visible=True), _head(question, group), seen, members, form
        return cards, group.id, *detail, "", give_words(members)

    def _step(self, exam_id: str, question_id: str, group_id: str, steps: int) -> tuple[Any, ...]:
        several, _ = self._groups(exam_id, question_id)
        ids = [group.id for group in several]
        here = ids.index(group_id) if group_id in ids else 0
        there = ids[max(0, min(here + steps, len(ids) - 1))] if ids else ""
        return self._at(exam_id, several, there)

    def _next_undecided(self, exam_id: str, question_id: str, group_id: str) -> str:
        """The next group with something to decide, going round; this one where all is decided."""
        several, _ = self._groups(exam_id, question_id)
        here = next((at for at, group in enumerate(several) if group.id == group_id), -1) + 1
        round_trip = [*several[here:], *several[:here]]
        return next((group.id for group in round_trip if group.undecided), group_id)

    def _groups(self, exam_id: str, question_id: str) -> tuple[list[AlikeGroup], list[AlikeGroup]]:
        answers = self._blind.shown(exam_id, self._marked(question_id).values())
        marked = {each.answer.id: each for each in answers}
        found = self._application.marking.groups(exam_id, question_id)
        return split([AlikeGroup.of(group, marked) for group in found])

    def _marked(self, question_id: str) -> Mapping[str, MarkedAnswer]:
        marked = self._gradebook.marks.of_question(question_id)
        return {each.answer.id: each for each in marked}

    def _answered(self, exam_id: str) -> list[Question]:
        if not exam_id:
            return []
        marked = self._gradebook.marks.of_exam(exam_id)
        answered = {each.answer.question_id for each in marked}
        return [q for q in self._gradebook.exams.get(exam_id).questions if q.id in answered]

    def _question_of(self, exam_id: str, question_id: str) -> Question:
        question = self._gradebook.exams.get(exam_id).question(question_id)
        if question is None:
            raise InvalidInput("This question was removed meanwhile. Choose another one.")
        return question

    def _names(self, exam_id: str) -> Named:
        names = names_in_marking(self._gradebook, exam_id)
        return lambda marked: names.get(marked.answer.script_id, "Script")


def give_words(members: Members) -> Any:
    """The button that says how many answers get the mark."""
    count = len(members["ticked"])
    words = f"Give this mark to {count} answer{'s' if count != 1 else ''}"
    return gr.update(value=words, interactive=count > 0)


def _open_one(answered: list[Question], question_id: str | None) -> str:
    ids = [question.id for question in answered]
    return question_id if question_id in ids else ids[0]


def _standing(marked: MarkedAnswer) -> tuple[int, int]:
    return len(marked.reviews), marked.answer.current.version


def _chosen(several: list[AlikeGroup], group_id: str) -> AlikeGroup | None:
    """The group of that id, else the first with something to decide, else the first."""
    by_id = {group.id: group for group in several}
    undecided = (group for group in several if group.undecided)
    return by_id.get(group_id) or next(undecided, several[0] if several else None)


def _head(question: Question, group: AlikeGroup) -> str:
    text = group.typical.answer.current.text.strip()
    shown = escape(text) if text else "Nothing was written here."
    title = f"<h2>{len(group.members)} answers {group_list.kind_tag(group.kind)}</h2>"
    return (
        f'<div class="group-head">{title}{group_list.predictions(group)}{asked(question)}'
        f'<p class="student-text" lang="">{shown}</p></div>'
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:58].rstrip()} …"
