"""A script's lines become answers: by the places drawn on the template, and by their labels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from autograder.domain import placement
from autograder.domain.exam import Question
from autograder.domain.script import Piece, PlacedLine, Reading
from autograder.reading.headers import is_header, is_page_number
from autograder.reading.in_places import UNLABELLED, Opened, Unclaimed, in_places
from autograder.reading.labels import PLAIN, Labels
from autograder.reading.openings import Opening, answers_in_order, openings
from autograder.reading.regions import Layout
from autograder.reading.repeats import Repeat
from autograder.reading.strips import Strip, answer_mark, question_mark, strips

HEAD_LINES = 6
FOOT_LINES = 2
"""Headers and page numbers are looked for in so many lines of a page's head and foot."""
SAME_HEAD = 85
"""Similarity (0-100) of a line at the head of a page to one that stood above the first label."""

CLEAR_NUMBER = 0.36
"""The weight of a number with its point or bracket, where the exam's labels may have a code."""
MANY, MOST = 3, 0.75
"""So many bare numbers, of so large a share of the questions, are no steps of one answer."""

_GOES_ON = re.compile(
    r"\b(?:contd|cont\.|conti?nued?|continuation|p\.?\s?t\.?\s?o)\b|→|->|[➜➔⇒]\s*$", re.IGNORECASE
)

HEAD = "Header of the page."
STRANGE = "The question written here is none of this exam's."


@dataclass
class _Stretch:
    """Lines that belong together, to a question or to none."""

    question: int | None
    notes: list[str] = field(default_factory=list)
    lines: list[PlacedLine] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    """How many lines there were each time that it ended, to go on in another place."""
    continued: bool = False


def split(
    pages: Sequence[tuple[str, Reading]],
    questions: Sequence[Question],
    layouts: Mapping[str, Layout] | None = None,
) -> list[Piece]:
    """Cuts a script, its pages given as (page id, reading) in order, into answers.

    ``layouts`` has the places drawn for the answers, by page id. Every line is in one piece, or
    is a recognised label, copied question, header field or page number, or stands where the
    teacher said that there is nothing to grade. What can't be placed has no question id and a
    note that says why; where a placement is doubtful, or the place and the label disagree, there
    is a note. A question has at most one piece.
    """
    labels = Labels([question.label for question in questions])
    if layouts and any(layout.places is not None for layout in layouts.values()):
        script, found = in_places(pages, questions, labels, layouts)
    else:
        script = strips(pages, labels)
        by_label = openings(script, questions, labels) or answers_in_order(script, len(questions))
        found = {opening.at: opening for opening in by_label}
    return _Cutting(script, questions, labels, found).pieces()


class _Cutting:
    """One pass over the strips of a script."""

    def __init__(
        self,
        script: Sequence[Strip],
        questions: Sequence[Question],
        labels: Labels,
        found: Mapping[int, Opened],
    ) -> None:
        self._script, self._questions, self._labels = script, questions, labels
        self._opened = found
        self._drawn = {
            each.question for each in found.values() if isinstance(each, Opening) and each.drawn
        }
        self._openings = {at: each for at, each in found.items() if isinstance(each, Opening)}
        self._stretches: list[_Stretch] = []
        self._preamble: list[str] = []
        self._copied = Repeat(0, 0)  # what is still to come of a label or a copied question
        self._begun: set[str] = set()  # pages on which an answer has begun or gone on

    def pieces(self) -> list[Piece]:
        """The script's pieces in the order in which they begin."""
        for at, strip in enumerate(self._script):
            self._take(at, strip)
        self._note_what_is_missing()
        return [self._piece(stretch) for stretch in self._stretches if stretch.lines]

    def _take(self, at: int, strip: Strip) -> None:
        opening = self._opened.get(at)
        if isinstance(opening, Unclaimed):
            self._stretches.append(_Stretch(None, [opening.note]))
            self._copied = Repeat(0, 0)
        elif opening is not None:
            self._begun.add(strip.page_id)
            notes = [opening.note] if opening.note else []
            doubts = notes if opening.drawn else self._doubts(opening)
            self._go_to(opening.question, doubts, drawn=opening.drawn)
            self._copied = opening.repeat or Repeat(0, opening.label)
        if self._copied.whole:
            self._copied = Repeat(self._copied.whole - 1, self._copied.characters)
        elif opening is not None or self._copied.characters:
            self._rest_of_copy(strip)
        elif not self._is_header(strip):
            self._unopened(strip)

    def _rest_of_copy(self, strip: Strip) -> None:
        """What follows the label or the copied question on its last line, and an "Answer:"."""
        end, self._copied = self._copied.characters, Repeat(0, 0)
        self._add(strip, end + answer_mark(strip.text[end:]))

    def _unopened(self, strip: Strip) -> None:
        asked, answered = question_mark(strip.text), answer_mark(strip.text)
        strange = self._labels.foreign(strip.text)
        if strange:
            self._stretches.append(_Stretch(None, [f"Labelled {strange}, not in this exam."]))
        elif asked and not self._answered_by_label():
            self._stretches.append(_Stretch(None, [STRANGE]))
        elif answered and len(self._questions) == 1 and self._current() != 0:
            self._go_to(0, self._sole_note())
        self._add(strip, answered)

    def _answered_by_label(self) -> bool:
        """Whether "Question:" stands right under a label, whose question it then repeats."""
        return bool(self._stretches) and not self._stretches[-1].lines

    def _sole_note(self) -> list[str]:
        return [] if self._openings else ["Found without a label: the exam has one question."]

    def _is_header(self, strip: Strip) -> bool:
        in_head, in_foot = strip.above < HEAD_LINES, strip.below < FOOT_LINES
        if in_foot and is_page_number(strip.text):
            return True
        first_page = strip.page_id == self._script[0].page_id
        return in_head and strip.page_id not in self._begun and is_header(strip.text, first_page)

    def _current(self) -> int | None:
        return self._stretches[-1].question if self._stretches else None

    def _go_to(self, question: int, notes: list[str], *, drawn: bool = False) -> None:
        """Lines from here on belong to the question, whose earlier ones they join."""
        stretch = next((each for each in self._stretches if each.question == question), None)
        if stretch is None:
            self._stretches.append(_Stretch(question, notes))
            return
        self._stretches.remove(stretch)
        self._stretches.append(stretch)
        stretch.notes += [note for note in notes if note not in stretch.notes]
        if not drawn and any(placed.line.text for placed in stretch.lines):
            stretch.ends.append(len(stretch.lines))

    def _doubts(self, opening: Opening) -> list[str]:
        label = self._script[opening.at].text[: opening.label].strip()
        if opening.weight == 0.0:
            return ["Placed by the order of the answers alone: no label was found."]
        if opening.repeat is not None or (opening.mark and opening.mark.part_only):
            return []
        if opening.rivals and opening.weight < PLAIN:
            return [f"More than one place looks like its label “{label}”: check where it begins."]
        bare = opening.mark is not None and opening.mark.bare
        if bare and self._numbered_throughout():
            return []
        if opening.weight < PLAIN and (self._labels.worded or not bare or opening.weight < 0.2):
            return [f"Placed by “{label}” alone: check where it begins."]
        return []

    def _numbered_throughout(self) -> bool:
        """Whether bare numbers, each there once, are how this student labels the answers."""
        numbers = [
            each
            for each in self._openings.values()
            if each.mark and each.mark.bare and not each.rivals and each.weight >= CLEAR_NUMBER
        ]
        return len(numbers) >= max(MANY, MOST * len(self._questions))

    def _add(self, strip: Strip, start: int) -> None:
        line = strip.without(start)
        if line is None:
            return
        if not self._stretches:
            sole = len(self._questions) == 1
            self._stretches.append(_Stretch(0, self._sole_note()) if sole else self._before())
        if self._repeats_head(strip):
            self._stretches.insert(len(self._stretches) - 1, _Stretch(None, [HEAD], [line]))
            return
        if self._stretches[-1].notes == [UNLABELLED]:
            self._preamble.append(strip.text)
        else:
            self._begun.add(strip.page_id)
        self._stretches[-1].lines.append(line)

    def _before(self) -> _Stretch:
        return _Stretch(None, [UNLABELLED])

    def _repeats_head(self, strip: Strip) -> bool:
        return (
            strip.page_id != self._script[0].page_id
            and strip.above < FOOT_LINES
            and any(fuzz.ratio(strip.text, head) >= SAME_HEAD for head in self._preamble)
        )

    def _note_what_is_missing(self) -> None:
        """A question may have lost its label to the OCR, or have one that looks like a step's.

        Its text is then in the answer before it: in that of the question before, or where the
        student kept no order in any.
        """
        found = {each.question: each for each in self._stretches if each.question is not None}
        order = [each.question for each in self._stretches if each.question is not None]
        for index, question in enumerate(self._questions):
            if index in found or index in self._drawn:
                continue
            earlier = [at for at in order if at < index and at not in self._drawn]
            holders = earlier[-1:] if order == sorted(order) else order
            if index > max(order, default=-1):  # the last ones are often not answered
                holders = [at for at in holders if self._mentions(found[at], index)]
            note = f"{question.label} was not found: it has no answer, or its text is in here."
            for at in holders:
                found[at].notes.append(note)

    def _mentions(self, stretch: _Stretch, question: int) -> bool:
        return any(
            mark.question == question and not mark.part_only
            for placed in stretch.lines
            for mark in self._labels.marks(placed.line.text)
        )

    def _piece(self, stretch: _Stretch) -> Piece:
        question = None if stretch.question is None else self._questions[stretch.question].id
        texts = [placed.line.text for placed in stretch.lines]
        struck = [word.text for p in stretch.lines for word in p.line.words if word.struck]
        notes = [*stretch.notes]
        ends = [end for end in stretch.ends if end < len(texts)]
        if ends:
            goes_on = all(_goes_on(texts[end - 1], texts[end]) for end in ends)
            notes.append(placement.places_note([*ends, len(texts)], goes_on))
        if struck:
            notes.append(placement.struck_note(struck))
        return Piece(question, "\n".join(texts), tuple(stretch.lines), " ".join(notes))


def _goes_on(last: str, first: str) -> bool:
    """Whether one of two places says that the answer goes on."""
    return bool(_GOES_ON.search(last) or _GOES_ON.search(first[:30]))
