"""What each student of a lab handed in: the text of all of their files, in any language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.domain.errors import RefusedFile
from autograder.formats.csv_table import decode
from autograder.formats.office import OFFICE, office_text

HEADING = "──── {name} ────"
"""Above each file where there are several, as grading reads them."""
_TOOLS = """
    .git .svn .idea .vscode __pycache__ __macosx node_modules venv .venv build dist target bin obj
    debug release
    """
MADE_BY_TOOLS = frozenset(_TOOLS.split())
_BUILT = re.compile(r"\.(?:o|obj|class|pyc|exe|dll|so|dylib|a|lib|jar|war|pdb)$", re.I)
_NO_TEXT = re.compile(
    r"\.(?:zip|rar|7z|gz|tar|png|jpe?g|gif|bmp|webp|heic|tiff?|pdf|doc|rtf|pages|xlsx?|pptx?|od[ps])$",
    re.I,
)
SAVE_AS_TEXT = "what is written in it can't be read here: save it as text, .docx or .odt."


def submissions(folder: Path) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Each student's text by the name of their folder or file; what of it could not be read.

    RefusedFile: nobody handed anything in.
    """
    texts: dict[str, str] = {}
    unread: list[tuple[str, str]] = []
    for entry in sorted(folder.iterdir(), key=_natural):
        if entry.name.startswith(".") or entry.name.casefold() in MADE_BY_TOOLS:
            continue
        student = entry.name if entry.is_dir() else entry.stem
        found = list(_texts(entry, student, unread))
        if found:
            texts[student] = _joined(found)
        else:
            unread.append((student, "nothing in it is text, so it is left out."))
    if not texts:
        raise RefusedFile(folder.name, "it holds no text of any student.")
    return texts, unread


def _texts(entry: Path, student: str, unread: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    files = sorted(entry.rglob("*"), key=_natural) if entry.is_dir() else [entry]
    root = entry if entry.is_dir() else entry.parent
    for file in files:
        name = file.relative_to(root)
        if file.is_symlink() or not file.is_file() or _is_left_out(name):
            continue
        try:
            text = _text(file)
        except RefusedFile as error:
            unread.append((student, f"{name.as_posix()} is left out: {error.reason}"))
        else:
            yield name.as_posix(), text.removesuffix("\n")


def _text(file: Path) -> str:
    """RefusedFile: it is damaged, or no text at all."""
    if file.suffix.lower() in OFFICE:
        return office_text(file.read_bytes(), file.name)
    if _NO_TEXT.search(file.name):
        raise RefusedFile(file.name, SAVE_AS_TEXT)
    return decode(file, guessing=True).replace("\r\n", "\n").replace("\r", "\n")


def _is_left_out(name: Path) -> bool:
    """Whatever no student typed: what compilers and editors leave behind."""
    folders = {part.casefold() for part in name.parts[:-1]}
    return bool(folders & MADE_BY_TOOLS or _BUILT.search(name.name) or name.name.startswith("."))


def _joined(files: list[tuple[str, str]]) -> str:
    if len(files) == 1:
        return files[0][1]
    return "\n".join(f"{HEADING.format(name=name)}\n{text}" for name, text in files)


def _natural(path: Path) -> list[tuple[int, str]]:
    """``q2.py`` before ``q10.py``."""
    pieces = re.split(r"(\d+)", path.as_posix().casefold())
    return [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in pieces]
