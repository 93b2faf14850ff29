"""``learn encoder``: the embedded grader is measured on marked answers, and taught by them."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.domain.errors import InvalidInput, StorageFailed
from autograder.domain.marked_example import MarkedExample
from autograder.grading.encoding.heads import fingerprint
from autograder.learning.encoding.heads import Measured, refit, refit_taught
from autograder.learning.encoding.keeping import Apart
from autograder.learning.encoding.last_step import ended
from autograder.learning.examples.hard_negatives import hard_negatives
from autograder.learning.progress import Progress, Step
from autograder.runs.learning import measuring
from autograder.runs.learning.measuring import Measuring
from autograder.settings import Settings

LEAST = 10
"""Marked answers below which nothing is learned that the reviews don't teach anyway."""


TRICKS, TAUGHT_TRICKS = 1.5, 0.3
"""Made of the marked answers that the heads are fitted to, and of those that the network learns
from, as shares of them. Without, attacks on Mohler's questions worked twice as often after teaching
as before; with them less often (0.5, 1, 1.5 and 2.5 were tried)."""


@dataclass(frozen=True, slots=True)
class Options:
    """``network``: whether it is taught too, or the heads alone, which takes seconds."""

    network: bool = True
    epochs: int = 3
    rate: float = 2e-4
    seed: int = 7


def learn_encoder(
    settings: Settings,
    train: Sequence[MarkedExample],
    held_out: Sequence[MarkedExample],
    options: Options,
    work: Path,
    progress: Progress,
) -> Path:
    """Teaches the embedded grader at work; the finished folder, in ``work``.

    It holds ``heads.json`` and, where it came to read better, ``network.onnx``. Called again after
    a kill it goes on where it was. InvalidInput: too few answers, or one mark for all.
    EngineUnavailable, EngineFailed, StorageFailed: see ``train_network``.
    """
    usable = [each for each in train if _usable(each)]
    _check(usable, len(train))
    apart = Apart.of(usable)
    network = None
    if options.network:
        network = _taught(settings, apart, held_out, options, work, progress)
        if network is None:
            told = "The network already read your answers best as it was: only the heads learn."
            progress.tell(ended(work, told))
    progress.tell(ended(work, "Fitting how much each thing that is measured counts"))
    stored = json.loads(heads_file(settings).read_text(encoding="utf-8"))
    by = _measuring(settings, network or network_file(settings))
    if network is None:
        made = refit(stored, *_measured(by, usable, options.seed))
    else:
        made = _refit_both(stored, by, apart, options.seed)
    return _finished(work, made, network)


def _refit_both(stored: dict[str, Any], by: Measuring, apart: Apart, seed: int) -> dict[str, Any]:
    """Heads for new questions, and others for those that the network learned from."""
    made = refit(stored, *_measured(by, apart.new, seed))
    questions = {fingerprint(each.question) for each in apart.own}
    known = _measured(by, apart.known, seed)
    return {**made, "taught": refit_taught(stored, questions, *known)}


def _measured(
    by: Measuring, examples: Sequence[MarkedExample], seed: int
) -> tuple[Measured | None, Measured | None]:
    """Wholes and points, tricks among them: by a kind teacher's marks alone, heads would learn to
    be kind to what is no answer."""
    with_tricks = [*examples, *hard_negatives(examples, TRICKS, seed)]
    return measuring.wholes(by, with_tricks), measuring.points(by, with_tricks)


def network_file(settings: Settings) -> Path:
    """The network that grades now: the learned one where there is one."""
    return _file(settings, "network.onnx")


def heads_file(settings: Settings) -> Path:
    """The heads that grade now."""
    return _file(settings, "heads.json")


def _file(settings: Settings, name: str) -> Path:
    learned = settings.encoder.model
    if learned is not None and (learned / name).is_file():
        return learned / name
    return settings.models / "encoder" / name


def _measuring(settings: Settings, network: Path) -> Measuring:
    words = settings.models / "minilm"
    return Measuring.with_files(words, network.parent, heads_file(settings))


def _usable(example: MarkedExample) -> bool:
    question = example.question
    by_points = question.full_credit > 0 and example.criteria is not None
    return by_points or any(each.strip() for each in question.reference_answers)


def _check(usable: Sequence[MarkedExample], given: int) -> None:
    if len(usable) < LEAST:
        raise InvalidInput(
            f"{len(usable)} of {given} marked answers can teach the built-in grader; it takes "
            f"{LEAST}. Answers count whose question has a reference answer, or points that you "
            "gave criterion by criterion. Mark some more and try again."
        )
    shares = {round(each.question.scale.share(each.mark), 3) for each in usable}
    if len(shares) < 2:
        raise InvalidInput(
            "All marked answers got the same mark: there is nothing to tell apart. Mark some "
            "better or weaker ones too."
        )


# Teaching the network


def _taught(
    settings: Settings,
    apart: Apart,
    held_out: Sequence[MarkedExample],
    options: Options,
    work: Path,
    progress: Progress,
) -> Path | None:
    from autograder.learning.encoding.network import Teaching, train_network
    from autograder.learning.encoding.training import Pace

    start = network_file(settings)
    words = settings.models / "minilm" / "tokenizer.json"
    by = _measuring(settings, start)
    back = (*apart.known, *apart.new)
    progress.tell(Step(0, 0, message=f"Reading {len(apart.own) + len(back)} marked answers"))
    chance = random.Random(options.seed)  # noqa: S311 (an order, no secret)
    own = [*apart.own, *hard_negatives(apart.own, TAUGHT_TRICKS, options.seed)]
    teaching = Teaching(
        [pair for each in own for pair in measuring.pairs(by, each, chance)],
        [pair for each in back for pair in measuring.pairs(by, each)],
        [pair for each in held_out if _usable(each) for pair in measuring.pairs(by, each)],
    )
    if not teaching.pairs or not teaching.chosen_by:
        return None
    pace = Pace(options.epochs, options.rate, options.seed)
    return train_network(teaching, start, words, pace, work, progress)


def _finished(work: Path, made: dict[str, object], network: Path | None) -> Path:
    """The folder of the learned model, whole or not at all."""
    folder, writing = work / "model", work / "model.writing"
    try:
        for each in (folder, writing):
            shutil.rmtree(each, ignore_errors=True)
        writing.mkdir(parents=True)
        content = json.dumps(made, indent=1) + "\n"
        (writing / "heads.json").write_text(content, encoding="utf-8")
        if network is not None:
            shutil.copyfile(network, writing / "network.onnx")
        writing.rename(folder)
    except OSError as error:
        raise StorageFailed(
            f"The learned grader can't be written to {work} ({error.strerror}). Make room there "
            "and start the training again: it goes on where it was."
        ) from error
    return folder
