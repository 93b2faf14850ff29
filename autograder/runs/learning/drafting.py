"""A model is taught to draft, judged by what it writes, and kept with the proof of its worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.domain.learned import GENERATOR, LearnedModel
from autograder.embedding import TextEmbedding
from autograder.gradebook.gradebook import Gradebook
from autograder.grading.language import bases
from autograder.learning.drafting.course import CourseQuestion
from autograder.learning.drafting.settings import DraftingSettings
from autograder.learning.drafting.split import split
from autograder.learning.progress import Progress, Step
from autograder.learning.registry import proofs
from autograder.learning.registry.manifest import Described, portable
from autograder.learning.registry.proofs import Proof
from autograder.learning.registry.registry import Registry
from autograder.runs.learning.learned_drafter import TEXTBOOK, base_folder, drafter_at_work
from autograder.settings import Settings

METHOD = "generate"
AT_WORK = "the drafting model at work"


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
