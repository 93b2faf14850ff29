"""Files made to break intake: attacks, odd but valid files, and damaged ones.

    python -m benchmarks.files [--damaged 500] [--seed 2026] [--attacks FOLDER]

Promised: no crash, no 60 seconds without a page or an end, no process over 1.5 GB, every refusal
names its file and gives a reason, and as many pages come out of a valid file as are in it. FOLDER
(default: attacks/files of the shared data) holds ``pdf_hidden-*``, ``image_hidden-*`` and
``pdf_resource-*`` files of one page and ``pdf_broken-*`` ones of any. Exits 1 where a promise is
broken.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from autograder.domain.errors import RefusedFile
from autograder.reading.intake import is_zip, pages, unpack
from autograder.settings import PROJECT, IntakeSettings
from benchmarks.broken_files import Made, damaged, odd, valid, written

SECONDS = 60.0
BYTES = 1_500_000_000
REFUSED = ("giant_mediabox",)
"""Attacks that may be refused though they have a page: a page of 14 million inches."""


@dataclass(frozen=True)
class Outcome:
    """What became of a file."""

    file: Made
    pages: int
    refusals: tuple[str, ...]
    crash: str
    seconds: float
    """The longest wait for the next page, for a refusal or for the end."""

    @property
    def broken_promises(self) -> list[str]:
        """Each promise that didn't hold, in words."""
        found = []
        if self.crash:
            found.append(f"crashed: {self.crash}")
        if self.seconds > SECONDS:
            found.append(f"hung for {self.seconds:.0f} s")
        if not self.pages and not self.refusals and not self.crash:
            found.append("gave neither a page nor a reason")
        if self.file.pages and self.pages != self.file.pages:
            found.append(f"{self.file.pages} pages in, {self.pages} out; {self.refusals}")
        return found


def outcome(file: Made, path: Path, limits: IntakeSettings) -> Outcome:
    """Takes the file in as an upload is: a ZIP member by member, each under its own name."""
    refusals, crash, given, clock = list[str](), "", 0, _Clock()
    try:
        for name, member in _members(file, path, limits):
            try:
                if isinstance(member, RefusedFile):
                    raise member
                for _ in pages(member, name, limits):
                    given += 1
                    clock.tick()
            except RefusedFile as refused:
                refusals.append(_checked(refused, name))
            clock.tick()
    except RefusedFile as refused:  # of the ZIP as a whole
        refusals.append(_checked(refused, file.name))
    except Exception:
        crash = traceback.format_exc(limit=-1)
    clock.tick()
    return Outcome(file, given, tuple(refusals), crash, clock.longest)


class _Clock:
    """The longest time between two ticks, in seconds."""

    def __init__(self) -> None:
        self.longest, self._last = 0.0, time.perf_counter()

    def tick(self) -> None:
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last), now


def _members(
    file: Made, path: Path, limits: IntakeSettings
) -> Iterator[tuple[str, Path | RefusedFile]]:
    if not is_zip(path):
        yield file.name, path
        return
    with tempfile.TemporaryDirectory() as folder:
        for at, (name, content) in enumerate(unpack(path, file.name, limits)):
            if isinstance(content, RefusedFile):
                yield name, content
                continue
            inner = Path(folder) / str(at)
            inner.write_bytes(content)
            yield name, inner


def _checked(refused: RefusedFile, name: str) -> str:
    if refused.name != name or not refused.reason.endswith("."):
        raise AssertionError(f"a refusal of {name} that says: {refused}")
    return refused.reason


def attacks(folder: Path) -> list[Made]:
    """The files of the folder, with the page that a whole one of them has."""
    return [
        Made(path.name, path.read_bytes(), _pages_of(path.stem))
        for path in sorted(folder.glob("*"))
    ]


def _pages_of(name: str) -> int:
    return 0 if "_broken-" in name or name.endswith(REFUSED) else 1


def run(files: Iterable[Made]) -> list[Outcome]:
    """All outcomes, worked out on every core."""
    limits = IntakeSettings()
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor(os.cpu_count()) as threads,
    ):
        jobs = written(list(files), Path(folder))
        return list(threads.map(lambda job: outcome(job[0], job[1], limits), jobs))


def peak_bytes() -> int:
    """The most memory that this process or any child of it has had."""
    unit = 1 if sys.platform == "darwin" else 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
    status = Path("/proc/self/status")
    if not status.exists():
        return max(children, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)
    # Linux counts what the process that started this one had at that moment into its ru_maxrss.
    own = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return max(children, int(own.split()[1]) * 1024)


def row(name: str, outcomes: list[Outcome]) -> str:
    """A line of the table."""
    whole = sum(bool(each.pages and not each.refusals) for each in outcomes)
    refused = sum(bool(each.refusals) for each in outcomes)
    broken = sum(bool(each.broken_promises) for each in outcomes)
    slowest = max(each.seconds for each in outcomes)
    return f"| {name} | {len(outcomes)} | {whole} | {refused} | {broken} | {slowest:.1f} |"


def main() -> None:
    """Prints the table and what was broken."""
    shared = Path(os.environ.get("AUTOGRADER_SHARED_DATA", PROJECT.parent / "shared" / "data"))
    parser = argparse.ArgumentParser(description="Files made to break intake.")
    parser.add_argument("--damaged", type=int, default=500)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--attacks", type=Path, default=shared / "attacks" / "files")
    arguments = parser.parse_args()
    sets = {
        "attacks": attacks(arguments.attacks),
        "valid, and odd but valid": [*valid(), *odd()],
        "damaged": list(damaged(arguments.damaged, arguments.seed)),
    }
    print("| files | n | taken whole | refused (or a member) | promises broken | longest wait, s |")
    print("| --- | --- | --- | --- | --- | --- |")
    every = list[Outcome]()
    for name, files in sets.items():
        if files:
            every += (outcomes := run(files))
            print(row(name, outcomes), flush=True)
    print(f"\nGreatest process: {peak_bytes() / 1e6:,.0f} MB")
    reasons = Counter(reason for each in every for reason in each.refusals)
    print("\n".join(f"{count:5} x {reason}" for reason, count in reasons.most_common()))
    broken = [(each.file.name, why) for each in every for why in each.broken_promises]
    print("\n".join(f"BROKEN {name}: {why}" for name, why in broken))
    sys.exit(bool(broken) or peak_bytes() > BYTES)


if __name__ == "__main__":
    main()
