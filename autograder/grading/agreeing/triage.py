"""Which answers a teacher's look helps most."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from autograder.domain.grade import MarkedAnswer
from autograder.grading.agreeing.acceptance import LEAST, acceptance, plain
from autograder.grading.agreeing.random_check import lot
from autograder.grading.agreeing.reliability import Reliability, decision

ENOUGH = 10
"""Reviews of a question after which others aren't asked for to learn from."""
COARSE = (0.5, 0.7, 0.85)
"""Edges of the probability of agreement between which answers are equally risky."""


class Band(StrEnum):
    """Why an answer is asked for."""

    QUESTION = "question"
    """It has no mark, or something about it asks for a look."""
    TEACHES = "teaches"
    """The first reviews of a question, from which the other answers to it are marked better."""
    RISKY = "risky"
    """The predicted mark may well not be the teacher's."""
    AUDIT = "audit"
    """Drawn by lot among the marks that seem safe."""
    SAFE = "safe"
    """The predicted mark is likely the teacher's."""


ORDER = (Band.TEACHES, Band.QUESTION, Band.RISKY, Band.SAFE)


def triage(
    marked: Sequence[MarkedAnswer], alike: Mapping[str, int], target: float
) -> list[tuple[str, Band]]:
    """The unreviewed answers' ids in the order in which to look at them, each with its band.

    ``alike`` says for how many answers one stands (its group's most typical one), {} if unknown;
    ``target`` is the agreement (0-1) asked of what is safe. The random check is mixed among the
    riskiest, so that both are looked at with the same eye. Within a band, and between coarse
    steps of risk in RISKY, it goes question by question, in the order in which ``marked`` comes to
    them, and there as if by lot: no student is always first or always follows the same one.
    """
    known = Reliability.of(marked)
    found = acceptance(marked, target, known)
    waiting = [each for each in marked if not each.reviews]
    sure = dict(zip(_ids(waiting), _agreements(known, waiting), strict=True))
    teaches = set(_teaching(marked, alike, sure, found.asked.union(found.whole.answers)))

    def band(each: MarkedAnswer) -> Band:
        if not plain(each):
            return Band.QUESTION
        if each.answer.id in teaches:
            return Band.TEACHES
        if each.answer.id in found.asked:
            return Band.AUDIT
        return Band.SAFE if each.answer.id in found.likely else Band.RISKY

    questions = {
        question: place for place, question in enumerate(dict.fromkeys(map(_question, marked)))
    }

    def place(each: MarkedAnswer) -> tuple[int, int, int, str]:
        its = band(each)
        risk = sum(sure[each.answer.id] >= edge for edge in COARSE) if its is Band.RISKY else 0
        its = Band.RISKY if its is Band.AUDIT else its
        return ORDER.index(its), risk, questions[_question(each)], lot(each)

    return [(each.answer.id, band(each)) for each in sorted(waiting, key=place)]


def _teaching(
    marked: Sequence[MarkedAnswer],
    alike: Mapping[str, int],
    sure: Mapping[str, float],
    accepted: frozenset[str],
) -> Iterator[str]:
    """Ids of the answers to learn from, until there are enough of each question.

    There are once the rest can be accepted, too; a third of a small class is enough.
    """
    reviewed = Counter(_question(each) for each in marked if decision(each))
    total = Counter(map(_question, marked))
    candidates: dict[str, list[MarkedAnswer]] = defaultdict(list)
    for each in marked:
        if not each.reviews and plain(each):
            candidates[_question(each)].append(each)
    for question, some in candidates.items():
        enough = max(LEAST, min(ENOUGH, round(total[question] / 3)))
        settled = reviewed[question] >= LEAST and accepted.issuperset(_ids(some))
        wanted = 0 if settled else max(0, enough - reviewed[question])
        yield from _mixed(some, alike, sure)[:wanted]


def _mixed(
    answers: Sequence[MarkedAnswer], alike: Mapping[str, int], sure: Mapping[str, float]
) -> list[str]:
    """In turn the answer that stands for most others, the most doubtful one and one by lot.

    Doubt alone (uncertainty sampling, Lewis & Gale 1994) would teach nothing about sure answers,
    which are those to be accepted; the lot keeps the sample spread over all of them.
    """
    shuffled = sorted(answers, key=lot)
    standing = sorted(shuffled, key=lambda each: -alike.get(each.answer.id, 0))
    doubtful = sorted(shuffled, key=lambda each: abs(sure[each.answer.id] - 0.5))
    turns = zip(*map(_ids, (standing, doubtful, shuffled)), strict=True)
    return list(dict.fromkeys(answer_id for turn in turns for answer_id in turn))


def _agreements(known: Reliability, marked: Sequence[MarkedAnswer]) -> list[float]:
    draws = known.draws([each.predicted for each in marked], marked)
    return [float(mean) for mean in draws.mean(0)]


def _ids(answers: Sequence[MarkedAnswer]) -> list[str]:
    return [each.answer.id for each in answers]


def _question(marked: MarkedAnswer) -> str:
    return marked.answer.question_id or ""
