"""Words without sentences: the mark scheme's terms listed, or sentences with their words shuffled.

Such answers pass for good ones wherever words are counted (Ding et al., COLING 2020).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby, pairwise

from autograder.domain.grade import Span
from autograder.grading.guarding.given import Given
from autograder.grading.guarding.parts import content, spans, tokens
from autograder.grading.guarding.remark import Remark
from autograder.grading.guarding.talk import EMPTY
from autograder.grading.words import FUNCTION_WORDS, stem

_LISTED = "These are words of the reference answer, not sentences."
_SHUFFLED = "These words stand in no order that makes sentences."
_BETWEEN = re.compile(r"[,;/|•·\n]|->|=>|→|--+|\s[-–+&]\s|\band\b")
_ASKS_FOR_LIST = re.compile(
    r"(?:^|[.!?:,]\s+|\bplease )(?:name|list|enumerate|state|mention|give)\b(?! an? )"
    r"|\bwhat (?:are|were) (?:the|some)\b|\bat least \d",
    re.I,
)
_NUMBERING = re.compile(r"^\s*(?:[-*•]|\(?\w{1,2}[.)])\s*")
_ITEM = 2
FEWEST = 4
"""Terms from which on a list is one; shorter ones are often the whole answer."""
TAKEN = 0.75
MANY = 8
FEWEST_SHUFFLED = 7
KEPT = 0.35
SALAD = 0.25
_NOUN_COMES = frozenset({"the", "an"})
_SMALL = """
    the an a of in on at to for from with by and or if is are was were be been it they he she
    because when can will would could should has have had do does not that so but into which than
    """
_CLOSED = frozenset(_SMALL.split())
_SYNTAX = _CLOSED - frozenset({"so", "than", "into", "do"})
_AUXILIARIES = frozenset({"do", "does", "have", "has", "had", "would", "could", "should", "can"})
_NO_VERB = frozenset({"does", "would", "could", "should", "can", "will", "is", "are", "was"})
_NO_END = frozenset({"the", "an", "a", "of", "and", "or", "if", "because", "from", "into", "than"})
_PREPOSITIONS = frozenset({"of", "in", "on", "at", "for", "from", "with", "by", "into"})
_NO_OBJECT = _CLOSED & {
    "is",
    "are",
    "was",
    "were",
    "of",
    "and",
    "or",
    "if",
    "because",
    "has",
    "had",
}


def remarks(text: str, given: Given) -> list[Remark]:
    """Lists of the mark scheme's terms and word salad, each as a part that earns nothing."""
    found = [Remark("keywords", _LISTED, span) for span in _lists(text, given)]
    if _is_salad(text) or any(_shuffles(text, source) for source in given.sources):
        found.append(Remark("keywords", _SHUFFLED, (0, len(text))))
    return found


def _shuffles(text: str, source: tuple[str, ...]) -> bool:
    """Nothing but the words of a text, most of them, hardly two beside each other as there."""
    said = tokens(text)
    if len(said) < FEWEST_SHUFFLED or 2 * len(said) < len(source):
        return False
    taken = sum((Counter(said) & Counter(source)).values())
    pairs = set(pairwise(source))
    kept = sum(pair in pairs for pair in pairwise(said))
    return taken >= 0.95 * len(said) and kept < KEPT * (len(said) - 1)


def _lists(text: str, given: Given) -> Iterator[Span]:
    if not given.points or _ASKS_FOR_LIST.search(given.question):
        return
    parts = _merged(text)
    for start, end in parts:
        if _is_list(text[start:end], given):
            yield (start, end)
    yield from _shells(text, given)


def _merged(text: str) -> list[Span]:
    """Sentences; lines of one or two words in a row count as one."""
    found: list[Span] = []
    short = groupby(spans(text), key=lambda span: len(tokens(text[slice(*span)])) <= _ITEM + 1)
    for together, group in short:
        members = list(group)
        if together:
            found.append((members[0][0], members[-1][1]))
        else:
            found += members
    return found


def _is_list(part: str, given: Given) -> bool:
    return _is_bare(part, given) or _is_enumeration(part, given)


def _is_bare(part: str, given: Given) -> bool:
    """Terms of a mark scheme in prose with no small word between them, or with these dropped."""
    said = tokens(part)
    syntax = sum(word in _SYNTAX for word in said)
    if len(set(said)) <= FEWEST or syntax > len(said) // (2 * MANY) or not part.isascii():
        return False
    if not given.is_prose or any(word.isdigit() for word in said):
        return False
    kept = sum(pair in given.pairs for pair in pairwise(said))
    if len(said) >= MANY and all(word in given.words for word in said):
        return kept < 0.5 * (len(said) - 1)
    dropped = sum(pair in given.gaps for pair in pairwise(content(part)))
    return dropped > 2 and dropped + kept >= TAKEN * (len(said) - 1)


def _is_enumeration(part: str, given: Given) -> bool:
    """Single terms between commas that the mark scheme doesn't enumerate itself."""
    items = [tokens(_NUMBERING.sub("", piece)) for piece in _BETWEEN.split(part)]
    terms = [item[0] for item in items if len(item) == 1 and len(item[0]) > 2]
    taken = [stem(term) for term in terms if term in given.words and not term.isdigit()]
    if len(taken) < FEWEST or len(taken) < 0.9 * len(terms):
        return False
    rest = [word for item in items if len(item) != 1 for word in item]
    specific = {stem(word) for word in rest if word not in FUNCTION_WORDS} - EMPTY - given.known
    if len(specific) > 1 or len(rest) > 2 * len(taken):
        return False
    own = sum(pair in given.listed or pair[::-1] in given.listed for pair in pairwise(taken))
    return own < 0.5 * (len(taken) - 1)


def _shells(text: str, given: Given) -> Iterator[Span]:
    """Sentences that are one frame with another term put in each time."""
    frames: dict[tuple[str, ...], dict[str, Span]] = {}
    for start, end in spans(text):
        words = [stem(word) for word in tokens(text[start:end])]
        terms = {word for word in words if word in given.wanted - EMPTY and not word.isdigit()}
        frame = tuple("_" if word in terms else word for word in words)
        specific = {w for w in words if w not in terms and w not in EMPTY}
        if len(terms) == 1 and len(frame) > 2 and not specific:
            frames.setdefault(frame, {}).setdefault(min(terms), (start, end))
    for places in frames.values():
        if len(places) > 2:
            yield from places.values()


def _is_salad(text: str) -> bool:
    """Small words where English has none of them: "the of", "an and", "of is", or doubled."""
    impossible = chances = 0
    for start, end in spans(text):
        words = tokens(text[start:end])
        for one, other in pairwise(words):
            chances += one in _NOUN_COMES or one in _PREPOSITIONS or one in ("and", "or")
            impossible += _cant_follow(one, other)
        impossible += bool(words) and words[-1] in _NO_END and len(words) > FEWEST
    certain = impossible > 2 and impossible >= SALAD * chances
    return (certain or (impossible > 1 and 2 * impossible >= chances)) and not _is_code(text)


def _cant_follow(one: str, other: str) -> bool:
    if one in _NOUN_COMES:
        return other in _CLOSED or other in _AUXILIARIES
    if one in _AUXILIARIES and other in _NO_VERB:
        return True
    if one in _PREPOSITIONS and other in _NO_OBJECT:
        return True
    return one == other and one in _CLOSED and one not in ("that", "had", "do", "a", "is")


def _is_code(text: str) -> bool:
    return Counter(text)[";"] > 1 and "{" in text
