"""Which of the files handed in together are pages of one script, told by their names."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath

_PAGE_WORD = r"(?:pages?|pag|pg|p|parts?|sheets?|sides?|scans?|img|image|photo|pic)"
_PAGE = re.compile(
    rf"(?:^|[\s_.\-]+)[(\[]?{_PAGE_WORD}[\s_.\-]*\d{{1,3}}(?:[\s_\-]*of[\s_\-]*\d{{1,3}})?[)\]]?$"
    r"|[\s_.\-]+(?:front|back|recto|verso)$|\s*\(\d{1,3}\)$",
    re.IGNORECASE,
)
_COUNT = re.compile(r"(?<=[^\W_])[\s_.\-]+\d{1,2}$")
_GENERIC = re.compile(
    r"(?:students?|scripts?|scans?|exams?|answers?|test|quiz|roll|id|no|s|img|image|photo|page|pg|"
    r"p|dsc|doc|document|file|untitled|group|class|submission)?[\W_]*\d*",
    re.IGNORECASE,
)
_PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"}


def script_title(file_name: str) -> str:
    """The title of the script that a file belongs to: its name without what counts pages.

    "harshit_p1.jpg" and "harshit_p2.png" are both "harshit"; "S001.pdf" is "S001". A name that
    says nothing ("page 2.jpg") gives way to its folder's, as in a ZIP with a folder a student.
    """
    path = PurePosixPath(unicodedata.normalize("NFC", file_name.replace("\\", "/")))
    stem = path.name if path.name.startswith(".") and not path.suffix else path.stem
    title = _PAGE.sub("", stem).strip()
    counted = _COUNT.sub("", title).strip(" _.-")
    if path.suffix.lower() in _PICTURES and not _GENERIC.fullmatch(counted):
        title = counted
    title = title.strip(" _-") or stem.strip()
    if _GENERIC.fullmatch(stem) or _PAGE.fullmatch(stem):
        title = path.parent.name or stem.strip()
    return title or file_name.strip() or "Script"


def script_titles(file_names: Sequence[str]) -> list[str]:
    """The title of each file; equal ones of different folders are told apart by the folder."""
    titles = [script_title(name) for name in file_names]
    folders = [PurePosixPath(name.replace("\\", "/")).parent.name for name in file_names]
    spread: defaultdict[str, set[str]] = defaultdict(set)
    for title, folder in zip(titles, folders, strict=True):
        spread[title].add(folder)
    return [
        f"{folder} {title}".strip() if len(spread[title]) > 1 and folder != title else title
        for title, folder in zip(titles, folders, strict=True)
    ]
