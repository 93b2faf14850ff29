"""Whose file it is: by the names that an LMS gives downloads, by folders, by the file's name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath

_LMS = (
    # Moodle: "Asha Rao_12345_assignsubmission_file_main.py", or a folder of that name
    re.compile(r"(?P<who>[^_]+(?:_[^_\d][^_]*)*)_(?P<id>\d+)_assignsubmission_\w+?_.*", re.I),
    # Canvas: "raoasha_123_456_main.py", "raoasha_LATE_123_456_main.py"
    re.compile(r"(?P<who>[^\W\d_]+)_(?:late_)?(?P<id>\d+)_\d+_.+", re.I),
    # Blackboard: "Lab 1_arao_attempt_2026-11-21-10-00-00_main.py"
    re.compile(r".*?_(?P<who>[^_]+)_attempt_(?P<id>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d).*", re.I),
)
_ANYBODY = re.compile(
    r"(?:student|script|scan|exam|answer|test|quiz|lab|labs|assignment|homework|hw|exercise|ex|"
    r"task|week|class|section|group|submission|submitted|upload|download|file|code|essay|all|"
    r"course|attempt|data)(?:e?s)?(?:[\W_]+\w{0,4}|\d{1,3})?",
    re.I,
)
_PROJECT_FOLDER = re.compile(
    r"\.?(?:src|source|include|headers?|lib|libs|tests?|docs?|data|app|main|java|com|org|bin|obj|"
    r"build|out|assets|resources|scripts|static|templates|models?|utils?|\.git|node_modules|"
    r"__pycache__|\.vscode|\.idea)",
    re.I,
)
_PROJECT_FILE = re.compile(
    r"(?:main|utils?|helpers?|index|app|program|solution|tests?(?:_.*)?|make(?:file)?|readme|"
    r"cmakelists|pom|package|common|types|(?:q|question|task|problem|ex|part)[\s_-]?\d+[a-z]?)",
    re.I,
)
_TASK = re.compile(r"[\s_-]+(?:q|question|task|problem|ex|part|p)?[\s_-]?\d{1,2}[a-z]?$", re.I)
_ARCHIVE = re.compile(r"\.(?:zip|docx|odt)$", re.I)


def lms_owner(name: str) -> tuple[str, str] | None:
    """The student and the LMS's own number for them, where the name is as an LMS writes it."""
    for part in _parts(name):
        for pattern in _LMS:
            if found := pattern.fullmatch(part):
                return " ".join(found["who"].replace("_", " ").split()), found["id"]
    return None


def owners(names: Sequence[str]) -> list[str]:
    """Who handed in each of the files, as far as their names tell: the titles of the scripts.

    ``names`` are paths, that of a ZIP a folder like others. Two students whom an LMS calls alike
    are told apart by its numbers.
    """
    known = [lms_owner(name) for name in names]
    rest = [_parts(name) for name, lms in zip(names, known, strict=True) if lms is None]
    by_folder = iter(_by_folder(rest))
    alike: defaultdict[str, set[str]] = defaultdict(set)
    for lms in filter(None, known):
        alike[lms[0]].add(lms[1])
    return [
        (f"{lms[0]} {lms[1]}" if len(alike[lms[0]]) > 1 else lms[0]) if lms else next(by_folder)
        for lms in known
    ]


def _by_folder(paths: Sequence[tuple[str, ...]]) -> list[str]:
    """A folder a student; where no folder tells students apart, a file a student."""
    paths = _without_root(paths)
    firsts = {path[0] for path in paths if len(path) > 1}
    if firsts and all(_PROJECT_FOLDER.fullmatch(first) for first in firsts):
        return ["Submission"] * len(paths)
    return [_bare(path[0]) if len(path) > 1 else _stem(path[0]) for path in paths]


def _without_root(paths: Sequence[tuple[str, ...]]) -> Sequence[tuple[str, ...]]:
    """The paths below the folders that all of them share, down to the one that is a student's."""
    while paths and all(len(path) > 1 for path in paths) and len({p[0] for p in paths}) == 1:
        below = [path[1:] for path in paths]
        if not _ANYBODY.fullmatch(_bare(paths[0][0])) and _is_one_project(below):
            break
        paths = below
    return paths


def _is_one_project(below: Sequence[tuple[str, ...]]) -> bool:
    """Whether what lies in a folder looks like the work of one student."""
    folders = {path[0] for path in below if len(path) > 1}
    if any(_PROJECT_FOLDER.fullmatch(folder) for folder in folders):
        return True
    files = [path[0] for path in below if len(path) == 1]
    stems = Counter(PurePosixPath(file).stem for file in files)
    named = any(_PROJECT_FILE.fullmatch(stem) for stem in stems)
    return bool(files) and (named or len(stems) == 1 or max(stems.values()) > 1)


def _parts(name: str) -> tuple[str, ...]:
    return PurePosixPath(unicodedata.normalize("NFC", name.replace("\\", "/"))).parts or ("",)


def _bare(folder: str) -> str:
    return _ARCHIVE.sub("", folder).strip() or "Submission"


def _stem(file: str) -> str:
    stem = PurePosixPath(file).stem.strip()
    return _TASK.sub("", stem).strip(" _-") or stem or "Submission"
