"""The course's books."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Book:
    """A textbook. ``pdf`` is the sha256 of the stored file; ``pages`` counts its PDF pages."""

    id: str
    title: str
    pdf: str
    pages: int
