"""Where things are."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SAMPLE = PROJECT / "samples" / "os-quiz"
