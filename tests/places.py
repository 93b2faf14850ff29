"""Where things are."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SAMPLE = PROJECT / "samples" / "os-quiz"
SHARED_DATA = Path(
    os.environ.get("AUTOGRADER_SHARED_DATA", PROJECT.parent / "shared" / "data")
).resolve()
