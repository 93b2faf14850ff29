"""What the Marking tab shows of an answer: its sheet, its scan and its page of the textbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from autograder.domain.errors import AutoGraderError
from autograder.domain.grade import MarkedAnswer, Passage
from autograder.gradebook.script_names import names_in_marking
from autograder_ui.components import answer_sheet, page_viewer
from autograder_ui.components.blind_answers import BlindAnswers
from autograder_ui.components.code_view import code_in
from autograder_ui.components.covered_names import covered
from autograder_ui.components.marking_order import BY_STUDENT, MarkingOrder, by_name

if TYPE_CHECKING:
    from autograder.application import Application

NO_PAGE = "No textbook page was found. Add the course's textbook in Exam."
NO_PLACE = "This answer was typed in: it has no place on the scan."
GONE = "A discarded script"


class MarkingDesk:
    """The markup of the tab's parts, made of what the gradebook says now.

    Names stand on it only where somebody switched them on.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._gradebook = application.gradebook
        self._blind = BlindAnswers(application.gradebook)

    def order(self, exam_id: str, by: str, only: str) -> MarkingOrder:
        """The exam's answers as they are asked for; without names in no order of names."""
        exam, scripts = self._gradebook.exams.get(exam_id), self._gradebook.scripts.all(exam_id)
        marked = self._gradebook.marks.of_exam(exam_id)
        return MarkingOrder.of(exam, scripts, marked, by, only, self._names(exam_id))

    def groups(self, exam_id: str, by: str) -> list[tuple[str, str]]:
        """What alone can be shown: a student's answers or those to a question, with their ids."""
        if by == BY_STUDENT:
            names = self._names(exam_id)
            scripts = by_name(self._gradebook.scripts.all(exam_id), names)
            named = [(names[script.id], script.id) for script in scripts if not script.loose]
            return [("All students", ""), *named]
        questions = self._gradebook.exams.get(exam_id).questions
        return [("All questions", ""), *((question.label, question.id) for question in questions)]

    def called(self, marked: MarkedAnswer) -> tuple[str, str]:
        """What would show whose answer it is: the sheet and the scan."""
        return self.sheet(marked), self._scan(marked)

    def sheet(self, marked: MarkedAnswer, updated: bool = False) -> str:
        """The answer's sheet; ``updated``: it changed while it was open."""
        script = self._gradebook.scripts.get(marked.answer.script_id)
        names = self._names(script.exam_id)
        leans = self._leans(marked, names)
        name = names.get(script.id, GONE)
        shown, pages = self._blind.sheet(script, marked)
        code = code_in(shown.answer, pages)
        return answer_sheet.answer_sheet(shown, name, leans, updated, code)

    def book(self, exam_id: str, marked: MarkedAnswer) -> str:
        """The textbook's pages for the answer."""
        leaves = page_viewer.textbook_leaves(self._passages(exam_id, marked))
        return page_viewer.view(leaves, "Textbook", 0, NO_PAGE)

    def _scan(self, marked: MarkedAnswer) -> str:
        script = self._gradebook.scripts.get(marked.answer.script_id)
        lines = marked.answer.current.lines or marked.answer.first.lines
        leaves = page_viewer.script_leaves(script.pages, lines)
        opened = next((place for place, leaf in enumerate(leaves) if leaf.focus), 0)
        if not self._gradebook.names.shown(script.exam_id):
            leaves = covered(self._gradebook, script, leaves)
        return page_viewer.view(leaves, "Scan", opened, NO_PLACE)

    def _passages(self, exam_id: str, marked: MarkedAnswer) -> tuple[Passage, ...]:
        if marked.predicted and marked.predicted.passages:
            return marked.predicted.passages
        if marked.question is None:
            return ()
        try:
            return tuple(self._application.marking.passages(exam_id, marked.question))
        except AutoGraderError:  # marking goes on without the book
            return ()

    def _leans(self, marked: MarkedAnswer, names: Mapping[str, str]) -> list[answer_sheet.Lesson]:
        """What the prediction leaned on, by name."""
        leans = marked.predicted.leans if marked.predicted else ()
        rulings = self._gradebook.rulings.texts(leans)
        return [
            ("", f"the ruling “{rulings[each]}”")
            if each in rulings
            else (each, names.get(self._gradebook.answers.get(each).script_id, GONE))
            for each in leans
        ]

    def _names(self, exam_id: str) -> Mapping[str, str]:
        return names_in_marking(self._gradebook, exam_id)
