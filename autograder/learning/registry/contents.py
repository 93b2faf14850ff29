"""Which files a learned model may consist of.

Nothing that runs code when it is loaded: weights as safetensors or ONNX, words as JSON or text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from autograder.domain.errors import EngineUnavailable
from autograder.domain.learned import CLASSIFIER, ENCODER, GENERATOR, LORA
from autograder.learning.registry import onnx_file

MANIFEST, CARD, SUMS, PROOFS = "manifest.json", "README.md", "SHA256SUMS", "proofs.jsonl"
OURS = {MANIFEST, CARD, SUMS, PROOFS}
"""What the registry itself writes beside a model's files."""
KNOWN = "known_answers.json"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
UNSAFE = {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".py", ".so", ".dll", ".msgpack"}
UNSAFE |= {".joblib", ".npy", ".npz", ".h5", ".keras"}
ONLY = {LORA: {"adapter_config.json", "adapter_model.safetensors", KNOWN}}
"""Kinds whose files are known by name."""
ENDINGS = {
    LORA: {".json", ".safetensors"},
    ENCODER: {".onnx", ".json", ".txt"},
    CLASSIFIER: {".onnx", ".json", ".txt"},
    GENERATOR: {".safetensors", ".json", ".txt", ".model"},
}
CODE_KEYS = {"auto_map", "custom_pipelines", "trust_remote_code", "auto_mapping", "custom_class"}
MOST_BYTES = {LORA: 4_000_000_000, ENCODER: 2**31, CLASSIFIER: 2**31, GENERATOR: 40_000_000_000}
"""Of all files together. An ONNX file without outside data can't be larger than 2 GiB."""
MOST_FILES = 40
MOST_JSON = 50_000_000


def belongs(kind: str, name: str) -> bool:
    """Whether a model of that kind may have a file of that name."""
    fits = bool(NAME.fullmatch(name)) and Path(name).suffix.lower() in ENDINGS[kind]
    return fits and name not in OURS and name in ONLY.get(kind, {name})


def found(folder: Path, kind: str) -> list[Path]:
    """The model's files in a folder that a training wrote; what else stands there is left.

    EngineUnavailable: it is no folder, has none, or holds a link or a file that can run code.
    """
    if not folder.is_dir():
        raise refused(folder, "its folder is not there")
    for path in sorted(folder.rglob("*")):
        _safe(folder, path)
    files = [path for path in sorted(folder.iterdir()) if belongs(kind, path.name)]
    files = [path for path in files if path.is_file()]
    if not files:
        raise refused(folder, f"it holds no file of a learned {kind}")
    return files


def check(folder: Path, kind: str, files: Collection[str]) -> None:
    """Whether exactly ``files`` stand in the folder, and nothing in them could run or read more.

    EngineUnavailable: what is wrong.
    """
    strange = [name for name in files if not belongs(kind, name)]
    if strange:
        raise refused(folder, f"{strange[0]} doesn't belong in a learned {kind}")
    for path in folder.iterdir():
        _safe(folder, path)
        if path.name not in files and path.name not in OURS and not path.name.startswith("."):
            raise refused(folder, f"it holds {path.name}, which its manifest doesn't name")
    for name in files:
        if not (folder / name).is_file():
            raise refused(folder, f"{name} is missing")
    check_sizes(folder, kind, {name: (folder / name).stat().st_size for name in files})
    for name in files:
        _content(folder, folder / name)


def check_sizes(folder: Path, kind: str, sizes: Mapping[str, int]) -> None:
    """EngineUnavailable: the files are more or larger than a model of that kind can be."""
    if len(sizes) > MOST_FILES:
        raise refused(folder, f"it has {len(sizes)} files; at most {MOST_FILES} are one model")
    if sum(sizes.values()) > MOST_BYTES[kind]:
        raise refused(folder, f"it is larger than any learned {kind}")


def refused(folder: Path, reason: str) -> EngineUnavailable:
    """The error that names the model and the reason."""
    return EngineUnavailable(f"The learned model “{folder.name}” can't be used: {reason}.")


def _safe(folder: Path, path: Path) -> None:
    if path.is_symlink():
        raise refused(folder, f"{path.name} is a link: put the file itself there")
    if path.suffix.lower() in UNSAFE:
        raise refused(folder, f"it holds {path.name}, a kind of file that can run code: remove it")


def _content(folder: Path, path: Path) -> None:
    if path.suffix == ".onnx":
        problem = onnx_file.problem(path)
        if problem:
            raise refused(folder, f"{path.name} {problem}")
    if path.suffix == ".json":
        _json(folder, path)


def _json(folder: Path, path: Path) -> None:
    if path.stat().st_size > MOST_JSON:
        raise refused(folder, f"{path.name} is too large")
    try:
        read = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise refused(folder, f"{path.name} is damaged") from None
    code = CODE_KEYS & read.keys() if isinstance(read, dict) else ()
    for key in sorted(code):
        if read[key]:
            raise refused(folder, f"{path.name} asks for {key}, which could run code")
