"""Pages that were read are looked at once more before they are split."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import methodcaller

from autograder.domain.errors import AutoGraderError
from autograder.domain.script import Page, Reading, Region
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.scans import ScanStore
from autograder.reading.page_work import Drawn, PageLook, PageWork, image_of
from autograder.reading.pages_at_once import Order, PagesAtOnce, PagesHere
from autograder.reading.registration import Print
from autograder.settings import Settings

FEW = 8
"""So many pages are looked at sooner than a process is begun."""
MOST_KEPT = 2_000
NOTHING = PageLook((), None)


@dataclass(frozen=True, slots=True)
class _Template:
    """What was drawn, and the images that it was drawn on, by the pages' numbers."""

    regions: tuple[Region, ...]
    images: tuple[tuple[int, str], ...]

    def drawn(self, scans: ScanStore) -> Drawn | None:
        """None: nothing was drawn."""
        if not self.regions:
            return None
        prints = {number: Print.of(image_of(scans.read(image))) for number, image in self.images}
        return Drawn(self.regions, prints)


class Looking:
    """Finds faint lines and the places drawn for answers, and remembers them.

    A page that can't be looked at is split all the same.
    """

    def __init__(self, settings: Settings, gradebook: Gradebook) -> None:
        self._settings = settings
        self._gradebook = gradebook
        self._known: dict[Hashable, PageLook] = {}

    def looks(
        self,
        exam_id: str,
        pages: Sequence[tuple[Page, Reading]],
        processes: PagesAtOnce[PageWork],
        report: Callable[[int, int], None],
    ) -> Mapping[str, PageLook]:
        """What a look at each page says, by the page's id; ``report`` gets done and total."""
        template = self._template(exam_id)
        keys = {
            page.id: (page.image, reading.engine, reading.version, page.number, template)
            for page, reading in pages
        }
        new = [pair for pair in pages if keys[pair[0].id] not in self._known]
        hands = processes if len(new) > FEW else self._here()
        looked = set[str]()
        for page_id, look in hands.results(
            self._orders(new, template), lambda: report(len(looked), len(new))
        ):
            self._keep(keys[page_id], NOTHING if isinstance(look, AutoGraderError) else look)
            looked.add(page_id)
        return {page_id: self._known.get(key, NOTHING) for page_id, key in keys.items()}

    def _orders(
        self, pages: Sequence[tuple[Page, Reading]], template: _Template
    ) -> Iterator[tuple[str, Order[PageWork, PageLook]]]:
        drawn = template.drawn(self._gradebook.scans) if pages else None
        for page, reading in pages:
            try:
                png = self._gradebook.scans.read(page.image)
            except AutoGraderError:
                continue
            yield page.id, methodcaller("look", png, reading, drawn, page.number)

    def _template(self, exam_id: str) -> _Template:
        saved = self._gradebook.templates.of_exam(exam_id)
        page = self._gradebook.scripts.page
        images = {number: page(page_id).image for number, page_id in saved.pages.items()}
        return _Template(saved.regions, tuple(sorted(images.items())))

    def _here(self) -> PagesHere[PageWork]:
        return PagesHere(partial(PageWork, self._settings.reading_engine, self._settings))

    def _keep(self, key: Hashable, look: PageLook) -> None:
        if len(self._known) >= MOST_KEPT:
            self._known.pop(next(iter(self._known)))
        self._known[key] = look
