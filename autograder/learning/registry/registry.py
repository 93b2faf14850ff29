"""``models/adapters``: the learned models that are kept, each in a folder of its own.

A folder appears there whole or not at all: it is written beside, put on the disk and then renamed.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from filelock import FileLock

from autograder.domain.errors import EngineUnavailable, NotFound
from autograder.domain.learned import LORA, LearnedModel
from autograder.learning.registry import contents, disk, known_answers, manifest, model_card
from autograder.learning.registry.known_answers import KnownAnswer
from autograder.learning.registry.manifest import Described

Check = Callable[[Path, str], object]
"""Reads a model's folder for a base as grading will; raises EngineUnavailable."""
NEW, LOCK = ".new-", ".lock"
ADAPTER_CONFIG, BASE = "adapter_config.json", "base_model_name_or_path"


class Registry:
    """The learned models in ``folder``. ``checks`` are further checks by kind of model.

    Any number of processes may use a folder at the same time.
    """

    def __init__(self, folder: Path, checks: Mapping[str, Check] | None = None) -> None:
        self.folder = folder
        self._checks = dict(checks or {})

    def all(self) -> list[LearnedModel]:
        """The models whose manifests can be read, the newest first."""
        found = [manifest.read(path) for path in self._folders() if not _problem(path)]
        return sorted(found, key=lambda each: (each.created, each.id), reverse=True)

    def damaged(self) -> dict[str, str]:
        """The folders of models whose manifests can't be read, with the reason."""
        return {path.name: told for path in self._folders() if (told := _problem(path))}

    def get(self, model_id: str) -> LearnedModel:
        """The model of that id. NotFound; EngineUnavailable: its manifest is damaged."""
        return manifest.read(self.path(model_id))

    def path(self, model_id: str) -> Path:
        """The model's folder. NotFound."""
        folder = self.folder / model_id
        if not manifest.ID.fullmatch(model_id) or not folder.is_dir():
            raise NotFound(
                f"There is no learned model “{model_id}”. See “learn list” or the Models tab."
            )
        return folder

    def known(self, model_id: str) -> tuple[KnownAnswer, ...]:
        """The answers whose marks the model must give again. NotFound, EngineUnavailable."""
        return known_answers.read(self.path(model_id))

    def add(self, folder: Path, described: Described) -> LearnedModel:
        """Keeps a copy of the files that a training wrote; the same ones again change nothing.

        EngineUnavailable: they are not safe to use, or not for that base. StorageFailed: the
        disk is full. Nothing is kept then.
        """
        found = contents.found(folder, described.kind)
        sizes = {path.name: path.stat().st_size for path in found}
        contents.check_sizes(folder, described.kind, sizes)
        with self.staging(folder.name) as staged:
            for path in found:
                disk.copy(path, staged / path.name)
            if described.known:
                disk.write(staged / contents.KNOWN, known_answers.write(described.known))
            if described.kind == LORA:
                _name_base(staged, manifest.portable(described.base))
            files = {path.name: disk.sha256(path) for path in staged.iterdir()}
            return self.adopt(staged, manifest.made(described, files))

    def adopt(self, staged: Path, model: LearnedModel) -> LearnedModel:
        """Keeps what stands in a folder of ``staging``, once it passes every check.

        A sound model that is there already stays; a damaged one gives way.
        """
        target = self.folder / model.id
        self._check(staged, model)
        if target.is_dir():
            if not self._wrong(target):
                return manifest.read(target)
            target.rename(staged.parent / "damaged")
        disk.write(staged / contents.CARD, model_card.card(model).encode())
        sums = "".join(f"{sha}  {name}\n" for name, sha in model.files.items())
        disk.write(staged / contents.SUMS, sums.encode())
        disk.write(staged / contents.MANIFEST, manifest.write(model))
        disk.settle(staged)
        staged.rename(target)
        disk.settle(self.folder)
        return model

    @contextmanager
    def staging(self, name: str) -> Iterator[Path]:
        """An empty folder ``name`` beside the models, gone afterwards unless it was adopted.

        Only one process at a time has one.
        """
        with disk.told_plainly(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / LOCK):
                for left in self.folder.glob(f"{NEW}*"):  # by a process that was killed
                    shutil.rmtree(left, ignore_errors=True)
                beside = self.folder / f"{NEW}{uuid4().hex}"
                staged = beside / (name or "model")
                staged.mkdir(parents=True)
                try:
                    yield staged
                finally:
                    shutil.rmtree(beside, ignore_errors=True)

    def remove(self, model_id: str) -> None:
        """Deletes a model. NotFound; StorageFailed. Whether it serves is the caller's to know."""
        folder = self.path(model_id)
        with self.staging(model_id) as staged:
            folder.rename(staged / model_id)  # gone at once, whatever stops the deleting
            disk.settle(self.folder)

    def verify(self, model_id: str) -> None:
        """Reads every byte of the model and checks it. EngineUnavailable says what is wrong."""
        wrong = self._wrong(self.path(model_id))
        if wrong:
            raise EngineUnavailable(wrong)

    def _wrong(self, folder: Path) -> str:
        """What is wrong with a model that is kept; empty where nothing is."""
        try:
            self._check(folder, manifest.read(folder))
        except EngineUnavailable as error:
            return str(error)
        return _problem(folder)

    def _check(self, folder: Path, model: LearnedModel) -> None:
        contents.check(folder, model.kind, model.files)
        for name, sha in model.files.items():
            if disk.sha256(folder / name) != sha:
                raise contents.refused(folder, f"{name} is damaged: its sum is not the manifest's")
        known_answers.read(folder)
        if model.kind in self._checks:
            self._checks[model.kind](folder, model.base)

    def _folders(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return [path for path in self.folder.iterdir() if manifest.ID.fullmatch(path.name)]


def _problem(folder: Path) -> str:
    try:
        model = manifest.read(folder)
    except EngineUnavailable as error:
        return str(error)
    return "" if model.id == folder.name else f"{folder.name} holds the model {model.id}."


def _name_base(folder: Path, base: str) -> None:
    """Has the adapter name its base as the manifest does, without this machine's folders."""
    path = folder / ADAPTER_CONFIG
    try:
        config = json.loads(path.read_bytes())
        told = str(config[BASE])
    except (ValueError, TypeError, KeyError, FileNotFoundError):
        return  # the checks to come say what is wrong
    if manifest.portable(told) == base:  # else it is for another base, and refused as that
        disk.write(path, json.dumps({**config, BASE: base}, indent=2).encode())
