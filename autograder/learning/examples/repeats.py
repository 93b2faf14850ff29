"""The same answer given twice: a copy, or two marks that can't both be right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from autograder.domain.marked_example import MarkedExample
from autograder.learning.examples.examples import Remark
from autograder.learning.examples.sameness import (
    FEWEST_WORDS,
    NearSame,
    question_keys,
    said,
    tokens,
)

DUPLICATE = "duplicate"
CONTRADICTION = "contradiction"
MOST_AGAINST = 0.2
"""The share of examples against which another one speaks, beyond which nothing is to be learned."""
MANY = 10
"""Fewer examples against each other are few to look at."""
SHOWN = 60
"""Letters of an answer that a message quotes."""


def repeats(examples: Sequence[MarkedExample]) -> Iterator[Remark]:
    """Contradictory marks, copies and near copies, each named with its counterpart."""
    against = 0
    for answers in _by_question(examples):
        groups = _said_alike(answers)
        for group in groups:
            contradicted = any(not _same_mark(group[0], each) for each in group)
            against += len(group) * contradicted
            yield from _exact(group)
        yield from _near_copies([group[0] for group in groups])
    if against >= max(MANY, MOST_AGAINST * len(examples)):
        yield Remark(
            CONTRADICTION,
            f"{against} of {len(examples)} examples are answers that got another mark elsewhere. "
            "Nothing can be learned from that: decide which marks are right first.",
            stops=True,
        )


def _by_question(examples: Sequence[MarkedExample]) -> list[list[MarkedExample]]:
    found: dict[tuple[str, tuple[str, ...]], list[MarkedExample]] = defaultdict(list)
    for key, each in zip(question_keys(examples), examples, strict=True):
        found[key, each.question.reference_answers].append(each)
    return list(found.values())


def _said_alike(answers: Sequence[MarkedExample]) -> list[list[MarkedExample]]:
    """The answers by what they say, letter for letter but for print."""
    groups: dict[str, list[MarkedExample]] = defaultdict(list)
    for each in answers:
        groups[said(each.text)].append(each)
    return list(groups.values())


def _exact(group: Sequence[MarkedExample]) -> Iterator[Remark]:
    first, *others = group
    is_long = bool(others) and len(tokens(first.text)) >= FEWEST_WORDS  # short ones coincide
    for each in others:
        if not _same_mark(first, each):
            yield _contradiction(first, each)
        elif is_long:
            again = f"the same answer stands in {_place(first)} already, with the same mark"
            yield Remark(DUPLICATE, f"{again}: it counts twice.", _place(each))


def _near_copies(answers: Sequence[MarkedExample]) -> Iterator[Remark]:
    known = NearSame([each.text for each in answers])
    for place, each in enumerate(answers):
        twin = next((answers[near] for near in known.near(each.text) if near < place), None)
        if twin is not None:
            yield Remark(DUPLICATE, _almost(twin, each), _place(each))


def _almost(twin: MarkedExample, example: MarkedExample) -> str:
    told = f"all but a word or two stands in {_place(twin)} already"
    if _same_mark(twin, example):
        return f"{told}, with the same mark."
    return f"{told}, which got {_mark(twin)} and not {_mark(example)}: is that meant?"


def _contradiction(first: MarkedExample, other: MarkedExample) -> Remark:
    quoted = " ".join(other.text.split())
    quoted = f"“{quoted[:SHOWN]}{'…' * (len(quoted) > SHOWN)}”" if quoted else "An empty answer"
    return Remark(
        CONTRADICTION,
        f"{quoted} got {_mark(other)} here, but {_mark(first)} in {_place(first)}. "
        "Decide which is right, and correct or leave out the other.",
        _place(other),
    )


def _same_mark(one: MarkedExample, other: MarkedExample) -> bool:
    return abs(_share(one) - _share(other)) < 1e-6


def _share(example: MarkedExample) -> float:
    return example.question.scale.share(example.mark)


def _mark(example: MarkedExample) -> str:
    return f"{example.mark:g} of {example.question.scale.maximum:g}"


def _place(example: MarkedExample) -> str:
    return example.where or example.id
