"""The pages of an exam in the order in which the teacher checks what was read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from autograder.domain.script import Page, Script
from autograder.gradebook.page_doubts import PageDoubt
from autograder.gradebook.script_names import name_of
from autograder_ui.components.marking_order import by_name

BY_DOUBT, BY_STUDENT = "Most doubtful first", "By student"
ORDERS = (BY_DOUBT, BY_STUDENT)


@dataclass(frozen=True, slots=True)
class QueuedPage:
    """A page, whose it is, and what is left to do on it."""

    script: Script
    page: Page
    doubt: PageDoubt | None
    """None: not read yet."""
    accepted: bool

    @property
    def name(self) -> str:
        """What the list calls it."""
        return f"{name_of(self.script)} · page {self.page.number}{self._left()}"

    def _left(self) -> str:
        if self.accepted:
            return " · accepted ✓"
        if self.doubt is None:
            return " · not read yet"
        doubtful = f" · {self.doubt.doubtful} doubtful" if self.doubt.doubtful else ""
        unplaced = f" · {self.doubt.placements} to place" if self.doubt.placements else ""
        return doubtful + unplaced


@dataclass(frozen=True)
class PageQueue:
    """Pages in order. Accepting one leaves it where it is, so that “back” finds it again."""

    pages: tuple[QueuedPage, ...] = ()

    @classmethod
    def of(
        cls,
        scripts: Sequence[Script],
        doubts: Mapping[str, PageDoubt],
        accepted: Collection[str],
        by: str = BY_DOUBT,
    ) -> Self:
        """The pages of ``scripts``, by student or with the most doubtful first.

        Left out: loose and discarded pages and cover sheets, on which no answers stand.
        """
        pages = [
            QueuedPage(script, page, doubts.get(page.id), page.id in accepted)
            for script in by_name(scripts)
            if not script.loose
            for page in script.pages
            if not page.discarded and not (page.sheet and page.sheet.number == 0)
        ]
        if by == BY_DOUBT:
            pages.sort(key=lambda each: -(each.doubt.weight if each.doubt else -1.0))
        return cls(tuple(pages))

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What the list of pages offers: names and ids."""
        return [(each.name, each.page.id) for each in self.pages]

    @property
    def accepted(self) -> list[QueuedPage]:
        """The pages that a person has accepted."""
        return [each for each in self.pages if each.accepted]

    def at(self, page_id: str | None) -> QueuedPage | None:
        """That page, else the first that nobody has accepted, else the first; None: no pages."""
        if not self.pages:
            return None
        found = next((each for each in self.pages if each.page.id == page_id), None)
        return found or next((each for each in self.pages if not each.accepted), self.pages[0])

    def step(self, page_id: str, steps: int) -> str:
        """The page so many steps on (negative: back); the first or last where the queue ends."""
        return self._id(max(0, min(self.place(page_id) + steps, len(self.pages) - 1)))

    def next_open(self, page_id: str) -> str:
        """The next page after this that nobody has accepted, going round; "" when all are."""
        return self._next(page_id, lambda each: not each.accepted)

    def next_to_place(self, page_id: str) -> str:
        """The next page with text whose question is in doubt, going round; "" without one."""
        return self._next(page_id, lambda each: bool(each.doubt and each.doubt.placements))

    def place(self, page_id: str) -> int:
        """Where the page stands, counted from 0; 0 for one that isn't in the queue."""
        ids = (place for place, each in enumerate(self.pages) if each.page.id == page_id)
        return next(ids, 0)

    def _id(self, place: int) -> str:
        return self.pages[place].page.id if self.pages else ""

    def _next(self, page_id: str, wanted: Callable[[QueuedPage], bool]) -> str:
        here = self.place(page_id) + 1
        round_trip = (*self.pages[here:], *self.pages[:here])
        return next((each.page.id for each in round_trip if wanted(each)), "")
