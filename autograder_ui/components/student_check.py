"""Whose is it: scripts whose student isn't certain, one after the other, settled by one key."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import gradio as gr

from autograder.domain.script import Box, Page, Reading, Script, Student
from autograder.reading.identify import CERTAIN, Candidate
from autograder.reading.name_places import around, name_lines
from autograder_ui.components.markup import Markup
from autograder_ui.components.pick_table import PickTable
from autograder_ui.components.shortcuts import Shortcut, shortcuts
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

OFFERED = 3
SLIGHT, ANYBODY = 0.02, 1.5
"""Candidates below this certainty, or hardly above that of anybody, aren't offered: the list of
all students is as good."""
HEAD = 0.22
"""The share of the page that is shown where no name's place is known."""
AIR = 0.7
"""What is shown around the name, over its height."""
KEYS = (
    Shortcut(
        tuple("123"), '#student-check [data-rank="{key}"]', "It is this student's script", "1–3"
    ),
    Shortcut(("4",), "#student-check [data-later]", "Ask about this script later"),
)
LATER = ""


class StudentCheck:
    """The first script to settle with its name's picture and likeliest students, and who is absent.

    ``load`` takes what is ``here``; ``changed`` are the events after which the pile has changed.
    """

    def __init__(self, application: Application, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        self._application = application
        self._gradebook = application.gradebook
        self._build()
        self.here = [exam_id, self._later]
        self.changed = self._connect(exam_id, reviewer)

    def _build(self) -> None:
        self._script_id = gr.State("")
        self._later = gr.State([])
        with gr.Column(visible=False, elem_id="student-check") as self._whole:
            self._card = PickTable(elem_id="whose")
            with gr.Row(elem_classes="fields"):
                self._other = gr.Dropdown(
                    [], label="Somebody else", filterable=True, elem_id="whose-other"
                )
                shortcuts(KEYS)
        self._absent = Markup(elem_id="absent")

    def _connect(self, exam_id: gr.State, reviewer: gr.Textbox) -> list[Any]:
        here = [exam_id, self._script_id, self._later, reviewer]
        return [
            connect(self._card.pick, self.pick, here, self.shown),
            connect(self._other.input, self.choose, [*here, self._other], self.shown),
        ]

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        card = [self._whole, self._card, self._other]
        return [*card, self._absent, self._script_id, self._later]

    def load(self, exam_id: str, later: Sequence[str] = ()) -> tuple[Any, ...]:
        """The first script whose student isn't certain; nothing while scans are read."""
        scripts = self._gradebook.scripts.all(exam_id) if exam_id else []
        roster = self._gradebook.rosters.students(exam_id) if exam_id else []
        reading = bool(exam_id) and any(
            job.kind == "read" for job in self._gradebook.jobs.active(exam_id)
        )
        asked = [script for script in scripts if is_asked(script)]
        if reading or not roster or not asked:
            missing = "" if reading else absent_list(roster, scripts)
            return gr.update(visible=False), "", gr.skip(), missing, "", list(later)
        script = next((each for each in asked if each.id not in later), asked[0])
        card = self._card_of(script, scripts, len(asked))
        choices = [(f"{student.name} ({student.number})", student.id) for student in roster]
        other = gr.update(choices=choices, value=None)
        missing = absent_list(roster, scripts)
        return gr.update(visible=True), card, other, missing, script.id, list(later)

    def pick(
        self, exam_id: str, script_id: str, later: list[str], reviewer: str, event: gr.EventData
    ) -> tuple[Any, ...]:
        """Says whose script it is, or leaves it for later, and goes on to the next."""
        if event.id == LATER:
            return self.load(exam_id, [*(each for each in later if each != script_id), script_id])
        return self.choose(exam_id, script_id, later, reviewer, event.id)

    def choose(
        self, exam_id: str, script_id: str, later: list[str], reviewer: str, student_id: str | None
    ) -> tuple[Any, ...]:
        """Says that it is this student's script, and goes on to the next."""
        if student_id:
            name = reviewer.strip() or self._application.settings.reviewer
            self._gradebook.scripts.assign(script_id, student_id, author=name)
        return self.load(exam_id, later)

    def _card_of(self, script: Script, scripts: Sequence[Script], left: int) -> str:
        found = self._application.marking.likely_students(script.id)
        owned = {each.student.id: each for each in scripts if each.student and each.id != script.id}
        least = max(SLIGHT, min(ANYBODY / max(len(found), 1), 0.5))
        offered = [each for each in found[:OFFERED] if each.certainty >= least]
        buttons = "".join(
            _offer(rank, each, owned.get(each.student.id)) for rank, each in enumerate(offered, 1)
        )
        unknown = "" if offered else "<p>Nothing on it says whose it is. Choose below.</p>"
        return (
            f'<div class="whose"><h3>Whose is it? <small>{escape(script.title)} · {left} left'
            f"</small></h3>{self._picture(script)}{unknown}"
            f'<div class="candidates">{buttons}{_LATER_BUTTON}</div></div>'
        )

    def _picture(self, script: Script) -> str:
        if not script.pages:
            return ""
        page = script.pages[0]
        return name_picture(page, self._gradebook.scripts.reading(page.id))


_LATER_BUTTON = (
    f'<button type="button" data-id="{LATER}" data-later><b><kbd>4</kbd>Later</b>'
    "<small>not on the roster, or not sure</small></button>"
)


def is_asked(script: Script) -> bool:
    """Whether nobody knows for certain whose script it is."""
    guessed = script.certainty is not None and script.certainty < CERTAIN
    return not script.loose and (script.student is None or guessed)


def name_picture(page: Page, reading: Reading | None) -> str:
    """The place of the page where its name stands, or else its head."""
    box = around(name_lines(reading)) if reading else None
    left, top, right, bottom = _with_air(box, page) if box else _head(page)
    address = f"/files/page/{quote(page.id)}.png"
    return (
        f'<a href="{address}" target="_blank" rel="noopener" title="Open the page">'
        f'<svg class="name-crop" role="img" aria-label="The name as it stands on the page"'
        f' preserveAspectRatio="xMinYMid"'
        f' viewBox="{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}">'
        f'<image href="{address}" width="{page.width}" height="{page.height}"/></svg></a>'
    )


def absent_list(roster: Sequence[Student], scripts: Sequence[Script]) -> str:
    """The students who have no script, once there are any scripts."""
    there = {script.student.id for script in scripts if script.student}
    absent = [student for student in roster if student.id not in there]
    if not scripts or not absent:
        return ""
    items = "".join(
        f"<li>{escape(student.name)} <small>{escape(student.number)}</small></li>"
        for student in absent
    )
    count = f"{len(absent)} student{'s' if len(absent) > 1 else ''} without a script"
    return f'<details class="absent"><summary>{count}</summary><ul>{items}</ul></details>'


def _offer(rank: int, candidate: Candidate, other: Script | None) -> str:
    student = candidate.student
    taken = f'<small class="taken">has “{escape(other.title)}” already</small>' if other else ""
    return (
        f'<button type="button" data-id="{escape(student.id)}" data-rank="{rank}">'
        f"<b><kbd>{rank}</kbd>{escape(student.name)}</b>"
        f"<small>{escape(student.number)} · {_percent(candidate.certainty)}</small>{taken}</button>"
    )


def _percent(certainty: float) -> str:
    return f"{min(certainty, CERTAIN):.0%} sure"


def _head(page: Page) -> Box:
    return 0.0, 0.0, float(page.width), HEAD * page.height


def _with_air(box: Box, page: Page) -> Box:
    left, top, right, bottom = box
    air = AIR * (bottom - top)
    return (
        max(0.0, left - air),
        max(0.0, top - air),
        min(float(page.width), right + air),
        min(float(page.height), bottom + air),
    )
