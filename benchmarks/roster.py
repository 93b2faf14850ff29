"""Whose script is it: a thousand generated heads of papers against a roster of 300.

    python -m benchmarks.roster [--readings 1000]

The heads are those of ``benchmarks.written_heads``, whose noise the matcher doesn't know; nothing
was chosen on the seeds that are used here. They come in piles of one script a student, with a few
strangers in each. Once the numbers follow each other, so that one misread digit makes another
student's, and once they are spread out. Baselines in the same run: a name or number that stands
on the page exactly; the name most like a line by rapidfuzz (WRatio), certain from 90 on. A script
counts as right only if it is its student's; a stranger's is right for nobody.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz, process, utils

from autograder.domain.script import Student
from autograder.reading.assignment import assign_all
from autograder.reading.identify import CERTAIN, Candidate, candidates
from benchmarks.written_heads import Head, heads, roster

SIZE, STRANGERS = 300, 0.04
SEED = 20261121
BINS = (0.0, 0.5, 0.8, 0.9, 0.95, CERTAIN, 1.01)
Matcher = Callable[[Head, Sequence[Student]], Student | None]


@dataclass(frozen=True)
class Case:
    """A generated head with what was found of it, alone and in its pile."""

    head: Head
    found: list[Candidate]
    in_pile: Candidate | None


def exact(head: Head, students: Sequence[Student]) -> Student | None:
    words = f" {' '.join(head.page.text.split())} "
    found = [s for s in students if f" {s.number} " in words or f" {s.name} " in words]
    return found[0] if len(found) == 1 else None


def likest_name(head: Head, students: Sequence[Student]) -> Student | None:
    names = [student.name for student in students]
    found = [
        process.extractOne(
            line.text, names, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=90
        )
        for line in head.page.lines
    ]
    best = max((each for each in found if each), key=lambda each: each[1], default=None)
    return students[best[2]] if best else None


def numbers(spread: bool, chance: random.Random) -> list[str]:
    """Students' numbers and some of strangers, of one form; leading zeros in all."""
    few = round(SIZE * STRANGERS) * 8
    if spread:
        return [f"00{n}" for n in chance.sample(range(100_000, 1_000_000), SIZE + few)]
    return [f"0{n}" for n in range(2_300_001, 2_300_001 + SIZE + few)]


def piles(
    readings: int, spread: bool, chance: random.Random
) -> tuple[list[Student], list[list[Head]]]:
    everybody = roster(numbers(spread, chance), chance)
    students, strangers = everybody[:SIZE], everybody[SIZE:]
    sizes = [SIZE] * (readings // SIZE) + [readings % SIZE] * bool(readings % SIZE)
    found = []
    for size in sizes:
        foreign = round(size * STRANGERS)
        present = chance.sample(students, size - foreign)
        found.append(heads(present, chance.sample(strangers, foreign), chance))
    return students, found


def matched(pile: Sequence[Head], students: Sequence[Student]) -> list[Case]:
    found = [candidates(head.title, head.page, students) for head in pile]
    certain = assign_all({str(at): some for at, some in enumerate(found)})
    return [
        Case(head, some, certain.get(str(at)))
        for at, (head, some) in enumerate(zip(pile, found, strict=True))
    ]


def is_right(head: Head, student: Student) -> bool:
    return head.owner is not None and head.owner.id == student.id


def row(name: str, said: Sequence[tuple[Head, Student | None]]) -> str:
    certain = [(head, student) for head, student in said if student]
    right = sum(is_right(head, student) for head, student in certain)
    share = f"{right / len(certain):.2%}" if certain else "none"
    asked = 1 - len(certain) / len(said)
    return f"| {name} | {len(certain)} | {share} | {len(certain) - right} | {asked:.1%} |"


def calibration(cases: Sequence[Case]) -> str:
    rows = []
    for low, high in pairwise(BINS):
        some = [c for c in cases if low <= c.found[0].certainty < high]
        if not some:
            continue
        said = sum(c.found[0].certainty for c in some) / len(some)
        right = sum(is_right(c.head, c.found[0].student) for c in some) / len(some)
        span = f"{low:.2f} to {min(high, 1):.2f}"
        rows.append(f"| {span} | {len(some)} | {said:.3f} | {right:.3f} |")
    head = "| certainty of the best | scripts | mean certainty | right |\n| --- | --- | --- | --- |"
    return "\n".join([head, *rows])


def asked_in_first_three(cases: Sequence[Case]) -> str:
    asked = [c for c in cases if c.in_pile is None and c.head.owner]
    held = sum(c.head.owner in [each.student for each in c.found[:3]] for c in asked)
    return f"of {len(asked)} students' scripts that are asked, {held} have it among the first three"


def main() -> None:
    parser = argparse.ArgumentParser(description="Roster matching on generated readings.")
    parser.add_argument("--readings", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    for spread in (False, True):
        students, generated = piles(
            arguments.readings, spread, random.Random(arguments.seed + spread)
        )
        report("numbers far apart" if spread else "numbers in sequence", students, generated)


def report(name: str, students: Sequence[Student], generated: Sequence[Sequence[Head]]) -> None:
    start = time.perf_counter()
    cases = [case for pile in generated for case in matched(pile, students)]
    seconds = time.perf_counter() - start
    every = [case.head for case in cases]
    alone = [c.found[0] if c.found[0].certainty >= CERTAIN else None for c in cases]
    print(f"\n{len(cases)} readings, roster of {len(students)}, {name}\n")
    print("| matcher | called certain | right of these | wrong | asked |")
    print("| --- | --- | --- | --- | --- |")
    for title, match in (("exact match", exact), ("rapidfuzz best name", likest_name)):
        print(row(title, [(head, match(head, students)) for head in every]))
    single = [(h, c.student if c else None) for h, c in zip(every, alone, strict=True)]
    print(row("candidates() at 99 %", single))
    piled = [(c.head, c.in_pile.student if c.in_pile else None) for c in cases]
    print(row("assign_all() over the pile", piled))
    print(f"\n{calibration(cases)}\n\n{asked_in_first_three(cases)}")
    print(f"{seconds / len(cases) * 1000:.0f} ms a script")


if __name__ == "__main__":
    main()
