"""Whether the marks differ enough that there is something to learn."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.domain.exam import Question, decided
from autograder.domain.marked_example import MarkedExample
from autograder.learning.examples.examples import Remark
from autograder.learning.examples.sameness import question_keys

ONE_CLASS = "one_class"
IMBALANCE = "imbalance"
HEAVY = 0.9
"""A mark that so many answers share leaves next to nothing to learn about the others."""
ENOUGH = 5
"""Answers to a question, or at a criterion, from which on it is no chance that all are alike."""
NAMED = 3
"""Questions that a message names."""


@dataclass(frozen=True, slots=True)
class Balance:
    """How many answers got the lowest mark, something between, and full marks."""

    none: int
    some: int
    all: int

    @classmethod
    def of(cls, examples: Iterable[MarkedExample]) -> Balance:
        """Counted over all questions, whatever their scales are."""
        shares = [each.question.scale.share(each.mark) for each in examples]
        lowest, full = sum(s <= 1e-6 for s in shares), sum(s >= 1 - 1e-6 for s in shares)
        return cls(lowest, len(shares) - lowest - full, full)


def balance(examples: Sequence[MarkedExample]) -> Iterator[Remark]:
    """One mark for all stops; a heavy imbalance, and what is always judged alike, is remarked."""
    shares = Counter(round(each.question.scale.share(each.mark), 3) for each in examples)
    [(share, most)] = shares.most_common(1)
    if len(shares) == 1:
        told = f"All {most} answers got the same: {_worth(share)}. There is nothing to tell apart."
        yield Remark(ONE_CLASS, f"{told} Add answers with other marks.", stops=True)
        return
    if most / len(examples) > HEAVY:
        yield Remark(
            IMBALANCE,
            f"{most} of {len(examples)} answers got {_worth(share)}: a grader that never looks is "
            f"right as often. Add answers with other marks.",
        )
    yield from _questions(examples)
    yield from _criteria(examples)


def _questions(examples: Sequence[MarkedExample]) -> Iterator[Remark]:
    marks: dict[str, list[float]] = defaultdict(list)
    labels: dict[str, str] = {}
    for key, each in zip(question_keys(examples), examples, strict=True):
        labels.setdefault(key, each.question.label)
        marks[key].append(each.question.scale.share(each.mark))
    alike = [labels[key] for key, given in marks.items() if _all_alike(given)]
    if alike:
        yield Remark(IMBALANCE, f"All answers got the same mark at {_named(alike, 'question')}.")


def _criteria(examples: Sequence[MarkedExample]) -> Iterator[Remark]:
    met: dict[tuple[Question, int], list[bool]] = defaultdict(list)
    for each in examples:
        given = decided(each.question.criteria, each.criteria) if each.criteria else ()
        for place, was in enumerate(given):
            if was is not None:
                met[each.question, place].append(was)
    alike = [
        f"{question.label}, “{question.criteria[place].text[:40]}”"
        for (question, place), given in met.items()
        if _all_alike(given)
    ]
    if alike:
        told = f"All answers were judged alike at {_named(alike, 'criterion', 'criteria')}."
        yield Remark(IMBALANCE, told)


def _all_alike(given: Sequence[float]) -> bool:
    return len(given) >= ENOUGH and len(set(given)) == 1


def _worth(share: float) -> str:
    if share in (0, 1):
        return "full marks" if share else "the lowest mark"
    return f"{share:.0%} of the marks"


def _named(names: Sequence[str], one: str, many: str = "") -> str:
    word = one if len(names) == 1 else many or f"{one}s"
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{len(names)} {word}: {', '.join(names[:NAMED])}{more}"
