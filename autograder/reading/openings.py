"""Where in a script each answer begins: the best way through all that looks like a label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from autograder.domain.exam import Question
from autograder.reading.labels import PLAIN, Labels, Mark
from autograder.reading.repeats import Repeat, repeat_of
from autograder.reading.strips import Strip, answer_mark, question_mark

BACKWARDS = 0.55
"""What it costs to go back in the exam's order: a plain label may, a bare number may not."""
SKIPPED = 0.02
"""What each question that is passed over costs."""
AGAIN = 0.9
"""What it costs that a question begins a second time in a row."""


@dataclass(frozen=True)
class Opening:
    """Strip ``at`` opens the answer to a question: its label, then perhaps the copied question."""

    at: int
    question: int
    label: int
    """Characters of the label."""
    repeat: Repeat | None
    weight: float
    mark: Mark | None = field(default=None, repr=False)
    rivals: int = 0
    """Other places that look as much like this question's label."""
    note: str = ""
    """What the teacher should know of it."""
    drawn: bool = False
    """It stands where the teacher drew its place."""

    @property
    def end(self) -> int:
        """The first strip after the label and the copied question, where another may open."""
        copied = self.repeat.whole + bool(self.repeat.characters) if self.repeat else 0
        return self.at + max(1, copied)


def openings(
    strips: Sequence[Strip], questions: Sequence[Question], labels: Labels
) -> list[Opening]:
    """The openings in the order of the strips."""
    found = [
        opening
        for at in range(len(strips))
        for opening in _candidates(at, strips, questions, labels)
    ]
    steps = _steps(found)
    plain = {each.question for each in found if each.weight >= PLAIN and not _by_number(each)}
    if labels.worded and plain and (len(plain) > 1 or len(questions) == 1):
        steps |= {id(each) for each in found if each.weight < PLAIN and _is_bare(each)}
    return _best_way([each for each in found if id(each) not in steps], labels)


def _candidates(
    at: int, strips: Sequence[Strip], questions: Sequence[Question], labels: Labels
) -> list[Opening]:
    text = strips[at].text
    marks = {mark.question: mark for mark in labels.marks(text)}
    asked = 0 if marks else question_mark(text)
    found = []
    for index, question in enumerate(questions):
        mark = marks.get(index)
        label = mark.length if mark else asked
        repeat = repeat_of(question.text, strips[at : at + 12], label)
        if mark is None and repeat is None and marks and question_mark(text) == 0:
            repeat = repeat_of(question.text, strips[at : at + 12], max(_lengths(marks)))
            label = max(_lengths(marks)) if repeat else 0
        if mark is None and repeat is None:
            continue
        weight = (mark.weight if mark else 0.0) + (1.0 if repeat else 0.0)
        found.append(Opening(at, index, label, repeat, weight, mark))
    return found


def _lengths(marks: dict[int, Mark]) -> list[int]:
    return [mark.length for mark in marks.values()]


def _is_bare(opening: Opening) -> bool:
    return opening.mark is not None and opening.mark.bare and opening.repeat is None


def _by_number(opening: Opening) -> bool:
    """Whether its label is a number, also with a part or the copied question after it."""
    return opening.mark is not None and opening.mark.by_number


def _steps(found: Sequence[Opening]) -> set[int]:
    """Numbered steps inside an answer: numbering that starts again, for as long as it counts on."""
    steps: set[int] = set()
    seen_first, last = False, -1
    for opening in found:
        if not _is_bare(opening):
            last = -1
            seen_first = seen_first or opening.question == 0
        elif opening.question == 0 and seen_first:
            last = 0
            steps.add(id(opening))
        elif last >= 0 and opening.question == last + 1:
            last += 1
            steps.add(id(opening))
        else:
            last = -1
            seen_first = seen_first or opening.question == 0
    return steps


def _best_way(found: Sequence[Opening], labels: Labels) -> list[Opening]:
    """The chain of openings that adds up to the most; at most one at a strip."""
    worth: list[float] = []
    before: list[int] = []
    for index, opening in enumerate(found):
        best, previous = _gain(None, opening, labels), -1
        for other in range(index):
            if found[other].end <= opening.at:
                sum_here = worth[other] + _gain(found[other], opening, labels)
                if sum_here > best:
                    best, previous = sum_here, other
        worth.append(best)
        before.append(previous)
    end = max(range(len(found)), key=lambda index: worth[index], default=-1)
    if end < 0 or worth[end] <= 0:
        return []
    way = []
    while end >= 0:
        way.append(_with_rivals(found[end], found))
        end = before[end]
    return way[::-1]


def _gain(last: Opening | None, opening: Opening, labels: Labels) -> float:
    part_only = opening.mark is not None and opening.mark.part_only and opening.repeat is None
    if last is None:
        return -1.0 if part_only else opening.weight - SKIPPED * opening.question
    if part_only and labels.number(last.question) != labels.number(opening.question):
        return -1.0
    ahead = opening.question - last.question
    if ahead > 0:
        return opening.weight - SKIPPED * (ahead - 1)
    if ahead < 0:
        return opening.weight - BACKWARDS
    return opening.weight - (0.0 if part_only and opening.at == last.at + 1 else AGAIN)


def _with_rivals(opening: Opening, found: Sequence[Opening]) -> Opening:
    rivals = sum(
        other.question == opening.question
        and other.at != opening.at
        and other.weight >= opening.weight - 0.05
        for other in found
    )
    return replace(opening, rivals=rivals)


def answers_in_order(strips: Sequence[Strip], count: int) -> list[Opening]:
    """ "Answer:" as often as there are questions, and no label at all: the answers in order."""
    marked = [(at, answer_mark(strip.text)) for at, strip in enumerate(strips)]
    marked = [(at, length) for at, length in marked if length]
    if len(marked) != count:
        return []
    return [
        Opening(at, question, length, None, 0.0) for question, (at, length) in enumerate(marked)
    ]
