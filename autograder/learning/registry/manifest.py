"""``manifest.json``: what a learned model is, where it comes from, and the sums of its files."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath

from pydantic import TypeAdapter, ValidationError

from autograder import __version__
from autograder.domain.errors import EngineUnavailable, InvalidInput
from autograder.domain.learned import KINDS, SHIPPED, LearnedModel
from autograder.learning.registry.contents import MANIFEST, MOST_JSON, refused
from autograder.learning.registry.known_answers import KnownAnswer

FORMAT = 1
ID = re.compile(rf"({'|'.join(KINDS)})-\d{{8}}-[0-9a-f]{{8}}")
_ADAPTER = TypeAdapter(LearnedModel)


@dataclass(frozen=True, slots=True)
class Described:
    """What a training knows of the model that it made; sums, date and name come by keeping it.

    InvalidInput: an unknown kind.
    """

    kind: str
    method: str
    base: str
    """The base's hub name or folder; of a folder only its name is kept."""
    data: str
    """The sha256 of the examples."""
    data_count: int
    settings: Mapping[str, object]
    metrics: Mapping[str, float]
    licence: str
    base_revision: str = ""
    parent: str = SHIPPED
    known: Sequence[KnownAnswer] = ()
    """See ``known_answers``: a model without any can be kept, but never promoted."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InvalidInput(f"“{self.kind}” is no kind of model. Choose: {', '.join(KINDS)}.")


def made(described: Described, files: Mapping[str, str]) -> LearnedModel:
    """The model with its id, from what was said of it and the sums of its files."""
    model = LearnedModel(
        id="",
        kind=described.kind,
        method=described.method,
        base=portable(described.base),
        base_revision=described.base_revision,
        parent=described.parent,
        data=described.data,
        data_count=described.data_count,
        code=__version__,
        settings=json.loads(json.dumps(dict(described.settings), default=str)),
        metrics={key: float(of) for key, of in described.metrics.items() if math.isfinite(of)},
        licence=described.licence,
        created=datetime.now(UTC).replace(microsecond=0),
        files=dict(sorted(files.items())),
    )
    return replace(model, id=identify(model))


def identify(model: LearnedModel) -> str:
    """The id that a model must have: any other byte of it or of its manifest gives another."""
    told = {**asdict(model), "id": "", "created": ""}
    content = json.dumps(told, sort_keys=True, ensure_ascii=False, default=str)
    digest = hashlib.sha256(content.encode()).hexdigest()
    return f"{model.kind}-{model.created:%Y%m%d}-{digest[:8]}"


def write(model: LearnedModel) -> bytes:
    """The content of ``manifest.json``."""
    told = {"format": FORMAT, **_ADAPTER.dump_python(model, mode="json")}
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def read(folder: Path) -> LearnedModel:
    """The manifest in ``folder``. EngineUnavailable: missing, damaged, or of a newer AutoGrader."""
    try:
        if (folder / MANIFEST).stat().st_size > MOST_JSON:
            raise refused(folder, f"{MANIFEST} is too large")
        return parse(folder, (folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise refused(folder, f"{MANIFEST} is missing") from None
    except OSError as error:
        raise refused(folder, f"{MANIFEST} can't be read ({error.strerror})") from error


def parse(folder: Path, content: bytes) -> LearnedModel:
    """A manifest of a model that is, or will be, in ``folder``. EngineUnavailable as ``read``."""
    try:
        told = json.loads(content)
        if isinstance(told, dict) and told.get("format") != FORMAT:
            raise refused(folder, "a newer AutoGrader made it: update this one")
        model = _ADAPTER.validate_python(told)
    except (ValueError, ValidationError, RecursionError) as error:
        raise _damaged(folder) from error
    if model.kind not in KINDS or not ID.fullmatch(model.id) or model.id != identify(model):
        raise _damaged(folder)
    return model


def portable(base: str) -> str:
    """The base's name without this machine's folders: a hub name, or a folder's own name."""
    parts = PurePath(base).parts
    cached = next((part for part in parts if part.startswith("models--")), "")
    if cached:
        return cached.removeprefix("models--").replace("--", "/")
    folder = len(parts) > 2 or base.startswith((".", "/", "~")) or Path(base).is_dir()
    return parts[-1] if folder and parts else base


def _damaged(folder: Path) -> EngineUnavailable:
    return refused(folder, f"{MANIFEST} is damaged, or was changed by hand")
