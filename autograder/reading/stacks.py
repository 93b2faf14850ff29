"""Which of the files handed in together are pages of one script, told by their names."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath

from autograder.reading.written.owners import lms_owner

_PAGE_WORD = r"(?:pages?|pag|pg|p|parts?|sheets?|sides?|scans?|img|image|photo|pic)"
_PAGE = re.compile(
    rf"(?:^|[\s_.\-]+)[(\[]?{_PAGE_WORD}[\s_.\-]*\d{{1,3}}(?:[\s_\-]*of[\s_\-]*\d{{1,3}})?[)\]]?$"
    r"|[\s_.\-]+(?:front|back|recto|verso)$|\s*\(\d{1,3}\)$",
    re.IGNORECASE,
)
_COUNT = re.compile(r"(?<=[^\W_])[\s_.\-]+\d{1,2}$")
_ANYBODY = re.compile(
    r"(?:students?|scripts?|scans?|exams?|answers?|test|quiz|roll|id|no|s|group|class|section|"
    r"submissions?|images?|photos?|uploads?|files?)(?:[\W_]+\w{1,2})?",
    re.IGNORECASE,
)
"""Words that name no one: the number behind them counts students, and a folder says nothing."""
_NAMELESS = re.compile(
    r"(?:scans?|img|images?|photos?|pic|dsc|doc(?:ument)?|file|untitled|answers?|script|exam)?"
    r"[\W_]*\d*",
    re.IGNORECASE,
)
"""File names of cameras and scanners."""
_PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".tif", ".tiff"}


def script_title(file_name: str) -> str:
    """The title of the script that a file belongs to: its name without what counts pages.

    "harshit_p1.jpg" and "harshit_p2.png" are both "harshit"; "S001.pdf" is "S001". A name that
    says nothing ("page 2.jpg") gives way to its folder's, as in a ZIP with a folder a student.
    """
    if lms := lms_owner(file_name):
        return lms[0]
    path = PurePosixPath(unicodedata.normalize("NFC", file_name.replace("\\", "/")))
    stem, folder = path.stem.strip(), path.parent.name.strip()
    picture = path.suffix.lower() in _PICTURES
    numbered = stem.isdecimal() and not picture  # 017.pdf is a student's, 2.jpg rather a page
    says_nothing = _PAGE.fullmatch(stem) or (_NAMELESS.fullmatch(stem) and not numbered)
    if says_nothing and folder and not _ANYBODY.fullmatch(folder):
        return folder
    title = _PAGE.sub("", stem).strip(" _-")
    counted = _COUNT.sub("", title).strip(" _.-")
    if picture and counted and not _ANYBODY.fullmatch(counted):
        title = counted
    return title or stem or "Script"


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
