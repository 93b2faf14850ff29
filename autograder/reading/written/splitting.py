"""Which question each file of a submission answers, by the names of the files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import PurePosixPath

from autograder.domain.exam import Question
from autograder.domain.script import Piece, PlacedLine, Reading
from autograder.reading.segmentation import split
from autograder.reading.written.kinds import is_prose
from autograder.reading.written.typesetting import file_of

ReadPage = tuple[str, str, Reading]
"""A page's id, its source, what is written on it."""
NO_QUESTION = "The name of {name} says no question: say where it belongs."
TWICE = (
    "{name} was handed in more than once and stands here each time: take the older one's pages "
    "out in Scripts."
)
HEADING = "──── {name} ────"
"""Stands above each file where an answer has several."""
_NUMBER = re.compile(
    r"(?:^|[^a-z0-9]|(?<=[a-z])(?=\d))(?:q|questions?|task|problem|prob|p|exercise|ex|part)?"
    r"[\s_.-]*0*(\d{1,2})([a-z]?)(?![a-z0-9])",
    re.I,
)


def split_written(pages: Sequence[ReadPage], questions: Sequence[Question]) -> list[Piece]:
    """A submission's answers; the text of each is that of its files, exactly.

    With one question all files answer it. With several a file's name, or its folder's, says which
    ("q2.py", "Task 3/main.c"); an essay that says it in its own words ("Q1: ...") is cut there.
    A file that says nothing is a piece without a question.
    """
    found: dict[str, list[tuple[str, list[ReadPage]]]] = {}
    pieces: list[Piece] = []
    for name, own in _files(pages):
        question = questions[0] if len(questions) == 1 else _asked(name, questions)
        if question is not None:
            found.setdefault(question.id, []).append((name, own))
        else:
            pieces += _unnamed(name, own, questions)
    return merged([*(_piece(asked, files) for asked, files in found.items()), *pieces])


def _files(pages: Sequence[ReadPage]) -> list[tuple[str, list[ReadPage]]]:
    """Runs of pages of the same file; one that begins anew was handed in again."""
    runs = groupby(pages, key=lambda page: file_of(page[1]))
    return [(name, list(own)) for name, own in runs]


def _asked(name: str, questions: Sequence[Question]) -> Question | None:
    """The question that a path names: its file first, then its folders from the inside out."""
    path = PurePosixPath(name)
    for part in (path.stem, *reversed(path.parent.parts)):
        named = [question for question in questions if _names(part, question.label)]
        if len(named) == 1:
            return named[0]
    return None


def _names(part: str, label: str) -> bool:
    plain, wanted = _plain(part), _plain(label)
    if wanted and (plain == wanted or re.search(rf"(?:^| ){re.escape(wanted)}(?: |$)", plain)):
        return True
    return bool(_numbers(part) & _numbers(label)) and bool(_numbers(label))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().casefold()


def _numbers(text: str) -> set[tuple[str, str]]:
    return {(number, letter.lower()) for number, letter in _NUMBER.findall(text)}


def _piece(question: str, files: Sequence[tuple[str, Sequence[ReadPage]]]) -> Piece:
    names = [name for name, _ in files]
    texts = [_text(own) for _, own in files]
    if len(files) > 1:
        named = zip(names, texts, strict=True)
        texts = [f"{HEADING.format(name=name)}\n{text}" for name, text in named]
    again = dict.fromkeys(name for name in names if names.count(name) > 1)
    note = " ".join(TWICE.format(name=name) for name in again)
    return Piece(question, "\n".join(texts), _lines([p for _, own in files for p in own]), note)


def _unnamed(name: str, own: Sequence[ReadPage], questions: Sequence[Question]) -> list[Piece]:
    if is_prose(name):
        cut = split([(page_id, reading) for page_id, _, reading in own], questions)
        if any(piece.question_id for piece in cut):
            return cut
    return [Piece(None, _text(own), _lines(own), NO_QUESTION.format(name=name))]


def _text(own: Sequence[ReadPage]) -> str:
    return "\n".join(reading.text for _, _, reading in own)


def _lines(own: Sequence[ReadPage]) -> tuple[PlacedLine, ...]:
    return tuple(PlacedLine(page_id, line) for page_id, _, reading in own for line in reading.lines)


def merged(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with one a question: what comes from two sources stands one after the other."""
    held: dict[str, Piece] = {}
    loose: list[Piece] = []
    for piece in pieces:
        if piece.question_id is None:
            loose.append(piece)
        elif (first := held.get(piece.question_id)) is None:
            held[piece.question_id] = piece
        else:
            held[piece.question_id] = _both(first, piece)
    return [*held.values(), *loose]


def _both(one: Piece, other: Piece) -> Piece:
    note = " ".join(filter(None, (one.note, other.note)))
    return Piece(one.question_id, f"{one.text}\n{other.text}", (*one.lines, *other.lines), note)
