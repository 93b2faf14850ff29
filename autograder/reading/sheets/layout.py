"""Where everything stands on a sheet, in millimetres from the top left corner of the paper."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

Box = tuple[float, float, float, float]
"""Left, top, width, height."""

MARK = 5.0
"""The side of the four black squares near the corners, by which a scan can be laid over another."""
MARK_EDGE = 8.0
"""From the paper's edge to a mark; most printers leave 4 to 6 mm white."""
MODULE = 1.2
"""The side of a module of the code: three pixels on a page 750 pixels high."""
CODE = 40.0
"""The longest side of a code, without its quiet zone of 4 modules (ISO/IEC 18004)."""
SIDE = 20.0
TOP = 16.0
GAP = 8.0
"""What stays free between the code and the words beside it."""
HEAD = 66.0
"""Where the head ends and the student's writing begins."""
FOOT = 18.0
FRAME = 15.0
"""From the paper's left and right edge to the frame for the answers."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A size of paper."""

    width: float
    height: float

    @property
    def marks(self) -> tuple[Box, Box, Box, Box]:
        """The corner marks: top left, top right, bottom right, bottom left."""
        right, bottom = self.width - MARK_EDGE - MARK, self.height - MARK_EDGE - MARK
        near = ((MARK_EDGE, MARK_EDGE), (right, MARK_EDGE), (right, bottom), (MARK_EDGE, bottom))
        first, second, third, fourth = ((x, y, MARK, MARK) for x, y in near)
        return first, second, third, fourth

    def code(self, modules: int) -> Box:
        """The code of so many modules a side, at the top right."""
        side = min(CODE, MODULE * modules)
        return self.width - SIDE - side, TOP, side, side

    @property
    def beside_code(self) -> float:
        """The width for the words at the left of the code."""
        return self.width - 2 * SIDE - CODE - GAP

    @property
    def answers(self) -> Box:
        """The frame that the student writes in."""
        return FRAME, HEAD, self.width - 2 * FRAME, self.height - HEAD - FOOT


PAPERS = {"a4": Paper(210.0, 297.0), "letter": Paper(215.9, 279.4)}


def shared_out(count: int, places: int) -> list[range]:
    """Indexes 0 to ``count`` dealt to pages in order, the first pages taking what is over."""
    each, over = divmod(count, places)
    starts = [page * each + min(page, over) for page in range(places + 1)]
    return [range(start, end) for start, end in pairwise(starts)]


def stacked(frame: Box, count: int) -> list[Box]:
    """A frame cut into ``count`` equal boxes, one under the other."""
    left, top, width, height = frame
    each = height / max(1, count)
    return [(left, top + row * each, width, each) for row in range(count)]
