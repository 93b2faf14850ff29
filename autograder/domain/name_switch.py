"""Blind marking, switched off and on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NameSwitch:
    """Who showed or hid the students' names in Marking, and when."""

    shown: bool
    author: str
    at: datetime
