"""What can be accepted unseen, in words and as a bar for each question."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import isnan

from autograder.domain.exam import Question
from autograder.domain.grade import MarkedAnswer
from autograder.grading.agreeing.acceptance import Acceptance, Part, more_marks, plain
from autograder.grading.agreeing.random_check import RandomCheck
from autograder.grading.agreeing.reliability import decision
from autograder.metrics import Figure
from autograder_ui.components import markup

ALL_DONE = markup.notice("good", ["Every answer has its mark: there is nothing left to accept."])
LEGEND = """<p class="legend"><span><i class="swatch looked"></i> marked by you</span>
<span><i class="swatch taken"></i> accepted unseen</span>
<span><i class="swatch offer"></i> can be accepted</span>
<span><i class="swatch rest"></i> to be looked at</span></p>"""
HEADS = ("Question", "", "Can be accepted", "Expected to be yours", "Marked by you")
BEST = "Marking in the order “What helps most” gets there soonest."


def report(found: Acceptance, questions: Sequence[Question], marked: Sequence[MarkedAnswer]) -> str:
    """All of it, for an exam that has answers."""
    if not found.whole.waiting:
        return ALL_DONE
    rows = [
        _row(question, found.questions[question.id], marked)
        for question in questions
        if question.id in found.questions
    ]
    table = markup.table("What can be accepted, by question", HEADS, rows)
    return f"{_lead(found, marked)}{_check(found)}{LEGEND}{table}{_held_back(marked)}"


def _lead(found: Acceptance, marked: Sequence[MarkedAnswer]) -> str:
    whole, number = found.whole, len(found.whole.answers)
    if not number:
        return markup.notice("plain", [_none(found, marked)])
    differ = (1 - whole.agreement.value) * number
    return (
        f'<p class="summary"><b>{number} of {whole.waiting}</b> answers that nobody has marked '
        f"({number / whole.waiting:.0%}) can be accepted as predicted. By what you marked so far, "
        f"{share(whole.agreement)} of them are the marks that you would give: expect about "
        f"{max(1, round(differ))} to be another one.</p>"
    )


def _none(found: Acceptance, marked: Sequence[MarkedAnswer]) -> str:
    """Why nothing can be accepted, and what to do."""
    if found.contradicted:
        return (
            "The random check found more marks changed than this allows, so nothing is offered. "
            "Mark the rest yourself, or choose a lower agreement."
        )
    if not any(map(plain, marked)):
        return "No answer has a predicted mark yet. Press Grade in Scripts first."
    needed = more_marks(marked, found.target)
    if needed is None:
        return (
            f"There are too few answers to tell which can be accepted at {found.target:.0%}, even "
            "if you agreed with all the others that you mark: mark them yourself, or choose a "
            "lower agreement."
        )
    start = "You have marked" if any(map(decision, marked)) else "Nothing is marked yet, which is"
    return (
        f"{start} too few answers to tell which can be accepted at {found.target:.0%}: mark at "
        f"least {needed} more. It takes more than that where you change the predicted mark. {BEST}"
    )


def _check(found: Acceptance) -> str:
    """What the answers drawn by lot showed, which doesn't depend on who chose what to mark."""
    check, open_ones = found.check, len(found.asked)
    if not check.drawn:
        return ""
    told = f"Random check: {_many(check.drawn, 'answer')} drawn by lot among the likely ones, "
    told += f"{check.looked_at} looked at so far, {check.changed} changed by you."
    if check.looked_at:
        told += f" By these alone, {share(check.agreement)} are yours; {_why(check)}"
    if open_ones:
        told += f" {_many(open_ones, 'answer')} of it still to be looked at, before being accepted."
    return f'<p class="random-check">{escape(told)}</p>'


def _why(check: RandomCheck) -> str:
    few = "so few say little, but " if check.looked_at < 20 else ""
    return f"{few}they don't depend on which answers you chose to mark."


def _held_back(marked: Sequence[MarkedAnswer]) -> str:
    number = sum(not each.reviews and not plain(each) for each in marked)
    if not number:
        return ""
    told = f"{_many(number, 'answer')} without a mark, or with something to look at: never accepted"
    return f'<p class="hint">{told} unseen.</p>'


def _row(question: Question, part: Part, marked: Sequence[MarkedAnswer]) -> list[str]:
    own = [each for each in marked if each.answer.question_id == question.id]
    looked = sum(decision(each) is not None for each in own)
    offer = len(part.answers)
    missing = f"mark {part.missing} more first" if part.missing and part.waiting else ""
    return [
        f"<b>{escape(question.label)}</b>",
        _bar(question.label, looked, len(own) - looked - part.waiting, offer, part.waiting),
        f"{offer} of {part.waiting}",
        share(part.agreement) if offer else escape(missing) or "–",
        f"{looked} of {len(own)}",
    ]


def _bar(label: str, looked: int, taken: int, offer: int, waiting: int) -> str:
    """How a question's answers stand, 100 units wide."""
    sizes = {"looked": looked, "taken": taken, "offer": offer, "rest": waiting - offer}
    unit, left, drawn = 100 / max(1, sum(sizes.values())), 0.0, ""
    for kind, size in sizes.items():
        drawn += f'<rect class="{kind}" x="{left:.2f}" width="{size * unit:.2f}" height="10"/>'
        left += size * unit
    told = (
        f"{label}: {looked} marked by you, {taken} accepted unseen, {offer} can be accepted, "
        f"{waiting - offer} to be looked at"
    )
    return (
        f'<svg class="shares" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(told)}"><title>{escape(told)}</title>{drawn}</svg>'
    )


def share(figure: Figure) -> str:
    """A share with its interval, in per cent."""
    if isnan(figure.value):
        return "–"
    return f"{figure.value:.0%} ({figure.low:.0%} to {figure.high:.0%})"


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
