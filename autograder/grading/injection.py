"""Finds sentences of an answer that talk to the grader instead of answering the question.

Rules instead of a model: they can be read, explain themselves, and their false alarms are counted
on honest answers (tests). The families follow the attacks published against answer graders:
direct commands, forged roles and chat tokens, smuggled scores, pleas, authority, disclosure.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from autograder.grading.injection_rules import RULES

_NEAR = r"[^.\n]{0,50}"
_COMPILED = tuple(
    (reason, re.compile("|".join(patterns).replace("X", _NEAR), re.I | re.M))
    for reason, patterns in RULES.items()
)
_SQUEEZED = re.compile(
    r"(?:ignore|disregard|forget)\w{0,20}(?:instruction|rubric|prompt)"
    r"|fullmarks|maximum(?:score|grade|marks)"
)
_BASE64 = re.compile(r"\b[A-Za-z0-9+/]{24,}={0,2}")
_HEX = re.compile(r"\b(?:[0-9a-f]{2}){12,}\b", re.I)
_LEET_WORD = re.compile(r"\b(?:[a-z]+\d|\d+[a-z])\w*", re.I)
_LEET = str.maketrans("0134578@$!", "oieastbasi")
_RAW_NOISE = re.compile(r"[^\w\s]{9,}")


def reason_against(sentence: str) -> str:
    """Why ``sentence`` looks as if it were written to the grader; empty if it doesn't."""
    for view in _views(sentence):
        for reason, pattern in _COMPILED:
            if pattern.search(view):
                return reason
    squeezed = re.sub(r"\W+", "", sentence.lower())
    if _SQUEEZED.search(squeezed):
        return "asks for marks"
    noise = _RAW_NOISE.search(sentence)
    if noise and len(set(noise.group())) > 4:
        return "forges the form of the grading"
    return ""


def _views(sentence: str) -> Iterator[str]:
    """The sentence as it stands, and as it reads once decoded."""
    yield sentence
    if len(_LEET_WORD.findall(sentence)) > 2:
        yield sentence.translate(_LEET)
    if "%" in sentence and unquote(sentence) != sentence:
        yield unquote(sentence)
    for code in _BASE64.findall(sentence):
        yield from _decoded(code, base64.b64decode)
    for code in _HEX.findall(sentence):
        yield from _decoded(code, bytes.fromhex)
    if re.search(r"rot.?13|caesar|cipher|decode", sentence, re.I):
        yield codecs.decode(sentence, "rot13")
    if re.search(
        r"\b(?:erongi|skram|tcerroc|noitcurtsni|snoitcurtsni|edarg|erocs)\b", sentence, re.I
    ):
        yield sentence[::-1]


def _decoded(code: str, decode: Callable[[str], bytes]) -> Iterator[str]:
    try:
        yield decode(code).decode("ascii")
    except (binascii.Error, ValueError):
        return
