"""The scripts of a pile find their students."""

from __future__ import annotations

import re

from autograder.domain.script import WRITTEN, Script, Student, Upload
from autograder.gradebook.gradebook import Gradebook
from autograder.reading.assignment import assign_all, within_pile
from autograder.reading.identify import Candidate, candidates


class Students:
    """Names the students that are certain with the whole pile in view; the rest is asked."""

    def __init__(self, gradebook: Gradebook) -> None:
        self._gradebook = gradebook
        self._scripts = gradebook.scripts

    def __call__(self, exam_id: str) -> None:
        """Looks at all scripts but those whose student a person has named."""
        scripts = self._scripts.all(exam_id)
        roster = self._gradebook.rosters.students(exam_id)
        counted = self._counted(exam_id)
        found = {script.id: self._candidates(script, roster, counted) for script in scripts}
        certain = assign_all(found)
        for script in scripts:
            best = certain.get(script.id)
            if best is not None:
                self._scripts.assign(script.id, best.student.id, best.certainty)  # yields to people

    def likely(self, script_id: str) -> list[Candidate]:
        """Whose script it may be, the likeliest first: who has another one is less likely."""
        script = self._scripts.get(script_id)
        pile = {
            other.id: [Candidate(other.student, other.certainty or 1.0)]
            for other in self._scripts.all(script.exam_id)
            if other.student and other.id != script_id
        }
        roster = self._gradebook.rosters.students(script.exam_id)
        pile[script_id] = self._candidates(script, roster, self._counted(script.exam_id))
        return within_pile(pile)[script_id]

    def _candidates(
        self, script: Script, roster: list[Student], counted: set[str]
    ) -> list[Candidate]:
        if script.student is not None and script.certainty is None:
            return [Candidate(script.student, 1.0)]  # a person has said so
        sheets = [page.sheet for page in script.pages if page.sheet and page.sheet.student]
        read = (self._scripts.reading(page.id) for page in script.pages)
        title = re.sub(r" \d+$", "", script.title) if script.title in counted else script.title
        return candidates(title, next(read, None), roster, sheets[0] if sheets else None)

    def _counted(self, exam_id: str) -> set[str]:
        """The titles that a pile's scripts got by counting: their numbers are no student's."""
        piles = [
            upload.script_title for upload in self._scripts.uploads(exam_id) if _is_pile(upload)
        ]
        counted = [re.compile(rf"{re.escape(title)} \d+") for title in piles]
        titles = [script.title for script in self._scripts.all(exam_id)]
        return {title for title in titles if any(each.fullmatch(title) for each in counted)}


def _is_pile(upload: Upload) -> bool:
    return upload.way not in ("", WRITTEN)
