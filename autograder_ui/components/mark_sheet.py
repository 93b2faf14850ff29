"""The class's marks: a row a student, a column a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from autograder.domain.exam import Exam, Question
from autograder.domain.grade import BULK, MarkedAnswer
from autograder.domain.script import Script, Student
from autograder_ui.components import markup

ALL, UNMARKED, PREDICTED, REVIEWED, FLAGGED = (
    "All",
    "Unmarked",
    "Predicted only",
    "Reviewed",
    "Flagged",
)
FILTERS = [ALL, UNMARKED, PREDICTED, REVIEWED, FLAGGED]
LEGEND = """<p class="legend">
<span><b class="final">4</b> your mark</span>
<span><b class="final unlooked">4</b> accepted unseen</span>
<span><i class="guess">~4</i> predicted, nobody has looked yet</span>
<span><b class="final">4</b><small>~3</small> the prediction was another</span>
<span><span class="none">–</span> no mark</span>
<span><span class="flag" aria-hidden="true">⚑</span> please look</span></p>"""


@dataclass(frozen=True)
class Line:
    """A row of the sheet: a student, a script, or a student with a script."""

    student: Student | None
    script: Script | None
    marked: Mapping[str, MarkedAnswer]
    """The answers by their question's id."""

    @property
    def name(self) -> str:
        """The student's name, else the script's title."""
        return self.student.name if self.student else self.script.title if self.script else ""


def lines_of(
    students: Sequence[Student], scripts: Sequence[Script], marked: Sequence[MarkedAnswer]
) -> list[Line]:
    """Every student of the roster, with or without a script, then the scripts of nobody."""
    answers: dict[str, dict[str, MarkedAnswer]] = {}
    for each in marked:
        answers.setdefault(each.answer.script_id, {})[each.answer.question_id or ""] = each
    owned = [(script.student.id, script) for script in scripts if script.student]
    lines = []
    for student in students:
        own = [script for owner, script in owned if owner == student.id]
        lines += [Line(student, script, answers.get(script.id, {})) for script in own]
        lines += [] if own else [Line(student, None, {})]
    ownerless = [script for script in scripts if script.student is None]
    return lines + [Line(None, script, answers.get(script.id, {})) for script in ownerless]


def matches(marked: MarkedAnswer | None, kind: str) -> bool:
    """Whether a cell is of the kind that the filter names."""
    if kind == UNMARKED:
        return marked is None or marked.mark is None
    if marked is None or kind == ALL:
        return kind == ALL
    if kind == FLAGGED:
        return is_flagged(marked)
    return (marked.review is not None) == (kind == REVIEWED) and marked.mark is not None


def is_flagged(marked: MarkedAnswer) -> bool:
    """Whether the machine asks for a look, and nobody has looked since."""
    flags = marked.predicted.flags if marked.predicted else ()
    return bool(flags or marked.outdated or marked.answer.note) and marked.review is None


def sheet(exam: Exam, lines: Sequence[Line], kind: str = ALL, name: str = "") -> str:
    """The table. ``kind`` and ``name`` keep the lines that have such a cell and such a name."""
    wanted = [line for line in lines if _is_wanted(exam, line, kind, name)]
    if not wanted:
        return markup.empty("Nobody here", "No student fits this filter. Choose “All” to see them.")
    maximum = sum(question.scale.maximum for question in exam.questions)
    heads = "".join(map(_column, exam.questions))
    rows = "".join(_row(exam, line, kind) for line in wanted)
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Marks">'
        '<table class="sheet marks"><caption class="unseen">Marks of each student</caption>'
        f'<thead><tr><th scope="col">Student</th>{heads}<th scope="col">Total'
        f"<small>of {maximum:g}</small></th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _is_wanted(exam: Exam, line: Line, kind: str, name: str) -> bool:
    number = line.student.number if line.student else ""
    title = line.script.title if line.script else ""
    named = name.strip().casefold() in f"{line.name} {number} {title}".casefold()
    return named and (
        kind == ALL
        or any(matches(line.marked.get(question.id), kind) for question in exam.questions)
    )


def _column(question: Question) -> str:
    return (
        f'<th scope="col" title="{escape(question.text)}">{escape(question.label)}'
        f"<small>of {question.scale.maximum:g}</small></th>"
    )


def _row(exam: Exam, line: Line, kind: str) -> str:
    number = line.student.number if line.student else "no student yet"
    under = number if line.script else f"{number} · no script"
    cells = "".join(_cell(line.marked.get(question.id), kind) for question in exam.questions)
    return (
        f'<tr><th scope="row">{escape(line.name)}<small>{escape(under)}</small></th>'
        f"{cells}{_total(exam, line)}</tr>"
    )


def _cell(marked: MarkedAnswer | None, kind: str) -> str:
    faded = "" if matches(marked, kind) else ' class="faded"'
    if marked is None:
        return f'<td{faded}><span class="none" title="No answer found">·</span></td>'
    flag = _flag(marked) if is_flagged(marked) else ""
    return f"<td{faded}>{_mark(marked)}{flag}</td>"


def _mark(marked: MarkedAnswer) -> str:
    shown, review, predicted = markup.mark(marked.mark), marked.review, marked.predicted
    machine = markup.mark(predicted.mark if predicted else None)
    if review is not None and review.way == BULK:
        why = f"Predicted {shown}, accepted unseen by {review.reviewer}."
        return f'<b class="final unlooked" title="{escape(why)}">{shown}</b>'
    if review is not None:
        why = f"{review.reviewer} gave {shown}; predicted {machine}. {review.comment}".strip()
        beside = f"<small>~{machine}</small>" if predicted and machine != shown else ""
        return f'<b class="final" title="{escape(why)}">{shown}</b>{beside}'
    if marked.mark is None or predicted is None:
        return '<span class="none" title="Not marked yet">–</span>'
    why = f"Predicted, {predicted.confidence:.0%} sure. Nobody has looked yet."
    return f'<i class="guess" title="{escape(why)}">~{shown}</i>'


def _flag(marked: MarkedAnswer) -> str:
    reasons = [flag.reason for flag in marked.predicted.flags] if marked.predicted else []
    reasons += ["The prediction is of an older text or question."] if marked.outdated else []
    reasons += [marked.answer.note] if marked.answer.note else []
    why = escape("Please look: " + " ".join(reasons))
    return f'<span class="flag" role="img" title="{why}" aria-label="{why}">⚑</span>'


def _total(exam: Exam, line: Line) -> str:
    answers = [line.marked.get(question.id) for question in exam.questions]
    marks = [each.mark for each in answers if each is not None and each.mark is not None]
    if not marks:
        return '<td class="total"><span class="none">–</span></td>'
    total, open_ones = f"{sum(marks):g}", len(answers) - len(marks)
    note = f"<small>{open_ones} open</small>" if open_ones else ""
    if all(each is not None and each.review is not None for each in answers):
        return f'<td class="total"><b class="final">{total}</b></td>'
    return f'<td class="total"><i class="guess">~{total}</i>{note}</td>'
