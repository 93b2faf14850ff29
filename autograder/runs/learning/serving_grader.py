"""The grader that serves, loaded once for all jobs and anew when another one is put to work."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import RLock
from typing import Protocol, runtime_checkable

from autograder import plugins
from autograder.domain.errors import AutoGraderError
from autograder.gradebook.gradebook import Gradebook
from autograder.grading import gpu
from autograder.grading.grader import Grader
from autograder.grading.language import adapters
from autograder.learning.registry import known_answers
from autograder.learning.registry.contents import CARD, PROOFS
from autograder.runs.learning import at_work
from autograder.runs.learning.at_work import Chosen
from autograder.settings import Settings

Stamp = tuple[tuple[str, int, int], ...]
BROKE = "It broke while it was checked. Train it again, or put another one to work."

log = logging.getLogger(__name__)


@runtime_checkable
class WearsAdapters(Grader, Protocol):
    """A grader whose adapter changes while its base stays loaded, which takes minutes to load."""

    def use_adapter(self, folder: Path | None) -> None:
        """Changes the adapter; None: the base alone. EngineUnavailable."""


class ServingGrader:
    """The grader at work. A learned one that is gone, damaged or no longer itself gives way."""

    def __init__(self, settings: Settings, gradebook: Gradebook) -> None:
        self._settings = settings
        self._gradebook = gradebook
        self._lock = RLock()
        self._grader: Grader | None = None
        self._built: Settings | None = None
        self._served: tuple[str, str, Stamp] | None = None
        self._refused: dict[str, tuple[Stamp, str]] = {}

    def ready(self) -> Grader:
        """The grader, checked and loaded; what another process promoted is noticed here.

        EngineUnavailable: not even the one that ships can grade here.
        """
        with self._lock:
            while True:
                chosen = self._chosen()
                served = (chosen.name, *self._stamped(chosen))
                if self._grader is not None and served == self._served:
                    return self._grader
                self._served = None
                try:
                    self._grader = self._load(chosen)
                    self._served = served
                except Exception as error:
                    self._refuse(chosen, error)

    def put_down(self) -> None:
        """Lets the grader go, and its memory, until there is something to grade again."""
        with self._lock:
            self._grader = self._built = self._served = None
            self._refused.clear()
            gpu.release()

    def told(self) -> tuple[str, str]:
        """The grader's name and why it is the one, in a teacher's words. Loads nothing."""
        chosen = self._chosen()
        return chosen.name, chosen.why

    def _chosen(self) -> Chosen:
        """What is to serve, without the models that were refused and are as they were then."""
        refused = {
            model: why
            for model, (stamp, why) in list(self._refused.items())
            if stamp == self._stamp(model)
        }
        return at_work.chosen(self._settings, self._gradebook, refused)

    def _load(self, chosen: Chosen) -> Grader:
        if chosen.model is not None:
            at_work.kept(self._settings).verify(chosen.model.id)
        grader = self._built_for(chosen)
        if chosen.model is not None:
            folder = at_work.kept(self._settings).path(chosen.model.id)
            known_answers.check(folder, grader.grade)
        return grader

    def _built_for(self, chosen: Chosen) -> Grader:
        """The loaded grader in another adapter, where that is all that differs; or a new one."""
        grader, new = self._grader, chosen.settings
        if self._only_adapter(chosen) and isinstance(grader, WearsAdapters):
            named = new.llama.adapter
            grader.use_adapter(adapters.located(named, new.models) if named else None)
            return grader
        self._grader = grader = None  # two at once may be too much for the memory
        gpu.release()
        self._grader, self._built = plugins.grader(chosen.name, new), new
        return self._grader

    def _only_adapter(self, chosen: Chosen) -> bool:
        """Whether what is loaded differs in nothing but the adapter that it wears."""
        if self._grader is None or self._built is None or self._grader.name != chosen.name:
            return False
        return _bare(self._built) == _bare(chosen.settings)

    def _refuse(self, chosen: Chosen, error: Exception) -> None:
        """Leaves a learned model out from now on. Without one there is nothing left: it raises."""
        if chosen.model is None:
            self._refused.clear()  # what keeps both from running is not the model's fault
            raise error
        if not isinstance(error, AutoGraderError):
            log.error("The learned model %s broke", chosen.model.id, exc_info=error)
        why = str(error) if isinstance(error, AutoGraderError) else BROKE
        self._refused[chosen.model.id] = (self._stamp(chosen.model.id), why)

    def _stamped(self, chosen: Chosen) -> tuple[str, Stamp]:
        return (chosen.model.id, self._stamp(chosen.model.id)) if chosen.model else ("", ())

    def _stamp(self, model_id: str) -> Stamp:
        """Tells whether a model's files were touched since; nothing where they are gone."""
        folder = self._settings.models / "adapters" / model_id
        try:
            found = [(path.name, path.stat()) for path in folder.iterdir()]
        except OSError:
            return ()
        read = [(name, each) for name, each in found if name not in (CARD, PROOFS)]
        return tuple(sorted((name, each.st_size, each.st_mtime_ns) for name, each in read))


def _bare(settings: Settings) -> object:
    """What a language model is loaded by: all but the adapter that it wears."""
    return settings.llama.model_copy(update={"adapter": None})
