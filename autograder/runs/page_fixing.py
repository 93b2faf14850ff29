"""What a teacher puts right on a pile of pages, and the reading that follows from it."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from autograder.domain.errors import NotFound
from autograder.domain.job import Job
from autograder.domain.script import Transform, Upload
from autograder.gradebook.gradebook import Gradebook
from autograder.reading.straighten import turn_image
from autograder.runs.piles import split_pile
from autograder.runs.reading.page_reading import without_failures


class PageFixing:
    """Pages turned, put in order, moved and taken out. Each is recorded first, then read anew.

    Nothing that is read already is read again, but for a page that was turned.
    """

    def __init__(self, gradebook: Gradebook) -> None:
        self._gradebook = gradebook
        self._fixes = gradebook.fixes

    def turn(self, exam_id: str, page_id: str, turns: int, author: str) -> Job:
        """Turns a page by so many quarter turns to the left. NotFound."""
        page, scans = self._gradebook.scripts.page(page_id), self._gradebook.scans
        image = turn_image(Image.open(io.BytesIO(scans.read(page.image))), turns)
        stream = io.BytesIO()
        image.save(stream, "PNG")
        sha = scans.add(stream.getvalue())
        transform = turned(page.transform, turns, page.width, page.height)
        self._fixes.turn(page_id, sha, image.width, image.height, transform, author)
        return self._read(exam_id)

    def order(self, exam_id: str, script_id: str, page_ids: Sequence[str], author: str) -> Job:
        """Puts a script's pages in this order. NotFound; Conflict: it has other pages now."""
        self._fixes.reorder(script_id, page_ids, author)
        return self._read(exam_id)

    def move(
        self,
        exam_id: str,
        page_id: str,
        script_id: str | None,
        author: str,
        place: int | None = None,
    ) -> str:
        """Moves a page to another script, None: to a new one; returns that script's id.

        ``place`` counts from 1. NotFound; InvalidInput: the script is of another exam, or
        discarded.
        """
        now_in = self._fixes.move(page_id, script_id, author, place)
        self._read(exam_id)
        return now_in

    def discard(self, exam_id: str, page_id: str, author: str) -> Job:
        """Takes a page out of its script; nothing is deleted. NotFound."""
        self._fixes.discard(page_id, author)
        return self._read(exam_id)

    def restore(self, exam_id: str, page_id: str, author: str) -> Job:
        """Puts a page back where it was taken out. NotFound."""
        self._fixes.restore(page_id, author)
        return self._read(exam_id)

    def settle(self, script_id: str) -> None:
        """Notes that a person has looked at which pages a script has: what was said of it goes.

        What could not be read is still told, and why loose pages are loose. NotFound.
        """
        script = self._gradebook.scripts.get(script_id)
        told = without_failures(script.problem).splitlines()
        left = [line for line in script.problem.splitlines() if line not in told]
        if told and not script.loose:
            self._gradebook.scripts.set_problem(script_id, "\n".join(left))

    def undo(self, exam_id: str, author: str) -> str:
        """Takes the newest fix back that still stands and says what it was; empty: none does."""
        undone = self._fixes.undo(exam_id, author)
        if undone:
            self._read(exam_id)
        return undone

    def split_again(self, exam_id: str, upload_id: str, way: str, author: str) -> Job:
        """Splits a file in another ``Upload.way``, without a scan.

        NotFound; InvalidInput: there is no such way, or no page; Conflict: its pages changed.
        """
        split_pile(self._gradebook, self._upload(exam_id, upload_id), way, author)
        return self._read(exam_id)

    def _upload(self, exam_id: str, upload_id: str) -> Upload:
        uploads = self._gradebook.scripts.uploads(exam_id)
        found = next((upload for upload in uploads if upload.id == upload_id), None)
        if found is None:
            raise NotFound("This file is not in the exam. Hand it in again.")
        return found

    def _read(self, exam_id: str) -> Job:
        return self._gradebook.jobs.submit("read", exam_id)


def turned(transform: Transform, turns: int, width: int, height: int) -> Transform:
    """The transform of a page of that size to its scan, after so many quarter turns to the left."""
    back = {
        0: ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
        1: ((0, -1, width), (1, 0, 0), (0, 0, 1)),
        2: ((-1, 0, width), (0, -1, height), (0, 0, 1)),
        3: ((0, 1, 0), (-1, 0, height), (0, 0, 1)),
    }[turns % 4]
    to_scan = np.reshape(transform, (3, 3)) if transform else np.eye(3)
    return tuple(map(float, (to_scan @ np.array(back, dtype=float)).ravel()))
