"""What a student handed in and what was read of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the page's own image."""

Transform = tuple[float, ...]
"""A 3x3 matrix, row by row, that takes pixels (x, y, 1) of a page's image to those of its scan.

The result is divided by its third part; ``()`` leaves every pixel where it is.
"""


WRITTEN: Final = "written"
"""The ``Upload.way`` of typed text, and the engine that it is read by: without OCR, exactly."""


@dataclass(frozen=True, slots=True)
class Student:
    """A line of the roster. ``number`` is the school's id, always text: ``007`` is not ``7``."""

    id: str
    number: str
    name: str
    email: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as read; ``confidence`` (0-1) is how likely it is read right."""

    text: str
    box: Box
    confidence: float
    struck: bool = False
    """The student struck it out: it is kept here, and no part of the line's text."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of writing as read. Words that were struck out are missing in ``text``."""

    text: str
    box: Box
    confidence: float
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one engine read on one page, lines in reading order."""

    engine: str
    version: str
    lines: tuple[Line, ...]
    seconds: float = 0.0
    beside: bool = False
    """Read by the second engine, for comparison only: never split, never graded."""

    @property
    def text(self) -> str:
        """The page's text, a line of writing a line."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the printed code of an answer sheet says: page ``number`` of ``of`` of a student."""

    exam: str
    """The exam's id, or its first 12 characters."""
    student: str
    """The student's number on the roster; empty on a blank sheet."""
    number: int
    """Counted from 1; 0 is a cover sheet, which holds no answers."""
    of: int
    copy: str = ""
    """Which of the blank copies it is of; empty on a student's own sheets."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page image of a script. ``image`` is the sha256 of the stored, upright PNG."""

    id: str
    number: int
    image: str
    width: int
    height: int
    source: str
    """The name of the file it came from, with the page's number there."""
    scan: str = ""
    """The sha256 of the PNG as it was taken in; empty where ``image`` is that itself."""
    transform: Transform = ()
    """Where each pixel of ``image`` stands on ``scan``."""
    text_layer: str = ""
    """What the PDF says stands there, for comparison only; empty without one."""
    sheet: Sheet | None = None
    discarded: bool = False


@dataclass(frozen=True, slots=True)
class TakenPage:
    """A page as it comes out of a file: its fields mean what those of ``Page`` do.

    ``earlier``: images made on the way from ``scan`` to ``image``, which are kept too.
    """

    image: str
    width: int
    height: int
    source: str
    scan: str = ""
    transform: Transform = ()
    text_layer: str = ""
    sheet: Sheet | None = None
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stack:
    """Pages of one file that go to one script."""

    title: str
    pages: tuple[TakenPage, ...]
    student: str = ""
    """The number of the student to whose script they go; empty: the script of that title."""
    loose: bool = False
    """They belong to no script: they go to the exam's loose pages."""
    problem: str = ""
    """What the teacher has to look at."""


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line of an answer, with the page that it stands on."""

    page_id: str
    line: Line


@dataclass(frozen=True, slots=True)
class AnswerText:
    """One version of an answer's text; the first is what was read, later ones what people made."""

    version: int
    text: str
    author: str
    by_person: bool
    at: datetime
    lines: tuple[PlacedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A student's answer to one question; ``question_id`` is None where it couldn't be placed."""

    id: str
    script_id: str
    question_id: str | None
    texts: tuple[AnswerText, ...]
    note: str = ""
    """Why the teacher should look at where this was placed; empty where it is plain."""

    @property
    def current(self) -> AnswerText:
        """The newest version of the text."""
        return self.texts[-1]

    @property
    def first(self) -> AnswerText:
        """What was read first."""
        return self.texts[0]


@dataclass(frozen=True, slots=True)
class Script:
    """One student's pages. ``student`` is None until somebody knows whose script it is."""

    id: str
    exam_id: str
    title: str
    student: Student | None
    pages: tuple[Page, ...] = ()
    problem: str = ""
    certainty: float | None = None
    """The probability that ``student`` is right, as the machine sees it (0-1).

    None where a person said it, or nobody is assigned.
    """
    loose: bool = False
    """Collects the exam's pages that belong to no script: never split, graded or exported."""


@dataclass(frozen=True, slots=True)
class Identification:
    """Who said whose script it is; ``number`` is the student's, empty for nobody's."""

    number: str
    certainty: float | None
    """None where a person said it."""
    author: str
    at: datetime


class UploadState(StrEnum):
    """What became of a file that was handed in."""

    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"
    DISMISSED = "dismissed"
    """Refused, and the teacher has seen why."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was handed in, kept unchanged. ``scan`` is its sha256.

    ``script_title`` names the script that its pages go to: uploads of the same title are pages
    of one script, in the order of their names.
    """

    id: str
    exam_id: str
    name: str
    scan: str
    script_title: str
    state: UploadState
    problem: str = ""
    """Why it was refused, and what to do; or which of its pages were there already."""
    way: str = ""
    """How its pages become scripts.

    Empty: by printed codes if there are any, else all go to the script that the name says;
    ``pages:4``: every 4 pages; ``first``: at each page that looks like a script's first one;
    ``WRITTEN``: typed files of one student, which no OCR reads.
    """


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a script as the segmentation cut it: an answer, or text that it couldn't place."""

    question_id: str | None
    text: str
    lines: tuple[PlacedLine, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """Where the answers to a question stand on every script, drawn once on a template page."""

    question_id: str
    """Empty: there is nothing to grade, such as print."""
    page: int
    """The number of the template page."""
    box: tuple[float, float, float, float]
    """Left, top, right, bottom as shares (0-1) of the template page's width and height."""


class Template(NamedTuple):
    """The pages that regions were drawn on, by their number, and the regions."""

    pages: Mapping[int, str]
    """The id of the page that shows each number."""
    regions: tuple[Region, ...]
