"""What a script says about whose it is: its title, its printed code, the head of its first page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from autograder.domain.script import Reading, Sheet
from autograder.reading.headers import fields
from autograder.reading.misreading import plain
from autograder.reading.naming import together

HEAD_LINES = 10
SHORT_NUMBER = 3
"""Shorter numbers must stand alone: the 7 of "scan 7" is no student's."""
LONGEST_SEGMENT = 5
"""Words between two labels or breaks: more are no name or number, but a sentence."""
LONGEST_NAME = 4
"""Words that are tried together as a name or a number."""
SHORT_NAME, LONGEST_TEXT = 4, 80
"""Characters of a name: a letter or two stand for anything."""
LABELLED, LOOSE, PRINTED = 0.95, 0.5, 0.999
"""How far a clue is trusted to say whose script it is: a field "Name: ...", or a title of one word;
a longer title or unlabelled lines, in which the name may stand or not; the code printed on a
student's own sheet, which corrects its errors. Assumed, not fitted."""
_COUNTED = re.compile(
    r"\b(?:img|image|scan|scanned|pxl|dsc|photo|page|file|copy|doc|document|script|whatsapp)"
    r"[\s_-]*\d{1,8}\b",
    re.IGNORECASE,
)
"""What cameras and scanners call their files: that number is nobody's."""
_BREAK = re.compile(r"[:;=–—]|\s-\s|\s{2,}")
_STAFF = re.compile(r"\W*(?:mr|mrs|ms|dr|prof|professor|sir|madam)\b", re.IGNORECASE)
"""How a teacher's name begins, which is no student's."""
Kind = Literal["name", "number"]
KINDS: tuple[Kind, ...] = ("number", "name")


@dataclass(frozen=True)
class Clue:
    """Texts of which one may be the student's name or number, each with its share of the chance."""

    kind: Kind
    texts: tuple[tuple[str, float], ...]
    trust: float
    typed: bool = False
    """Typed or printed: nothing is misread."""


def clues(title: str, first_page: Reading | None, sheet: Sheet | None) -> list[Clue]:
    """All clues, without those that hold no text."""
    head = [line.text for line in (first_page.lines[:HEAD_LINES] if first_page else ())]
    found = [clue for text in head for clue in _labelled(text)]
    found += _loose(head, {clue.kind for clue in found})
    if sheet is not None and sheet.student:
        found.append(Clue("number", ((together(sheet.student), 1.0),), PRINTED, typed=True))
    found += _of_title(_COUNTED.sub(" ", title.replace("_", " ")))
    return [clue for clue in found if clue.texts]


def _labelled(text: str) -> Iterator[Clue]:
    """Fields of a line, each of the kind that it looks like: some students mix them up."""
    for label, value in fields(text):
        if label and plain(value):
            digits = sum(c.isdigit() for c in value)
            is_number = digits > 0 if label == "number" else digits >= SHORT_NUMBER
            yield _clue("number" if is_number else "name", value, LABELLED)


def _of_title(title: str) -> Iterator[Clue]:
    trust = LABELLED if len(plain(title).split()) == 1 else LOOSE
    for kind in KINDS:
        yield replace(_clue(kind, title, trust), typed=True)


def _loose(head: Sequence[str], known: set[Kind]) -> Iterator[Clue]:
    """One clue of a kind that bears no label, or a label that was misread, for the whole head."""
    segments = [segment for text in head if not fields(text) for segment in _BREAK.split(text)]
    short = [
        words
        for segment in segments
        if len(words := _words(segment)) <= LONGEST_SEGMENT and not _STAFF.match(segment)
    ]
    for kind in KINDS:
        if kind not in known:
            texts = {text for words in short for text in _windows(words, kind)}
            several = {text for text in texts if kind == "number" or " " in text}
            yield Clue(kind, _shared(several, 1.0), LOOSE)


def _clue(kind: Kind, text: str, trust: float) -> Clue:
    """The whole text as likely as all its parts together."""
    words = _words(text)
    whole = together(text) if kind == "number" else "".join(_long_enough(" ".join(words)))
    parts = set(_windows(words, kind)) - {whole}
    if not whole:
        return Clue(kind, (), trust)
    share = 0.5 if parts else 1.0
    return Clue(kind, (*_shared({whole}, share), *_shared(parts, 0.5)), trust)


def _words(text: str) -> list[str]:
    return plain(text.replace("|", "1")).split()


def _windows(words: Sequence[str], kind: Kind) -> Iterator[str]:
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + LONGEST_NAME) + 1):
            if kind == "name":
                yield from _long_enough(" ".join(words[start:end]))
            elif _is_number(number := "".join(words[start:end])):
                yield together(number)


def _long_enough(name: str) -> list[str]:
    return [name] if len(name) >= SHORT_NAME else []


def _is_number(text: str) -> bool:
    return len(text) >= SHORT_NUMBER and any(c.isdigit() for c in text)


def _shared(texts: set[str], share: float) -> tuple[tuple[str, float], ...]:
    return tuple((text, share / len(texts)) for text in sorted(texts) if len(text) <= LONGEST_TEXT)
