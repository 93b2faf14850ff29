"""Open fonts that print any school's names, and which of them a text needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
FIRST, LAST = "noto-sans", "droid-sans-fallback"
"""Latin, Greek and Cyrillic come first; Chinese, Japanese and Korean are asked for last."""


def needed(texts: Iterable[str]) -> list[Path]:
    """The font files that hold the characters of ``texts``, the usual one first."""
    missing = {ord(letter) for text in texts for letter in text}
    found = [_files()[0]]
    missing -= covered(found[0])
    for file in _files()[1:]:
        if missing & covered(file):
            found.append(file)
            missing -= covered(file)
        if not missing:
            break
    return found


def printable(text: str, files: Iterable[Path]) -> str:
    """The text with a box for each character that none of the fonts has."""
    known = frozenset[int]().union(*(covered(file) for file in files))
    return "".join(letter if ord(letter) in known else "□" for letter in " ".join(text.split()))


@cache
def covered(file: Path) -> frozenset[int]:
    """The code points that a font has glyphs for, with those that only steer how text is set."""
    from fontTools.ttLib import TTFont

    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap()) | {0x200C, 0x200D}


@cache
def _files() -> tuple[Path, ...]:
    return tuple(_ordered(FOLDER.glob("*.ttf")))


def _ordered(files: Iterable[Path]) -> Iterator[Path]:
    by_name = {file.stem: file for file in files}
    yield by_name.pop(FIRST)
    last = by_name.pop(LAST)
    yield from (by_name[name] for name in sorted(by_name))
    yield last
