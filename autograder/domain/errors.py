"""The errors that a teacher may see; each message says what happened and what to do next.

AutoGraderError
├── NotFound          something named is not in the gradebook
├── InvalidInput      a form, file or setting that can't be used as it is
│   └── RefusedFile   a scan, roster, exam or textbook that was not taken in
├── Conflict          somebody else changed the same thing meanwhile
├── EngineUnavailable an engine can't run here: a package, a model, a key or a GPU is missing
├── EngineFailed      an engine ran and failed: quota, network, out of memory
└── StorageFailed     the disk is full, read-only or damaged

Every other exception is a bug: it is logged with its traceback and shown as a plain apology.
"""

from __future__ import annotations


class AutoGraderError(Exception):
    """Base of all errors whose message is written for the teacher."""


class NotFound(AutoGraderError):
    """What was asked for is not in the gradebook."""


class InvalidInput(AutoGraderError):
    """Input that can't be used as it is."""


class RefusedFile(InvalidInput):
    """A file that was not taken in; carries the file's own name apart from the reason."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        """From both parts, so that a refusal comes whole out of another process."""
        return type(self), (self.name, self.reason)


class Conflict(AutoGraderError):
    """The same thing was changed by somebody else since it was shown."""


class EngineUnavailable(AutoGraderError):
    """An engine that can't run on this machine as it is set up."""


class EngineFailed(AutoGraderError):
    """An engine that ran and gave no result."""


class StorageFailed(AutoGraderError):
    """The data folder can't be written or is damaged."""
