"""Small real things to put into a gradebook."""

from __future__ import annotations

from autograder.domain.grade import Flag, Judgement, Maker, Passage, Prediction
from autograder.domain.script import (
    Line,
    Piece,
    PlacedLine,
    Reading,
    Script,
    Stack,
    TakenPage,
    Word,
)
from autograder.gradebook.gradebook import Gradebook

MAKER = Maker("fake", "model-1", "adapter-1", "prompt-1")


def line(text: str) -> Line:
    words = tuple(Word(word, (0.0, 0.0, 9.5, 8.0), 0.75) for word in text.split())
    return Line(text, (0.0, 0.0, 99.0, 8.0), 0.75, words)


def piece(question_id: str | None, page_id: str, *texts: str, note: str = "") -> Piece:
    lines = tuple(PlacedLine(page_id, line(text)) for text in texts)
    return Piece(question_id, "\n".join(texts), lines, note)


def hand_in(
    gradebook: Gradebook, title: str, *, pages: int = 1, exam_id: str = "os", read: bool = True
) -> Script:
    """A file of so many pages, taken in and read."""
    scans = gradebook.scans
    upload = gradebook.scripts.add_upload(exam_id, f"{title}.pdf", scans.add(title.encode()), title)
    images = [
        TakenPage(scans.add(f"{title} {number}".encode()), 60, 80, f"{title}.pdf, page {number}")
        for number in range(1, pages + 1)
    ]
    [script] = gradebook.scripts.take_upload(upload.id, [Stack(title, tuple(images))])
    for page in script.pages if read else ():
        gradebook.scripts.record_reading(page.id, Reading("fake", "1", (line(title),), 0.1))
    return script


def prediction(
    mark: float | None = 3.0, maker: Maker = MAKER, lesson: str = "", leaned_on: int = 0
) -> Prediction:
    return Prediction(
        mark=mark,
        distribution=((1.0, 0.25), (3.0, 0.75)),
        confidence=0.75,
        maker=maker,
        judgements=(Judgement("says what a page is", 0.9, 1.0, (0, 4)),),
        flags=(Flag("short", "The answer is very short."),),
        feedback="Say what a frame is.",
        passages=(Passage("b1", "OS notes", 7, "Pages are mapped to frames.", 0.5),),
        leaned_on=leaned_on,
        leans=("a", "b")[:leaned_on],
        lesson=lesson,
    )
