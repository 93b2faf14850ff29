"""A sentence as it stands, and as it reads once what hides it is undone."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from autograder.grading.words import FUNCTION_WORDS

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
_BASE32 = re.compile(r"\b[A-Z2-7]{24,}={0,6}")
_HEX = re.compile(r"(?:(?:\\x|0x|\b|(?<=[0-9a-f]))[0-9a-f]{2}[\s,]?){12,}", re.I)
_BINARY = re.compile(r"(?:[01]{8}[\s,]*){6,}")
_CODES = re.compile(r"(?:\b(?:3[2-9]|[4-9]\d|1[01]\d|12[0-6])\b[\s,]*){12,}")
_ESCAPES = re.compile(r"(?:\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[0-7]{3})){4,}", re.I)
_MORSE = re.compile(r"(?:[.\-−·]{1,6}[ /|]+){10,}")
_SPACED = re.compile(r"(?:\b\w[\s.\-_*|,]+){12,}")
_LEET_WORD = re.compile(r"\b(?:[a-z]+[\d@$!]|[\d@$!]+[a-z])[\w@$!]*", re.I)
_LEET = (str.maketrans("0134578@$!", "oieastbasi"), str.maketrans("0134578@$!", "oleastbasl"))
_COMMON_WORDS = """
    the is are of to and that this all you your give me answer mark marks full grade for not as be
    with what it in please score correct ignore points award instructions
    """
_COMMON = frozenset(_COMMON_WORDS.split())
_SIGNALS = """
    .- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .--
    -..- -.-- --..
    """
_MORSE_LETTERS = dict(zip(_SIGNALS.split(), _LETTERS, strict=True))
_SHIFTS = (
    *(str.maketrans(_LETTERS, _LETTERS[by:] + _LETTERS[:by]) for by in range(1, 26)),
    str.maketrans(_LETTERS, _LETTERS[::-1]),
)
READABLE = 3
"""Common English words that a decoded text must hold more of than the one that stands there."""


def views(sentence: str) -> Iterator[str]:
    """``sentence``, then what it reads as with digits for letters, gaps, or anything hidden."""
    yield sentence
    if len(_LEET_WORD.findall(sentence)) > 2:
        for table in _LEET:
            yield sentence.lower().translate(table)
    if _SPACED.search(sentence):
        yield _closed_up(sentence)
    yield from hidden(sentence)


def hidden(sentence: str) -> Iterator[str]:
    """Everything readable that nobody sees without decoding it."""
    found = [*_escaped(sentence), *_blobs(sentence)]
    if _MORSE.search(sentence):
        found.append(
            "".join(_MORSE_LETTERS.get(sign, " ") for sign in re.split(r"[ |]+", sentence))
        )
    yield from (text for text in found if _reads_as_text(text))
    yield from _ciphers(sentence)


def _reads_as_text(text: str) -> bool:
    letters = sum(character.isalpha() or character == " " for character in text)
    return letters >= 0.8 * len(text) and bool(text)


def _escaped(sentence: str) -> Iterator[str]:
    if "%" in sentence and unquote(sentence) != sentence:
        yield unquote(sentence)
    if _ESCAPES.search(sentence):
        yield re.sub(
            r"\\(?:u([0-9a-f]{4})|x([0-9a-f]{2}))",
            lambda match: chr(int(match[1] or match[2], 16)),
            sentence,
            flags=re.I,
        )


def _blobs(sentence: str) -> Iterator[str]:
    for code in _BASE64.findall(sentence):
        padded = code.rstrip("=") + "=" * (-len(code.rstrip("=")) % 4)
        yield from _text(padded, lambda each: base64.b64decode(each, altchars=b"-_"))
        yield from _text(padded, base64.b64decode)
    for code in _BASE32.findall(sentence):
        yield from _text(code.rstrip("=") + "=" * (-len(code.rstrip("=")) % 8), base64.b32decode)
    for match in _HEX.finditer(sentence):
        yield from _text(re.sub(r"\\x|0x|[\s,]", "", match[0], flags=re.I), bytes.fromhex)
    for match in _BINARY.finditer(sentence):
        yield "".join(chr(int(byte, 2)) for byte in re.findall(r"[01]{8}", match[0]))
    for match in _CODES.finditer(sentence):
        yield "".join(chr(int(code)) for code in re.findall(r"\d+", match[0]))


def _text(code: str, decode: Callable[[str], bytes]) -> Iterator[str]:
    try:
        yield decode(code).decode("ascii")
    except (binascii.Error, ValueError):
        return


def _closed_up(sentence: str) -> str:
    """ "g i v e   m e" as "give me" where the gaps tell, else as one word."""
    gaps = re.sub(r"(?<=\w)[ .\-_*|,](?=\w\b)", "", sentence)
    return re.sub(r"\s+", " ", gaps)


def _ciphers(sentence: str) -> Iterator[str]:
    """Backwards, shifted by any number of letters, or the alphabet turned round."""
    words = re.findall(r"[a-z]+", sentence.lower())
    if len(words) < READABLE or sum(word in FUNCTION_WORDS for word in words) > 0.15 * len(words):
        return
    least = max(READABLE, len(words) // 5)
    for read in (sentence[::-1], " ".join(word[::-1] for word in sentence.split())):
        if _common(re.findall(r"[a-z]+", read.lower())) >= least:
            yield read
    for table in _SHIFTS:
        if _common([word.translate(table) for word in words]) >= least:
            yield sentence.lower().translate(table)


def _common(words: list[str]) -> int:
    return sum(word in _COMMON for word in words)
