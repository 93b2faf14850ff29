"""Question labels as an exam prints them, students write them and OCR misreads them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import Levenshtein

PLAIN = 0.6
"""From this weight on a label is a label; below it is as likely a numbered step of an answer."""

FAINT = 0.12
"""Marks below this weight are none."""

_LABEL = re.compile(
    r"^(?P<code>.*?)(?P<word>(?:questions?|ques|qn|q|problem|task|exercise|ex)\.?\s*(?:no\.?)?)?"
    r"[\s\-.#(]*(?P<number>\d{1,3})(?P<parts>(?:[\s.\-(\[]*(?:[ivx]{1,4}|[a-z])(?![a-z])[)\].]*)*)[\s.):\]]*$",
    re.IGNORECASE,
)
_LEAD = r"^[^\w(\[]{0,3}\s*[(\[]?"
_QUESTION = r"[qgo0][uvn][ec][s5][tl][il1|]?[oau0][nuhr]"  # "question", and how it is misread
_ANSWER = r"a[nuhm][szg5](?:[wvu][ec][rn])?"
_DIGIT = r"(?P<number>\d{1,3}|[IiLl|!ZzSs](?!\w))"
_ASKED = re.compile(
    _LEAD + rf"(?P<word>{_QUESTION}|quest|ques|que|qn|problem|task|exercise|q)\s*"
    rf"[-.:#→>=]*\s*(?:no|num|number)?[\s\-.:#(\[]*{_DIGIT}(?![A-Za-z]*\d)",
    re.IGNORECASE,
)
_ANSWERED = re.compile(
    _LEAD + rf"(?P<word>{_ANSWER}|sol(?:ution)?|a(?=[-.]?\d))\s*[-.:#→>=]*\s*"
    rf"(?:to|no|num|number)?[\s\-.:#(\[]*(?:q(?:uestion)?\s*\.?\s*)?{_DIGIT}(?!\w*\d)",
    re.IGNORECASE,
)
_COURSE = re.compile(  # "18AI81Q2" where the exam's own label is "Q2"
    rf"^[^\w]{{0,3}}(?=\w*\d)[A-Z0-9l]{{4,9}}\s?[-.]?\s?Q\s?\.?\s?{_DIGIT}(?!\w)"
)
_MISREAD = re.compile(r"^[^\w]{0,2}(?P<q>[0OoDGg9@&])\s?[.\-]?(?P<number>\d{1,2})(?!\d|[.,]\d)")
_BARE = re.compile(r"^[^\w(\[]{0,2}[(\[]?\s?(?P<number>\d{1,3}|[Il|](?!\w))(?!\d|[.,]\d)")
_BRACKET = re.compile(r"^\W{0,2}(?P<number>\d{1,2}?)[.,]?\s?[7JI](?=\s+\S|$)")
_PART = re.compile(r"^\W{0,2}(?P<part>[a-z]|[ivx]{1,4})\s*[)\].:]", re.IGNORECASE)
_CLOSING = re.compile(r"\s*[-.,)\]}:;>=→–—]*\s*")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
_FOLDED = str.maketrans("QOILZSBG|!", "0011258611")
_DIGITS = str.maketrans("IiLl|!ZzSs", "1111112255")


@dataclass(frozen=True)
class Mark:
    """A place where the question of index ``question`` may begin: a label of ``length`` characters.

    ``weight`` (0-1) is how sure that is. ``part_only``: just "(b)", of whichever question is open.
    """

    question: int
    length: int
    weight: float
    part_only: bool = False
    bare: bool = False
    """Just a number, which a step of an answer may be as well."""
    by_number: bool = False
    """A number without a word or code, perhaps with its part: "2" and "2(a)"."""


@dataclass(frozen=True)
class Label:
    """An exam's label taken apart: "18AI81Q1(b)" is code 18AI81, a word, number 1, parts ("b",)."""

    code: str
    worded: bool
    number: str
    parts: tuple[str, ...]

    @staticmethod
    def of(text: str) -> Label:
        """Takes a label apart; one without a number is all code."""
        match = _LABEL.match(unicodedata.normalize("NFKC", text).strip())
        if match is None:
            return Label(_plain(text), False, "", ())
        parts = re.findall(r"[ivx]+|[a-z]", match["parts"].lower())
        number = match["number"].lstrip("0") or "0"
        return Label(_plain(match["code"]), bool(match["word"]), number, tuple(parts))

    @cached_property
    def head(self) -> str:
        """What stands before the number, folded."""
        return _fold(self.code + ("Q" if self.worded else ""))


class Labels:
    """The labels of one exam."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = [Label.of(text) for text in labels]
        self.worded = any(label.worded or label.code for label in self._labels)
        """The exam's own labels are more than numbers, so that a bare number is no label yet."""

    def number(self, question: int) -> tuple[str, str]:
        """What the parts of one question share."""
        return self._labels[question].code, self._labels[question].number

    def marks(self, text: str) -> list[Mark]:
        """Every question whose label may stand at the start of ``text``, the best mark of each."""
        best: dict[int, Mark] = {}
        for mark in self._all_marks(text):
            if mark.weight < FAINT:
                continue
            if mark.question not in best or mark.weight > best[mark.question].weight:
                best[mark.question] = mark
        return list(best.values())

    def foreign(self, text: str) -> str:
        """A label, "Q7", that is certainly one but none of this exam's; else empty."""
        match = _ASKED.match(text) or _ANSWERED.match(text)
        if match is None or not match["number"].isdigit() or self.marks(text):
            return ""
        closed = text[match.end() :]
        return match[0].strip() if re.match(r"\s*([-.)\]:]|$)", closed) else ""

    def within(self, text: str) -> list[int]:
        """Where labels begin inside a line: whole codes, and "Q2." after the end of a sentence."""
        starts = {match.start() for match in re.finditer(r"(?<=[.?!;]\s)Q\s?\d+\s?[.):]", text)}
        for start in (match.end() for match in re.finditer(r"\s+", text)):
            if any(self._coded(index, text[start:]) for index in range(len(self._labels))):
                starts.add(start)
        return sorted(start for start in starts if start and self.marks(text[start:]))

    def _all_marks(self, text: str) -> Iterator[Mark]:
        for index in range(len(self._labels)):
            coded = self._coded(index, text)
            if coded:
                yield coded
        for match, weight, bare in _numbers(text, self.worded):
            number = match["number"].translate(_DIGITS).lstrip("0") or "0"
            for index, label in enumerate(self._labels):
                if label.number == number:
                    yield self._numbered(index, text, match.end(), weight, bare)
        lone = _PART.match(text)
        for index, label in enumerate(self._labels):
            if lone and label.parts and label.parts[-1] == lone["part"].lower():
                yield Mark(index, _closed(text, lone.end()), 0.3, part_only=True)

    def _coded(self, index: int, text: str) -> Mark | None:
        label = self._labels[index]
        if not label.code:
            return None
        written, ends = _spelled(text, len(label.head) + len(label.number) + 2)
        for length in (len(label.head), len(label.head) - 1, len(label.head) + 1):
            slips = Levenshtein.distance(written[:length], label.head)
            end = length + len(label.number)
            if end > len(ends):
                continue
            if slips > (len(label.head) >= 5) or written[length:end] != _fold(label.number):
                continue
            at = ends[end - 1]
            if at < len(text) and text[at].isdigit():
                continue
            return self._numbered(index, text, at, 1.0 - 0.1 * slips, False, own=True)
        return None

    def _numbered(
        self, index: int, text: str, end: int, weight: float, bare: bool, own: bool = False
    ) -> Mark:
        label, by_number = self._labels[index], bare
        for part in label.parts:
            match = re.compile(rf"[\s.\-]*[(\[]?\s?{part}(?![a-z])", re.IGNORECASE).match(text, end)
            if match is None:  # "2." may open 2(a), but not as surely as "2(a)"
                return Mark(index, _closed(text, end), weight * 0.7, bare=bare, by_number=by_number)
            end = match.end()
            weight, bare = min(1.0, weight + 0.3), False
        if label.code and not own:
            weight *= 0.9
        return Mark(index, _closed(text, end), weight, bare=bare, by_number=by_number)


def _numbers(text: str, worded: bool) -> Iterator[tuple[re.Match[str], float, bool]]:
    """Readings of the start of ``text`` as a numbered label: match, weight, is it just a number."""
    for pattern in (_ASKED, _ANSWERED):
        match = pattern.match(text)
        if match and (pattern is _ASKED or _ends(match, text[match.end() :])):
            yield match, 1.0 if match["number"].isdigit() else 0.7, False
    match = _COURSE.match(text)
    if match:
        yield match, 0.9, False
    match = _MISREAD.match(text)
    if match and worded and not _ORDINAL.match(text, match.end()):
        yield match, PLAIN if match["q"] in "0OoD" else 0.35, False
    match = _BARE.match(text)
    if match:
        yield match, _bare_weight(match, text[match.end() :]), True
    match = _BRACKET.match(text)
    if match:
        yield match, 0.2, True


def _bare_weight(match: re.Match[str], rest: str) -> float:
    digits = match["number"].isdigit()
    if rest[:1].isalpha():
        return 0.1 if digits else 0.0  # enough only where a part follows: "2b"
    if re.match(r"\s?[.)\]}:]", rest):
        return 0.4 if digits else 0.25
    if re.match(r"\s?[(\[]\s?[a-zA-Z]\s?[)\]]", rest):
        return 0.35 if digits else 0.3
    if re.match(r"\s*[-–—→>]", rest) or (digits and not rest.strip()):
        return 0.3
    return (0.15 if re.match(r"\s+[A-Z(“\"]", rest) else FAINT) if digits else 0.0


def _ends(match: re.Match[str], rest: str) -> bool:
    """Whether this is a label, not a sentence: "Answer 2:", "Ans-2 The", but not "Answer 2 of"."""
    joined = re.search(r"[-.:#→>=(]", match[0])
    return bool(joined or re.match(r"\s*([-.)\]:(\[→>]|[a-hA-H][).]|$)|\s+[A-Z“\"]", rest))


def _closed(text: str, end: int) -> int:
    match = _CLOSING.match(text, end)
    return match.end() if match else end


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).upper()


def _fold(text: str) -> str:
    """Letters and digits that are written alike become one: "18AI81QI" and "l8A181Q1" are equal.

    As long as ``text``: a letter whose capital is two ("ß") stays as it is.
    """
    capitals = (char.upper() if len(char.upper()) == 1 else char for char in text)
    return "".join(capitals).translate(_FOLDED)


def _spelled(text: str, length: int) -> tuple[str, list[int]]:
    """The first ``length`` letters and digits, folded, and where each ends in ``text``."""
    ends = [at + 1 for at, char in enumerate(text[: 3 * length]) if char.isalnum() or char in "|!"]
    ends = ends[:length]
    return _fold("".join(text[end - 1] for end in ends)), ends
