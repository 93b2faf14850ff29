"""What is checked before an answer is graded: is there an answer in it, and only an answer?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from autograder.domain.exam import Question
from autograder.domain.grade import Flag, Passage, Span
from autograder.grading import gates
from autograder.grading.clean_text import CleanText, clean
from autograder.grading.injection import reason_against
from autograder.grading.sentences import spans


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
    sentences that talk to the grader, copy the question, or come again. The flags' spans are those
    of the raw answer, for the teacher to see.
    """

    clean: CleanText
    flags: tuple[Flag, ...]
    suspicious: tuple[Span, ...]
    verdict: Verdict

    @property
    def text(self) -> str:
        """The normalised answer."""
        return self.clean.text

    def raw_span(self, span: Span) -> Span:
        """The span of the raw answer for a span of ``text``."""
        return self.clean.raw_span(span)

    def without_suspicious(self) -> str:
        """``text`` with blanks in place of the suspicious sentences, so that spans still hold."""
        text = self.text
        for start, end in self.suspicious:
            text = text[:start] + " " * (end - start) + text[end:]
        return text


def inspect(question: Question, answer: str, passages: Sequence[Passage] = ()) -> Guarded:
    """Normalises the answer and looks for what a teacher should see.

    A flag never raises a mark. The verdict lowers one only where there is no answer at all; where
    sentences talk to the grader the answer is read again without them.
    """
    cleaned = clean(answer)
    given = gates.Given.of(question, passages)
    suspicious, flags = _suspicious(cleaned, given)
    rest = "".join(
        " " if any(start <= index < end for start, end in suspicious) else character
        for index, character in enumerate(cleaned.text)
    )
    found = gates.first_closed(rest, given)
    if found is not None:
        verdict = Verdict.LOWEST
        flags.append(Flag(found.kind, found.reason, (0, len(answer)) if answer else None))
    else:
        suspicious = sorted({*suspicious, *gates.idle(cleaned.text, given)})
        verdict = Verdict.READ_TWICE if suspicious else Verdict.GRADE
        flags += [
            Flag(each.kind, each.reason, cleaned.raw_span(each.span) if each.span else None)
            for each in gates.remarks(rest, given)
        ]
    return Guarded(cleaned, tuple(flags), tuple(suspicious), verdict)


def _suspicious(cleaned: CleanText, given: gates.Given) -> tuple[list[Span], list[Flag]]:
    found: list[Span] = []
    flags: list[Flag] = []
    for start, end in spans(cleaned.text):
        sentence = cleaned.text[start:end]
        reason = "" if given.says(sentence) else reason_against(sentence)
        if reason:
            found.append((start, end))
            flags.append(Flag("injection", f"This part {reason}.", cleaned.raw_span((start, end))))
    if cleaned.hidden and reason_against(cleaned.hidden):
        flags.append(Flag("injection", "Invisible characters spell out a message to the grader."))
    if found:
        found += _bare_verdicts(cleaned.text, found)
    flags += [Flag("hidden_text", f"The answer holds {oddity}.") for oddity in cleaned.oddities]
    if cleaned.cut:
        flags.append(Flag("too_long", "Only the first 8,000 characters were read."))
    return sorted(found), flags


def _bare_verdicts(text: str, found: Sequence[Span]) -> list[Span]:
    """Beside a forged sentence a line that says only "correct" belongs to the forgery."""
    return [
        (start, end)
        for start, end in spans(text)
        if (start, end) not in found and gates.is_bare_verdict(text[start:end])
    ]
