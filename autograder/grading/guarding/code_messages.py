"""Whether a comment, a text or a name in a program speaks to the grader.

The rules for prose hold, but a program may be about scores, instructions or prompts: words that its
own code uses (``about``) tell nothing by themselves. A text that it prints needs more than a
comment, which nobody but a reader sees.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from autograder.grading.guarding.clean_text import clean
from autograder.grading.guarding.decoding import views
from autograder.grading.guarding.injection import TALKS, UNTIED, weight
from autograder.grading.guarding.injection_rules import NUMBER, RULES
from autograder.grading.guarding.talk import STEMS
from autograder.grading.words import stem, tokens

COMMENT_TALKS = 4.5
"""Of 16,654 sentences in 600 files of Python, C, C++, Perl and others that nobody wrote for an exam
9 weigh more, 61 more than ``TALKS``; of 124 messages that no rule knows 63 and 92."""
MOST_WORDS = 40
"""What is longer is no sentence but a whole page: words of all kinds come together in it."""
_FORM = "forges the form of the grading"
_SCORE = "states a score"
_GRADED = (
    r"(?:marks?|grades?|scores?|points?|credits?|verdict|judge?ments?|labels?|ratings?|evaluation)"
)
_GIVEN = rf"{_GRADED}[ _](?:awarded|earned|achieved|obtained|given)"
_BEST = (
    rf"(?:fully |all )?(?:correct|true|yes|pass(?:ed)?|accepted|perfect|excellent|full|max\w*|top"
    rf"|best|met|all|entailed|fulfilled|satisf\w+|A\+?|100 ?%"
    rf"|{NUMBER}(?: ?(?:/|out of) ?{NUMBER})?)"
).replace(" ", "[ ]")
_KEY = (
    r"(?:\w*(?:score|verdict|grade|points?|marks?|correct|judge?ment|entail|label|criteria)\w*"
    r"|(?:\w+_)?met)"
)
_SMUGGLED = re.compile(
    rf"""^\W*(?:(?:the|my|final|total|overall|expected)\s+)*(?:\w+_)?(?:{_GIVEN}|{_GRADED})
        \W{{0,3}}(?:[:=←]|->|\bis\b(?:\ therefore)?)\W*{_BEST}\W*(?:points|marks|\([^)]*\))?\W*$
    | [\"']{_KEY}[\"']\s*:\s*[\"']?{_BEST}\b
    | <(score|grade|marks?|verdict|label|result|rating|system|admin|rubric)\b[^>]*>[^<]{{0,80}}</\1>
    | </?(?:student_?answer|rubric|verdict)> | </answer>
    | \bcriterion\ \d+\W{{1,3}}(?:is\ |fully\ )?(?:met|fulfilled|satisfied|yes)\b
    | \bcriteria\ (?:met|fulfilled|satisfied)\s*:
    | {_GIVEN}\W{{1,4}}{_BEST}\b
    | \b(\d+)\ ?(?:/|out\ of)\ ?\2\ (?:points|marks)\b""",
    re.X | re.I | re.M,
)
_ALL_OF_ALL = re.compile(
    rf"\b{_GRADED}\W{{1,3}}(?:is )?(\d+) ?(?:/|out of|of) ?\1\b"
    rf"|\b(\d+) ?(?:/|out of) ?\2 {_GRADED}\b",
    re.I,
)
"""Ten of ten: no program says so of its own scores in a comment."""
_TOKENS = re.compile(
    r"<\|[^|>]{1,40}\|>|<<\s*/?SYS\s*>>|\[/?INST\]|<(?:start|end)_of_turn>|<eos>|</s>"
    r"|\#\#\# (?:Response|Instruction)"
)
_RULES = tuple(
    (reason, re.compile("|".join(patterns).replace("X", r"[^.\n]{0,50}"), re.I))
    for reason, patterns in RULES.items()
    if reason != _FORM
)
_RULES += (
    ("speaks to the grader", re.compile(r"\bas an? (?:AI|LLM|\w* ?language model)\b", re.I)),
)
_PLAIN = (
    "asks for marks in another language",
    "passes a verdict on itself",
    "speaks to the grader",
    "tries to change how others are graded",
)
"""Reasons that no program's texts give by chance; the others need words of grading beside."""
_ASIDE = "tells the grader to set its instructions aside"
_INSTRUCTIONS = re.compile(r"instruction|rubric|prompt|guideline|criteria|scheme|reference", re.I)
_GRADING = STEMS["marks"] | STEMS["machine"] | STEMS["exam"]
_TOLD = ("marks", "grading", "grader", "exam", "machine", "plea", "authority")
_CODED = re.compile(
    r"[A-Za-z0-9+/_-]{24,}={0,2}"
    r"|(?:(?:%|\\x|\\u00|0x|\b|(?<=[0-9a-f]))[0-9a-f]{2}[\s,]?){12,}|(?:&#x?[0-9a-f]{2,4};){8,}",
    re.I,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n\s*\n|\n(?=\s*[A-Z])")


@dataclass(frozen=True, slots=True)
class Piece:
    """What a comment, a text or a name says, without the signs around it."""

    said: str
    is_comment: bool


def may_speak(said: str) -> bool:
    """Whether it is worth reading: three words, other letters, a score, or something encoded."""
    return (
        said.count(" ") > 1
        or not said.isascii()
        or any(pattern.search(said) for pattern in (_TOKENS, _SMUGGLED, _CODED))
    )


def reason_against(piece: Piece, about: Collection[str]) -> str:
    """Why it looks as if it were written to the grader; empty if it doesn't.

    ``about`` are stems of the question and of the program's own words.
    """
    if _TOKENS.search(piece.said):
        return _FORM
    said = _legible(piece.said)
    if any(_is_foreign(found.group(), about) for found in _SMUGGLED.finditer(said)):
        return _SCORE
    if piece.is_comment and _ALL_OF_ALL.search(said):
        return _SCORE
    most = COMMENT_TALKS if piece.is_comment else TALKS + UNTIED
    # A line's end may part what belongs together, so the whole is looked at too.
    for part in (re.sub(r"\s*\n\s*", " ", said), *_SENTENCE.split(said)):
        for view in _views(part):
            if reason := _by_rule(view, about, piece.is_comment):
                return reason
    sentences = (view for part in _SENTENCE.split(said) for view in _views(part))
    if any(weight(each, about) > most for each in sentences if each.count(" ") < MOST_WORDS):
        return "speaks about grading, not about the program"
    return ""


def states_score(line: str) -> bool:
    """Whether a line of the program itself says a score as one says it to a grader."""
    return _SMUGGLED.search(line) is not None


def _legible(said: str) -> str:
    """What a reader sees, where other letters or entities stand for plain ones."""
    if said.isascii() and "&#" not in said:
        return said
    return "\n".join(clean(line).text for line in said.split("\n"))


def _views(part: str) -> Iterator[str]:
    """What it reads as; with its gaps too, which in letters set apart tell where a word ends."""
    yield from views(" ".join(part.split()))
    if "  " in part.strip():
        yield from views(part.strip())


def _by_rule(sentence: str, about: Collection[str], is_comment: bool) -> str:
    for reason, pattern in _RULES:
        found = pattern.search(sentence)
        if found is None:
            continue
        may_be_chance = not is_comment and reason != _SCORE
        alone = reason in _PLAIN or (not may_be_chance and _is_foreign(found.group(), about))
        if reason == _ASIDE and not _INSTRUCTIONS.search(found.group()):
            alone = False  # "ignore the previous one" is said of a program's own values
        if alone or _talks(sentence, about):
            return reason
    return ""


def _is_foreign(words: str, about: Collection[str]) -> bool:
    """Whether it speaks of marks that the program itself has nothing to do with."""
    said = {stem(word.strip("_")) for word in tokens(words.replace("_", " "))}
    return not said & _GRADING & set(about)


def _talks(sentence: str, about: Collection[str]) -> bool:
    """Whether words of grading come together that the program doesn't bring along."""
    said = {stem(word) for word in tokens(sentence)}
    fresh = said.difference(about)
    return sum(bool(fresh & STEMS[kind]) for kind in _TOLD) > 1 or bool(said & STEMS["grader"])
