"""How pixels of a page's image and of its scan belong together; see ``Transform``."""

from __future__ import annotations

import numpy as np

from autograder.domain.script import Box, Transform


def of_turns(turns: int, width: int, height: int) -> Transform:
    """From the image after so many quarter turns to the left back to the unturned one.

    ``width`` and ``height`` are the unturned one's.
    """
    ways: tuple[Transform, ...] = (
        (),
        (0, -1, width, 1, 0, 0, 0, 0, 1),
        (-1, 0, width, 0, -1, height, 0, 0, 1),
        (0, 1, 0, -1, 0, height, 0, 0, 1),
    )
    return tuple(float(value) for value in ways[turns % 4])


def chained(first: Transform, then: Transform) -> Transform:
    """``first``, and of what comes out ``then``."""
    if not first or not then:
        return first or then
    both = np.reshape(then, (3, 3)) @ np.reshape(first, (3, 3))
    return tuple(float(value) for value in both.flat)


def box_through(transform: Transform, box: Box) -> Box:
    """The upright box around what ``box`` becomes."""
    if not transform:
        return box
    left, top, right, bottom = box
    corners = np.array([(left, top, 1), (right, top, 1), (right, bottom, 1), (left, bottom, 1)])
    x, y, far = (corners @ np.reshape(transform, (3, 3)).T).T
    x, y = x / far, y / far
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())
