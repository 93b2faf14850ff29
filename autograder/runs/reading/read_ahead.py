"""Pages that are read before it is known which script they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from autograder.domain.errors import AutoGraderError
from autograder.domain.script import Reading, TakenPage
from autograder.gradebook.scans import ScanStore
from autograder.jobs import Report
from autograder.reading.transforms import chained
from autograder.runs.reading.reader import Reader, Result
from autograder.runs.time_left import TimeLeft


@dataclass(frozen=True)
class _Read:
    page: TakenPage
    reading: Reading


_FORM = TypeAdapter(_Read)


class ReadAhead:
    """Keeps what was read in ``folder``, where a later try after a kill finds it.

    A page that can't be read stays as it is, without a reading.
    """

    def __init__(self, folder: Path, scans: ScanStore, reader: Reader) -> None:
        self._folder = folder
        self._scans = scans
        self._reader = reader

    def read(
        self, pages: Sequence[TakenPage], places: Sequence[int], report: Report
    ) -> tuple[list[TakenPage], list[Reading | None]]:
        """All ``pages``, upright where they were read, and the readings of those at ``places``."""
        shown, readings = list(pages), list[Reading | None]([None] * len(pages))
        known = {at: found for at in places if (found := self._kept(pages[at]))}
        for at, found in known.items():
            shown[at], readings[at] = found.page, found.reading
        wanted = [(at, pages[at].image, bool(pages[at].sheet)) for at in places if at not in known]
        done, left = 0, TimeLeft()

        def look() -> None:
            said = left.of(len(wanted) - done)
            at = f"Reading page {min(done + 1, len(wanted))} of {len(wanted)} to sort the pile"
            report(done, len(wanted), f"{at}, {said}" if said else at)

        for at, result in self._reader.read(wanted, look):
            if (found := self._upright(pages[at], result)) is not None:
                self._keep(pages[at], found)
                shown[at], readings[at] = found.page, found.reading
            done += 1
            left.step()
        return shown, readings

    def readings(self) -> dict[str, Reading]:
        """All that is kept, by the image that the page is shown as."""
        found = [_loaded(path) for path in sorted(self._folder.glob("*.json"))]
        return {each.page.image: each.reading for each in found if each}

    def forget(self) -> None:
        """Lets go of what is kept, once the gradebook has it."""
        for path in self._folder.glob("*.json*"):
            path.unlink(missing_ok=True)

    def _kept(self, page: TakenPage) -> _Read | None:
        found = _loaded(self._folder / f"{page.image}.json")
        if found is None or found.reading.engine != self._reader.engine.name:
            return None
        return replace(found, page=replace(found.page, source=page.source))

    def _keep(self, page: TakenPage, found: _Read) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{page.image}.json"
        new = path.with_suffix(".json-new")
        new.write_bytes(_FORM.dump_json(found))
        new.replace(path)

    def _upright(self, page: TakenPage, result: Result) -> _Read | None:
        if isinstance(result, AutoGraderError) or isinstance(result.result, AutoGraderError):
            return None
        view = result.view
        if view.png is None:
            return _Read(page, result.result)
        turned = replace(
            page,
            image=self._scans.add(view.png),
            width=view.width,
            height=view.height,
            scan=page.scan or page.image,
            earlier=(page.image,),
            transform=chained(view.transform, page.transform),
        )
        return _Read(turned, result.result)


def _loaded(path: Path) -> _Read | None:
    try:
        return _FORM.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
