"""What the Reading tab shows of a page: the queue that it stands in, its scan and its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from autograder.domain.script import Page, Reading, Script
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.script_names import name_of
from autograder_ui.components import answer_cards, page_check, page_viewer
from autograder_ui.components.answer_cards import Cards
from autograder_ui.components.corrections import Corrections
from autograder_ui.components.other_reading import other_words
from autograder_ui.components.page_queue import PageQueue, QueuedPage
from autograder_ui.components.page_viewer import Leaf
from autograder_ui.components.placed_words import DOUBTFUL
from autograder_ui.components.word_editor import Others


class ReadingDesk:
    """The markup of the tab's parts, made of what the gradebook says now."""

    def __init__(self, gradebook: Gradebook) -> None:
        self._gradebook = gradebook
        self._corrections = Corrections(gradebook)

    def queue(self, exam_id: str, by: str) -> PageQueue:
        """The exam's pages in the order that is asked for; none without an exam."""
        if not exam_id:
            return PageQueue()
        return PageQueue.of(
            self._gradebook.scripts.all(exam_id),
            self._gradebook.page_doubts.of_exam(exam_id, DOUBTFUL),
            self._gradebook.checks.accepted(exam_id),
            by,
        )

    def check(self, queue: PageQueue, here: QueuedPage) -> str:
        """How far the checking is, with the button that accepts the page."""
        corrected = self._corrections.of_exam(here.script.exam_id)
        return page_check.render(queue, here, corrected)

    def scan(self, queue: PageQueue, here: QueuedPage) -> str:
        """The script's pages with all their words, this one open."""
        checked = self._checked(queue, here.script)
        leaves = page_viewer.script_leaves(here.script.pages)
        shown = [self._with_words(leaf, leaf.id in checked) for leaf in leaves]
        opened = [leaf.id for leaf in leaves].index(here.page.id)
        return page_viewer.view(shown, name_of(here.script), opened, words=True)

    def cards(
        self, queue: PageQueue, here: QueuedPage, refused: Mapping[str, str] | None = None
    ) -> str:
        """The answers that stand on the page, to correct and to put in place."""
        script = here.script
        cards = Cards(
            script.id,
            self._gradebook.answers.of_script(script.id),
            self._gradebook.exams.get(script.exam_id).questions,
            self._is_unread(script),
            refused or {},
            here.page.id,
            self._others(script),
            self._checked(queue, script),
            script.pages,
        )
        return answer_cards.render(cards)

    def _with_words(self, leaf: Leaf, checked: bool) -> Leaf:
        reading = self._gradebook.scripts.reading(leaf.id)
        return replace(leaf, places=page_viewer.words_of(reading, checked))

    def _checked(self, queue: PageQueue, script: Script) -> frozenset[str]:
        return frozenset(each.page.id for each in queue.accepted if each.script.id == script.id)

    def _is_unread(self, script: Script) -> bool:
        """Whether it waits to be read, or to be split: that comes once all scripts are read."""
        unsplit = {each.id for each in self._gradebook.scripts.unsplit(script.exam_id)}
        readings = (self._gradebook.scripts.reading(page.id) for page in script.pages)
        return script.id in unsplit or None in readings

    def _others(self, script: Script) -> Others:
        return {
            (page.id, box): other
            for page in script.pages
            for first, second in self._read_twice(page)
            for box, other in other_words(first, second).items()
        }

    def _read_twice(self, page: Page) -> list[tuple[Reading, Reading]]:
        """The page's newest reading and that of the second engine, where there are both."""
        readings = self._gradebook.scripts.readings(page.id)
        first = [each for each in readings if not each.beside]
        second = [each for each in readings if each.beside]
        return [(first[-1], second[-1])] if first and second else []
