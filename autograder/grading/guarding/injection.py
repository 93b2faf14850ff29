"""Finds sentences of an answer that talk to the grader instead of answering the question.

Two layers, both explainable: rules for what was published against answer graders (forged roles and
chat tokens, smuggled scores, commands), and the weight of words about grading in any phrasing.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from autograder.grading.guarding.decoding import hidden, views
from autograder.grading.guarding.injection_rules import RULES
from autograder.grading.guarding.parts import content, tokens
from autograder.grading.guarding.talk import STEMS
from autograder.grading.words import stem

_NEAR = r"[^.\n]{0,50}"
_COMPILED = tuple(
    (reason, re.compile("|".join(patterns).replace("X", _NEAR), re.I | re.M))
    for reason, patterns in RULES.items()
)
_SQUEEZED = re.compile(
    r"(?:ignore|disregard|forget)\w{0,20}(?:instruction|rubric|prompt)"
    r"|fullmarks|maximum(?:score|grade|marks)|highestmark"
)
_RAW_NOISE = re.compile(r"[^\w\s]{9,}")
_SCORE = re.compile(
    r"\b\d+(?:\.\d+)?\s*(?:/|out of)\s*\d+\b|\b(\d+) of \1\b|\b100\s?%|(?<!\S)A\+(?!\S)"
)
_LABEL = re.compile(r"^\W*[\w' ]{2,30}?\s*(?:[:=←]|->)", re.I)
_MARKUP = re.compile(r"</?[a-z_|!]|[|\]]>|\[/?[A-Z]{3,}|\{[\"'%#]|^\s*#|```|<<|>>>|\[x\]", re.I)
_CLAUSE = re.compile(r"[,;:\n(\)]|\s[-–]\s")
_CODE = re.compile(r"[;{}]\s*$|\w\(\)|==|\+\+|^\s*(?:int|for|if|while|return|class)\b.*[;{(]")
_SIGNS = re.compile(r"[<>{}\[\]|#★✓✔\\%:=]|[^\x00-\x7f]|\d\s?(?:/|out of)|^\W*(?:\d|[A-F]\+)")
_ALONE = frozenset(stem(word) for word in ("prompt", "rubric", "jailbreak", "grader", "examiner"))
ENGLISH = 0.2
_WEIGHTS = {
    "marks": 2.7,
    "grading": 1.7,
    "doing": 1.8,
    "right": 1.7,
    "top": 1.7,
    "you": 1.5,
    "grader": 2.9,
    "authority": 1.4,
    "exam": 2.3,
    "machine": 1.8,
    "aside": 0.4,
    "self": 2.8,
    "plea": 1.2,
    "scored": 2.4,
    "labelled": 2.1,
    "marked": 2.1,
    "tied": -1.5,
    "outside": -1.5,
    "length": -2.0,
    "always": -3.4,
}
"""Printed by models/guard/fit_talk.py, whose README says from which data; 0 is even odds there."""
TALKS, MAY_TALK = 1.5, -0.2
"""Of the real sentences that the weights were fitted on one in a thousand weighs more than
``MAY_TALK``, one in two thousand more than 0.4: ``TALKS`` is above it, as other subjects are
heavier. What weighs less than ``MAY_TALK`` isn't read twice."""
UNTIED, FEW = 4.5, 5
"""With fewer stems known nothing can tie a sentence to its subject, so it has to weigh more."""
SURE = 5.5
"""A lighter sentence may be the whole of an honest answer: then it is flagged, and read."""
_NO_TALK = -9.0
FEWEST_KINDS = 3
"""Kinds of such words, or signs of a score, that have to come together."""
_KINDS_AND_SIGNS = (*STEMS, "scored", "labelled", "marked")
_ALL_KINDS = frozenset().union(*STEMS.values())


def reason_against(sentence: str, known: Collection[str] = ()) -> str:
    """Why ``sentence`` looks as if it were written to the grader; empty if it doesn't.

    ``known`` are stems of the question and its mark scheme: they tie a sentence to the subject.
    """
    for view in views(sentence):
        reason = _by_rule(view)
        if reason:
            return reason
    if weight(sentence, known) > TALKS + (UNTIED if len(known) < FEW else 0.0):
        return "speaks about grading, not about the question"
    if any(hidden(sentence)):
        return "hides a message in code"
    return ""


def is_sure(sentence: str, known: Collection[str]) -> bool:
    """Whether a sentence that there is a reason against can be nothing but a message."""
    ruled = any(_by_rule(view) for view in views(sentence)) or any(hidden(sentence))
    return ruled or weight(sentence, known) > SURE


def weight(sentence: str, known: Collection[str] = ()) -> float:
    """How much of a sentence, or of its heaviest clause, is about grading. Unbounded, 0 is even."""
    whole = _weight(sentence, known)
    clauses = [each for each in _CLAUSE.split(sentence) if each.count(" ") > 3]
    return max([whole, *(_weight(each, known) - 1 for each in clauses)])


def _weight(sentence: str, known: Collection[str]) -> float:
    if _CODE.search(sentence):
        return _NO_TALK
    found = features(sentence, known)
    if sum(bool(found[name]) for name in _KINDS_AND_SIGNS) + bool(found["grader"]) < FEWEST_KINDS:
        return _NO_TALK
    return sum(_WEIGHTS[name] * value for name, value in found.items())


def features(sentence: str, known: Collection[str]) -> dict[str, float]:
    """What the weights are for: words of each kind, signs of a score, ties to the subject."""
    fresh = {stem(word) for word in tokens(sentence)}.difference(known)
    stems = content(sentence)
    outside = sum(word not in _ALL_KINDS and word not in known for word in stems)
    return {
        **{kind: min(2, len(fresh & words)) for kind, words in STEMS.items()},
        "scored": bool(_SCORE.search(sentence)),
        "labelled": bool(_LABEL.match(sentence)),
        "marked": min(3, len(_MARKUP.findall(sentence))),
        "tied": min(2, len({word for word in stems if word in known})),
        "outside": outside / max(1, len(stems)),
        "length": min(40, len(tokens(sentence))) / 10,
        "always": 1.0,
    }


def _by_rule(sentence: str) -> str:
    if not _may_break_rules(sentence):
        return ""
    for reason, pattern in _COMPILED:
        if pattern.search(sentence):
            return reason
    squeezed = re.sub(r"\W+", "", sentence.lower())
    if _SQUEEZED.search(squeezed):
        return "asks for marks"
    noise = _RAW_NOISE.search(sentence)
    if noise and len(set(noise.group())) > 4:
        return "forges the form of the grading"
    return ""


def _may_break_rules(sentence: str) -> bool:
    """Cheap: most honest sentences are English and hold at most one word of the rules."""
    words = tokens(sentence)
    talk = {stem(word) for word in words} & _ALL_KINDS
    small = len(words) - len(content(sentence))
    foreign = small < ENGLISH * len(words) and len(words) > 1
    return len(talk) > 1 or foreign or bool(talk & _ALONE or _SIGNS.search(sentence))
