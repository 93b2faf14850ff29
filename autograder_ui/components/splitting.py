"""How a file becomes scripts, in a teacher's words."""

from __future__ import annotations

from autograder.domain.errors import InvalidInput

WHOLE, COUNTED, FIRST = "", "pages", "first"
WAYS = [
    ("By its name, or by printed codes", WHOLE),
    ("A new script every … pages", COUNTED),
    ("A new script at each first page", FIRST),
]
"""What can be chosen for a file."""
MOST = 9999


def way_of(kind: str, pages: float | None) -> str:
    """The ``Upload.way`` that was chosen. InvalidInput: so many pages can't be a script."""
    if kind != COUNTED:
        return kind
    if pages is None or pages != int(pages) or not 1 <= pages <= MOST:
        raise InvalidInput("Say how many pages each script has: a whole number from 1 on.")
    return f"{COUNTED}:{int(pages)}"


def kind_of(way: str) -> tuple[str, int | None]:
    """Which of the ways an ``Upload.way`` is, and of how many pages."""
    kind, _, pages = way.partition(":")
    return kind, int(pages) if pages else None


def told(way: str) -> str:
    """An ``Upload.way`` in words."""
    kind, pages = kind_of(way)
    if kind == COUNTED:
        return "a new script at every page" if pages == 1 else f"a new script every {pages} pages"
    return "a new script at each first page" if kind == FIRST else "by its name, or by its codes"
