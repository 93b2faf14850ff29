"""Words for the student, put together from what was found in the answer."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.domain.grade import Judgement

_LONGEST = 110
_MOST = 4


def feedback(judgements: Sequence[Judgement], worth: Sequence[float]) -> str:
    """What was credited and what is missing; ``worth`` is what each point can get at most."""
    credited = [each for each, most in zip(judgements, worth, strict=True) if _met(each, most)]
    missing = [
        each
        for each, most in zip(judgements, worth, strict=True)
        if most > 0 and not _met(each, most)
    ]
    parts = []
    if credited:
        parts.append(f"Credited: {_listed(credited)}.")
    if missing:
        parts.append(f"{'Still missing' if credited else 'Missing'}: {_listed(missing)}.")
    elif credited:
        parts.append("Nothing is missing.")
    taken = [
        each for each, most in zip(judgements, worth, strict=True) if most < 0 and each.marks < 0
    ]
    if taken:
        parts.append(f"Marks were taken off for: {_listed(taken)}.")
    return " ".join(parts)


def _met(judgement: Judgement, worth: float) -> bool:
    return worth > 0 and judgement.met >= 0.5


def _listed(judgements: Sequence[Judgement]) -> str:
    named = [f"“{_short(each.criterion)}”" for each in judgements[:_MOST]]
    more = len(judgements) - len(named)
    return "; ".join(named) + (f"; and {more} more" if more else "")


def _short(text: str) -> str:
    plain = text.strip().rstrip(".")
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST].rsplit(" ", 1)[0] + " …"
