"""Which files of a submission hold what the student wrote, and which are left out."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from autograder.formats.office import OFFICE
from autograder.reading.file_kind import PICTURES, kind_of

PROSE = (".txt", ".md", ".markdown", ".rst", ".text", "")
"""Names of essays and notes; an office document is prose too. All other text is code or data."""
_OTHER_KINDS = """
    .pdf .jpg .jpeg .png .webp .heic .heif .tif .tiff .gif .bmp .zip .rar .7z .gz .tar .doc .rtf
    .pages .xls .xlsx .ppt .pptx .odp .ods
    """
_NEVER_TYPED = frozenset(_OTHER_KINDS.split())
"""What bears such a name and isn't that is damaged, not typed."""
_MADE_BY_TOOLS = """
    .git .svn .hg .idea .vscode .vs .settings .gradle .metadata __pycache__ .pytest_cache
    .mypy_cache .ruff_cache .ipynb_checkpoints node_modules bower_components venv .venv env
    site-packages build dist target obj debug release x64 cmakefiles __macosx
    """
_JUNK_FOLDERS = frozenset(_MADE_BY_TOOLS.split())
_JUNK_FOLDER = re.compile(r"cmake-build-.*|.*\.(?:egg-info|dsym|xcodeproj)", re.I)
_JUNK_NAME = re.compile(
    r".*\.(?:o|obj|class|pyc|pyo|exe|dll|so|dylib|a|lib|jar|war|pdb|ilk|suo|user|iml|swp|swo|bak|"
    r"tmp|lock|map)|.*~|~\$.*|\._.*|\.ds_store|thumbs\.db|desktop\.ini|package-lock\.json|"
    r"\.git\w*|\.project|\.classpath",
    re.I,
)
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")


def left_out(name: str) -> str:
    """The folder or file for whose sake a file is left out unread; empty: it is looked at."""
    path = PurePosixPath(name.replace("\\", "/"))
    for folder in path.parts[:-1]:
        if folder.lower() in _JUNK_FOLDERS or _JUNK_FOLDER.fullmatch(folder):
            return f"{folder}/"
    return path.name if _JUNK_NAME.fullmatch(path.name) else ""


def is_office(name: str, content: bytes) -> bool:
    """Whether it is a .docx or .odt by its name and its first bytes."""
    return suffix(name) in OFFICE and kind_of(content[:1024]) == "zip"


def is_written(name: str, content: bytes) -> bool:
    """Whether the file holds typed text: an office document, or bytes that are no other kind."""
    if not may_be_typed(name):
        return False
    if suffix(name) in OFFICE:
        return is_office(name, content)
    kind = kind_of(content[:1024])
    return not (kind in PICTURES or kind in ("pdf", "zip") or is_binary(content))


def may_be_typed(name: str) -> bool:
    """Whether a file of that name may hold typed text."""
    return suffix(name) not in _NEVER_TYPED


def is_binary(content: bytes) -> bool:
    """Whether no editor would show it as text."""
    if content.startswith(_PROGRAMS):
        return True
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16 is half zeros
        return False
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b\b" for byte in content[:8192])
    return b"\x00" in content[:8192] or controls > len(content[:8192]) // 20


def is_prose(name: str) -> bool:
    """Whether the file is an essay or a note by its name: no code, no data."""
    stem = PurePosixPath(name).name.lower()
    return suffix(name) in (*PROSE, *OFFICE) and stem not in ("makefile", "dockerfile")


def suffix(name: str) -> str:
    """The name's last suffix in small letters."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()
