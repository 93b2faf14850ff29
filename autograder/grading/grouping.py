"""Answers that say the same: one decision of the teacher for all of them.

A wrong neighbour costs a student marks, a missing one costs a teacher a look. So whatever could
change the mark keeps two answers apart, and an answer that fits no group surely stays alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, permutations

import numpy as np

from autograder.domain.exam import Question
from autograder.domain.grade import Flag
from autograder.grading.guard import inspect
from autograder.grading.sentences import sentences
from autograder.grading.spelling import Notation
from autograder.grading.statement import Statement, keeps_roles, same_word
from autograder.grading.words import stem

Embed = Callable[[Sequence[str]], np.ndarray]
"""Unit vectors of n texts: (n, dimensions)."""

SAME_WHOLE = 0.9
"""Cosine from which two answers may mean the same; on training splits, see benchmarks/grouping."""
SAME_SENTENCE = 0.85
"""Each sentence needs a counterpart at least so near in the other answer."""
FEWEST_WORDS = 3
"""Of fewer content words a sentence vector says little: only their letters are compared."""
MOST_ODD = 1
"""Words that only one of two answers has, and nobody else uses."""
_ORDER = re.compile(r"\b(?:order|sequence|steps?|stages?|phases?|rank|sort)", re.I)
"""Where a question asks for an order, another order is another answer."""
_UNFIT = frozenset({"injection", "hidden_text", "too_long"})


class Kind(StrEnum):
    """How alike the answers of a group are."""

    EXACT = "exact"
    """The same but for case, blanks, punctuation."""
    NEAR = "near"
    """The same content words in the same order but for endings and slips of the pen."""
    MEANING = "meaning"
    """The same said in another order, or with a word that nobody else uses."""
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class Group:
    """Ids of answers that say the same, the most typical first."""

    answers: tuple[str, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Bundle:
    """Answers that read the same."""

    ids: tuple[str, ...]
    text: str
    statement: Statement


Pair = tuple[int, int]
Ties = dict[Pair, tuple[Kind, float]]
"""Bundles (lower number first) that say the same, how alike they are, and their cosine."""


def groups(question: Question, answers: Sequence[tuple[str, str]], embed: Embed) -> list[Group]:
    """Sorts a question's answers (id, text) into groups, the largest first.

    Every id is in exactly one group. Within a group every two answers are alike (complete
    linkage), so no chain drifts. What speaks to the grader stays alone, and so does a program
    unless another is the same line by line.
    """
    seen = [(each, inspect(question, each[1])) for each in answers]
    apart = [each for each, guarded in seen if is_unfit(guarded.flags)]
    programs = [each for each, guarded in seen if guarded.is_code and each not in apart]
    prose = [each for each in answers if each not in apart and each not in programs]
    bundles = _bundles(question, prose)
    given = {word for text in _given(question) for word in Statement.of(text).words}
    ties = _near(bundles, given)
    in_order = _ORDER.search(f"{question.text} {question.rubric}") is not None
    ties = _same_meaning(bundles, given, in_order, embed) | ties
    linked = [_group(places, bundles, ties) for places in _link(bundles, ties)]
    found = [*linked, *_same_programs(programs)]
    found += [Group((each,), Kind.ALONE) for each, _ in apart]
    return sorted(found, key=lambda group: -len(group.answers))


def _same_programs(programs: Iterable[tuple[str, str]]) -> Iterator[Group]:
    """In a program a sign or an indentation changes what it does: only blank lines don't count."""
    alike: dict[str, list[str]] = {}
    for each, text in programs:
        lines = (line.rstrip() for line in text.split("\n"))
        alike.setdefault("\n".join(filter(None, lines)), []).append(each)
    for ids in alike.values():
        yield Group(tuple(ids), Kind.EXACT if len(ids) > 1 else Kind.ALONE)


def is_unfit(flags: Iterable[Flag]) -> bool:
    """Whether an answer with these flags must be looked at by itself: it speaks to the grader."""
    return any(flag.kind in _UNFIT for flag in flags)


def _given(question: Question) -> list[str]:
    criteria = (criterion.text for criterion in question.criteria)
    return [question.text, *question.reference_answers, *criteria]


def _bundles(question: Question, answers: Sequence[tuple[str, str]]) -> list[_Bundle]:
    notation = Notation.of(_given(question), [text for _, text in answers])
    by_key: dict[str, list[tuple[str, str, Statement]]] = {}
    for each, text in answers:
        statement = Statement.of(text, notation)
        by_key.setdefault(statement.key, []).append((each, text, statement))
    return [_Bundle(tuple(each for each, *_ in own), *own[0][1:]) for own in by_key.values()]


def _near(bundles: Sequence[_Bundle], given: Collection[str]) -> Ties:
    """Ties of those whose content words are one by one the same words."""
    used = Counter(word for bundle in bundles for word in set(bundle.statement.words))
    odd = {word for word, times in used.items() if times == 1 and word not in given}
    cores = [bundle.statement.core for bundle in bundles]
    by_length = _sorted_by([len(core) for core in cores])
    return {
        (i, j): (Kind.NEAR, 1.0)
        for places in by_length
        for i, j in combinations(places, 2)
        if all(same_word(one, other, odd) for one, other in zip(cores[i], cores[j], strict=True))
    }


def _same_meaning(
    bundles: Sequence[_Bundle], given: Collection[str], in_order: bool, embed: Embed
) -> Ties:
    """Ties of those whose vectors, numbers, denials, contrasts and terms all agree."""
    terms = _terms(bundles, given)
    stems = [set(bundle.statement.stems) for bundle in bundles]
    decisive = [tuple(word for word, *_ in bundle.statement.decisive) for bundle in bundles]
    candidates = _sorted_by(
        [(own, frozenset(has & terms)) for own, has in zip(decisive, stems, strict=True)]
    )
    pairs = [
        (i, j)
        for places in candidates
        for i, j in combinations(places, 2)
        if min(len(stems[i]), len(stems[j])) >= FEWEST_WORDS
        and len(stems[i] ^ stems[j]) <= MOST_ODD
        and keeps_roles(bundles[i].statement, bundles[j].statement, in_order)
    ]
    return _close(bundles, pairs, embed)


def _terms(bundles: Sequence[_Bundle], given: Collection[str]) -> set[str]:
    """Stems that carry meaning here: of the question, its answers and criteria, or used twice."""
    used = Counter(word for bundle in bundles for word in set(bundle.statement.stems))
    return {word for word, times in used.items() if times > 1} | {stem(word) for word in given}


def _close(bundles: Sequence[_Bundle], pairs: Sequence[Pair], embed: Embed) -> Ties:
    """Those pairs whose vectors are close, as wholes and sentence by sentence, both ways."""
    wanted = {place: bundles[place].text for pair in pairs for place in pair}
    parts = {place: [text, *sentences(text)] for place, text in wanted.items()}
    texts = list(dict.fromkeys(part for own in parts.values() for part in own))
    vectors = dict(zip(texts, embed(texts), strict=True)) if texts else {}
    found: Ties = {}
    for i, j in pairs:
        one, other = (np.array([vectors[part] for part in parts[place]]) for place in (i, j))
        cosines = one @ other.T
        inner = cosines[1:, 1:]
        nearest = min(inner.max(axis=0).min(), inner.max(axis=1).min())
        if cosines[0, 0] >= SAME_WHOLE and nearest >= SAME_SENTENCE:
            found[i, j] = Kind.MEANING, float(cosines[0, 0])
    return found


def _sorted_by(keys: Sequence[Hashable]) -> list[list[int]]:
    """Places of equal keys."""
    by_key: dict[Hashable, list[int]] = {}
    for place, key in enumerate(keys):
        by_key.setdefault(key, []).append(place)
    return list(by_key.values())


def _link(bundles: Sequence[_Bundle], ties: Ties) -> list[list[int]]:
    """Complete linkage, closest first: two clusters become one where all across them are tied."""
    cluster = {place: [place] for place in range(len(bundles))}
    for i, j in sorted(ties, key=lambda pair: (-ties[pair][1], pair)):
        one, other = cluster[i], cluster[j]
        if one is other or any((min(x, y), max(x, y)) not in ties for x in one for y in other):
            continue
        one += other
        cluster.update(dict.fromkeys(other, one))
    return [own for place, own in cluster.items() if own[0] == place]


def _group(places: Sequence[int], bundles: Sequence[_Bundle], ties: Ties) -> Group:
    """What most wrote comes first, then what is closest to all the others."""
    between = {pair: ties[min(pair), max(pair)] for pair in permutations(places, 2)}
    kinds = {kind for kind, _ in between.values()}
    kind = Kind.MEANING if Kind.MEANING in kinds else Kind.NEAR if kinds else Kind.EXACT

    def rank(place: int) -> tuple[int, float]:
        closeness = sum(near for (one, _), (_, near) in between.items() if one == place)
        return -len(bundles[place].ids), -closeness

    ids = [each for place in sorted(places, key=rank) for each in bundles[place].ids]
    return Group(tuple(ids), kind if len(ids) > 1 else Kind.ALONE)
