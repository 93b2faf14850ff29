"""The heads of the embedded grader, fitted to a teacher's marks beside what ships.

What ships is the prior (maximum a posteriori): ten marks move little, a thousand decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.learning.encoding.ordinal import Marks, Ordinal, fit

WEIGHT, BIAS, PLAIN = 0.3, 0.5, 0.1
"""How far a teacher's heads may lie from those that ship: the two weights of a head as a share of
themselves, its bias, and each plain feature by what one deviation of it changes, in logits."""
TAUGHT = 3.0
"""The same for the network's weight where it learned from answers to the very question: there it
may come to count four times as much (area under ROC .70 before, .96 after teaching, measured)."""
FITTED = ("mark", "plain_mark", "met", "plain_met", "slope", "strictness")
LEAST = 0.25
"""Neither the plain features nor the network ever count less than this share of what they did."""


@dataclass(frozen=True, eq=False)
class Measured:
    """Marked answers as grading measures them, n rows: the ``plain`` features (n, k), what the
    ``network`` says (n,), and what is ``given`` of the latent beside the head (n,).

    ``low`` and ``high`` as in Marks; ``question`` names each row's.
    """

    plain: np.ndarray
    network: np.ndarray
    given: np.ndarray
    low: np.ndarray
    high: np.ndarray
    question: Sequence[str]


def refit(
    stored: Mapping[str, Any],
    wholes: Measured | None,
    points: Measured | None,
    trust: float = WEIGHT,
) -> dict[str, Any]:
    """The content of a ``heads.json`` from that of the one that ships.

    ``wholes`` are answers marked against a reference answer, ``points`` such that were judged
    criterion by criterion; None where there are none. ``trust`` is how far the network's weight
    may move, as a share of itself.
    """
    made = dict(stored)
    if wholes is not None:
        found = _refit(made, "mark", "plain_mark", wholes, trust)
        made["slope"] = round(found.slope, 4)
        made["strictness"] = round(found.strictness, 3)
    if points is not None:
        _refit(made, "met", "plain_met", points, trust)
    return made


def refit_taught(
    stored: Mapping[str, Any],
    questions: Iterable[str],
    wholes: Measured | None,
    points: Measured | None,
) -> dict[str, Any]:
    """The part ``taught`` of a ``heads.json``: heads for the ``questions`` (their fingerprints)
    whose answers the network learned from, fitted to answers to them that it didn't."""
    made = refit(stored, wholes, points, TAUGHT)
    before = stored.get("taught", {"questions": []})["questions"]
    return {
        "questions": sorted({*before, *questions}),
        "heads": {name: made[name] for name in FITTED},
    }


def _refit(made: dict[str, Any], head: str, plain: str, marked: Measured, trust: float) -> Ordinal:
    """Fits a head's two weights and bias, and how each plain feature counts."""
    own, under = made[head], made[plain]
    centre, width = marked.plain.mean(0), marked.plain.std(0) + 1e-6
    moved = width > 1e-3  # what never varies here can't have shown anything
    turned = np.where(moved, (marked.plain - centre) / width, 0.0)
    logit = marked.plain @ np.array(under["weights"]) + under["bias"]
    features = np.column_stack([logit, marked.network, np.ones(len(logit)), turned])
    weights = np.array([*own["weights"], own["bias"], *np.zeros(len(centre))])
    pair = np.abs(weights[:2])
    known = Ordinal(weights, made["slope"], made["strictness"])
    spread = np.array([*(pair * (WEIGHT, trust)), BIAS, *np.full(len(centre), PLAIN)])
    least = np.array([*(LEAST * pair), -np.inf, *np.full(len(centre), -np.inf)])
    _, numbers = np.unique(list(marked.question), return_inverse=True)
    marks = Marks(features, marked.given, marked.low, marked.high, numbers)
    found = fit(marks, known, spread, least)
    made[head], made[plain] = _written(found.weights, under, centre, width * moved)
    return found


def _written(
    weights: np.ndarray, under: Mapping[str, Any], centre: np.ndarray, width: np.ndarray
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A head, and the plain one under it, which takes in what each plain feature counts more."""
    first, network, bias, turns = weights[0], weights[1], weights[2], weights[3:]
    more = np.divide(turns / first, width, out=np.zeros_like(turns), where=width > 0)
    plain = np.array(under["weights"]) + more
    head = {"weights": _rounded([first, network]), "bias": round(float(bias), 5)}
    return head, {
        "weights": _rounded(plain),
        "bias": round(float(under["bias"] - more @ centre), 5),
    }


def _rounded(values: Sequence[float] | np.ndarray) -> list[float]:
    return [round(float(each), 5) for each in values]
