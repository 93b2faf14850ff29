"""``learn encoder``: the embedded grader is measured on marked answers, and taught by them."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.domain.errors import InvalidInput, StorageFailed
from autograder.domain.marked_example import MarkedExample
from autograder.learning.encoding.heads import refit
from autograder.learning.encoding.keeping import kept
from autograder.learning.encoding.last_step import ended
from autograder.learning.progress import Progress, Step
from autograder.runs.learning import measuring
from autograder.runs.learning.measuring import Measuring
from autograder.settings import Settings

LEAST = 10
"""Marked answers below which nothing is learned that the reviews don't teach anyway."""


@dataclass(frozen=True, slots=True)
class Options:
    """``network``: whether it is taught too, or the heads alone, which takes seconds."""

    network: bool = True
    epochs: int = 3
    rate: float = 5e-5
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
    back = kept(usable)
    apart = [each for each in usable if each.id in back]
    network = None
    if options.network:
        network = _taught(settings, usable, apart, held_out, options, work, progress)
        if network is None:
            told = "The network already read your answers best as it was: only the heads learn."
            progress.tell(ended(work, told))
    progress.tell(ended(work, "Fitting how much each thing that is measured counts"))
    fitted_on = usable if network is None else apart
    by = _measuring(settings, network or network_file(settings))
    stored = json.loads(heads_file(settings).read_text(encoding="utf-8"))
    made = refit(stored, measuring.wholes(by, fitted_on), measuring.points(by, fitted_on))
    return _finished(work, made, network)


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
    usable: Sequence[MarkedExample],
    apart: Sequence[MarkedExample],
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
    progress.tell(Step(0, 0, message=f"Reading {len(usable)} marked answers"))
    chance = random.Random(options.seed)  # noqa: S311 (an order, no secret)
    ids = {each.id for each in apart}
    own = [each for each in usable if each.id not in ids]
    teaching = Teaching(
        [pair for each in own for pair in measuring.pairs(by, each, chance)],
        [pair for each in apart for pair in measuring.pairs(by, each)],
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
