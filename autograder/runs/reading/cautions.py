"""What a teacher should know of how an answer's lines were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder.domain.script import Box, Line, Page, Piece, PlacedLine, Reading
from autograder.reading.page_work import PageLook
from autograder.reading.text_layer import differs

FAINT = "Written too faintly to see: “{text}”."
LONGEST_QUOTE = 90


def warned(
    pieces: Sequence[Piece],
    read: Sequence[tuple[Page, Reading]],
    looks: Mapping[str, PageLook],
) -> list[Piece]:
    """The pieces with a note where a line is too faint for an eye, or a page's PDF says more."""
    faint = {
        (page.id, box)
        for page, reading in read
        for at in looks[page.id].faint
        for box in _boxes(reading.lines[at])
    }
    layers = {page.id: differs(page.text_layer, reading) for page, reading in read}
    return [_warned(piece, faint, layers) for piece in pieces]


def _warned(piece: Piece, faint: set[tuple[str, Box]], layers: Mapping[str, str]) -> Piece:
    lines = [placed for placed in piece.lines if _is_faint(placed, faint)]
    notes = [piece.note] if piece.note else []
    if lines:
        text = " ".join(placed.line.text for placed in lines)
        cut = text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]} ..."
        notes.append(FAINT.format(text=cut))
    pages = dict.fromkeys(placed.page_id for placed in piece.lines)
    notes += [layers[page] for page in pages if layers.get(page)]
    return replace(piece, note=" ".join(notes))


def _is_faint(placed: PlacedLine, faint: set[tuple[str, Box]]) -> bool:
    return any((placed.page_id, box) in faint for box in _boxes(placed.line))


def _boxes(line: Line) -> list[Box]:
    return [word.box for word in line.words] or [line.box]
