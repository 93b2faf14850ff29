"""``read``: OCR without a gradebook."""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import plugins
from autograder.cli.output import say, warn, write_json
from autograder.domain.errors import AutoGraderError, RefusedFile
from autograder.domain.script import Line, Reading, Word
from autograder.settings import Settings

if TYPE_CHECKING:
    from autograder.reading.intake import PageImage
    from autograder.reading.recognizer import TextRecognizer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE... [--engine NAME] [--json OUT]."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--engine", help="the OCR engine (default: rapidocr)")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write lines, boxes, confidences")


def run(options: argparse.Namespace) -> int:
    """Reads every file; one that can't be read is named, and the others go on."""
    settings = Settings()
    engine = plugins.recognizer(options.engine or settings.reading_engine, settings)
    results: list[dict[str, Any]] = []
    for path in options.files:
        try:
            pages = [_page(image, engine) for image in _images(path, settings)]
        except AutoGraderError as error:
            warn(str(error))
            results.append({"file": str(path), "error": str(error), "text": "", "pages": []})
            continue
        text = "\n".join(page["text"] for page in pages)
        results.append({"file": str(path), "text": text, "pages": pages})
        if not options.json:
            say(text)
    if options.json:
        write_json(options.json, {"files": results})
    return 1 if any("error" in result for result in results) else 0


def _images(path: Path, settings: Settings) -> Iterator[PageImage]:
    if not path.is_file():
        raise RefusedFile(str(path), "there is no such file.")
    from autograder.reading.intake import take_in

    yield from take_in(path, path.name, settings.intake)


def _page(page: PageImage, engine: TextRecognizer) -> dict[str, Any]:
    from PIL import Image

    from autograder.reading import straighten

    image = Image.open(io.BytesIO(page.png)).convert("RGB")
    reading = straighten.read([image], engine, photos=page.photo)[0]
    if not isinstance(reading, Reading):
        raise reading
    return {
        "text": reading.text,
        "seconds": round(reading.seconds, 3),
        "lines": [_line(line, page.scale) for line in reading.lines],
    }


def _line(line: Line, scale: float) -> dict[str, Any]:
    return _word(line, scale) | {"words": [_word(word, scale) for word in line.words]}


def _word(part: Line | Word, scale: float) -> dict[str, Any]:
    box = [round(value * scale, 1) for value in part.box]
    return {"text": part.text, "box": box, "confidence": round(part.confidence, 4)}
