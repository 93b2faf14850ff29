"""Lists in a reference answer: bullets, a point a line, “these are: a, b and c”."""

from __future__ import annotations

import re
from collections.abc import Set

from autograder.grading.words import stems

LONGEST_LINE = 60
"""Lines up to this length are points of their own; longer ones may be a paragraph's."""
LONGEST_ITEM = 6
LONGEST_FIRST = 14
"""Words of an item in a sentence; the first one also holds the beginning of the sentence."""
# In the middle of a line a dash or star is a list's only behind a full stop or colon: in a formula
# it is a minus or times.
_BULLET = re.compile(r"(?:(?:^|(?<=\s))[•▪●○◦]|(?:^|(?<=[.;:] ))[-–*])\s+(?=\S)|[①-⑳]\s*", re.M)
_NUMBERED = re.compile(
    r"(?:^|(?<=[\s.;:,]))\(?(\d{1,2}|[a-h]|[ivx]{1,4})[.)]\s+(?=\S)", re.M | re.I
)
_COUNTS = (
    [str(number) for number in range(1, 21)],
    list("abcdefgh"),
    ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"],
)
_COMMA = re.compile(r"\s*,\s*(?:(?:and|or|&)\s+)?")
_AND = re.compile(r"\s+(?:and|&)\s+")
_LEAD = re.compile(r"^.*\b(?:are|is|includes?|namely|following)\s+", re.I)
_SUBORDINATE = re.compile(
    r"(?:when|whenever|if|while|after|before|as|since|although|because|for|in|on|to)\b", re.I
)
_NO_ITEM = re.compile(r"(?:but|which|who|where|while|so|not|that|e\.?g|i\.?e)\b", re.I)
_COUNTING = {"two", "three", "four", "five", "six", "seven", "eight", "follow"}


def items(text: str) -> list[str]:
    """The items of a list that is written as one, its heading dropped; none where it isn't."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    parts = _numbered(text) or _stripped(_BULLET.split(text))
    if len(parts) < 2 and all(len(line) <= LONGEST_LINE or line[-1] in ".;" for line in lines):
        parts = lines
    if len(parts) < 2 and text.count(";") >= 2:
        parts = _stripped(text.split(";"))
    if len(parts) > 2 and parts[0].endswith(":"):
        parts = parts[1:]
    return parts if len(parts) >= 2 else []


def listed(sentence: str, known: Set[str]) -> list[str]:
    """The items that a sentence counts up; none where it counts nothing up.

    ``known`` are the question's stems: a beginning that says no more than the question is dropped.
    """
    lead, colon, body = sentence.rstrip(" .").rpartition(":")
    if not colon and (found := _LEAD.match(body)) and set(stems(found[0])) <= known | _COUNTING:
        body = body[found.end() :]
    body = body.strip()
    parts = _parted(body)
    if len(parts) < (2 if colon else 3) or _SUBORDINATE.match(body):
        return []
    first, *others = [len(part.split()) for part in parts]
    if first > LONGEST_FIRST or max(others) > LONGEST_ITEM or any(map(_NO_ITEM.match, parts)):
        return []
    if set(stems(lead)) <= known | _COUNTING:
        return parts
    return [f"{lead.strip()}: {parts[0]}", *parts[1:]]


def _numbered(text: str) -> list[str]:
    """Cut at numbers that count on from the first: 1, 2, 3 or a, b, c or i, ii, iii."""
    for count in _COUNTS:
        found, wanted = [], iter(count)
        expected = next(wanted)
        for each in _NUMBERED.finditer(text):
            if each[1].lower() == expected:
                found.append(each)
                expected = next(wanted, "")
        if len(found) >= 2:
            ends = [*(each.start() for each in found[1:]), len(text)]
            cut = [text[each.end() : end] for each, end in zip(found, ends, strict=True)]
            return _stripped([text[: found[0].start()], *cut])
    return []


def _stripped(parts: list[str]) -> list[str]:
    return [part.strip() for part in parts if part.strip()]


def _parted(text: str) -> list[str]:
    parts = [part for part in _COMMA.split(text) if part]
    *before, last = parts or [""]
    halves = _AND.split(last)
    if len(halves) < 2:
        return parts
    pair = [last[: -len(halves[-1])].rsplit(maxsplit=1)[0], halves[-1]]
    # “hold and wait” is one thing unless the other items are as short as its halves.
    shortest = min((len(part.split()) for part in before), default=1)
    return [*before, *pair] if min(len(half.split()) for half in pair) >= shortest else parts
