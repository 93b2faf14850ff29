"""Files give their pages: rendered one after another, made straight side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import methodcaller

from autograder.domain.errors import AutoGraderError, RefusedFile
from autograder.domain.script import TakenPage, Upload
from autograder.gradebook.gradebook import Gradebook
from autograder.jobs import Report
from autograder.reading import intake
from autograder.reading.intake import PageImage
from autograder.reading.page_work import OpenedPage, PageWork
from autograder.reading.pages_at_once import Order, PagesAtOnce, PagesHere
from autograder.settings import IntakeSettings


class Files:
    """Opens files, and says with each that can't be used why."""

    def __init__(
        self,
        gradebook: Gradebook,
        limits: IntakeSettings,
        hands: PagesAtOnce[PageWork] | PagesHere[PageWork],
    ) -> None:
        self._gradebook = gradebook
        self._limits = limits
        self._hands = hands
        self._opening = ""

    def opened(
        self, uploads: Sequence[Upload], report: Report
    ) -> Iterator[tuple[Upload, list[TakenPage]]]:
        """Each file with all of its pages, as soon as the last is done; no file without pages."""
        files = [_File(upload) for upload in uploads]

        def look() -> None:
            report(0, 0, f"Opening {self._opening}")

        for (at, number), result in self._hands.results(self._orders(files), look):
            files[at].done[number] = self._straight(files[at].taken[number], result)
            yield from self._ready(files)
        yield from self._ready(files)

    def _orders(
        self, files: Sequence[_File]
    ) -> Iterator[tuple[tuple[int, int], Order[PageWork, OpenedPage]]]:
        for at, file in enumerate(files):
            self._opening = file.upload.name
            try:
                for number, page in enumerate(self._rendered(file)):
                    yield (at, number), methodcaller("open", page.png, page.photo)
                file.whole = True
            except RefusedFile as refusal:
                self._gradebook.scripts.refuse_upload(file.upload.id, refusal.reason)

    def _rendered(self, file: _File) -> Iterator[PageImage]:
        scans, upload = self._gradebook.scans, file.upload
        for page in intake.pages(scans.path(upload.scan), upload.name, self._limits):
            self._opening = page.source
            kept = TakenPage(scans.add(page.png), page.width, page.height, page.source)
            file.taken.append(replace(kept, text_layer=page.text_layer))
            yield page

    def _straight(self, page: TakenPage, result: OpenedPage | AutoGraderError) -> TakenPage:
        """A page that can't be made straight is kept as it is: none is ever lost."""
        if isinstance(result, AutoGraderError):
            return page
        view = result.view
        if view.png is None:
            return replace(page, sheet=result.sheet)
        return replace(
            page,
            image=self._gradebook.scans.add(view.png),
            width=view.width,
            height=view.height,
            scan=page.image,
            transform=view.transform,
            sheet=result.sheet,
        )

    def _ready(self, files: Sequence[_File]) -> Iterator[tuple[Upload, list[TakenPage]]]:
        for file in files:
            if file.whole and not file.given and len(file.done) == len(file.taken):
                file.given = True
                yield file.upload, [file.done[number] for number in sorted(file.done)]


class _File:
    """What has come out of a file so far."""

    def __init__(self, upload: Upload) -> None:
        self.upload = upload
        self.taken: list[TakenPage] = []
        self.done: dict[int, TakenPage] = {}
        self.whole = self.given = False
