"""The ways to train a grader from reviews, and which of them this machine can go."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec

import psutil

from autograder.domain.errors import EngineUnavailable
from autograder.domain.job import SHARPEN
from autograder.domain.learned import CLASSIFIER, ENCODER, GENERATOR, LORA
from autograder.grading import gpu
from autograder.grading.language import bases
from autograder.runs.learning.course_files import bases_here
from autograder.runs.learning.learned_drafter import base_folder
from autograder.settings import Settings

GIB = 2**30
GRADING = ("grade", SHARPEN, "draft")
"""The kinds of job that need the grader at work, and its memory."""
GRADER_MEMORY = GIB
"""What the embedded grader and the rest of the program may still take beside a training."""
WIDER = 2
"""Weights are kept in 16 bits and stand in memory in 32 where there is no GPU."""
TORCH = ("torch", "transformers")
NO_BASE = (
    "There is no model on this machine that could learn to write. Fetch one with “hf download "
    "facebook/bart-base”, or put its folder into {folder}."
)


@dataclass(frozen=True, slots=True)
class Method:
    """A way to train. ``memory`` is what it takes of the main memory in bytes, without a base.

    Measured, rounded up, where the base ships; else an estimate of what torch and a batch take. If
    it is too low the system ends the training, which goes on later, and not marking: see ``Child``.
    """

    name: str
    kind: str
    title: str
    what: str
    packages: tuple[str, ...] = TORCH
    memory: int = 3 * GIB

    @property
    def from_marks(self) -> bool:
        """Whether marks teach it; else the course's questions with their answers do."""
        return self.kind != GENERATOR

    @property
    def language(self) -> bool:
        """Whether it trains the language model."""
        return self.kind == LORA


METHODS = (
    Method(
        "encoder",
        ENCODER,
        "The built-in grader, taught further",
        "Its network learns how you mark. Runs on any machine.",
        memory=2 * GIB,  # 1.6 GiB with the network, 0.3 GiB heads alone: peak RSS, 200 answers
    ),
    Method(
        "classifier",
        CLASSIFIER,
        "A text classifier from Hugging Face",
        "Learns to tell marks apart from your examples alone: it needs many, and suits essays.",
        memory=2 * GIB,  # on MiniLM 1.4 GiB for 200 short answers, 1.8 GiB for 120 essays
    ),
    Method(
        "sft",
        LORA,
        "The language model, from your marks",
        "An adapter on the language model (QLoRA) learns your marks and the reasons for them.",
        packages=(*TORCH, "peft", "trl", "datasets", "bitsandbytes"),
    ),
    Method(
        "dpo",
        LORA,
        "The language model, from your corrections",
        "An adapter learns to prefer the mark that you gave over the one that the machine gave.",
        packages=(*TORCH, "peft", "trl", "datasets", "bitsandbytes"),
    ),
    Method(
        "generate",
        GENERATOR,
        "Drafts of reference answers, from the course's questions",
        "A model that writes learns from questions and their answers, in files of yours. It is "
        "judged by what it writes to questions kept from it: by the words (ROUGE) and by the "
        "meaning (similarity) that it shares with your answers. It never grades.",
        packages=(*TORCH, "peft"),
    ),
)


def method(name: str) -> Method | None:
    """The method of that name, if reviews can teach by it."""
    return next((each for each in METHODS if each.name == name), None)


def obstacle(wanted: Method, settings: Settings) -> str:
    """What keeps a method from running here, in a teacher's words; empty where nothing does."""
    if missing := _missing(wanted.packages):
        return f"It needs packages that are not installed: {', '.join(missing)}."
    if not wanted.from_marks:
        return "" if bases_here(settings) else NO_BASE.format(folder=settings.models / "bases")
    return _no_language_model(settings) if wanted.language else ""


def held_up(wanted: Method, grader: str, weights: int = 0) -> Collection[str]:
    """The kinds of job that wait while it trains: those that it leaves no memory for.

    A GPU is used alone; marking without it goes on where the main memory holds both. ``grader``
    is the name of the one at work; a language model server needs nothing of this machine.
    ``weights`` are the base's, see there.
    """
    if grader == "openai_api":
        return ()
    if gpu.memory() and grader == "llama":
        return GRADING
    left = psutil.virtual_memory().available - wanted.memory - WIDER * weights
    return () if left >= GRADER_MEMORY else GRADING


def weights(wanted: Method, settings: Settings, base: str = "") -> int:
    """Bytes of the base that are to stand in the main memory; 0 where it goes to a GPU or the
    method's ``memory`` counts it already."""
    name = base or (settings.llama.base if wanted.language else "")
    if not name or gpu.memory():
        return 0
    with suppress(EngineUnavailable):
        folder = base_folder(name, settings)
        return sum(each.stat().st_size for each in folder.glob("*.safetensors"))
    return 0


def _missing(packages: Iterable[str]) -> list[str]:
    return [name for name in packages if find_spec(name) is None]


def _no_language_model(settings: Settings) -> str:
    """A base that the settings name is trusted to fit, also on a processor: tiny ones do."""
    base, memory = settings.llama.base, gpu.memory()
    if base:
        here = bases.on_machine(base) is not None or not settings.llama.offline
        return "" if here else f"The language model {base} is not on this machine."
    if not memory:
        return "It needs an NVIDIA GPU, and this machine has none that can be used."
    if memory < bases.LEAST_MEMORY:
        return f"The GPU's memory ({memory / GIB:.0f} GB) is too small for the language model."
    if bases.default(memory, settings.llama.offline) is None:
        return f"There is no language model on this machine. {bases.how_to_get(settings.llama)}"
    return ""
