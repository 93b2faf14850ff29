"""A model that drafts reference answers, from the course's questions to work in the Exam tab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.domain.errors import EngineUnavailable, NotFound
from autograder.domain.exam import Question
from autograder.domain.grade import Maker, Passage
from autograder.domain.learned import GENERATOR, SHIPPED, LearnedModel
from autograder.embedding import TextEmbedding
from autograder.gradebook.gradebook import Gradebook
from autograder.grading.language import bases
from autograder.learning.drafting.course import CourseQuestion
from autograder.learning.drafting.prompt import VERSION
from autograder.learning.drafting.settings import DraftingSettings
from autograder.learning.drafting.split import split
from autograder.learning.progress import Progress, Step
from autograder.learning.registry import proofs
from autograder.learning.registry.manifest import Described, portable
from autograder.learning.registry.proofs import Proof
from autograder.learning.registry.registry import Registry
from autograder.settings import Settings

METHOD = "generate"
TEXTBOOK = "textbook"
"""The setting that tells whether passages were in the prompts."""
AT_WORK = "the drafting model at work"


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was learned, and what it is worth: ``table`` and ``verdict`` as printed."""

    model: LearnedModel
    table: str
    verdict: str


def learn_drafts(
    questions: Sequence[CourseQuestion],
    data: str,
    base: str,
    drafting: DraftingSettings,
    settings: Settings,
    gradebook: Gradebook,
    work: Path,
    progress: Progress,
) -> Outcome:
    """Teaches, judges what is written to held-out questions, and keeps model and judgement.

    ``data`` is the examples' sum. Called again after a kill it goes on in ``work``.
    Errors as ``train_drafts``, ``split`` and ``Registry.add``.
    """
    from autograder.learning.drafting.judging import LEARNED, judged
    from autograder.learning.drafting.learned import keep_known
    from autograder.learning.drafting.training import train_drafts

    folder = base_folder(base, settings)
    embed = TextEmbedding(settings.models / "minilm").embed
    progress.tell(Step(0, 0, message="Putting questions that ask the same on the same side."))
    train, held_out = split(questions, embed)
    finished = train_drafts(train, drafting, folder, work, progress)
    progress.tell(Step(1, 1, message=f"Answering {len(held_out)} held-out questions."))
    written = _written(finished, folder, held_out, drafting, settings, gradebook)
    keep_known(finished, held_out, written[LEARNED])
    found = judged(train, held_out, written, embed)
    registry = Registry(settings.models / "adapters")
    model = registry.add(
        finished,
        Described(
            kind=GENERATOR,
            method=METHOD,
            base=base,
            base_revision=bases.revision(base).partition("@")[2],
            data=data,
            data_count=len(train),
            settings={**asdict(drafting), TEXTBOOK: any(each.passage for each in train)},
            metrics=found.metrics,
            licence=_licence(base),
        ),
    )
    against = gradebook.promotions.at_work(GENERATOR)
    proof = Proof(against, found.outcome, (found.verdict(),), data)
    proofs.keep(registry.path(model.id), proof)
    return Outcome(model, found.table(), found.verdict())


def _written(
    finished: Path,
    folder: Path,
    held_out: Sequence[CourseQuestion],
    drafting: DraftingSettings,
    settings: Settings,
    gradebook: Gradebook,
) -> dict[str, list[str]]:
    """What the new model, its base and the model at work write to the held-out questions."""
    from autograder.learning.drafting.base import Base
    from autograder.learning.drafting.judging import LEARNED, UNTAUGHT
    from autograder.learning.drafting.learned import LearnedWriter
    from autograder.learning.drafting.writer import Writer

    asked = [(each.text, each.passage) for each in held_out]
    base = Base.load(folder)
    written = {UNTAUGHT: Writer(base, base.model, drafting.answer_tokens).write(asked)}
    written[LEARNED] = LearnedWriter(finished, base).write(asked)
    del base
    serving = drafter_at_work(settings, gradebook)
    if serving is not None:
        own = LearnedWriter(serving.folder, Base.load(serving.base))
        written[AT_WORK] = own.write(asked)
    return written


def _licence(base: str) -> str:
    proposed = next((each for each in bases.PROPOSED if each.name == base), None)
    return proposed.licence if proposed else f"That of {portable(base)}"
