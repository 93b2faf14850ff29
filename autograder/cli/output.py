"""What every command writes: lines to the terminal, files in one piece."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def say(line: str = "") -> None:
    """A line of the result, on the standard output."""
    sys.stdout.write(line + "\n")


def warn(line: str) -> None:
    """A line beside the result, on the standard error."""
    sys.stderr.write(line + "\n")


def write_file(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all: a full disk leaves the old one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, value: object) -> None:
    """Writes ``value`` as readable JSON."""
    write_file(path, json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n")
