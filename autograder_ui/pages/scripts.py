"""Scripts tab: scans come in, and what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import Dependency

from autograder.domain.job import Job, JobState
from autograder.domain.script import Script, Sheet
from autograder.reading.stacking import incomplete
from autograder.runs.reading.page_reading import without_failures
from autograder_ui.components import markup, page_fixer
from autograder_ui.components.drop_zone import DropZone, refused_notice
from autograder_ui.components.markup import Markup
from autograder_ui.components.page_fixer import PageFixer
from autograder_ui.components.pick_table import PickTable
from autograder_ui.components.pile import (
    Pile,
    counted,
    discarded_list,
    scripts_table,
    summary,
    to_be_graded,
)
from autograder_ui.components.pile_splitter import PileSplitter
from autograder_ui.components.script_panel import ScriptPanel, settle_button
from autograder_ui.components.student_check import StudentCheck
from autograder_ui.events import connect

if TYPE_CHECKING:
    from autograder.application import Application

HEADING = markup.heading("Scripts", "What each file became, and what still needs you.")
NO_EXAM = markup.empty("No exam yet", "Create or import one in the Exam tab first.")
WHAT_NOW = "They belong to no script yet: move each to its script, or take it out."
SECONDS = 2  # between two looks at a running job
NOT_DONE = {
    "read": "Reading stopped",
    "grade": "Grading stopped",
    "reviews": "Marks not taken in",
    "draft": "No draft was made",
}


class ScriptsPage:
    """Scripts tab: hand in, follow, mend, grade."""

    title = "Scripts"

    def __init__(self, application: Application, exam_id: gr.State, reviewer: gr.Textbox) -> None:
        self._application = application
        self._exam_id = exam_id
        self._build(reviewer)
        self.news = self._connect(reviewer)

    def _build(self, reviewer: gr.Textbox) -> None:
        self._script_id = gr.State("")
        self._seen = gr.State("")  # the pages on show: the same ones are not shown anew
        self._drop_zone = DropZone(self._application, self._exam_id)
        Markup(HEADING)
        self._refused = PickTable(elem_id="refused")
        self._failed = Markup()
        self._again = gr.Button("Try again", size="sm", visible=False, elem_id="try-again")
        with gr.Column(visible=False, elem_id="loose") as self._loose:
            self._why_loose = Markup()
            self._loose_pages = PageFixer(elem_id="loose-pages")
        self._build_bar()
        self._students = StudentCheck(self._application, self._exam_id, reviewer)
        with gr.Row(elem_classes="master-detail"):
            with gr.Column(scale=3, min_width=320):
                self._table = PickTable(elem_id="scripts")
            with gr.Column(scale=2, min_width=300, elem_classes="detail"):
                self._panel = ScriptPanel(self._application, self._script_id, reviewer)
        self._splitter = PileSplitter(self._application, self._exam_id, reviewer)
        self._taken_out = PickTable(elem_id="taken-out")
        self._discarded = PickTable(elem_id="discarded")
        self._timer = gr.Timer(SECONDS, active=False)

    def _build_bar(self) -> None:
        with gr.Row(elem_classes="actions bar"):
            self._summary = Markup(elem_id="pile")
            self._undo = gr.Button("Undo", visible=False, min_width=90, scale=0, elem_id="undo-fix")
            self._match = gr.Button(
                "Match students again", visible=False, min_width=170, scale=0, elem_id="match-again"
            )
            self._split = gr.Button(
                "Split again", visible=False, min_width=120, scale=0, elem_id="split-again"
            )
            self._grade = gr.Button(
                "Grade", variant="primary", visible=False, min_width=160, elem_id="grade"
            )

    def _connect(self, reviewer: gr.Textbox) -> list[Dependency]:
        exam, here = [self._exam_id], [self._exam_id, self._script_id, self._seen]
        person = [self._exam_id, reviewer]
        connect(self._table.pick, self.pick, [*exam, self._seen], self._picked)
        connect(self._timer.tick, self.refresh, here, self._refreshed)
        mended = [
            connect(self._panel.pages.fix, self.fix, person, every=True),
            connect(self._loose_pages.fix, self.fix, person, every=True),
            connect(self._taken_out.pick, self.put_back, person, every=True),
            connect(self._undo.click, self.undo, person),
            self._splitter.asked,
        ]
        seen = [
            connect(self._discarded.pick, self.restore, None),
            connect(self._refused.pick, self.dismiss, None),
        ]
        working = [
            self._drop_zone.added,
            connect(self._grade.click, self.grade, exam),
            connect(self._again.click, self.try_again, exam),
            connect(self._split.click, self.split_again, exam),
            connect(self._match.click, self.match_again, exam),
        ]
        students = self._students
        connect(self._table.change, students.load, students.here, students.shown, latest_only=True)
        for event in (*working, *mended, *seen, *self._panel.changed, *students.changed):
            connect(event.success, self.refresh, here, self._refreshed)
        return [*working, *mended]

    @property
    def shown(self) -> list[Any]:
        """What ``load`` fills."""
        return self._refreshed

    @property
    def _picked(self) -> list[Any]:
        pages = [self._seen, self._loose, self._why_loose, self._loose_pages, self._panel.pages]
        return [self._script_id, *self._panel.shown, *pages, self._table]

    @property
    def _refreshed(self) -> list[Any]:
        notes = [self._refused, self._failed, self._again]
        buttons = [self._undo, self._match, self._split, self._grade]
        lists = [self._taken_out, self._discarded, *self._splitter.shown]
        return [*notes, self._summary, *buttons, *lists, self._timer, *self._picked]

    def load(self, exam_id: str) -> tuple[Any, ...]:
        """The exam's scripts, none of them picked."""
        return self.refresh(exam_id, "", "")

    def refresh(self, exam_id: str, script_id: str, seen: str) -> tuple[Any, ...]:
        """What became of the files, what stopped, and whether to look again."""
        if not exam_id:
            return self._nothing()
        gradebook = self._application.gradebook
        pile, jobs = self._pile(exam_id), gradebook.jobs.recent(exam_id)
        uploads = gradebook.scripts.uploads(exam_id)
        failed = last_failure(jobs)
        split = bool(pile.answers or pile.unplaced) and not pile.reading
        return (
            refused_notice(uploads),
            markup.notice("warn", failed),
            gr.update(visible=bool(failed) or has_unread(pile)),
            summary(pile),
            undo_button(page_fixer.newest(gradebook.fixes.history(exam_id))),
            gr.update(visible=can_match(pile)),
            gr.update(visible=split),
            grade_button(pile),
            page_fixer.taken_out(gradebook.scripts.discarded_pages(exam_id)),
            discarded_list(gradebook.scripts.discarded(exam_id)),
            *self._splitter.load(uploads),
            gr.Timer(active=any(not job.state.final for job in jobs)),
            *self._at(pile, script_id, seen),
        )

    def pick(self, exam_id: str, seen: str, event: gr.EventData) -> tuple[Any, ...]:
        """Shows the script that was picked."""
        pile = self._pile(exam_id)
        picked = self._application.gradebook.scripts.get(event.id)
        _, *rest = self._at(pile, picked.id, seen)
        return picked.id, *self._panel.load(picked), *rest[len(self._panel.shown) :]

    def _at(self, pile: Pile, script_id: str, seen: str) -> tuple[Any, ...]:
        """The picked script, unless it is gone, and its pages, unless they are on show already."""
        script = next((each for each in pile.scripts if each.id == script_id), None)
        kept = [gr.skip()] * (len(self._panel.shown) - 1)
        panel = (*kept, settle_button(script)) if script else self._panel.load(None)
        pages = self._pages(pile, script, seen)
        return script.id if script else "", *panel, *pages, scripts_table(pile, script_id)

    def _pages(self, pile: Pile, script: Script | None, seen: str) -> tuple[Any, ...]:
        homes = pile.scripts
        loose = page_fixer.render(pile.loose, homes)
        pages = page_fixer.render(script, homes)
        now = sha256(f"{loose}\n{pages}".encode()).hexdigest()
        if now == seen:
            return (gr.skip(),) * 5
        why = why_loose(pile.loose) if pile.loose else ""
        return now, gr.update(visible=bool(loose)), why, loose, pages

    def _nothing(self) -> tuple[Any, ...]:
        hidden, panel = gr.update(visible=False), self._panel.load(None)
        lists = "", "", *self._splitter.load([])
        pages = "", hidden, "", "", ""
        buttons = (hidden,) * 4
        off = gr.Timer(active=False)
        return "", "", hidden, "", *buttons, *lists, off, "", *panel, *pages, NO_EXAM

    def fix(self, exam_id: str, reviewer: str, event: gr.EventData) -> None:
        """Turns a page, puts pages in order, moves one or takes it out."""
        page_fixer.carry_out(self._application.marking.pile, exam_id, self._name(reviewer), event)

    def put_back(self, exam_id: str, reviewer: str, event: gr.EventData) -> None:
        """Puts a page back that was taken out."""
        self._application.marking.pile.restore(exam_id, event.id, self._name(reviewer))

    def undo(self, exam_id: str, reviewer: str) -> None:
        """Takes the newest fix back and says what it was."""
        undone = self._application.marking.pile.undo(exam_id, self._name(reviewer))
        if undone:
            gr.Info(escape(undone), title="Undone", duration=6)

    def restore(self, event: gr.EventData) -> None:
        """Brings a discarded script back with all that belongs to it."""
        self._application.gradebook.scripts.restore(event.id)

    def dismiss(self, event: gr.EventData) -> None:
        """Takes a refused file's notice away; the file can be handed in again."""
        self._application.gradebook.scripts.dismiss_upload(event.id)

    def grade(self, exam_id: str) -> None:
        """Has every answer graded that isn't yet."""
        self._application.marking.grade(exam_id)

    def split_again(self, exam_id: str) -> None:
        """Has scripts split anew, after the exam's labels changed."""
        self._application.marking.split_again(exam_id)

    def match_again(self, exam_id: str) -> None:
        """Has scripts look for their students again; what a person said stays."""
        self._application.marking.find_students(exam_id)

    def try_again(self, exam_id: str) -> None:
        """Has the work done again that failed last, or the pages read that could not be."""
        jobs = self._application.gradebook.jobs
        newest = jobs.recent(exam_id)
        if last_failure(newest):
            jobs.submit(newest[0].kind, exam_id, newest[0].arguments)
        else:
            self._application.marking.read_again(exam_id)

    def _pile(self, exam_id: str) -> Pile:
        gradebook = self._application.gradebook
        marked = gradebook.marks.of_exam(exam_id)
        active = gradebook.jobs.active(exam_id)
        scripts = gradebook.scripts.all(exam_id)
        return Pile(
            scripts=scripts,
            answers=Counter(each.answer.script_id for each in marked),
            unplaced=Counter(each.script_id for each in gradebook.answers.unplaced(exam_id)),
            roster=bool(gradebook.rosters.students(exam_id)),
            questions=bool(gradebook.exams.get(exam_id).questions),
            ungraded=sum(to_be_graded(each) for each in marked),
            reading=any(job.kind == "read" for job in active),
            incomplete=incomplete(scripts, sheets_of(scripts)),
            loose=gradebook.scripts.loose(exam_id),
        )

    def _name(self, reviewer: str) -> str:
        return reviewer.strip() or self._application.settings.reviewer


def last_failure(jobs: Sequence[Job]) -> list[str]:
    """Why the newest work failed, if it did. ``jobs`` are newest first."""
    if not jobs or jobs[0].state is not JobState.FAILED:
        return []
    return [f"{NOT_DONE.get(jobs[0].kind, 'The work stopped')}: {jobs[0].message}"]


def has_unread(pile: Pile) -> bool:
    """Whether the engine gave up on a page, and nobody is at it again."""
    failed = [each for each in pile.scripts if without_failures(each.problem) != each.problem]
    return bool(failed) and not pile.reading


def grade_button(pile: Pile) -> Any:
    """The button that grades, once there is something to grade."""
    words = f"Grade {counted(pile.ungraded, 'answer')}"
    return gr.update(value=words, visible=bool(pile.ungraded) and not pile.reading)


def undo_button(fix: str) -> Any:
    """The button that takes the newest fix back, named in its title."""
    return gr.update(value=f"Undo: {fix}" if fix else "Undo", visible=bool(fix))


def can_match(pile: Pile) -> bool:
    """Whether a student may be found, or found to be another, for a script nobody confirmed."""
    open_ones = [each for each in pile.scripts if not each.student or each.certainty is not None]
    return pile.roster and bool(open_ones) and not pile.reading


def why_loose(loose: Script) -> str:
    """Why pages belong to no script, and what to do."""
    told = markup.notice("warn", loose.problem.splitlines())
    return markup.heading("Loose pages", WHAT_NOW) + told


def sheets_of(scripts: Sequence[Script]) -> dict[str, Sheet]:
    """What the printed codes of the pages say, by page id."""
    return {page.id: page.sheet for each in scripts for page in each.pages if page.sheet}
