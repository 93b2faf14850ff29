"""What a killed training goes on from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from autograder.domain.errors import InvalidInput

FOLDER = "checkpoints"
KEPT = 2
"""The one before stays until the next is whole."""
_STATE = "trainer_state.json"  # the trainer writes it last
_TAUGHT = "taught"


def newest(work: Path) -> Path | None:
    """The newest whole checkpoint; those that a kill left half written are removed."""
    found = sorted((work / FOLDER).glob("checkpoint-*"), key=_step, reverse=True)
    whole = [each for each in found if _whole(each)]
    for each in set(found) - set(whole):
        shutil.rmtree(each)
    return whole[0] if whole else None


def claim(work: Path, fingerprint: str) -> None:
    """Says what is taught in ``work``. InvalidInput: something else is taught there."""
    note = work / _TAUGHT
    work.mkdir(parents=True, exist_ok=True)
    if note.exists() and note.read_text("utf-8") not in ("", fingerprint):
        raise InvalidInput(
            f"{work} holds another training: other examples, settings or another base. Name "
            "another folder, or remove this one to begin afresh."
        )
    note.write_text(fingerprint, "utf-8")


def forget(work: Path) -> None:
    """Removes the checkpoints of a training that is finished."""
    shutil.rmtree(work / FOLDER, ignore_errors=True)


def _whole(checkpoint: Path) -> bool:
    try:
        json.loads((checkpoint / _STATE).read_bytes())
    except (OSError, ValueError):
        return False
    return True


def _step(checkpoint: Path) -> int:
    number = checkpoint.name.rpartition("-")[2]
    return int(number) if number.isdigit() else -1
