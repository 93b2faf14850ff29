"""What a student handed in and what was read of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the page's own image."""


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
    """A word as read; ``confidence`` (0-1) is that of its least certain character."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of writing as read."""

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

    @property
    def text(self) -> str:
        """The page's text, a line of writing a line."""
        return "\n".join(line.text for line in self.lines)


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
    """Why it was refused, and what to do."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a script as the segmentation cut it: an answer, or text that it couldn't place."""

    question_id: str | None
    text: str
    lines: tuple[PlacedLine, ...]
    note: str = ""
