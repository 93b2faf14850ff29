"""Answers as they are shown to who marks blind: no name stands in their text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from autograder.domain.grade import MarkedAnswer, Prediction
from autograder.domain.script import Page, Script
from autograder.reading.names_in_text import NamesInText

if TYPE_CHECKING:
    from autograder.gradebook.gradebook import Gradebook


class BlindAnswers:
    """Covers names for the eye only: what is graded and kept stays as it was handed in."""

    def __init__(self, gradebook: Gradebook) -> None:
        self._gradebook = gradebook

    def shown(self, exam_id: str, answers: Iterable[MarkedAnswer]) -> list[MarkedAnswer]:
        """The answers of an exam, without names in them unless somebody shows the names."""
        if self._gradebook.names.shown(exam_id):
            return list(answers)
        roster = self._gradebook.rosters.students(exam_id)
        scripts = self._gradebook.scripts.all(exam_id)
        names = {script.id: NamesInText.of(script, roster) for script in scripts}
        return [
            _covered(each, names[each.answer.script_id]) if each.answer.script_id in names else each
            for each in answers
        ]

    def sheet(self, script: Script, marked: MarkedAnswer) -> tuple[MarkedAnswer, Sequence[Page]]:
        """One answer, and its script's pages, whose files may be named after their author."""
        if self._gradebook.names.shown(script.exam_id):
            return marked, script.pages
        names = NamesInText.of(script, self._gradebook.rosters.students(script.exam_id))
        pages = [replace(page, source=names.file(page.source)) for page in script.pages]
        return _covered(marked, names), pages


def _covered(marked: MarkedAnswer, names: NamesInText) -> MarkedAnswer:
    answer = marked.answer
    texts = tuple(replace(each, text=names.covered(each.text)) for each in answer.texts)
    return replace(
        marked,
        answer=replace(answer, texts=texts, note=names.covered(answer.note)),
        predictions=tuple(_told(each, names) for each in marked.predictions),
    )


def _told(prediction: Prediction, names: NamesInText) -> Prediction:
    """The machine's words may quote the answer."""
    flags = tuple(replace(each, reason=names.covered(each.reason)) for each in prediction.flags)
    return replace(prediction, flags=flags, feedback=names.covered(prediction.feedback))
