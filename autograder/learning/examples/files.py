"""Files of examples, each read by what it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from autograder.domain.errors import RefusedFile
from autograder.learning.examples.examples import Examples
from autograder.learning.examples.json_lines import read_json_lines


def read_examples(path: Path, columns: Mapping[str, str] | None = None) -> Examples:
    """Reads JSON lines. RefusedFile: it isn't there, or is no such file."""
    if not path.exists():
        raise RefusedFile(path.name, "it is not there. Check its name.")
    return read_json_lines(path)
