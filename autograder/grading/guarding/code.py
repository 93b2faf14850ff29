"""Code as an answer: what in it is written for a reader, and whether that speaks to the grader.

A program's own words (``return``, ``print``, ``score = 0``) are no message to anybody; comments,
texts and long names may be. So only these are looked at, each without the signs around it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

from autograder.domain.grade import Span
from autograder.grading.guarding.clean_text import CleanText, clean
from autograder.grading.guarding.decoding import views
from autograder.grading.guarding.injection import TALKS, UNTIED, weight
from autograder.grading.guarding.injection_rules import RULES
from autograder.grading.guarding.remark import Remark
from autograder.grading.guarding.talk import STEMS
from autograder.grading.words import stem, tokens

FEWEST_LINES, MOSTLY = 3, 0.6
"""So many lines, of so large a share of those that are no comment, make a text a program; the
same share of the characters."""
LONGEST = 16_000
"""Characters of a program that are read."""
_COMMENT = re.compile(r"\s*(?://|/\*|\*|--\s|<!--|\#(?!\s*(?:include|define|if|endif|pragma)))")
_CODE_LINE = re.compile(
    r"""[;{}]\s*(?://.*|/\*.*)?$ | ^\s*[})\]]+[;,)]*\s*$ | ^\s*(?:\#\s*(?:include|define|if|endif)
    | (?:from\s+\S+\s+)?import\s+[\w.*{]|package\s+[\w.]+;|using\s+\w+
    | def\s+\w+\(|class\s+\w+\s*[:({]
    | (?:if|for|while|elif|else|try|except|finally|with|switch|case|function|fn|func|sub|end)\b
      .*[:({]\s*$
    | return\b(?!\s+\w+\s+\w+\s)|print\w*\(|@\w+\s*$|let\s|const\s|var\s
      |public\s|private\s|static\s)
    | ^\s*[\w.\[\]]+\s*(?:[-+*/%|&]?=|:=|<-)\s*\S | ^\s*[\w.]+\(.*\)\s*$
    | ^\s*<[/!]?(?:doctype|html|head|body|div|p|span|a|[uo]l|li|table|tr|t[dh]|form|button|script
      |style|link|meta|img|h\d|nav|section|header|footer|main|label)\b[^>]*>""",
    re.X,
)
_BLOCK = re.compile(r"/\*.*?\*/|<!--.*?-->|\"\"\".*?\"\"\"|'''.*?'''", re.S)
_PROSE = re.compile(
    r"""(?P<block>/\*.*?(?:\*/|\Z) | <!--.*?(?:-->|\Z) | \"\"\".*?(?:\"\"\"|\Z) | '''.*?(?:'''|\Z)
        | \(\*\s.*?(?:\*\)|\Z) | \{-.*?(?:-\}|\Z))
    | (?P<lines>(?:(?://+|(?<!\S)\#+(?!\s*(?:include|define|if|endif|pragma))
        |^[ \t]*(?:--+|%+|;;+))[^\n]*(?:\n[ \t]*|\Z))+)
    | (?P<text>\"(?:[^\"\\\n]|\\.)*\" | '(?:[^'\\\n]|\\.)*')
    | (?P<name>\b[A-Za-z]\w{17,}\b)""",
    re.X | re.S | re.M,
)
_SIGNS = re.compile(r"^[ \t]*(?:/\*+|\*+/?|//+[/!]?|\#+!?|--+|%+|;;+|<!--)|(?:\*/|-->)\s*$", re.M)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n\s*\n")
_HUMPS = re.compile(r"_+|(?<=[a-z])(?=[A-Z])")
_TOKENS = re.compile(
    r"<\|[^|>]{1,40}\|>|<<\s*/?SYS\s*>>|\[/?INST\]|<(?:start|end)_of_turn>|<eos>|</s>"
    r"|\#\#\# (?:Response|Instruction)"
)
_FORM = "forges the form of the grading"
_RULES = tuple(
    (reason, re.compile("|".join(patterns).replace("X", r"[^.\n]{0,50}"), re.I))
    for reason, patterns in RULES.items()
    if reason != _FORM
)
_TOLD = ("marks", "grading", "grader", "exam", "machine", "plea", "authority")
_RULES += (
    ("speaks to the grader", re.compile(r"\bas an? (?:AI|LLM|\w* ?language model)\b", re.I)),
)
_PLAIN = (
    "asks for marks in another language",
    "passes a verdict on itself",
    "states a score",
    "speaks to the grader",
    "tries to change how others are graded",
)
"""Reasons that no program's comments give by chance; the others need words of grading beside."""
REASON = "This part of the code {reason}."


def is_code(text: str) -> bool:
    """Whether a text is a program rather than prose with a formula in it."""
    bare = _BLOCK.sub("", text)
    lines = [line for line in bare.split("\n") if line.strip() and not _COMMENT.match(line)]
    code = [line for line in lines if _CODE_LINE.search(line) and _is_latin(line)]
    if len(lines) < FEWEST_LINES or len(code) < MOSTLY * len(lines):
        return False
    return sum(map(len, code)) >= MOSTLY * sum(map(len, lines))  # a long sentence weighs as such


def _is_latin(line: str) -> bool:
    return sum(not char.isascii() for char in line) <= len(line) // 4


def remarks(text: str, known: Collection[str]) -> Iterator[Remark]:
    """Comments, texts and names that speak to the grader; ``known`` are the question's stems."""
    for span, said in prose_in(text):
        if reason := _reason(said, known):
            yield Remark("injection", REASON.format(reason=reason), span)


def readable(raw: str) -> CleanText:
    """The program as it stands, its layout kept, but for characters that nobody can see."""
    shown = [
        (character, (at, at + 1))
        for at, character in enumerate(raw)
        if character.isascii() or unicodedata.category(character) not in ("Cf", "Co", "Cn", "Cs")
    ]
    hints = clean(raw)
    return CleanText(
        text="".join(character for character, _ in shown[:LONGEST]),
        origins=tuple(origin for _, origin in shown[:LONGEST]),
        hidden=hints.hidden,
        oddities=hints.oddities,
        cut=len(shown) > LONGEST,
    )


def prose_in(text: str) -> Iterator[tuple[Span, str]]:
    """What is written for a reader, a comment or a text a piece, with its place."""
    for found in _PROSE.finditer(text):
        if found.lastgroup == "name":
            said = _HUMPS.sub(" ", found.group())
        elif found.lastgroup == "text":
            said = found.group()[1:-1].replace("\\n", ". ")
        else:
            said = _SIGNS.sub("", found.group()).strip("\"' \t\n")
        if said.count(" ") > 1 or not said.isascii() or _TOKENS.search(said):
            start, end = found.span()
            yield (start, end - (len(found.group()) - len(found.group().rstrip()))), said


def _reason(said: str, known: Collection[str]) -> str:
    if _TOKENS.search(said):
        return _FORM
    whole = " ".join(said.split())
    sentences = [" ".join(each.split()) for each in _SENTENCE.split(said)]
    for sentence in (whole, *sentences):  # a line's end may part what belongs together
        for view in views(sentence):
            if reason := _by_rule(view, known):
                return reason
    if any(weight(each, known) > TALKS + UNTIED for each in sentences):
        return "speaks about grading, not about the program"
    return ""


def _by_rule(sentence: str, known: Collection[str]) -> str:
    for reason, pattern in _RULES:
        if pattern.search(sentence) and (reason in _PLAIN or _talks(sentence, known)):
            return reason
    return ""


def _talks(sentence: str, known: Collection[str]) -> bool:
    """Whether words of grading come together that the question doesn't bring along."""
    said = {stem(word) for word in tokens(sentence)}
    fresh = said.difference(known)
    return sum(bool(fresh & STEMS[kind]) for kind in _TOLD) > 1 or bool(said & STEMS["grader"])
