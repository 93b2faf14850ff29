"""A script's pages as they are shown to who marks blind: without its name, on the scan too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from autograder.domain.script import WRITTEN, Box, Line, Script
from autograder.reading.name_places import name_lines
from autograder.reading.names_in_text import COVER, NamesInText
from autograder.reading.written.typesetting import STEP
from autograder_ui.components.page_viewer import Leaf, Place

if TYPE_CHECKING:
    from autograder.gradebook.gradebook import Gradebook

MARGIN = 0.35
"""How far a patch reaches beyond the line as read, over its height: letters do too."""


def covered(gradebook: Gradebook, script: Script, leaves: Sequence[Leaf]) -> list[Leaf]:
    """The leaves with a patch where a name or number was read, and without their files' names."""
    names = NamesInText.of(script, gradebook.rosters.students(script.exam_id))
    return [_covered(gradebook, script, leaf, names) for leaf in leaves]


def _covered(gradebook: Gradebook, script: Script, leaf: Leaf, names: NamesInText) -> Leaf:
    reading = gradebook.scripts.reading(leaf.id)
    if reading is None:
        boxes = []
    elif reading.engine == WRITTEN:
        boxes = [box for line in reading.lines for box in _typed(line, names)]
    else:
        boxes = [_wider(line.box) for line in name_lines(reading, script.student)]
    patches = tuple(Place(box, "covered", "Covered: the name") for box in boxes)
    return replace(leaf, name=f"Page {leaf.label}", places=(*leaf.places, *patches))


def _typed(line: Line, names: NamesInText) -> Iterator[Box]:
    """Where names stand in a typed line, all of whose letters are of one width."""
    left, top, right, bottom = line.box
    text = line.text.expandtabs(4)
    if bottom - top > STEP:  # a paragraph of several rows
        if names.covered(text) != text:
            yield line.box
        return
    wide = (right - left) / max(1, len(text))
    for found in re.finditer(f"{COVER}+", names.covered(text)):
        yield left + wide * found.start(), top, left + wide * found.end(), bottom


def _wider(box: Box) -> Box:
    left, top, right, bottom = box
    more = MARGIN * (bottom - top)
    return left - more, top - more, right + more, bottom + more
