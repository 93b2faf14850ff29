"""Renders the pages of one untrusted file, inside limits, in a process of its own.

``intake`` runs this module as a program. Argument: a JSON object, see ``Order``. Each page is
written to ``<folder>/<number>.png``; the only line on standard output is a JSON object with
``pages`` (in the whole file), ``own_widths`` (of the rendered ones in the file itself, pixels) and
``text_layers`` (of the rendered ones), or ``refused``.
"""

from __future__ import annotations

import json
import math
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from autograder.reading.pdf_words import description, text_layer

LARGEST_SCALE = 600 / 72
"""Pixels per point: a stamp-sized PDF page is not blown up beyond 600 dpi."""
PASSWORD_NEEDED = 4
"""FPDF_ERR_PASSWORD of pdfium's fpdfview.h."""
PNG_EFFORT = 2
"""zlib level: a page takes a third of the default level's time and 5 % more space."""

OWN_WIDTH = "own width"
"""The key under which a page notes how many pixels wide it is in its own file, upright."""
TEXT_LAYER = "text layer"
"""The key under which a page notes what its PDF says stands on it."""


class Refused(Exception):
    """What is wrong with the file and what to do, in a teacher's words."""


@dataclass(frozen=True)
class Order:
    """What to render: pages ``first`` to ``last`` (exclusive, from 0), and within which limits."""

    path: str
    kind: str
    folder: str
    first: int
    last: int
    max_pages: int
    page_pixels: int
    max_image_pixels: int
    memory_bytes: int
    seconds: float


def main(order: Order) -> dict[str, object]:
    """Renders the pages; the answer is what goes to standard output."""
    _limit(order)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            Image.MAX_IMAGE_PIXELS = order.max_image_pixels
            return _render(order)
    except Refused as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"refused": "opening it takes more memory than is allowed; scan it at 200 dpi."}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return {"refused": _too_large(order)}


def _limit(order: Order) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's time limit holds there too
        return
    seconds = math.ceil(order.seconds)
    for limit, soft, hard in (
        (resource.RLIMIT_AS, order.memory_bytes, order.memory_bytes),
        (resource.RLIMIT_CPU, seconds, seconds + 1),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with suppress(ValueError, OSError):  # macOS refuses some; a stricter one may stand already
            resource.setrlimit(limit, (soft, hard))


def _render(order: Order) -> dict[str, object]:
    total, pages = _pdf(order) if order.kind == "pdf" else _image(order)
    own_widths, text_layers = [], []
    for number, page in enumerate(pages, order.first):
        own_widths.append(page.info.pop(OWN_WIDTH, page.width))
        text_layers.append(page.info.pop(TEXT_LAYER, ""))
        page.save(Path(order.folder) / f"{number}.png", compress_level=PNG_EFFORT)
    return {"pages": total, "own_widths": own_widths, "text_layers": text_layers}


def _pdf(order: Order) -> tuple[int, Iterator[Image.Image]]:
    try:
        document = pypdfium2.PdfDocument(order.path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == PASSWORD_NEEDED:
            raise Refused(
                "it is locked with a password; print it to a new PDF without one and add that."
            ) from None
        raise Refused(
            "it is not a complete PDF; it may be cut off or damaged. Export or scan it again."
        ) from None
    total = len(document)
    _check_count(total, order)
    document.init_forms()
    return total, (
        _pdf_page(document, number, order) for number in range(order.first, min(order.last, total))
    )


def _pdf_page(document: pypdfium2.PdfDocument, number: int, order: Order) -> Image.Image:
    try:
        page = document[number]
        width, height = page.get_size()
        if not 0 < width * height <= order.max_image_pixels:
            raise Refused(
                f"page {number + 1} is {width / 72:,.0f} x {height / 72:,.0f} inches, too large "
                "for a scan; print it to a PDF in A4 or Letter."
            )
        scale = min(math.sqrt(order.page_pixels / (width * height)), LARGEST_SCALE)
        image = cast(Image.Image, page.render(scale=scale).to_pil()).convert("RGB")
        described = description(document) if number == 0 else ""
        image.info[TEXT_LAYER] = text_layer(page, image, described)
        page.close()
    except (pypdfium2.PdfiumError, ValueError, OverflowError):
        raise Refused(f"page {number + 1} is damaged; export or scan it again.") from None
    return image


def _image(order: Order) -> tuple[int, Iterator[Image.Image]]:
    if order.kind == "heif":
        _know_heif()
    try:
        image = Image.open(order.path, formats=[order.kind])
        total = getattr(image, "n_frames", 1)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Refused(
            "it is not a complete picture; it may be cut off or damaged. Take or scan it again."
        ) from None
    _check_count(total, order)
    return total, (
        _frame(image, number, order) for number in range(order.first, min(order.last, total))
    )


def _know_heif() -> None:
    """Loaded for such files only; without thumbnails and depth maps, which aren't pages."""
    from pi_heif import register_heif_opener

    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def _frame(image: Image.Image, number: int, order: Order) -> Image.Image:
    try:
        image.seek(number)
        if image.width * image.height > order.max_image_pixels:
            raise Refused(_too_large(order))
        own_size = image.size
        if image.format == "JPEG":  # decodes straight to a half or a quarter where that is enough
            image.draft(None, _fitting(image, order.page_pixels))
        upright = ImageOps.exif_transpose(image)
        turned = (upright.width < upright.height) != (image.width < image.height)
        frame = _rgb(upright)
    except (OSError, SyntaxError, ValueError, EOFError):
        where = f"page {number + 1} of it" if number else "the picture"
        raise Refused(f"{where} is cut off or damaged; take or scan it again.") from None
    size = _fitting(frame, order.page_pixels)
    page = frame if size == frame.size else frame.resize(size, Image.Resampling.LANCZOS)
    page.info = {OWN_WIDTH: own_size[1] if turned else own_size[0]}
    return page


def _fitting(image: Image.Image, pixels: int) -> tuple[int, int]:
    """The size in the image's proportions that has at most so many pixels."""
    scale = min(1.0, math.sqrt(pixels / (image.width * image.height)))
    return max(1, int(image.width * scale)), max(1, int(image.height * scale))


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        image = _eight_bits(image)
    if image.has_transparency_data:
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image.convert("RGBA"))
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Scales 12-, 16- and 32-bit grey down; Pillow's own conversion cuts all above 255 to white."""
    image = image.convert("F")
    extrema = cast(tuple[float, float], image.getextrema())
    scale = 255 / extrema[1] if extrema[1] > 255 else 1.0
    return image.point(lambda value: value * scale + 0).convert("L")


def _check_count(total: int, order: Order) -> None:
    if total == 0:
        raise Refused("it has no pages; export or scan it again.")
    if total > order.max_pages:
        raise Refused(
            f"it has {total:,} pages and at most {order.max_pages:,} are taken in at once; "
            "split it into smaller files."
        )


def _too_large(order: Order) -> str:
    return (
        f"it has more than {order.max_image_pixels / 1e6:.0f} megapixels; "
        "scan it at 200-300 dpi or make it smaller."
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Order(**json.loads(sys.argv[1])))))
