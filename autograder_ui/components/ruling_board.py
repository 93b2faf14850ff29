"""What the teacher ruled for a question, on every answer to it: shown, written, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Question
from autograder.domain.grade import Ruling
from autograder_ui.components import markup
from autograder_ui.components.pick_table import PickTable, button
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

ASK = "Take this ruling back? The answers to this question then no longer go by it."


class RulingBoard:
    """Lists the rulings of the open answer's question; writes and withdraws them."""

    def __init__(self, application: Application, answer_id: gr.State, reviewer: gr.Textbox) -> None:
        self._application = application
        self._build()
        self._connect(answer_id, reviewer)

    def _build(self) -> None:
        self._list = PickTable(elem_id="mark-rulings")
        with gr.Accordion("Rule once for this question", open=False, elem_id="ruling-desk"):
            self._says = gr.Textbox(
                label="An answer that says …",
                placeholder="a page can have any size",
                elem_id="ruling-says",
                max_length=2000,
                max_lines=4,
            )
            with gr.Row(elem_classes="fields"):
                self._mark = gr.Number(
                    None, label="… gets the mark", elem_id="ruling-mark", min_width=110, scale=0
                )
                self._meets = gr.Dropdown(
                    [], label="… meets", multiselect=True, elem_id="ruling-meets"
                )
                self._misses = gr.Dropdown(
                    [], label="… doesn't meet", multiselect=True, elem_id="ruling-misses"
                )
            self._write = gr.Button("Rule", size="sm", elem_id="ruling-write")

    def _connect(self, answer_id: gr.State, reviewer: gr.Textbox) -> None:
        fields = [self._says, self._mark, self._meets, self._misses]
        self.written = connect(
            self._write.click, self.write, [answer_id, reviewer, *fields], [self._list, *fields]
        )
        self.withdrawn = connect(self._list.pick, self.withdraw, [answer_id, reviewer], self._list)

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        return [self._list, self._meets, self._misses]

    def load(self, question: Question | None) -> tuple[Any, ...]:
        """The question's rulings, and its criteria to choose from."""
        if question is None:
            return "", *[gr.update(choices=[], value=[], visible=False)] * 2
        numbered = enumerate(question.criteria, start=1)
        choices = [(f"{number} {each.text}", number) for number, each in numbered]
        criteria = gr.update(choices=choices, value=[], visible=bool(choices))
        return self._listed(question), criteria, criteria

    def write(
        self,
        answer_id: str,
        reviewer: str,
        says: str,
        mark: float | None,
        meets: Sequence[int],
        misses: Sequence[int],
    ) -> tuple[Any, ...]:
        """Keeps a ruling; the other answers to the question follow it."""
        question = self._question(answer_id)
        points = points_of(question, meets, misses)
        name = reviewer.strip() or self._application.settings.reviewer
        self._application.marking.rule(question.id, says, name, mark, points)
        return self._listed(question), "", None, [], []

    def withdraw(self, answer_id: str, reviewer: str, event: gr.EventData) -> str:
        """Takes a ruling back."""
        name = reviewer.strip() or self._application.settings.reviewer
        self._application.marking.withdraw_ruling(event.id, name)
        return self._listed(self._question(answer_id))

    def _listed(self, question: Question) -> str:
        return ruled(question, self._application.gradebook.rulings.of_question(question.id))

    def _question(self, answer_id: str) -> Question:
        question = self._application.gradebook.marks.get(answer_id).question
        if question is None:
            raise InvalidInput("This answer has no question yet. Place it in Reading first.")
        return question


def points_of(
    question: Question, meets: Sequence[int], misses: Sequence[int]
) -> list[float | None] | None:
    """Points per criterion, None for those that nothing is said of; None if that is all."""
    if set(meets) & set(misses):
        raise InvalidInput("A criterion can't be both met and not met. Choose one of the two.")
    if not meets and not misses:
        return None
    numbered = enumerate(question.criteria, start=1)
    return [
        each.marks
        if number in meets
        else each.points(question.scale.step)[0]
        if number in misses
        else None
        for number, each in numbered
    ]


def ruled(question: Question, rulings: Sequence[Ruling]) -> str:
    """The rulings as a list, each with a button that takes it back."""
    items = "".join(f"<li>{_ruling(question, each)}</li>" for each in rulings)
    if not items:
        return ""
    return f'<div class="rulings"><h3>Your rulings</h3><ul>{items}</ul></div>'


def _ruling(question: Question, ruling: Ruling) -> str:
    gets = [f"gets <b>{markup.mark(ruling.mark)}</b>"] if ruling.mark is not None else []
    if ruling.criteria is not None and len(ruling.criteria) == len(question.criteria):
        judged = list(enumerate(ruling.criteria, start=1))
        met = [str(number) for number, points in judged if points]
        unmet = [str(number) for number, points in judged if points == 0]
        gets += [f"meets {', '.join(met)}"] if met else []
        gets += [f"doesn't meet {', '.join(unmet)}"] if unmet else []
    by = f"<small>{escape(ruling.author)}, {ruling.at:%d %b}</small>"
    away = button(ruling.id, "Take back", f"the ruling “{ruling.text}”", ASK)
    what = " and ".join(gets) or "was ruled on an older mark scheme"
    return f"An answer that says “{escape(ruling.text)}” {what}. {by} {away}"
