"""Where a typed text says who wrote it: to cover it for who marks blind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from autograder.domain.script import Script, Student
from autograder.reading.clues import SHORT_NUMBER
from autograder.reading.written.splitting import HEADING

COVER = "█"
"""As many as there were characters, so that places in the text stay what they are."""
SHORT_WORD = 3
"""Letters: a shorter part of a name is no name by itself."""
JOINED = 7
"""Letters from which first and last name are known without anything between them."""
SHORT_LINE = 80
"""Characters: a longer line is a paragraph, in which a signature's words mean nothing."""
_SIGNED = re.compile(
    r"\b(?:author|name|by|student|submitted|written|sincerely|regards|yours|copyright)\b|[©@]", re.I
)
_SAID = r"(?:\b(?:author|name|student|by)\b\W{1,4}|\bi(?: am|'m)\s+|\bmy name is\s+)"
_WORD = re.compile(r"[^\W\d_]+")
_HEAD, _TAIL = HEADING.split("{name}")
_NOBODY = r"(?!)"


@dataclass(frozen=True, slots=True)
class NamesInText:
    """Finds the class's names, numbers and addresses, and whatever else the author signs with."""

    anywhere: re.Pattern[str]
    own: re.Pattern[str]
    """Parts of the author's name, each a whole word."""
    said: re.Pattern[str]
    """Such a part behind "by", "I am" and the like."""
    in_file: re.Pattern[str]

    @classmethod
    def of(cls, script: Script, roster: Iterable[Student]) -> NamesInText:
        """For a script: whose it is, as far as that is known, is the author."""
        own = [script.title, *([script.student.name] if script.student else [])]
        words = {word for name in own for word in _WORD.findall(name) if len(word) >= SHORT_WORD}
        either = "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or _NOBODY
        long = "|".join(word for word in either.split("|") if len(word) > SHORT_WORD) or _NOBODY
        number = script.student.number if script.student else script.title
        return cls(
            _anywhere(tuple(roster), tuple(own), number),
            re.compile(_alone(either), re.I),
            re.compile(rf"{_SAID}(?P<name>{_alone(either)})", re.I),
            re.compile(long, re.I),
        )

    def covered(self, text: str) -> str:
        """The text with ``COVER`` in place of names; as long as it was."""
        return "\n".join(map(self._line, self._over(self.anywhere, text).split("\n")))

    def file(self, name: str) -> str:
        """A file's name without its author's, as it also stands above the file in an answer."""
        return self._over(self.in_file, self._over(self.anywhere, name))

    def _line(self, line: str) -> str:
        if line.startswith(_HEAD) and line.endswith(_TAIL):
            return f"{_HEAD}{self.file(line[len(_HEAD) : -len(_TAIL)])}{_TAIL}"
        if len(line) <= SHORT_LINE and (_SIGNED.search(line) or self._is_signature(line)):
            return self._over(self.own, line, capitals=True)
        return self._over(self.said, line, capitals=True)

    def _is_signature(self, line: str) -> bool:
        """Nothing but parts of the name, and initials."""
        rest = _WORD.findall(self.own.sub("", line))
        return bool(self.own.search(line)) and all(len(word) == 1 for word in rest)

    def _over(self, pattern: re.Pattern[str], text: str, capitals: bool = False) -> str:
        group = "name" if "name" in pattern.groupindex else 0
        for found in pattern.finditer(text):
            start, end = found.span(group)
            if start < end and not (capitals and text[start].islower()):
                text = text[:start] + COVER * (end - start) + text[end:]
        return text


@lru_cache(maxsize=256)
def _anywhere(roster: tuple[Student, ...], own: tuple[str, ...], number: str) -> re.Pattern[str]:
    names = {form for name in (*own, *(each.name for each in roster)) for form in _forms(name)}
    numbers = {each.number for each in roster if len(each.number) > SHORT_NUMBER + 1} | {number}
    given = {each for each in numbers if len(each) > SHORT_NUMBER and re.search(r"\d", each)}
    given |= {each.email for each in roster if each.email}
    forms = sorted(names | set(map(re.escape, given)), key=len, reverse=True)
    return re.compile(_alone("|".join(forms) or _NOBODY), re.I)


def _forms(name: str) -> Iterator[str]:
    """Patterns of a name of several words: both ways round, and without what is in the middle."""
    words = _WORD.findall(name)
    if len(words) < 2:
        return
    for some in (words, [words[0], words[-1]]):
        gap = r"[\W_]{0,3}" if len("".join(some)) >= JOINED else r"[\W_]{1,3}"
        yield gap.join(map(re.escape, some))
        yield gap.join(map(re.escape, reversed(some)))


def _alone(pattern: str) -> str:
    """The pattern where no letter or digit is right beside it."""
    return rf"(?<![^\W_])(?:{pattern})(?![^\W_])"
