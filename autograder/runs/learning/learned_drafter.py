"""The drafting model that was put to work in the Exam tab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.domain.errors import EngineUnavailable, NotFound
from autograder.domain.exam import Question
from autograder.domain.grade import Maker, Passage
from autograder.domain.learned import GENERATOR, SHIPPED, LearnedModel
from autograder.gradebook.gradebook import Gradebook
from autograder.grading.language import bases
from autograder.learning.drafting.prompt import VERSION
from autograder.learning.registry.registry import Registry
from autograder.settings import Settings

TEXTBOOK: Final = "textbook"
"""The setting that tells whether passages were in the prompts."""


@dataclass(frozen=True, slots=True)
class LearnedDrafter:
    """A drafting model that was put to work; it drafts as the language model that grades does."""

    model: LearnedModel
    folder: Path
    base: Path

    @property
    def name(self) -> str:
        """What the page calls it."""
        return self.model.id

    @property
    def maker(self) -> Maker:
        """What a draft is kept with."""
        revision = self.model.base_revision[:12]
        base = f"{self.model.base}@{revision}" if revision else self.model.base
        return Maker(GENERATOR, base, self.name, VERSION)

    @property
    def reads_textbook(self) -> bool:
        """Whether it was taught with the textbook's passages."""
        return bool(self.model.settings.get(TEXTBOOK))

    def reference_answer(self, question: Question, passages: Sequence[Passage]) -> str:
        """A draft, once the model wrote its known drafts again. EngineUnavailable, EngineFailed.

        Loaded for this draft and let go of after it: the memory belongs to grading.
        """
        from autograder.learning.drafting.base import Base
        from autograder.learning.drafting.learned import LearnedWriter

        writer = LearnedWriter(self.folder, Base.load(self.base))
        writer.check()
        return writer.write([(question.text, passages[0].text if passages else "")])[0]


def drafter_at_work(settings: Settings, gradebook: Gradebook) -> LearnedDrafter | None:
    """The drafting model that was promoted; None where none was.

    EngineUnavailable: it or its base is gone or damaged.
    """
    promoted = gradebook.promotions.at_work(GENERATOR)
    if promoted == SHIPPED:
        return None
    registry = Registry(settings.models / "adapters")
    try:
        registry.verify(promoted)
        model = registry.get(promoted)
    except NotFound as error:
        raise EngineUnavailable(str(error)) from error
    return LearnedDrafter(model, registry.path(promoted), base_folder(model.base, settings))


def base_folder(name: str, settings: Settings) -> Path:
    """The folder of a base: a path, a name in the hub's cache or one in ``models/bases``.

    EngineUnavailable: it is not on this machine.
    """
    beside = settings.models / "bases" / Path(name).name
    folder = bases.on_machine(name) or bases.on_machine(str(beside))
    if folder is None:
        raise EngineUnavailable(
            f"The base {name} is not on this machine. Fetch it with “hf download {name}”, or put "
            f"its folder into {beside.parent}."
        )
    return folder
