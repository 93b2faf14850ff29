"""How long a pile takes to read, by one process and by as many as there are cores.

    python -m benchmarks.piles [--pages 200] [FOLDER]

The pile is one PDF of the pages in FOLDER (default: ``../shared/data/scans`` or
$AUTOGRADER_SHARED_DATA/scans; where that is missing, pages written in a hand font), over and over.
It goes all the way: opened, straightened, read, split. The baseline is the same run on one core.
Told are the wall time, the processor time of all processes, how many cores that kept busy, and the
most memory that one process took.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from threading import Event, Thread

import psutil
from PIL import Image, ImageDraw

from autograder.domain.exam import Exam, Question, Scale
from autograder.gradebook.gradebook import Gradebook
from autograder.runs.reading import ReadingRun
from autograder.settings import PROJECT, Settings
from samples.handwriting import write_page

LONG_SIDE = 1600
TEXT = ["Q1 A process is a program in execution.", "It has an address space of its own."]


def pages(folder: Path, wanted: int) -> list[Image.Image]:
    """So many pages, each with a number of its own, or the gradebook would take two for one."""
    if (folder / "index.jsonl").is_file():
        lines = (folder / "index.jsonl").read_text("utf-8").splitlines()
        some = [Image.open(folder / json.loads(line)["file"]).convert("RGB") for line in lines]
    else:
        some = [write_page(TEXT * 8, "patrick-hand", seed) for seed in range(5)]
    for page in some:
        page.thumbnail((LONG_SIDE, LONG_SIDE))
    found = []
    for number in range(wanted):
        page = some[number % len(some)].copy()
        ImageDraw.Draw(page).text((4, 4), str(number + 1), fill="black")
        found.append(page)
    return found


class Usage:
    """Watches this process and its children until it is stopped."""

    def __init__(self) -> None:
        self._seconds: dict[int, float] = {}
        self.most_bytes = 0
        self.most_processes = 0
        self._ended = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Usage:
        self._start = self._own()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def seconds(self) -> float:
        """Processor seconds; a child's last half second may be missing."""
        return sum(self._seconds.values()) + self._own() - self._start

    def _own(self) -> float:
        times = psutil.Process().cpu_times()
        return float(times.user + times.system)

    def _watch(self) -> None:
        while not self._ended.wait(0.5):
            children = psutil.Process().children(recursive=True)
            self.most_processes = max(self.most_processes, len(children))
            for child in children:
                try:
                    times, memory = child.cpu_times(), child.memory_info().rss
                except psutil.Error:
                    continue
                self._seconds[child.pid] = times.user + times.system
                self.most_bytes = max(self.most_bytes, memory)


def run(pile: Path, wanted: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        gradebook = Gradebook(Path(folder))
        gradebook.exams.save(
            Exam("os", "Quiz", questions=(Question("q1", "Q1", "?", Scale(0, 5)),))
        )
        scan = gradebook.scans.add_file(pile)
        gradebook.scripts.add_upload("os", pile.name, scan, "pile", "pages:4")
        job, begin, numbers = gradebook.jobs.submit("read", "os"), time.perf_counter(), count()

        def report(done: int, total: int, message: str) -> None:
            if next(numbers) % 40 == 0:
                sys.stderr.write(f"{message}\n")

        with Usage() as usage:
            ReadingRun(Settings(data=Path(folder)), gradebook)(job, report)
        wall, left = time.perf_counter() - begin, len(gradebook.scripts.unread_pages("os"))
        read = sum(len(script.pages) for script in gradebook.scripts.all("os")) - left
        gradebook.close()
    assert read == wanted, f"{read} of {wanted} pages were read"
    cores = len(os.sched_getaffinity(0))
    return (
        f"| {cores} | {read} | {wall:.0f} | {usage.seconds:.0f} | {usage.seconds / read:.2f} "
        f"| {usage.seconds / wall:.2f} | {usage.most_bytes / 1e6:.0f} |"
    )


def main() -> None:
    shared = Path(os.environ.get("AUTOGRADER_SHARED_DATA", PROJECT.parent / "shared" / "data"))
    parser = argparse.ArgumentParser(description="A pile read by one core and by all.")
    parser.add_argument("folder", type=Path, nargs="?", default=shared / "scans")
    parser.add_argument("--pages", type=int, default=200)
    arguments = parser.parse_args()
    all_cores = os.sched_getaffinity(0)
    print("| cores | pages | wall-s | CPU-s | CPU-s a page | cores kept busy | MB a process |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        pile = Path(folder) / "pile.pdf"
        first, *others = pages(arguments.folder, arguments.pages)
        first.save(pile, save_all=True, append_images=others)
        for cores in sorted({1, len(all_cores)}):
            os.sched_setaffinity(0, sorted(all_cores)[:cores])
            print(run(pile, arguments.pages), flush=True)
    os.sched_setaffinity(0, all_cores)


if __name__ == "__main__":
    main()
