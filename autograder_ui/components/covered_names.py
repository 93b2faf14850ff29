"""A script's pages as they are shown to who marks blind: without its name, on the scan too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from autograder.domain.script import Box, Script
from autograder.reading.name_places import name_lines
from autograder_ui.components.page_viewer import Leaf, Place

if TYPE_CHECKING:
    from autograder.gradebook.gradebook import Gradebook

MARGIN = 0.35
"""How far a patch reaches beyond the line as read, over its height: letters do too."""


def covered(gradebook: Gradebook, script: Script, leaves: Sequence[Leaf]) -> list[Leaf]:
    """The leaves with a patch where a name or number was read, and without their files' names."""
    return [_covered(gradebook, script, leaf) for leaf in leaves]


def _covered(gradebook: Gradebook, script: Script, leaf: Leaf) -> Leaf:
    reading = gradebook.scripts.reading(leaf.id)
    lines = name_lines(reading, script.student) if reading else []
    patches = tuple(Place(_wider(line.box), "covered", "Covered: the name") for line in lines)
    return replace(leaf, name=f"Page {leaf.label}", places=(*leaf.places, *patches))


def _wider(box: Box) -> Box:
    left, top, right, bottom = box
    more = MARGIN * (bottom - top)
    return left - more, top - more, right + more, bottom + more
