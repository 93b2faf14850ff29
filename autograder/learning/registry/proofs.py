"""What comparisons found: whether a learned model is better than what served at the time."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from autograder.learning.registry import disk
from autograder.learning.registry.contents import PROOFS

ENOUGH = ("better", "no worse")
"""The verdicts with which a model may serve."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A comparison of a learned model with ``against`` on the same held-out answers."""

    against: str
    """The id of the learned model that served, or ``SHIPPED``."""
    verdict: str
    """``better``, ``no worse``, ``worse`` or ``can't tell``."""
    reasons: tuple[str, ...] = ()
    """In a teacher's words."""
    data: str = ""
    """The sha256 of the examples that were compared on."""
    report: str = ""
    """Where the report with its plots was written."""
    at: datetime | None = None
    """None until it is kept."""

    @property
    def enough(self) -> bool:
        """Whether the model may serve in place of what it was compared with."""
        return self.verdict in ENOUGH


_ADAPTER = TypeAdapter(Proof)


def keep(folder: Path, proof: Proof) -> None:
    """Adds a proof to the model in ``folder``. StorageFailed."""
    told = {**asdict(proof), "at": datetime.now(UTC).isoformat()}
    line = json.dumps(told, ensure_ascii=False).encode() + b"\n"
    with disk.told_plainly(folder), (folder / PROOFS).open("ab") as file:
        file.write(b"\n" * bool(file.tell()) + line)  # a line that a kill tore ends there
        disk.flush(file)


def read(folder: Path) -> list[Proof]:
    """The model's proofs, oldest first; a line that was torn by a kill is left out."""
    try:
        lines = (folder / PROOFS).read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    return [proof for line in lines if (proof := _proof(line))]


def newest(folder: Path, against: str) -> Proof | None:
    """What the last comparison with ``against`` found; None where there was none."""
    return next((each for each in reversed(read(folder)) if each.against == against), None)


def _proof(line: bytes) -> Proof | None:
    try:
        return _ADAPTER.validate_json(line)
    except ValidationError:
        return None
