"""A group of answers that say the same, as the teacher decides on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from autograder.domain.grade import MarkedAnswer
from autograder.grading.grouping import Group, Kind
from autograder_ui.components import markup


@dataclass(frozen=True)
class AlikeGroup:
    """A group with all that is known of its members, the most typical first."""

    kind: Kind
    members: tuple[MarkedAnswer, ...]

    @classmethod
    def of(cls, group: Group, marked: Mapping[str, MarkedAnswer]) -> Self:
        """The group with its answers looked up by id."""
        return cls(group.kind, tuple(marked[each] for each in group.answers))

    @property
    def id(self) -> str:
        """The group is known by its most typical answer."""
        return self.typical.answer.id

    @property
    def typical(self) -> MarkedAnswer:
        """The answer that stands for all."""
        return self.members[0]

    @property
    def usual(self) -> float | None:
        """The mark that is predicted for most; None where none is predicted."""
        marks = Counter(mark for each in self.members if (mark := predicted(each)) is not None)
        return marks.most_common(1)[0][0] if marks else None

    @property
    def confidence(self) -> float | None:
        """How sure the grader is on average of the predictions of the usual mark."""
        sure = [
            each.predicted.confidence
            for each in self.members
            if each.predicted and each.predicted.mark == self.usual
        ]
        return sum(sure) / len(sure) if sure and self.usual is not None else None

    @property
    def undecided(self) -> list[MarkedAnswer]:
        """Those that nobody has reviewed."""
        return [each for each in self.members if each.review is None]

    @property
    def expected(self) -> float | None:
        """The mark that reviews are compared with: the usual one of the reviews once most members
        have one, else the predicted one."""
        marks = Counter(each.review.mark for each in self.members if each.review)
        if not marks or (self.usual is not None and marks.total() < len(self.undecided)):
            return self.usual
        return marks.most_common(1)[0][0]

    def exceptions(self, member: MarkedAnswer) -> list[str]:
        """Why a member should be looked at before it gets the others' mark; empty for most."""
        if member.review:
            given, others = member.review.mark, markup.mark(self.expected)
            words = f"{member.review.reviewer} has given it {given:g}, not {others}."
            return [] if given == self.expected else [words]
        reasons = [flag.reason for flag in member.predicted.flags] if member.predicted else []
        reasons += [member.answer.note] if member.answer.note else []
        own = predicted(member)
        if own != self.usual:
            others = markup.mark(self.usual)
            reasons.append(f"Predicted {markup.mark(own)}, most others {others}.")
        return reasons

    def ticked(self) -> list[str]:
        """The ids of those that get the mark unless the teacher says otherwise."""
        return [each.answer.id for each in self.undecided if not self.exceptions(each)]


def predicted(marked: MarkedAnswer) -> float | None:
    """The newest predicted mark."""
    return marked.predicted.mark if marked.predicted else None


def split(groups: Sequence[AlikeGroup]) -> tuple[list[AlikeGroup], list[AlikeGroup]]:
    """Those of several answers, and those of one."""
    several = [group for group in groups if len(group.members) > 1]
    return several, [group for group in groups if len(group.members) == 1]
