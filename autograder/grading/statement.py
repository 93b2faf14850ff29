"""An answer as it is compared with others: its words, and those that carry what it claims."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import OSA

from autograder.grading.spelling import PLAIN, Notation, is_symbol, spelled_alike
from autograder.grading.words import stem

Bound = tuple[str, str, str]
"""A word that decides, with the stems of the words before and after it in the core."""

_NEGATIONS = """
    no not never none neither nor nothing nobody nowhere without hardly barely lack lacks lacking
    fail fails failed false incorrect wrong
    nicht kein keine keinen keinem keiner nie niemals ohne weder nichts
    """
NEGATIONS = frozenset(_NEGATIONS.split())
_LIGHT = """
    a an the is are was were be been being am do does did has have had having will would
    it its itself they them their there here this that these those he she his her him
    i we you my our your me us which who what and also as of in on at for to with
    very really just basically actually simply please
    """
LIGHT = frozenset(_LIGHT.split())
"""Words that may differ, or be missing, between two answers that say the same."""
_CONTRASTS = """
    increase decrease rise fall grow shrink raise more less fewer most least than
    high higher highest low lower lowest large larger largest big bigger biggest
    small smaller smallest long longer longest short shorter shortest fast faster fastest
    slow slower slowest hot hotter cold colder strong stronger weak weaker heavy heavier
    before after first last second begin end start stop open opens opened close closes closed
    off out inside outside into from up down above below over under left right top bottom
    positive negative true correct yes same different equal parallel series
    all some any every each only both either always sometimes must may can if unless then
    because or but by between input output read write virtual physical user kernel local global
    internal external public private static dynamic minimum maximum best worst
    """
CONTRASTS = frozenset(_CONTRASTS.split())
"""Words whose place matters: who increases and who decreases, what comes before what."""
_SYMMETRIC = frozenset(
    ("connect", "link", "join", "touch", "equal", "same", "both", "togeth", "between", "parallel")
)
_OPENINGS = frozenset(("because", "since", "so", "as", "well"))
_ENDINGS = ("ies", "ing", "ed", "es", "s", "d", "e", "y")


@dataclass(frozen=True, slots=True)
class Statement:
    """``words`` are all tokens of the answer in order, ``core`` those that aren't ``LIGHT``."""

    words: tuple[str, ...]
    core: tuple[str, ...]

    @classmethod
    def of(cls, text: str, notation: Notation = PLAIN) -> Statement:
        """Reads ``text``."""
        words = tuple(spelled_alike(text, notation))
        start = next((i for i, word in enumerate(words) if word not in _OPENINGS), len(words))
        formula = any(map(is_symbol, words))
        core = tuple(
            word
            for before, word in pairwise(("", *words[start:]))
            if word not in LIGHT or (len(word) == 1 and (formula or stem(before) in notation.carry))
        )
        return cls(words, core or words)

    @property
    def key(self) -> str:
        """The same for texts that differ in case, blanks, punctuation or a misread digit only.

        Blanks between letters don't count: scanning loses them. Those beside numbers do, and so
        does how often something is denied ("not able" is not "notable").
        """
        joined = "".join(word if word.isalpha() else f" {word} " for word in self.words)
        return f"{joined} {self.denials}"

    @property
    def stems(self) -> tuple[str, ...]:
        """The stems of the core, in order."""
        return tuple(map(stem, self.core))

    @property
    def decisive(self) -> tuple[Bound, ...]:
        """Numbers, signs, denials and contrasts, each with its neighbours; sorted."""
        stems = ("", *self.stems, "")
        around = zip(self.core, stems, stems[2:], strict=False)
        return tuple(sorted(bound for bound in around if _decides(bound[0])))

    @property
    def denials(self) -> int:
        """How many words deny something."""
        return sum(word in NEGATIONS for word in self.words)


def same_word(one: str, other: str, odd: Collection[str]) -> bool:
    """Whether two words are one word: another ending, or one of them misspelt.

    Only an ``odd`` word, that nobody else uses, can be a misspelling, and only of one that isn't
    odd. The first letter must be right: "increase" is not a slip for "decrease".
    """
    if one == other:
        return True
    if not (one.isalpha() and other.isalpha()) or one[0] != other[0] or NEGATIONS & {one, other}:
        return False
    if stem(one) == stem(other) and _base(one) == _base(other):
        return True
    length = min(len(one), len(other))
    slips = 0 if length < 5 else 1 if length < 9 else 2
    misspelt = (one in odd) != (other in odd)
    return misspelt and OSA.distance(one, other, score_cutoff=slips) <= slips


def keeps_roles(one: Statement, other: Statement, in_order: bool = False) -> bool:
    """Whether nothing decisive moved to other words, and nobody changed places with anybody.

    "A sends to B" and "B sends to A" differ, "A is connected to B" and "B to A" don't. What both
    say must come ``in_order`` where the question asks for one.
    """
    places = [other.stems.index(word) for word in dict.fromkeys(one.stems) if word in other.stems]
    mutual = _SYMMETRIC & set(one.stems) & set(other.stems)
    in_place = places == sorted(places) if in_order else mutual or not _reversed(places)
    return bool(in_place) and _same_places(one.decisive, other.decisive)


def _decides(word: str) -> bool:
    return not word.isalpha() or word in NEGATIONS or word in CONTRASTS


def _same_places(one: Sequence[Bound], other: Sequence[Bound]) -> bool:
    """Whether each decisive word stands before or after the same word in both."""
    left = list(other)
    for word, before, after in one:
        same = [
            each for each in left if each[0] == word and (each[1] == before or each[2] == after)
        ]
        if not same:
            return False
        left.remove(same[0])
    return not left


def _reversed(places: Sequence[int]) -> bool:
    """Whether some "x does y" became "y does x": three words the other way round."""
    inner = range(1, len(places) - 1)
    return any(max(places[:at]) > places[at] > min(places[at + 1 :]) for at in inner)


def _base(word: str) -> str:
    """The word without its inflection: one ending, one of two equal last letters."""
    ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) > len(end) + 1), "")
    base = word.removesuffix(ending)
    return base[:-1] if len(base) > 2 and base[-1] == base[-2] else base
