"""How the students of a roster may write their names and numbers, and how strangers would."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from autograder.domain.script import Student
from autograder.reading.misreading import SYMBOLS, Channel, plain

AS_LISTED, NO_MIDDLE, FAMILY_FIRST, ONE_NAME, INITIALS = 0.5, 0.2, 0.1, 0.1, 0.1
"""Shares of students who write their name as the roster has it, without its middle, turned round,
one part of it only, and with initials. Assumed: whether a name matches outweighs them by far."""
SLIPS = 2
"""Characters by which a part of a name may differ from a known one and still be it, misread."""
_LOOKALIKES = str.maketrans("oqilzsbg", "00112586")
"""Letters that can't be told from digits where both may stand."""


@dataclass(frozen=True)
class Form:
    """A way in which the student at ``place`` in the roster may write it, and how often."""

    text: str
    place: int
    share: float


@dataclass(frozen=True)
class Forms:
    """All ways in which a roster's names or numbers may be written."""

    all: tuple[Form, ...]
    texts: tuple[str, ...]

    @classmethod
    def of_names(cls, roster: Sequence[Student]) -> Forms:
        """Names, as ``name_forms`` has them."""
        return cls._of([name_forms(student.name) for student in roster])

    @classmethod
    def of_numbers(cls, roster: Sequence[Student]) -> Forms:
        """Numbers, without what stands between their characters."""
        return cls._of([{together(student.number): 1.0} for student in roster])

    @classmethod
    def _of(cls, ways: Sequence[Mapping[str, float]]) -> Forms:
        found = [
            Form(text, place, share)
            for place, own in enumerate(ways)
            for text, share in own.items()
            if text
        ]
        return cls(tuple(found), tuple(form.text for form in found))


def name_forms(name: str) -> Mapping[str, float]:
    """The ways to write a name, with the share of each; "Rao, Asha" is the same as "Asha Rao"."""
    family, comma, given = name.partition(",")
    words = plain(f"{given} {family}" if comma else name).split()
    if len(words) < 2:
        return dict.fromkeys(words, 1.0)
    *given_names, last = words
    first = given_names[0]
    shares: dict[str, float] = defaultdict(float, {" ".join(words): AS_LISTED})
    shares[f"{first} {last}"] += NO_MIDDLE
    shares[" ".join([last, *given_names])] += FAMILY_FIRST
    for ways, share in (((first, last), ONE_NAME), (_with_initials(given_names, last), INITIALS)):
        for way in ways:
            shares[way] += share / len(ways)
    return shares


def together(number: str) -> str:
    """A number without blanks, dashes and case, like shapes as one; leading zeros stay."""
    return plain(number.replace("|", "1")).replace(" ", "").translate(_LOOKALIKES)


@dataclass(frozen=True)
class StrangeNames:
    """How likely somebody outside the roster has such a name.

    A part is one of the roster's or a new one, the chance of a new one estimated by the share of
    parts that occur once (Good, "The population frequencies of species", 1953); a new one is made
    of the letters that follow each other in the roster's.
    """

    parts: Counter[str]
    pairs: Mapping[str, Counter[str]] = field(repr=False)
    channel: Channel

    @classmethod
    def beside(cls, roster: Sequence[Student], channel: Channel) -> StrangeNames:
        """Learns from a roster's names."""
        parts = Counter(part for student in roster for part in plain(student.name).split())
        pairs: dict[str, Counter[str]] = defaultdict(Counter)
        for part in parts:
            for before, after in zip(f" {part}", f"{part} ", strict=True):
                pairs[before][after] += 1
        return cls(parts, dict(pairs), channel)

    def chance(self, read: str) -> float:
        """The probability that a stranger's name is read as just this."""
        parts = read.split()
        chance = ONE_NAME if len(parts) == 1 else 1 - ONE_NAME
        for part in parts:
            chance *= self._part(part)
        return chance

    def _part(self, part: str) -> float:
        near = process.extract(
            part, self._listed, scorer=Levenshtein.distance, score_cutoff=SLIPS, limit=None
        )
        known = sum(self.parts[each] * self.channel.chance(each, part) for each, _, _ in near)
        known /= max(self.parts.total(), 1)
        return (1 - self._new) * known + self._new * self._spelled(part)

    @cached_property
    def _listed(self) -> list[str]:
        return list(self.parts)

    @cached_property
    def _new(self) -> float:
        once = sum(count == 1 for count in self.parts.values())
        return (once + 1) / (self.parts.total() + 2)

    def _spelled(self, part: str) -> float:
        chance = 1.0
        for before, after in zip(f" {part}", f"{part} ", strict=True):
            seen = self.pairs.get(before, Counter())
            kinds = len(seen) or 1  # Witten and Bell's share of what was never seen, 1991
            chance *= (seen[after] + kinds / SYMBOLS) / (seen.total() + kinds)
        return chance


@dataclass(frozen=True)
class StrangeNumbers:
    """How likely somebody outside the roster has such a number: alike in each place."""

    roster: frozenset[str]
    channel: Channel

    def chance(self, read: str) -> float:
        """The probability that a stranger's number is read as just this.

        A stranger's number is none of the roster's: to look like one it must be misread.
        """
        same = [number for number in self.roster if len(number) == len(read)]
        chance = (len(same) + 1 / SYMBOLS) / (len(self.roster) + 1)
        right = self.channel.right()
        for place, symbol in enumerate(read):
            seen = sum(number[place] == symbol for number in same)
            usual = (seen + 1 / SYMBOLS) / (len(same) + 1)
            chance *= right * usual + (1 - right) / SYMBOLS
        wrong = 1 - right ** len(read)
        return chance * (wrong if read in self.roster else 1.0)


def _with_initials(given: Sequence[str], last: str) -> list[str]:
    first, initials = given[0], [name[0] for name in given]
    kept = [initials, initials[:1], [first, *initials[1:]]]
    ways = {" ".join(way) for some in kept for way in ([*some, last], [last, *some])}
    return sorted(ways | {" ".join([*given, last[0]]), f"{last} {first}"})
