"""The mark in a cell as people write it: ``3``, ``2,5 / 5``, ``valued 3/5 since ...``, ``80 %``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from autograder.domain.errors import InvalidInput

_NUMBER = r"(?<![\w.,/])(?P<mark>[-+]?(?:\d{1,5}(?:[.,]\d{1,4})?|[.,]\d{1,4}))"
_END = r"(?![\w/%]|[.,]\d)"
_UNIT = r"\s*(?:points?|pts?|marks?|punkte?n?|puntos?|punti)\b\.?"
_CUE = (
    r"\b(?:valued?|scor(?:es?|ed)|marks?|marked|grad(?:e|es|ed)|points?|award(?:s|ed)?|rat(?:e|ed)"
    r"|gets?|got|gave|giv(?:e|es|en)|worth|earn(?:s|ed)?|receiv(?:es|ed)|deserves?|total|result"
    r"|note|nota|punkte|bewertung|bewertet)\b"
)
_BETWEEN = r"[^\d\n.;,+-]{0,25}"
_IS = r"[\s:=]*(?:\b(?:is|was|are|be|at|as|with|of|to|mit)\b)?[\s:=]*"


def _of(words: str) -> str:
    most = r"(?P<most>\d{1,5}(?:[.,]\d{1,4})?)(?![\d/%]|[.,]\d)"
    return rf"(?:{_UNIT})?\s*(?:{words})\s*{most}"


_SLASH, _WORDS = r"/|out\s+of|von|sur", r"/|out\s+of|of|von|sur|de"
_PERCENT = r"\s*(?P<percent>%)"
RANKS: Final = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"^{_NUMBER}(?:{_of(_WORDS)}|{_PERCENT})?(?:{_UNIT})?\s*\.?$",
        rf"{_CUE}{_BETWEEN}{_NUMBER}{_of(_WORDS)}",
        rf"{_NUMBER}{_of(_SLASH)}",
        rf"(?:{_NUMBER}{_UNIT})",
        rf"{_CUE}{_IS}{_NUMBER}(?:{_PERCENT}|{_END})",
        rf"^{_NUMBER}{_PERCENT}",
        rf"^{_NUMBER}\s*[-–—:;,]\s",
    )
)
"""Ways to write a mark, the surest first; what a surer way finds, no other one is asked for."""
_TAKEN = re.compile(
    r"(?:loses?|lost|minus|deduct(?:s|ed)?|tak(?:e|es|en)\s+(?:off|away)|missing|abzug|fehlen)\W*$",
    re.I,
)
"""Before marks that were taken away, not given."""
SHOWN = 60


@dataclass(frozen=True, slots=True)
class WrittenMark:
    """A mark, what it is out of (None: not said), and the words it was given with."""

    mark: float
    most: float | None = None
    words: str = ""


def read_mark(cell: str) -> WrittenMark:
    """The mark that a cell states. InvalidInput: it states none, or two that differ."""
    text = _plain(cell)
    for pattern in RANKS:
        found = {
            (_value(match["mark"]), _most(match)): match
            for match in pattern.finditer(text)
            if not _TAKEN.search(text[: match.start("mark")])
        }
        if len(found) > 1:
            told = " and ".join(f"“{match['mark'].strip()}”" for match in found.values())
            raise InvalidInput(f"two marks stand in “{_short(cell)}”: {told}")
        for mark, most in found:
            words = "" if pattern is RANKS[0] else cell.strip()
            return WrittenMark(mark, most, words)
    raise InvalidInput(f"no mark stands in “{_short(cell)}”" if text else "its mark is empty")


def _plain(cell: str) -> str:
    """Fractions as decimals, every minus as one, blanks as blanks."""
    halves = re.sub(r"(\d*)\s?([¼½¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])", _decimal, cell)
    text = unicodedata.normalize("NFKC", halves).replace("−", "-").strip()
    return re.sub(r"^(\d+) ([13])/([24])(?=\s|$)", _mixed, text)


def _decimal(match: re.Match[str]) -> str:
    return f"{int(match[1] or 0) + unicodedata.numeric(match[2]):.4g}"


def _mixed(match: re.Match[str]) -> str:
    return f"{int(match[1]) + int(match[2]) / int(match[3]):g}"


def _value(number: str) -> float:
    return float(number.replace(",", "."))


def _most(match: re.Match[str]) -> float | None:
    parts = match.groupdict()
    if parts.get("percent"):
        return 100.0
    return _value(parts["most"]) if parts.get("most") else None


def _short(cell: str) -> str:
    words = " ".join(cell.split())
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}…"
