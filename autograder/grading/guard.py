"""What is checked before an answer is graded: is there an answer in it, and only an answer?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from autograder.domain.exam import Question
from autograder.domain.grade import Flag, Passage, Span
from autograder.grading.guarding import code, foreign, gates, idle, taken_back, word_lists
from autograder.grading.guarding.clean_text import CleanText, clean
from autograder.grading.guarding.given import Given
from autograder.grading.guarding.injection import FEW, MAY_TALK, is_sure, reason_against, weight
from autograder.grading.guarding.parts import spans
from autograder.grading.guarding.remark import Remark

_LABELLED = re.compile(r"^\W*[\w ]{2,25}?\s*[:=]\W*\w+\W*$")


class Verdict(StrEnum):
    """How to grade an answer that was inspected."""

    GRADE = "grade"
    READ_TWICE = "read twice"
    """Grade ``text`` and ``without_suspicious()``; the lower mark counts."""
    LOWEST = "lowest"
    """There is no answer in it: the lowest mark of the scale."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """An inspected answer.

    ``text`` is what the model reads; ``suspicious`` are spans of ``text`` that may not earn marks:
    what talks to the grader, pads, lists terms, comes again or is taken back. The flags' spans are
    those of the raw answer, for the teacher to see.
    """

    clean: CleanText
    flags: tuple[Flag, ...]
    suspicious: tuple[Span, ...]
    verdict: Verdict
    is_code: bool = False
    """It is a program: judged by what it does, not by its sentences."""

    @property
    def text(self) -> str:
        """The normalised answer."""
        return self.clean.text

    def raw_span(self, span: Span) -> Span:
        """The span of the raw answer for a span of ``text``."""
        return self.clean.raw_span(span)

    def without_suspicious(self) -> str:
        """``text`` with blanks in place of the suspicious parts, so that spans still hold."""
        return _blanked(self.text, self.suspicious)


def inspect(question: Question, answer: str, passages: Sequence[Passage] = ()) -> Guarded:
    """Normalises the answer and looks for what earns nothing and what a teacher should see.

    A flag never changes a mark. What earns nothing is left out of a second reading, whose mark
    counts if it is the lower one; if nothing else is left, the mark is the lowest.
    """
    given = Given.of(question, passages)
    if code.is_code(answer):
        return _inspect_code(answer, given)
    cleaned = clean(answer)
    found = _forged(cleaned.text, given)
    own = _blanked(cleaned.text, _unearned(found))
    if not any(map(str.isalnum, own)) and not _sure(found, cleaned.text, given):
        found, own = [replace(each, earns=True) for each in found], cleaned.text
    closed = gates.first_closed(own, given)
    if closed is None:
        found += [*_remarks(own, given), *taken_back.remarks(cleaned.text, given)]
        closed = _nothing_left(own, _blanked(own, _unearned(found)), found, given)
    found += [closed] if closed else []
    unearned = _unearned(found)
    verdict = Verdict.READ_TWICE if unearned else Verdict.GRADE
    return Guarded(
        cleaned,
        (*_flags(found, cleaned), *_oddities(cleaned)),
        tuple(unearned),
        Verdict.LOWEST if closed else verdict,
    )


def _inspect_code(answer: str, given: Given) -> Guarded:
    """A program: only what in it is written for a reader can speak to the grader."""
    cleaned = code.readable(answer)
    found = list(code.remarks(cleaned.text, given.known))
    return Guarded(
        cleaned,
        (*_flags(found, cleaned), *_oddities(cleaned)),
        tuple(_unearned(found)),
        Verdict.READ_TWICE if found else Verdict.GRADE,
        is_code=True,
    )


def _sure(found: Sequence[Remark], text: str, given: Given) -> bool:
    return any(is_sure(text[slice(*each.span)], given.known) for each in found if each.span)


def _forged(text: str, given: Given) -> list[Remark]:
    """Sentences that speak to the grader and, beside such, everything off the subject."""
    parts = spans(text)
    reasons = {}
    for span in parts:
        sentence = text[slice(*span)]
        reasons[span] = "" if given.says(sentence) else reason_against(sentence, given.known)
    for one, other in pairwise(parts):
        joined = text[one[0] : other[1]]
        if text[one[1] - 1] not in ".!?:;" and not reasons[one] and not reasons[other]:
            reasons[one] = reasons[other] = reason_against(joined, given.known)
    found = [
        Remark("injection", f"This part {reason}.", span)
        for span, reason in reasons.items()
        if reason
    ]
    beside = [span for span, reason in reasons.items() if found and not reason]
    return found + [
        Remark("injection", "", span, shown=False)
        for span in beside
        if _off_the_subject(text[slice(*span)], given)
    ]


def _off_the_subject(sentence: str, given: Given) -> bool:
    """Beside a message to the grader everything is suspect that isn't about the subject."""
    if gates.is_bare_verdict(sentence) or not any(map(str.isalnum, sentence)):
        return True
    if given.ties(sentence) or given.says(sentence):
        return False
    empty = idle.is_empty(sentence) or bool(_LABELLED.match(sentence))
    return empty or weight(sentence, given.known) > MAY_TALK


def _remarks(text: str, given: Given) -> list[Remark]:
    """Everything but messages to the grader and what takes back what was said."""
    talk = [*idle.remarks(text, given), *_may_talk(text, given)]
    if not any(character.isalnum() for character in _blanked(text, _unearned(talk))):
        talk = idle.repetition(text, given)  # what looks like padding may be a short answer
    return [
        *talk,
        *word_lists.remarks(text, given),
        *foreign.remarks(text, given),
        *gates.copies(text, given),
    ]


def _may_talk(text: str, given: Given) -> Iterator[Remark]:
    """Sentences off the subject that may be meant for the grader: not flagged, but read twice."""
    if len(given.known) < FEW:
        return
    for span in spans(text):
        sentence = text[slice(*span)]
        if not given.ties(sentence) and weight(sentence, given.known) > MAY_TALK:
            yield Remark("idle", "", span, shown=False)


def _nothing_left(own: str, rest: str, found: Sequence[Remark], given: Given) -> Remark | None:
    """Whether what remains after everything idle, listed or taken back is still an answer."""
    if rest == own:
        return None
    closed = gates.first_closed(rest, given)
    if closed is None:
        return None
    said = any(each.shown for each in found)
    return Remark("no_answer", "Nothing is left here that could earn marks.", shown=not said)


def _unearned(found: Sequence[Remark]) -> list[Span]:
    return sorted({each.span for each in found if each.span and not each.earns})


def _blanked(text: str, parts: Sequence[Span]) -> str:
    for start, end in parts:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _flags(found: Sequence[Remark], cleaned: CleanText) -> Iterator[Flag]:
    whole = (0, cleaned.origins[-1][1]) if cleaned.origins else None
    for each in found:
        if each.shown:
            span = cleaned.raw_span(each.span) if each.span else whole
            yield Flag(each.kind, each.reason, span)


def _oddities(cleaned: CleanText) -> Iterator[Flag]:
    if cleaned.hidden and reason_against(cleaned.hidden):
        yield Flag("injection", "Invisible characters spell out a message to the grader.")
    for oddity in cleaned.oddities:
        yield Flag("hidden_text", f"The answer holds {oddity}.")
    if cleaned.cut:
        yield Flag("too_long", f"Only the first {len(cleaned.text):,} characters were read.")
