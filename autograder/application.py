"""The composition root: settings become a running application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from autograder.gradebook.gradebook import Gradebook
from autograder.jobs import JobWorker
from autograder.marking import Marking
from autograder.retrieval.index import TextbookIndex
from autograder.settings import Settings


@dataclass(frozen=True)
class Application:
    """Everything that the page, the API and the command line work with."""

    settings: Settings
    gradebook: Gradebook
    textbooks: TextbookIndex
    marking: Marking
    jobs: JobWorker

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Opens the data folder, migrated. StorageFailed: it can't be used, and why."""
        gradebook = Gradebook(settings.data)
        textbooks = TextbookIndex(settings.data / "index", settings.retrieval, settings.models)
        marking = Marking(settings, gradebook, textbooks)
        jobs = JobWorker(gradebook.jobs, marking.handlers)
        return cls(settings, gradebook, textbooks, marking, jobs)

    def grader_at_work(self) -> tuple[str, str]:
        """The grader's name and why it is the one, in a teacher's words."""
        return self.marking.at_work.told()

    def close(self) -> None:
        """Lets the step at hand end and closes the gradebook."""
        self.jobs.stop()
        self.gradebook.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
