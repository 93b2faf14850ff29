"""How a note on an answer says where it was found, and how that is read back."""

from __future__ import annotations

import re
from collections.abc import Sequence

STRUCK = "Struck out: "
TWICE = "Written in {} places of the script: "
CONTINUED = ", marked as going on"

_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine")
_PARTS = re.compile(rf"{TWICE.replace('{}', '[a-z0-9]+')}([^.]*)\.")
_LINES = re.compile(r"lines? (\d+)(?:–(\d+))?")


def places_note(ends: Sequence[int], continued: bool) -> str:
    """Says that an answer stands in several places; ``ends`` has the line after each of them.

    ``continued``: the student wrote that it goes on.
    """
    starts = [0, *ends[:-1]]
    parts = ", then ".join(_lines(start, end) for start, end in zip(starts, ends, strict=True))
    count = _NUMBERS[len(ends) - 2] if len(ends) < 10 else str(len(ends))
    return f"{TWICE.format(count)}{parts}{CONTINUED if continued else ''}."


def places(note: str) -> list[range]:
    """The indexes of the lines of each place; empty where the note names no places."""
    found = _PARTS.search(note)
    if found is None:
        return []
    return [range(int(first) - 1, int(last or first)) for first, last in _LINES.findall(found[1])]


def struck_note(words: Sequence[str]) -> str:
    """Says what the student struck out."""
    return f"{STRUCK}“{' '.join(words)}”."


def _lines(start: int, end: int) -> str:
    return f"line {end}" if end - start == 1 else f"lines {start + 1}–{end}"
