"""Text in a CSV that no spreadsheet takes for a formula.

OWASP's advice on CSV injection (https://owasp.org/www-community/attacks/CSV_Injection) and ASVS
1.2.10: an apostrophe goes before whatever could start a formula. Beyond that advice, a disguise
(full-width signs, invisible characters, a new line) is seen through, and ``unguard`` takes away
exactly what ``guard`` added.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

SIGNS = frozenset("=+-@|%")
BREAKS = re.compile(r"([\t\n\v\f\r\x00\x1c-\x1e\x85\u2028\u2029]+)")
"""Where a careless reader may start another cell or line."""


def guard(text: str) -> str:
    """The text, with an apostrophe before each part that a spreadsheet could calculate."""
    parts = _each_part(text, lambda part: f"'{part}" if _first(part) in SIGNS else part)
    return f"'{parts}" if _starts_with_control(parts) else parts


def unguard(text: str) -> str:
    """What ``guard`` was given."""
    if text.startswith("'") and _starts_with_control(text[1:]):
        text = text[1:]
    return _each_part(text, _without_apostrophe)


def _each_part(text: str, change: Callable[[str], str]) -> str:
    parts = BREAKS.split(text)
    return "".join(part if index % 2 else change(part) for index, part in enumerate(parts))


def _without_apostrophe(part: str) -> str:
    return part[1:] if part.startswith("'") and _first(part[1:]) in SIGNS else part


def _first(part: str) -> str:
    """The first character that counts: behind spaces, invisible ones and apostrophes.

    Apostrophes are passed over so that a guarded text and a text that begins with one can be
    told apart: both get one more.
    """
    for character in unicodedata.normalize("NFKD", part):
        if character != "'" and unicodedata.category(character)[0] not in "ZC":
            return character
    return ""


def _starts_with_control(text: str) -> bool:
    bare = text.lstrip("'")
    return bool(bare) and unicodedata.category(bare[0]) == "Cc"
