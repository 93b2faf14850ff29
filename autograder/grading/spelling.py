"""The words of an answer in one spelling, whatever was written with which capitals and signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.grading.guarding.clean_text import clean
from autograder.grading.words import FUNCTION_WORDS, stem

_SUPERSCRIPTS = str.maketrans({digit: f"^{value}" for value, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")})
_BULLET = re.compile(r"^\s*[*•·–-]\s+", re.M)
_HYPHENATED = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_])")
_MISREAD = re.compile(r"\b(?=\w{4})[^\W\d_]+[01][^\W\d_]+\b")  # a digit among letters
_TOKEN = re.compile(
    r"""
      \d+(?:[.,]\d+)*
    | [\u4e00-\u9fff\u3040-\u30ff]                  # an ideograph is a word
    | [^\W\d_]+(?:'[^\W\d_]+)*
    | (?<=\b[^\W\d_])'(?!\w)                        # the prime of A'
    | <?[-=]+> | <-+ | [<>=!]=
    | (?:(?<=\d)|(?<=\b\w))\s?[-–−]\s?(?=\d|\w\b)   # minus, or from ... to
    | (?<!\w)[-–−](?=\d|\w\b)                       # a sign
    | (?:(?<=\d)|(?<=\b\w))\s?/\s?(?=\d|\w\b)       # a fraction, not "and/or"
    | (?<=[\w)])\s?\*\s?(?=[\w(])
    | !(?=[\w(])
    | [^\w\s/*!'–−-]
    """,
    re.VERBOSE,
)
_SYMBOLS = frozenset("^%|~-–−/*!'")
_BRACKETS = frozenset("()[]{}")
_DASHES = frozenset("–−")
_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve"
_DIGITS = {word: str(value) for value, word in enumerate(_NUMBERS.split())}
_SHORT = re.compile(r"\b[^\W\d_]{1,2}\b")
_CARRIER = re.compile(r"([^\W\d_]{2,}) [A-HJ-Z]\b")
_AUXILIARY = re.compile(
    r"(do|does|did|is|are|was|were|would|could|should|has|have|had|must|need|might)n'?t"
)
_SHORTENED = {"can't": "can", "cant": "can", "cannot": "can", "won't": "will", "wont": "will"}
_CLITIC = re.compile(r"'(?:s|re|ve|ll|d|m)$")


@dataclass(frozen=True, slots=True)
class Notation:
    """How letters are used: words ``cased`` differ by their capitals (alleles: Tt, tt); after
    words that ``carry`` names an "a" is a name (bulb A)."""

    cased: frozenset[str] = frozenset()
    carry: frozenset[str] = frozenset()

    @classmethod
    def of(cls, given: Sequence[str], answers: Iterable[str]) -> Notation:
        """As the question's texts and the students use them."""
        cased = {word for text in (*given, *answers) for word in _written_twice(text)}
        carry = {stem(word.casefold()) for text in given for word in _CARRIER.findall(text)}
        return cls(frozenset(cased - FUNCTION_WORDS), frozenset(carry))


PLAIN = Notation()
"""Where letters are used as in any text."""


def spelled_alike(text: str, notation: Notation = PLAIN) -> Iterator[str]:
    """Words in lower case, contractions and numbers spelled out, and the signs of formulas.

    Punctuation is dropped, and brackets where there is no formula.
    """
    found = [match.group().strip() for match in _TOKEN.finditer(_plain(text))]
    formula = any(map(is_symbol, found))
    for sign in found:
        if sign[0].isalpha():
            yield from _spelled_out(sign, notation.cased)
        elif sign[0].isdecimal():
            yield _number(sign)
        elif sign == "&":
            yield "and"
        elif is_symbol(sign) or (formula and sign in _BRACKETS):
            yield "-" if sign in _DASHES else sign


def is_symbol(word: str) -> bool:
    """Whether it is a sign of a formula."""
    if len(word) > 1:
        return not word[-1].isalnum()
    return word in _SYMBOLS or unicodedata.category(word) == "Sm"


def _written_twice(text: str) -> set[str]:
    forms: dict[str, set[str]] = {}
    for word in _SHORT.findall(text):
        forms.setdefault(word.casefold(), set()).add(word)
    return {word for word, ways in forms.items() if len(ways) > 1}


def _plain(text: str) -> str:
    spelled = clean(_HYPHENATED.sub("", text).translate(_SUPERSCRIPTS)).text.replace("’", "'")
    letters = str.maketrans("01", "ol")
    return _MISREAD.sub(lambda found: found.group().translate(letters), _BULLET.sub("", spelled))


def _spelled_out(written: str, cased: Collection[str]) -> Iterator[str]:
    word = written.casefold()
    if word in cased:
        yield written
    elif word in _DIGITS:
        yield _DIGITS[word]
    elif short := (
        _SHORTENED.get(word) or (m.group(1) if (m := _AUXILIARY.fullmatch(word)) else "")
    ):
        yield from (short, "not")
    else:
        yield _CLITIC.sub("", word)


def _number(written: str) -> str:
    plain = re.sub(r",(?=\d{3}(?!\d))", "", written)
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
