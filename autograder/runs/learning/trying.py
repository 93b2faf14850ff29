"""A learned model is tried beside the grader that it would take over from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.domain.errors import InvalidInput
from autograder.domain.grade import Passage
from autograder.domain.learned import SHIPPED, LearnedModel
from autograder.domain.marked_example import MarkedExample
from autograder.learning.comparing import words
from autograder.learning.comparing.comparison import Comparison
from autograder.learning.comparing.held_out import held_out
from autograder.learning.registry import proofs
from autograder.learning.registry.proofs import Proof
from autograder.runs.learning.at_work import Chosen, kept
from autograder.runs.learning.comparing import KNOWN, compare_graders
from autograder.runs.learning.contenders import at_work, contender, shipped
from autograder.runs.learning.descent import line_of
from autograder.settings import Settings

NO_EXAMPLES = (
    "There is no marked answer to try it on. Review some answers first, or name a file of marked "
    "ones."
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it: ``against`` is what a proof calls the grader beside it."""

    model: LearnedModel
    against: str
    current: str
    """The name of the grader beside it, for people."""
    tested: tuple[MarkedExample, ...]
    found: Comparison


def try_beside(
    settings: Settings,
    model_id: str,
    against: str | Chosen,
    examples: Sequence[MarkedExample],
    passages_of: Callable[[MarkedExample], Sequence[Passage]] = lambda _: (),
    known: int = KNOWN,
    work: Path | None = None,
) -> Trial:
    """Compares a learned model with another one, with what ships (``SHIPPED``) or with the grader
    that it has to beat (see ``to_beat``), on what it didn't learn from.

    NotFound: no such model; InvalidInput: there is nothing to try it on, or it learned from it;
    EngineUnavailable, EngineFailed: one of the two can't grade here.
    """
    registry = kept(settings)
    model = registry.get(model_id)
    new = contender(registry, model, settings)
    tested = held_out(line_of(registry, model), once(examples))
    if isinstance(against, Chosen):
        current = at_work(registry, against)
    elif against == SHIPPED:
        current = shipped(new, model.kind)
    else:
        current = contender(registry, registry.get(against), settings)
    found = compare_graders(new, current, tested, passages_of, known, work)
    name = against if isinstance(against, str) else against.learned
    return Trial(model, name, current.name, tested, found)


def keep_proof(settings: Settings, trial: Trial, report: Path | None = None) -> Proof:
    """Keeps the verdict with the model: with it, it may be promoted. StorageFailed."""
    keys = sorted(f"{each.exam}\n{each.question.id}\n{each.id}" for each in trial.tested)
    proof = Proof(
        against=trial.against,
        verdict=str(trial.found.verdict),
        reasons=words.reasons(trial.found),
        data=hashlib.sha256("\n".join(keys).encode()).hexdigest(),
        report=str(report or ""),
    )
    proofs.keep(kept(settings).path(trial.model.id), proof)
    return proof


def once(examples: Iterable[MarkedExample]) -> list[MarkedExample]:
    """Each answer once. InvalidInput: there is none, or one has two marks."""
    found: dict[tuple[str, str, str], MarkedExample] = {}
    for each in examples:
        known = found.setdefault((each.exam, each.question.id, each.id), each)
        if (known.text, known.mark) != (each.text, each.mark):
            raise InvalidInput(
                f"The answer “{each.id}” stands there twice, with another text or mark "
                f"({known.where or 'first'}; {each.where or 'then'}). Keep one of them."
            )
    if not found:
        raise InvalidInput(NO_EXAMPLES)
    return list(found.values())
