"""How many processes a machine has cores and memory for, the limits of a container counted."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

CONTAINER = Path("/sys/fs/cgroup")
"""Where a container sees its own limits: Linux' cgroup v2, admin-guide/cgroup-v2."""


def room_for(bytes_each: int, container: Path = CONTAINER) -> int:
    """As many as there are cores, fewer where the free memory asks for it; at least one."""
    return max(1, min(cores(container), free_memory(container) // bytes_each))


def cores(container: Path = CONTAINER) -> int:
    """The cores that this process may use."""
    try:
        here = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        here = os.cpu_count() or 1
    quota, _, period = _read(container / "cpu.max").partition(" ")
    if quota.isdigit() and period.isdigit():
        here = min(here, round(int(quota) / int(period)))
    return max(1, here)


def free_memory(container: Path = CONTAINER) -> int:
    """Bytes that can be had without another program losing its own."""
    free = int(psutil.virtual_memory().available)
    limit, used = _read(container / "memory.max"), _read(container / "memory.current")
    if limit.isdigit() and used.isdigit():
        free = min(free, int(limit) - int(used) + _cached(container))
    return max(0, free)


def _cached(container: Path) -> int:
    """What counts as used but is given back when asked for: files that were read."""
    rows = (line.partition(" ") for line in _read(container / "memory.stat").splitlines())
    return next((int(value) for name, _, value in rows if name == "inactive_file"), 0)


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
