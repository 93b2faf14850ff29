"""What the code of a sheet says, as text: ``AG1:exam:number:of:copy:student:checksum``.

Each field is percent-encoded (RFC 3986), so that the text is ASCII whatever ids a school has. The
checksum keeps other people's codes out, and lets the same text be believed where it was not
decoded from the code but read from the line that is printed under it.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote
from zlib import crc32

from autograder.domain.script import Sheet

MARK = "AG1"
"""AutoGrader, version 1 of the text."""
LONGEST = 90
"""Characters of the text; a longer one makes a code too fine for a copier."""
_OURS = re.compile(rf"{MARK}(?::[^\s:]*){{6}}")
_GENERATED = re.compile(r"[0-9a-f]{32}")


def exam_mark(exam_id: str) -> str:
    """What a sheet says of its exam: 12 characters of a random id, or an id that people chose."""
    return exam_id[:12] if _GENERATED.fullmatch(exam_id) else exam_id


def is_of(sheet: Sheet, exam_id: str) -> bool:
    """Whether the sheet is one of that exam's."""
    return sheet.exam in (exam_id, exam_mark(exam_id))


def written(sheet: Sheet) -> str:
    """The text of a sheet's code."""
    fields = (sheet.exam, str(sheet.number), str(sheet.of), sheet.copy, sheet.student)
    body = ":".join((MARK, *(quote(field, safe="-._~@+/") for field in fields)))
    return f"{body}:{_checksum(body)}"


def understood(text: str) -> Sheet | None:
    """The sheet that a text speaks of, spaces aside; None: it is none of ours, or damaged."""
    found = _OURS.search(re.sub(r"\s+", "", text))
    if found is None:
        return None
    body, _, checksum = found[0].rpartition(":")
    if checksum != _checksum(body):
        return None
    exam, number, of, copy, student = (unquote(field) for field in body.split(":")[1:])
    if not (number.isdecimal() and of.isdecimal()):
        return None
    return Sheet(exam, student, int(number), int(of), copy)


def _checksum(body: str) -> str:
    return f"{crc32(body.encode()) & 0xFFFF:04X}"
