"""The lines of a script in the places that the teacher drew, each place opening its question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.domain.exam import Question
from autograder.domain.script import Line, Reading
from autograder.reading.headers import is_header, is_page_number
from autograder.reading.labels import PLAIN, Labels, Mark
from autograder.reading.openings import Opening, openings
from autograder.reading.regions import Layout, Place, over_the_edge, parts
from autograder.reading.repeats import Repeat, repeat_of
from autograder.reading.strips import Strip, strips

OUTSIDE = "Stands outside the places drawn for the answers."
UNLABELLED = "No question label stands before this."
OVER = "A part of it stands over the edge of its place: check that nothing is missing."
COPIED_STRIPS = 12
"""So many strips are looked through for a copied question."""


@dataclass(frozen=True)
class Unclaimed:
    """From here on the strips belong to no question, for the reason that ``note`` gives."""

    note: str


Opened = Opening | Unclaimed
"""What begins at a strip."""


def in_places(
    pages: Sequence[tuple[str, Reading]],
    questions: Sequence[Question],
    labels: Labels,
    layouts: Mapping[str, Layout],
) -> tuple[list[Strip], dict[int, Opened]]:
    """The strips of a script, place by place where places are known, and what opens at which.

    Pages without places go by their labels. A printed label or question outside the places is
    no strip, nor is anything where the teacher said that there is nothing to grade.
    """
    return _Sorting(questions, labels, layouts).sort(pages)


class _Sorting:
    """One pass over the pages of a script."""

    def __init__(
        self, questions: Sequence[Question], labels: Labels, layouts: Mapping[str, Layout]
    ) -> None:
        self._questions, self._labels, self._layouts = questions, labels, layouts
        self._index = {question.id: index for index, question in enumerate(questions)}
        self._script: list[Strip] = []
        self._opened: dict[int, Opened] = {}

    def sort(self, pages: Sequence[tuple[str, Reading]]) -> tuple[list[Strip], dict[int, Opened]]:
        """The pages in their order; the labels of those without places are weighed together."""
        free = strips([page for page in pages if not self._places(page[0])], self._labels)
        labelled = {each.at: each for each in openings(free, self._questions, self._labels)}
        flows = False  # whether an answer may go on from the page before
        for page_id, reading in pages:
            places = self._places(page_id)
            if places:
                self._take_drawn(page_id, reading, places, self._layouts[page_id].note)
            else:
                self._take_free(page_id, free, labelled, flows)
            flows = not places
        return self._script, self._opened

    def _places(self, page_id: str) -> tuple[Place, ...]:
        layout = self._layouts.get(page_id)
        return layout.places or () if layout else ()

    def _take_drawn(
        self, page_id: str, reading: Reading, places: Sequence[Place], note: str
    ) -> None:
        outside: list[Line] = []
        inside: dict[int, list[Line]] = {at: [] for at in range(len(places))}
        for line in reading.lines:
            for place, part in parts(line, places):
                at = next((at for at, each in enumerate(places) if each is place), None)
                (outside if at is None else inside[at]).append(part)
        for at, lines in inside.items():
            if places[at].question_id in self._index:
                self._take_place(page_id, lines, places[at], note)
        self._take_outside(page_id, outside)

    def _take_place(self, page_id: str, lines: list[Line], place: Place, note: str) -> None:
        """The lines of one place, with what a label in it says otherwise."""
        own = self._index[place.question_id]
        found = self._strips(page_id, lines)
        for at, strip in enumerate(found):
            marks = {mark.question: mark for mark in self._labels.marks(strip.text)}
            others = [mark for mark in marks.values() if _plain(mark)]
            if at == 0 or (own in marks and _plain(marks[own])):
                self._open(own, found[at : at + COPIED_STRIPS], marks.get(own), note)
            if others and own not in marks:
                written = strip.text[: others[0].length].strip()
                label = self._questions[own].label
                self._opened[len(self._script)] = Unclaimed(
                    f"Labelled “{written}”, but written in the place of {label}."
                )
            self._script.append(strip)
        leaving = any(over_the_edge(line, place) for line in lines)
        if leaving and found:
            self._warn(len(self._script) - len(found))

    def _open(self, question: int, ahead: Sequence[Strip], mark: Mark | None, note: str) -> None:
        label = mark.length if mark else 0
        repeat = repeat_of(self._questions[question].text, ahead, label)
        at = len(self._script)
        self._opened[at] = Opening(at, question, label, repeat, 1.0, mark, note=note, drawn=True)

    def _warn(self, at: int) -> None:
        opened = self._opened[at]
        if isinstance(opened, Opening):
            self._opened[at] = replace(opened, note=f"{opened.note} {OVER}".strip())

    def _take_outside(self, page_id: str, lines: list[Line]) -> None:
        found = self._strips(page_id, lines)
        left = list(self._written(found))
        if left:
            self._opened[len(self._script)] = Unclaimed(OUTSIDE)
            self._script += left

    def _written(self, found: Sequence[Strip]) -> Iterator[Strip]:
        """Without what the form itself says: headers, labels, questions."""
        skipped = 0
        for at, strip in enumerate(found):
            marks = self._labels.marks(strip.text)
            skipped = max(skipped, self._printed(found[at : at + COPIED_STRIPS], marks))
            alone = any(not strip.text[mark.length :].strip(" .:") for mark in marks)
            header = is_header(strip.text, True) or is_page_number(strip.text)
            if not skipped and not alone and not header:
                yield strip
            skipped = max(0, skipped - 1)

    def _printed(self, ahead: Sequence[Strip], marks: Sequence[Mark]) -> int:
        """How many strips from here are one of the exam's questions."""
        lengths = {0, *(mark.length for mark in marks)}
        copies = [
            repeat_of(question.text, ahead, length)
            for question in self._questions
            for length in lengths
        ]
        return max((_whole(copy) for copy in copies if copy), default=0)

    def _take_free(
        self,
        page_id: str,
        free: Sequence[Strip],
        labelled: Mapping[int, Opening],
        flows: bool,
    ) -> None:
        for at, strip in enumerate(free):
            if strip.page_id != page_id:
                continue
            here = len(self._script)
            if at in labelled:
                self._opened[here] = replace(labelled[at], at=here)
            elif not flows:
                layout = self._layouts.get(page_id)
                self._opened[here] = Unclaimed(
                    layout.note if layout and layout.note else UNLABELLED
                )
            flows = True
            self._script.append(strip)

    def _strips(self, page_id: str, lines: list[Line]) -> list[Strip]:
        return strips([(page_id, Reading("", "", tuple(lines)))], self._labels)


def _plain(mark: Mark) -> bool:
    return mark.weight >= PLAIN and not mark.part_only


def _whole(copy: Repeat) -> int:
    return copy.whole + bool(copy.characters)
