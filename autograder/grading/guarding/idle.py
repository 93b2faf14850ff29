"""Parts of an answer that can't earn marks, whatever the question: padding of every kind.

Copied from the question, said before, about the answer instead of its subject, citations, layout.
Verbosity, authority and repetition raise the marks of machines, not of teachers (CALM, 2024).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from autograder.domain.grade import Span
from autograder.grading.guarding.given import Given, plain
from autograder.grading.guarding.parts import content, spans, tokens
from autograder.grading.guarding.remark import Remark
from autograder.grading.guarding.talk import EMPTY, NEUTRAL

COPIED_WORDS, SAID_WORDS = 6, 8
"""From so many words on a sentence of the question, or of the answer, that comes again is idle."""
RUN = 6
REPEATED_WORDS = 12
"""From so many words on a run that was said before is a repetition; honest answers repeat terms."""
LEAST_TALK = 2
MUCH_TALK = 6
"""Words: an answer of so many and nothing else says nothing; a shorter one may be the answer."""
MANY = 40
_WORD = re.compile(r"[^\W_]+")
_CITATION = re.compile(
    r"^\W*(?:https?://\S+|www\.\S+|doi\s*:?\s*\S+)\W*$"
    r"|^\W*(?:sources?|references?|bibliography|literature|see(?: also)?|cf\.?|quoted? from)\b[:\s]"
    r"(?=.*(?:\b(?:1[89]|20)\d\d\b|\bpp?\. ?\d|\b(?:chapter|slides?|vol|wikipedia)\b|https?:))"
    r"|^\[\d+\]\s(?=.*\b(?:1[89]|20)\d\d\b)"
    r"|^\((?=[^()]*(?:\b(?:1[89]|20)\d\d\b|\bet al\b|\bp{1,2}\. ?\d))[^()]*\)\W*$",
    re.I,
)
_NO_WORDS = re.compile(r"^[^\w\s{}()\[\];.,]+$|^[\W_]{3,}$")
_BULLET = re.compile(r"^\s*(?:[-*+#|>•]|\(?\w{1,2}[.)])")
_ENDLESS = re.compile(r"[!-~]{60,}")


def remarks(text: str, given: Given) -> list[Remark]:
    """The idle parts of a clean text; only heavy repetition is worth a teacher's look."""
    return [*padding(text, given), *repetition(text, given)]


def padding(text: str, given: Given) -> list[Remark]:
    """Sentences and lines that say nothing about the question, and what is no word at all."""
    found = [Remark("idle", "", span, shown=False) for span in _idle_sentences(text, given)]
    return found + [
        Remark("gibberish", "This is no word.", match.span())
        for match in _ENDLESS.finditer(text)
        if "//" not in match.group()
    ]


def repetition(text: str, given: Given) -> list[Remark]:
    """All but the first time that something is said."""
    again = list(_said_before(text, given.sources[0] if given.question else ()))
    found = [Remark("idle", "", span, shown=False) for span in again]
    if sum(end - start for start, end in again) > 0.6 * len(text) and len(tokens(text)) > MANY:
        reason = "The answer says the same thing again and again."
        found.append(Remark("repetition", reason, earns=True))
    return found


def is_all_talk(text: str, given: Given) -> bool:
    """Whether a whole answer is talk about answering, and too much of it to be an answer."""
    parts = [text[start:end] for start, end in spans(text)]
    talk = sum(len(_talk(part, given)) for part in parts)
    return talk >= MUCH_TALK and all(_is_talk(part, given, 1) for part in parts)


def _idle_sentences(text: str, given: Given) -> Iterator[Span]:
    yield from (line.span() for line in re.finditer(r".+", text) if _CITATION.match(line.group()))
    asked = given.plain[0]
    said: set[str] = set()
    for start, end in spans(text):
        sentence = text[start:end]
        words = plain(sentence)
        if (words.count(" ") > COPIED_WORDS and (words in said or words in asked)) or (
            _is_talk(sentence, given, LEAST_TALK)
            or _is_heading(sentence, given)
            or _CITATION.match(sentence)
            or _NO_WORDS.match(sentence)
        ):
            yield (start, end)
        said.add(words)


def is_empty(sentence: str) -> bool:
    """Whether every word of a sentence could stand in any answer."""
    return all(word in EMPTY or word.isdigit() for word in content(sentence))


def _is_talk(sentence: str, given: Given, least: int) -> bool:
    """Only words that any answer could hold; those that the mark scheme asks for count against."""
    words = set(content(sentence))
    fresh = words - given.asked
    if not fresh <= EMPTY or len(_talk(sentence, given)) < least:
        return False
    mostly = 2 * len(fresh) >= len(words) or given.quotes_question(sentence)
    return mostly and len(fresh & given.wanted) <= 0.25 * len(words)


def _is_heading(line: str, given: Given) -> bool:
    """Marked as a heading or a point, and no word of it is about any subject."""
    fresh = {word for word in content(line) if not word.isdigit()} - given.asked
    return bool(_BULLET.match(line)) and bool(fresh) and fresh <= EMPTY - given.wanted


def _talk(sentence: str, given: Given) -> set[str]:
    return (set(content(sentence)) & EMPTY) - NEUTRAL - given.known


def _said_before(text: str, asked: Sequence[str]) -> Iterator[Span]:
    """Runs of words that stood earlier, or in the question, with or without sentence ends."""
    places = [match.span() for match in _WORD.finditer(text)]
    words = [text[start:end].lower() for start, end in places]
    if len(words) < REPEATED_WORDS:
        return
    for first, last in _runs(words, asked):
        end = places[last][1]
        while end < len(text) and not (text[end].isalnum() or text[end].isspace()):
            end += 1
        yield (places[first][0], end)


def _runs(words: list[str], asked: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First and last word of every run of REPEATED_WORDS that stood in ``asked`` or earlier."""
    both = [*asked, *words]
    known: dict[tuple[str, ...], int] = {}
    again = [False] * len(words)
    for at in range(len(both) - RUN + 1):
        gram = tuple(both[at : at + RUN])
        before = known.setdefault(gram, at)
        if before < at and at >= len(asked):
            end = at + RUN
            if len(both) - end == 1 and both[before + RUN].startswith(both[end]):
                end += 1  # the last word of the last copy was broken off
            again[at - len(asked) : end - len(asked)] = [True] * (end - at)
    start = 0
    for repeated, group in groupby(again):
        length = len(list(group))
        if repeated and length >= REPEATED_WORDS:
            yield (start, start + length - 1)
        start += length
