"""TrOCR: reads the lines that the embedded detector finds, best on a GPU.

Li et al., "TrOCR: Transformer-based Optical Character Recognition with Pre-trained Models"
(arXiv 2109.10282). The model's own processor class isn't needed: its image processor and tokenizer
load in every layout that the hub has of it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any

from PIL.Image import Image

from autograder.domain.errors import AutoGraderError, EngineFailed, EngineUnavailable
from autograder.domain.script import Line, Reading, Word
from autograder.reading.networks.batches import Batches
from autograder.reading.networks.line_finder import LineFinder
from autograder.reading.networks.loading import Source
from autograder.reading.networks.written_text import Chances, WrittenLine, lines_of
from autograder.reading.quads import Quad, box_of, part_of
from autograder.reading.rows import in_reading_order

if TYPE_CHECKING:
    from autograder.settings import Settings, TrOcrSettings

PROPOSED = ("microsoft/trocr-large-handwritten", "microsoft/trocr-base-handwritten")
"""MIT. The larger one reads better and needs some 3 GB."""
AT_ONCE_ON_CPU = 8
"""Lines: more gain nothing there."""


def build(settings: Settings) -> TrOcr:
    """Loads the model that the settings name. EngineUnavailable: it can't."""
    return TrOcr(settings.trocr)


class TrOcr:
    """Reads the lines of a few pages together."""

    name = "trocr"
    one_a_core = False

    def __init__(self, settings: TrOcrSettings) -> None:
        try:
            from transformers import VisionEncoderDecoderModel
        except ImportError as error:
            raise EngineUnavailable(
                f"TrOCR needs a package that is not installed: {error.name}. Install the packages "
                "of requirements.txt."
            ) from error
        source = Source(settings, PROPOSED, "AUTOGRADER_TROCR")
        self.version = source.version
        self.batch_size = settings.pages_at_once
        self._settings = settings
        self._tokenizer, self._image_processor = _processors(source)
        self._model = source.model(VisionEncoderDecoderModel.from_pretrained)
        on_gpu = self._model.device.type == "cuda"
        self._batches = Batches(settings.batch_size if on_gpu else AT_ONCE_ON_CPU)
        self._finder = LineFinder()

    def read(self, pages: Sequence[Image]) -> list[Reading | AutoGraderError]:
        """See ``TextRecognizer.read``."""
        begin = time.perf_counter()
        try:
            found = [self._finder.find(page) for page in pages]
            crops = [crop for lines in found for _, crop in lines]
            written = iter(self._batches.run(self._lines, crops))
        except AutoGraderError as error:
            return [error] * len(pages)
        except Exception as error:  # torch and onnxruntime raise their own kinds
            failed = EngineFailed(f"TrOCR could not read this page; try again. It said: {error}")
            return [failed] * len(pages)
        seconds = (time.perf_counter() - begin) / max(1, len(pages))
        return [
            self._reading([(quad, next(written)) for quad, _ in lines], seconds) for lines in found
        ]

    def _reading(
        self, lines: Sequence[tuple[Quad, WrittenLine | EngineFailed]], seconds: float
    ) -> Reading | AutoGraderError:
        placed: list[tuple[Line, Quad]] = []
        for quad, line in lines:
            if isinstance(line, EngineFailed):
                return line
            if line:
                placed.append((_placed(line, quad), quad))
        return Reading(self.name, self.version, tuple(in_reading_order(placed)), seconds)

    def _lines(self, crops: Sequence[Image]) -> list[WrittenLine]:
        """What stands on each image of a line."""
        import torch

        pixels = self._image_processor(images=list(crops), return_tensors="pt").pixel_values
        chances = Chances()
        with torch.inference_mode():
            rows = self._model.generate(
                pixels.to(self._model.device, self._model.dtype),
                logits_processor=[chances],
                max_new_tokens=self._settings.line_tokens,
                do_sample=False,
                num_beams=1,
            )
        return [self._line(row.tolist()[1:], chances.of_row(at)) for at, row in enumerate(rows)]

    def _line(self, tokens: list[int], chances: list[float]) -> WrittenLine:
        ends = self._model.generation_config.eos_token_id
        ends = set(ends) if isinstance(ends, list) else {ends}
        end = next((at for at, token in enumerate(tokens) if token in ends), len(tokens))
        (line, *more) = lines_of(tokens[:end], chances, self._decode)
        return tuple(word for part in (line, *more) for word in part)

    def _decode(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True))


def _processors(source: Source) -> tuple[Any, Any]:
    """The tokenizer and the image processor, by name where the files don't say their kind."""
    from transformers import AutoImageProcessor, AutoTokenizer, RobertaTokenizerFast
    from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

    found = []
    for kind, usual in (
        (AutoTokenizer, RobertaTokenizerFast),
        (AutoImageProcessor, ViTImageProcessorPil),
    ):
        try:
            found.append(source.load(kind.from_pretrained))
        except EngineUnavailable:
            found.append(source.load(usual.from_pretrained))
    return found[0], found[1]


def _placed(line: WrittenLine, quad: Quad) -> Line:
    """The words side by side on the line, as wide as their letters are many."""
    text = " ".join(word.text for word in line)
    words, start = [], 0
    for word in line:
        end = start + len(word.text)
        part = part_of(quad, start / len(text), end / len(text))
        words.append(Word(word.text, box_of(part), word.confidence))
        start = end + 1
    return Line(text, box_of(quad), fmean(word.confidence for word in line), tuple(words))
