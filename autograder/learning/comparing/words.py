"""What a comparison found, in a teacher's words."""

from __future__ import annotations

from math import isnan

from autograder.learning.comparing import figures
from autograder.learning.comparing.comparison import ATTACKED, Comparison, Verdict
from autograder.learning.comparing.guarded import Compared, Outcome

HEADLINES = {
    Verdict.BETTER: "Better: it may take over.",
    Verdict.NO_WORSE: "No worse, as far as the margins allow: it may take over.",
    Verdict.WORSE: "Worse: the grader at work stays.",
    Verdict.UNSURE: "It can't be told whether it is better: the grader at work stays.",
}


def reasons(found: Comparison) -> tuple[str, ...]:
    """Why the verdict is what it is, the weightiest first, a sentence each."""
    if found.too_little:
        return (found.too_little,)
    wanted = {
        Verdict.BETTER: (Outcome.BETTER,),
        Verdict.NO_WORSE: (),
        Verdict.WORSE: (Outcome.WORSE,),
        Verdict.UNSURE: (Outcome.UNSURE,),
    }[found.verdict]
    told = tuple(sentence(each) for each in found.guarded if each.outcome in wanted)
    if found.promotes:
        told += ("No guarded figure is worse by more than its margin.",)
    return told


def sentence(each: Compared) -> str:
    """One figure: what it was, what it is, and what follows."""
    name = f"{each.measure.title}, {each.terms}" if each.terms != ATTACKED else each.measure.title
    if isnan(each.new.value):
        missing = "the new grader has none" if not isnan(each.current.value) else "not measured"
        return f"{name}: {missing}."
    told = f"{name}: {value(each, each.current.value)} → {value(each, each.new.value)}"
    if each.outcome in (Outcome.WORSE, Outcome.UNSURE) and each.guard:
        low = -each.reach[0]
        worst = "nobody can say how much" if isnan(low) else f"up to {size(each, low)}"
        return (
            f"{told}; it may be worse by {worst}, and {size(each, each.guard.margin)} is allowed."
        )
    return f"{told} (95 % interval of the gain {gain(each)})."


def value(each: Compared, number: float) -> str:
    """A figure as a person reads it; a dash where there is none."""
    if isnan(number):
        return "–"
    if each.measure.unit == "kappa":
        return _minus(f"{number:.2f}")
    sign = "+" if each.measure is figures.BIAS else ""
    return _minus(f"{100 * number:{sign}.1f} %")


def size(each: Compared, number: float) -> str:
    """A difference without its sign."""
    return (
        f"{abs(number):.2f}" if each.measure.unit == "kappa" else f"{100 * abs(number):.1f} points"
    )


def gain(each: Compared) -> str:
    """The interval of the gain, worst end first; above 0 is for the new grader."""
    low, high = each.reach
    if isnan(low):
        return "unknown"
    many = 1 if each.measure.unit == "kappa" else 100
    digits, unit = (2, "") if many == 1 else (1, " points")
    return _minus(f"{many * low:+.{digits}f} to {many * high:+.{digits}f}{unit}")


def _minus(text: str) -> str:
    return text.replace("-", "−")
