"""A script as strips of writing: its lines in order, cut where a label stands inside a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.domain.script import Line, PlacedLine, Reading
from autograder.reading.labels import Labels

_MARK = r"\s*[:;→=>–—\-.]+\s*"
_ANSWER = re.compile(
    rf"^[^\w]{{0,3}}(?:(?:answer|answr|anser|answe|ansr|ans|anz){_MARK}|a[ns]\s*[:;]\s*"
    r"|(?:answer|ans)\s*$)",
    re.IGNORECASE,
)
_ANSWER_WORD = re.compile(r"^[^\w]{0,3}(?:Answer|ANSWER|Ans)\s+(?=[A-Z(“\"0-9])")
_QUESTION = re.compile(
    rf"^[^\w]{{0,3}}(?:(?:question|ques|que|qn|q){_MARK}(?!\d)|question\s*$)", re.IGNORECASE
)
_INSIDE = re.compile(r"(?<=[\s.?!:)\"”])(?:(?:Answer|ANSWER|Ans|ANS)\s*[:;→=–]|Question\s*[:;→])")


@dataclass(frozen=True)
class Strip:
    """A line, or the part of one from a label on. ``above`` and ``below`` count the lines of the
    page before and after it."""

    page_id: str
    line: Line
    above: int
    below: int

    @property
    def text(self) -> str:
        """What is written on it."""
        return self.line.text

    def without(self, characters: int) -> PlacedLine | None:
        """The strip after so many characters; None where nothing is left, struck out or not."""
        rest = cut(self.line, characters, len(self.line.text))
        if characters:  # a word that was struck out before the label stays in sight
            places = zip(self.line.words, offsets(self.line), strict=True)
            before = [word for word, (at, _) in places if word.struck and at < characters]
            rest = replace(rest, words=(*before, *rest.words)) if rest is not self.line else rest
        left = rest.text.strip(" .:;,-–—") or any(word.struck for word in rest.words)
        return PlacedLine(self.page_id, rest) if left else None


def strips(pages: Sequence[tuple[str, Reading]], labels: Labels) -> list[Strip]:
    """All strips of a script's pages, in order."""
    return [
        Strip(page_id, part, above, len(reading.lines) - above - 1)
        for page_id, reading in pages
        for above, line in enumerate(reading.lines)
        for part in _parts(line, labels)
    ]


def answer_mark(text: str) -> int:
    """The length of an "Answer:" at the start of ``text``; 0 where there is none."""
    match = _ANSWER.match(text) or _ANSWER_WORD.match(text)
    return match.end() if match else 0


def question_mark(text: str) -> int:
    """The length of a "Question:" at the start of ``text``; 0 where there is none."""
    match = _QUESTION.match(text)
    return match.end() if match else 0


def cut(line: Line, start: int, end: int) -> Line:
    """The part of a line between two places of its text, with its words and their box."""
    text = line.text[start:end]
    if text.strip() == line.text.strip():
        return line
    places = zip(line.words, offsets(line), strict=True)
    words = [word for word, (first, after) in places if start < _middle(first, after) <= end]
    left, top, right, bottom = line.box
    if words:
        left, right = min(word.box[0] for word in words), max(word.box[2] for word in words)
    else:
        width, length = right - left, max(1, len(line.text))
        left, right = left + width * start / length, left + width * end / length
    return replace(line, text=text.strip(), box=(left, top, right, bottom), words=tuple(words))


def offsets(line: Line) -> list[tuple[int, int]]:
    """Where each word begins and ends in the line's text; a struck one would stand there."""
    places, at = [], 0
    for word in line.words:
        start = at if word.struck else max(line.text.find(word.text, at), at)
        at = start if word.struck else start + len(word.text)
        places.append((start, at))
    return places


def _middle(first: int, after: int) -> float:
    """A word's middle in a text; one that was struck out goes with the word before it."""
    return (first + after) / 2 if after > first else max(0.5, first - 0.5)


def _parts(line: Line, labels: Labels) -> list[Line]:
    inside = {match.start() for match in _INSIDE.finditer(line.text)}
    starts = sorted({0, *inside, *labels.within(line.text)})
    ends = [*starts[1:], len(line.text)]
    parts = [cut(line, start, end) for start, end in zip(starts, ends, strict=True)]
    return [part for part in parts if part.text.strip() or (part.words and not line.text)]
