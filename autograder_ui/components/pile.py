"""The pile of scripts: what each file became, and what it still needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from autograder.domain.grade import MarkedAnswer
from autograder.domain.script import Script
from autograder.reading.identify import CERTAIN
from autograder_ui.components import markup
from autograder_ui.components.pick_table import Row, button, rows_to_pick

NONE_YET = markup.empty(
    "No scripts yet", "Drop the scans above: PDFs or photos, whole classes too."
)
COLUMNS = ["Script", "Student", "Pages", "Answers", "Unplaced", "What to do"]


@dataclass(frozen=True)
class Pile:
    """The scripts of an exam with what was found in each."""

    scripts: Sequence[Script]
    answers: Counter[str]
    unplaced: Counter[str]
    roster: bool
    questions: bool
    ungraded: int
    reading: bool
    incomplete: Mapping[str, str] = field(default_factory=dict)
    """Which pages are missing, double or foreign, by script id."""
    loose: Script | None = None
    """The pages that belong to no script."""


def to_be_graded(marked: MarkedAnswer) -> bool:
    """Whether no prediction stands for the answer as it is now."""
    return marked.predicted is None or marked.outdated


def summary(pile: Pile) -> str:
    """The pile in one line."""
    ownerless = sum(script.student is None for script in pile.scripts)
    parts = [
        counted(len(pile.scripts), "script"),
        counted(pile.answers.total(), "answer"),
        f"{counted(pile.unplaced.total(), 'piece')} unplaced" if pile.unplaced else "",
        f"{ownerless} without a student" if ownerless else "",
        f"{len(pile.incomplete)} with missing or wrong pages" if pile.incomplete else "",
        counted(len(pile.loose.pages), "loose page") if pile.loose else "",
    ]
    return f'<p class="summary">{" · ".join(part for part in parts if part)}</p>'


def scripts_table(pile: Pile, picked: str) -> str:
    """What each file became."""
    if not pile.scripts:
        return NONE_YET
    rows: Iterable[Row] = (script_row(pile, script) for script in pile.scripts)
    return rows_to_pick("Scripts", COLUMNS, rows, picked)


def discarded_list(scripts: Sequence[Script]) -> str:
    """The scripts that were discarded, each with the way back; nothing where there are none."""
    rows = [
        [escape(script.title), button(script.id, "Restore", script.title)] for script in scripts
    ]
    return markup.table("Discarded scripts", ["Discarded", ""], rows) if rows else ""


def script_row(pile: Pile, script: Script) -> Row:
    """A script's line in the table."""
    student = escape(script.student.name) if script.student else '<i class="muted">nobody yet</i>'
    numbers = (len(script.pages), pile.answers[script.id], pile.unplaced[script.id])
    mends = "".join(f"<li>{escape(mend)}</li>" for mend in mends_of(pile, script))
    cells = [f'<span class="number">{number or "–"}</span>' for number in numbers]
    return script.id, script.title, [student, *cells, f'<ul class="mends">{mends}</ul>']


def mends_of(pile: Pile, script: Script) -> list[str]:
    """What the teacher can do about the script."""
    mends = script.problem.splitlines()
    if wrong := pile.incomplete.get(script.id):
        mends.append(f"{wrong}. Look through its pages")
    if pile.reading:  # what is missing now may be found by the end
        return mends
    if script.student is None:
        mends.append("Choose its student" if pile.roster else "Import the roster in Exam")
    elif script.certainty is not None and script.certainty < CERTAIN:
        mends.append("Check whose it is")
    if not pile.questions:
        return [*mends, "Add the questions in Exam, then press Split again"]
    if not pile.answers[script.id] and not script.problem:
        mends.append("No answer found: correct the labels in Exam and press Split again")
    if pile.unplaced[script.id]:
        mends.append("Place what has no question in Reading")
    return mends


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
