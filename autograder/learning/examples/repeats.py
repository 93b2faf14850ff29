"""The same answer given twice: a copy, or two marks that can't both be right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.domain.marked_example import MarkedExample
from autograder.learning.examples.examples import Remark
from autograder.learning.examples.sameness import (
    FEWEST_WORDS,
    NearSame,
    question_key,
    said,
    tokens,
)

DUPLICATE = "duplicate"
CONTRADICTION = "contradiction"
MOST_AGAINST = 0.2
"""The share of examples against which another one speaks, beyond which nothing is to be learned."""
SHOWN = 60
"""Letters of an answer that a message quotes."""


def repeats(examples: Sequence[MarkedExample]) -> Iterator[Remark]:
    """Contradictory marks, copies and near copies, each named with its counterpart."""
    against = 0
    for answers in _by_question(examples):
        exact = _Exact.of(answers)
        against += sum(map(exact.is_contradicted, answers))
        yield from exact.remarks()
        yield from _near_copies(answers, exact)
    if examples and against / len(examples) > MOST_AGAINST:
        yield Remark(
            CONTRADICTION,
            f"{against} of {len(examples)} examples are answers that got another mark elsewhere. "
            "Nothing can be learned from that: decide which marks are right first.",
            stops=True,
        )


def _by_question(examples: Sequence[MarkedExample]) -> list[list[MarkedExample]]:
    found: dict[tuple[str, str], list[MarkedExample]] = defaultdict(list)
    for each in examples:
        references = said(" ".join(each.question.reference_answers))
        found[question_key(each), references].append(each)
    return list(found.values())


@dataclass(frozen=True)
class _Exact:
    """A question's answers by what they say, letter for letter but for print."""

    groups: dict[str, list[MarkedExample]]

    @classmethod
    def of(cls, answers: Sequence[MarkedExample]) -> _Exact:
        groups: dict[str, list[MarkedExample]] = defaultdict(list)
        for each in answers:
            groups[said(each.text)].append(each)
        return cls(groups)

    def is_contradicted(self, example: MarkedExample) -> bool:
        return any(not _same_mark(example, each) for each in self.groups[said(example.text)])

    def remarks(self) -> Iterator[Remark]:
        for group in self.groups.values():
            first = group[0]
            for each in group[1:]:
                if not _same_mark(first, each):
                    yield _contradiction(first, each)
                elif len(tokens(each.text)) >= FEWEST_WORDS:  # short ones coincide
                    again = f"the same answer stands in {_place(first)} already, with the same mark"
                    yield Remark(DUPLICATE, f"{again}: it counts twice.", _place(each))


def _near_copies(answers: Sequence[MarkedExample], exact: _Exact) -> Iterator[Remark]:
    firsts = [group[0] for group in exact.groups.values()]
    known = NearSame([each.text for each in firsts])
    for place, each in enumerate(firsts):
        twin = next((firsts[near] for near in known.near(each.text) if near < place), None)
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
