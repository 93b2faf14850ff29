"""The real program in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

from tests.places import PROJECT

PATIENCE = 120.0


@contextmanager
def running_app(data: Path, *arguments: str) -> Iterator[str]:
    """Starts ``python app.py`` on a free port with that data folder; gives the page's address."""
    environment = os.environ | {"AUTOGRADER_DATA": str(data), "AUTOGRADER_SERVER__PORT": "0"}
    environment |= {"AUTOGRADER_GRADER": "encoder", "HF_HUB_OFFLINE": "1"}
    program = subprocess.Popen(
        [sys.executable, "app.py", *arguments],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    overdue = Timer(PATIENCE, program.kill)
    overdue.start()
    try:
        assert program.stdout is not None
        said = re.search(r"http://\S+", program.stdout.readline())
        overdue.cancel()
        assert said, "the program ended before it served a page"
        yield said.group()
    finally:
        overdue.cancel()
        program.terminate()
        program.wait(30)
