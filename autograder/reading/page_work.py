"""What is done with one page at a time, wherever: straightened, read, looked at once more.

Pages come and go as PNG, so that the work can be a process's of its own.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from PIL import Image

from autograder import plugins
from autograder.domain.errors import AutoGraderError
from autograder.domain.script import Reading, Region, Sheet, Transform
from autograder.reading import straighten, struck_out
from autograder.reading.contrast import faint_lines
from autograder.reading.recognizer import TextRecognizer
from autograder.reading.regions import Layout, layout
from autograder.reading.registration import Print
from autograder.reading.sheets.codes import code_on
from autograder.reading.transforms import chained, of_turns
from autograder.settings import Settings

PNG_EFFORT = 2
"""zlib level: a page takes a third of the default level's time and 5 % more space."""


@dataclass(frozen=True, slots=True)
class View:
    """How a page is shown from now on. ``png`` None: as it was given."""

    width: int
    height: int
    png: bytes | None = None
    transform: Transform = ()
    """From its pixels to those of the page as it was given."""


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """A page as it comes out of a file, made straight, and what its printed code says."""

    view: View
    sheet: Sheet | None = None


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What was read on a page, or why nothing; in pixels of ``view``."""

    view: View
    result: Reading | AutoGraderError


@dataclass(frozen=True, slots=True)
class Drawn:
    """The places that the teacher drew, and what is known of the pages drawn on, by number."""

    regions: tuple[Region, ...]
    pages: Mapping[int, Print]


@dataclass(frozen=True, slots=True)
class PageLook:
    """What a second look at a page says of how its lines are to be taken."""

    faint: tuple[int, ...]
    """Numbers (from 0) of the lines that are too faint for an eye."""
    layout: Layout | None
    """The places for answers; None where none are drawn."""


class PageWork:
    """Works on pages with the engine of that name, which is loaded with the first page read."""

    def __init__(self, engine: str, settings: Settings) -> None:
        self._name = engine
        self._settings = settings

    @cached_property
    def engine(self) -> TextRecognizer:
        """The engine. InvalidInput, EngineUnavailable: it can't run here."""
        return plugins.recognizer(self._name, self._settings)

    def open(self, png: bytes, photo: bool) -> OpenedPage:
        """Makes a page straight, and upright where a printed code says how it lies."""
        page = image_of(png)
        code = code_on(page)
        turns = code.turns if code else 0
        straight = straighten.straighten(straighten.turn_image(page, turns), photo)
        whole = chained(straight.transform, of_turns(turns, *page.size))
        return OpenedPage(_view(straight.image, whole), code.sheet if code else None)

    def look(self, png: bytes, reading: Reading, drawn: Drawn | None, number: int) -> PageLook:
        """Looks once more at a page that was read, the script's page ``number``."""
        page = image_of(png)
        faint = tuple(faint_lines(page, reading))
        if drawn is None:
            return PageLook(faint, None)
        return PageLook(faint, layout(drawn.regions, drawn.pages, Print.of(page), number))

    def read(self, png: bytes, upright: bool) -> ReadPage:
        """Reads a page; one that isn't known to lie ``upright`` is turned where it reads better."""
        (page,) = read_some([png], [upright], self.engine)
        return page


def read_some(
    pngs: Sequence[bytes], upright: Sequence[bool], engine: TextRecognizer
) -> list[ReadPage]:
    """``PageWork.read`` of at most the engine's ``batch_size`` pages at once."""
    pages = [image_of(png) for png in pngs]
    found = dict[int, ReadPage]()
    if known := [at for at, lies in enumerate(upright) if lies]:
        for at, result in zip(known, engine.read([pages[at] for at in known]), strict=True):
            found[at] = _read(pages[at], 0, result)
    if unknown := [at for at, lies in enumerate(upright) if not lies]:
        ups = straighten.read_upright([pages[at] for at in unknown], engine)
        for at, up in zip(unknown, ups, strict=True):
            found[at] = _read(pages[at], up.turns, up.reading)
    return [found[at] for at in range(len(pages))]


def _read(page: Image.Image, turns: int, result: Reading | AutoGraderError) -> ReadPage:
    upright = straighten.turn_image(page, turns)
    if isinstance(result, Reading):
        result = struck_out.mark(upright, result)
    return ReadPage(_view(upright, of_turns(turns, *page.size)), result)


def image_of(png: bytes) -> Image.Image:
    """The RGB image."""
    return Image.open(io.BytesIO(png)).convert("RGB")


def png_of(image: Image.Image) -> bytes:
    """The image as PNG."""
    stream = io.BytesIO()
    image.save(stream, "PNG", compress_level=PNG_EFFORT)
    return stream.getvalue()


def _view(image: Image.Image, transform: Transform) -> View:
    return View(*image.size, png_of(image) if transform else None, transform)
