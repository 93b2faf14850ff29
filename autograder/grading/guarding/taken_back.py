"""Answers that take back what they say, or say it both ways: what can't be held to earns nothing.

Mixing right and wrong is one of the three ways of gaming that NBME names (arXiv 2505.00061).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.domain.grade import Span
from autograder.grading.guarding.given import Given
from autograder.grading.guarding.parts import content, spans, tokens
from autograder.grading.guarding.remark import Remark
from autograder.grading.words import FUNCTION_WORDS, NEGATIONS, stem

_ALL = r"(?:all|none|both|everything|nothing|most|neither|any|each)"
_SAID = (
    r"(?:(?:of )?(?:the |these |those |this |that |what )?(?:\w+ )?(?:above|before|previous(?:ly)?"
    r"|this|that|these|those|it|i (?:just )?(?:said|wrote)|statements?|answers?|sentences?))"
)
_BACKWARDS = re.compile(
    rf"\b{_ALL} {_SAID}\b.{{0,30}}?\b(?:is|are|was|were)\b.{{0,12}}?"
    r"\b(?:wrong|false|incorrect|correct|right|true|not)\b"
    r"|\b(?:no|oh|sorry|actually),? ?wait\b|\bscratch that\b"
    r"|(?<!not )\bforget (?:that|it|what i (?:said|wrote))\W*$"
    r"|\b(?:i (?:take|took) (?:it|that|this|everything|all)(?: of it)? back)\b"
    r"|\bor (?:maybe |perhaps |possibly |else )?(?:it is |it's )?(?:just |exactly |precisely )?"
    r"(?:the )?(?:exact |very |complete )?(?:opposite|contrary|other way (?:a)?round|reverse)\b"
    r"(?! (?:of|side|direction|end|pole|order))"
    r"|\bor (?:maybe |perhaps )?the (?:exact |very )?opposite of (?:this|that|it)\b"
    r"|\b(?:one|only one|either) of (?:the|these|them|those)(?: two| both)?"
    r"(?: statements?| answers?)? (?:is|must be|has to be|should be) (?:right|true|correct)\b"
    r"|\b(?:pick|choose|take|use) (?:whichever|the (?:one|right|correct))\b"
    r"|\bwhichever (?:is|one is|you)\b"
    r"|\bmaybe (?:it is |it's )?(?:true|so),? (?:and )?maybe not\b"
    r"|\b(?:this|that|it|the above) (?:may|might|could) (?:also )?be (?:completely |all )?"
    r"(?:wrong|false)\b|\b(?:just kidding|only joking|not really)\W*$",
    re.I,
)
_CUT = re.compile(
    r"\[\s*(?:crossed|struck|scratched|ruled)[ -]?(?:out|through)\s*\].*?"
    r"(?:\[\s*/[^\]]*\]|(?=\n)|$)"
    r"|~~.+?~~|<(del|s|strike)>.*?</\1>|\(\s*(?:crossed|struck) out\s*:.*?\)",
    re.I | re.S,
)
_DENIAL = re.compile(
    r"^\W*(?:it (?:is|isn't|is not|'s)|it's|that's) "
    r"(?:not (?:true|the case|correct|right)|n't true|false|wrong|incorrect|untrue)"
    r"(?: to (?:say|claim|state))?,? that\b"
    r"|^\W*the (?:exact |very )?opposite of (?:the following|this|what follows)\b[^:.]*:?"
    r"|^\W*(?:none|neither|nothing) of (?:the following|what follows|this)\b[^:.]*:"
    r"|^\W*(?:wrong|false|incorrect|not true)\s*:"
    r"|^\W*(?:i|we) (?:do not|don't|doubt) (?:think|believe|agree|that)\b(?: that)?",
    re.I,
)
_EITHER = re.compile(r"^\W*(?:either|option|possibility|version|answer)\s*(?:\w\s*)?[:)]", re.I)
_OR = re.compile(r"^\W*(?:or|option|possibility|version|answer)\s*(?:\w\s*)?[:)]", re.I)
_OPPOSITES = (
    ({"yes"}, {"no"}),
    ({"true"}, {"false"}),
    ({"both"}, {"neither"}),
    ({"increas", "rise", "grow", "up"}, {"decreas", "fall", "shrink", "down"}),
    ({"more", "higher", "faster", "larger", "bigger"}, {"less", "lower", "slower", "smaller"}),
    ({"alway"}, {"never"}),
    ({"same"}, {"differ", "chang"}),
    ({"possibl"}, {"imposs"}),
    ({"all"}, {"none"}),
    ({"left"}, {"right"}),
)
_PIECE = re.compile(r"[;,/\n.:|]| or (?:maybe )?| maybe ")
_CONDITIONS = "if when while unless whereas otherwise although but until before after"
_UNLESS = frozenset(_CONDITIONS.split())
SHORT = 4
COPIED = 0.8


def remarks(text: str, given: Given) -> list[Remark]:
    """What the answer takes back, says both ways, or denies although the mark scheme says it."""
    found = [
        *(
            Remark("contradiction", "This part is crossed out.", m.span())
            for m in _CUT.finditer(text)
        ),
        *_retracted(text),
        *_denied(text, given),
        *_both_ways(text),
        *_shotgun(text, given),
    ]
    return found


def _retracted(text: str) -> Iterator[Remark]:
    """Everything before "all of that is wrong", and that sentence too."""
    parts = spans(text)
    for index, (start, end) in enumerate(parts):
        found = [*_BACKWARDS.finditer(text, start, end)]
        if found and (index or found[0].start() > start):
            correction = len(tokens(text[found[-1].end() : end])) > SHORT
            until = found[-1].end() if correction else end
            yield Remark("contradiction", "This takes back what was said before.", (0, until))
    if len(parts) > 2 and _EITHER.match(text) and any(_OR.match(text[s:e]) for s, e in parts[1:]):
        yield Remark(
            "contradiction", "The answer gives alternatives to choose from.", (0, len(text))
        )


def _denied(text: str, given: Given) -> Iterator[Remark]:
    """What the mark scheme says, copied behind "it is not true that", as far as the copy goes."""
    parts = spans(text)
    for index, (start, end) in enumerate(parts):
        opening = _DENIAL.match(text[start:end])
        if opening is None:
            continue
        rest = text[start + opening.end() : end]
        behind = [(start, end)] if rest.strip() else []
        for part in parts[index + 1 :]:
            if not _stands_in(text[slice(*part)], given):
                break
            behind.append(part)
        claimed = rest if rest.strip() else " ".join(text[slice(*part)] for part in behind)
        if behind and _stands_in(claimed, given):
            reason = "This denies what the mark scheme says, in its own words."
            yield Remark("contradiction", reason, (start, behind[-1][1]))


def _stands_in(sentence: str, given: Given) -> bool:
    words = set(content(sentence))
    return len(words) > 1 and len(words & given.wanted) >= COPIED * len(words)


def _both_ways(text: str) -> Iterator[Remark]:
    """Two sentences of the same words, of which one says not."""
    seen: dict[frozenset[str], tuple[bool, Span]] = {}
    for start, end in spans(text):
        words = tokens(text[start:end])
        if _UNLESS & set(words):
            continue
        content = frozenset(
            stem(word) for word in words if word not in FUNCTION_WORDS and word not in NEGATIONS
        )
        negated = sum(word in NEGATIONS or word.endswith("n't") for word in words) % 2 == 1
        before = seen.setdefault(content, (negated, (start, end)))
        if before[0] != negated and len(content) >= 3:
            for span in (before[1], (start, end)):
                yield Remark("contradiction", "The answer says this and its opposite.", span)


def _shotgun(text: str, given: Given) -> Iterator[Remark]:
    """A list of short answers that exclude each other."""
    pieces = [
        piece.split() for piece in re.split(r"[;,/\n.:|]| or (?:maybe )?| maybe ", text.lower())
    ]
    short = [
        {stem(word) for word in tokens(" ".join(each))} for each in pieces if 0 < len(each) <= SHORT
    ]
    held = set().union(*short) if short else set()
    against = sum(
        bool(one & held and other & held)
        and not any(one & piece and other & piece for piece in short)
        and not (one & given.wanted and other & given.wanted)
        for one, other in _OPPOSITES
    )
    words = len(tokens(text))
    if against >= 2 and sum(len(each) for each in short) >= 0.6 * words and words <= 60:
        reason = "These answers exclude each other."
        yield Remark("contradiction", reason, (0, len(text)))
