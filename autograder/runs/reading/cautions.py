"""What a teacher should know of how an answer's lines were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder.domain.script import Box, Page, Piece, PlacedLine, Reading
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
        page.id: [reading.lines[at].box for at in looks[page.id].faint] for page, reading in read
    }
    layers = {page.id: differs(page.text_layer, reading) for page, reading in read}
    return [_warned(piece, faint, layers) for piece in pieces]


def _warned(piece: Piece, faint: Mapping[str, Sequence[Box]], layers: Mapping[str, str]) -> Piece:
    lines = [placed for placed in piece.lines if _is_faint(placed, faint)]
    notes = [piece.note] if piece.note else []
    if lines:
        text = " ".join(placed.line.text for placed in lines)
        cut = text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]} ..."
        notes.append(FAINT.format(text=cut))
    pages = dict.fromkeys(placed.page_id for placed in piece.lines)
    notes += [layers[page] for page in pages if layers.get(page)]
    return replace(piece, note=" ".join(notes))


def _is_faint(placed: PlacedLine, faint: Mapping[str, Sequence[Box]]) -> bool:
    """Whether a word of it, or all of it where it has none, stands in a faint line."""
    boxes = [word.box for word in placed.line.words] or [placed.line.box]
    return any(_stands_in(box, line) for line in faint.get(placed.page_id, ()) for box in boxes)


def _stands_in(box: Box, line: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return line[0] <= x <= line[2] and line[1] <= y <= line[3]
