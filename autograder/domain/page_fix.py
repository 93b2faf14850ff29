"""What a person put right on a pile of pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from autograder.domain.script import Transform


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands: the ``number``-th of its script, or taken out from there."""

    page_id: str
    script_id: str
    number: int
    discarded: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is shown; the fields mean what those of ``Page`` do."""

    page_id: str
    image: str
    width: int
    height: int
    transform: Transform = ()


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a fix changed, as it was on one side of it: places of pages, or the look of one."""

    places: tuple[Place, ...] = ()
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class PageFix:
    """A line of the log; ``undoes`` is the id of the fix that it took back."""

    id: int
    what: str
    author: str
    at: datetime
    undoes: int | None = None
    undone: bool = False
