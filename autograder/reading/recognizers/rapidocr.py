"""RapidOCR with the PP-OCRv6 models of its own wheel: reads handwriting on a CPU, offline.

How it is set up was measured on real handwriting; ``benchmarks/reading.py`` measures it beside the
defaults. The 180-degree classifier turned 9 % of upright lines upside down, so it is off. Limiting
detection by the long side is cheaper and as accurate. Lines of low confidence are shown, not
dropped. Lines are recognised one by one, since a batch is padded to its widest line, and on one
thread, since a second one mostly spins: together about half the processor time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL.Image import Image

from autograder.domain.errors import AutoGraderError, EngineFailed, EngineUnavailable
from autograder.domain.script import Line, Reading, Word
from autograder.reading.quads import Quad, box_of, part_of
from autograder.reading.rows import in_reading_order
from autograder.reading.word_certainty import WordCertainty

if TYPE_CHECKING:
    from autograder.settings import Settings

PARAMETERS = {
    "Global.use_cls": False,
    "Global.text_score": 0.0,
    "Global.return_word_box": True,
    "Global.log_level": "error",
    "Det.limit_type": "max",
    "Det.limit_side_len": 960,
    "Rec.rec_batch_num": 1,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


Certainty = Callable[[str, Sequence[float]], float]
"""A word's confidence by its text and the probabilities of its characters."""


def build(settings: Settings) -> RapidOcr:
    """The engine; its models are loaded with the first page. It has no settings of its own."""
    return RapidOcr(WordCertainty(settings.models / "minilm").of)


class RapidOcr:
    """Reads pages one by one with RapidOCR."""

    name = "rapidocr"
    batch_size = 1
    one_a_core = True

    def __init__(self, certainty: Certainty) -> None:
        self.version = version("rapidocr")
        self._certainty = certainty
        self._lock = threading.Lock()

    def read(self, pages: Sequence[Image]) -> list[Reading | AutoGraderError]:
        """See ``TextRecognizer.read``; one page at a time, whoever asks."""
        with self._lock:
            return [self._page(page) for page in pages]

    @cached_property
    def _engine(self) -> Any:
        try:
            return _engine(self._certainty)
        except Exception as error:  # whatever a broken installation raises
            raise EngineUnavailable(
                "RapidOCR can't start; install the requirements again "
                f"(pip install -r requirements.txt). It said: {error}"
            ) from error

    def _page(self, page: Image) -> Reading | AutoGraderError:
        begin = time.perf_counter()
        try:
            bgr = np.ascontiguousarray(np.asarray(page.convert("RGB"))[:, :, ::-1])
            lines = _lines(self._engine(bgr))
        except AutoGraderError as error:
            return error
        except Exception as error:  # onnxruntime and OpenCV raise their own kinds
            return EngineFailed(f"RapidOCR could not read this page; try again. It said: {error}")
        seconds = time.perf_counter() - begin
        return Reading(self.name, self.version, tuple(in_reading_order(lines)), seconds)


def _engine(certainty: Certainty) -> Any:
    from rapidocr import RapidOCR

    class WordwiseRapidOCR(RapidOCR):
        """Gives each word a confidence of its own.

        RapidOCR 3.10 pairs the list of character confidences with the list of words, so that word
        k gets the confidence of character k, and splits words by other rules than the text.
        """

        def calc_word_boxes(self, img: Any, dt_boxes: Any, rec_res: Any) -> Any:
            found = zip(rec_res.txts, dt_boxes, rec_res.word_results, strict=True)
            return tuple(_words(text, quad, info, certainty) for text, quad, info in found)

    return WordwiseRapidOCR(params=PARAMETERS)


def _words(text: str, quad: Quad, info: Any, certainty: Certainty) -> tuple[Word, ...]:
    """The words of a line, cut at its spaces; ``info`` is RapidOCR's WordInfo for it.

    ``info.confs`` has one value a character, spaces among them; ``info.word_cols`` has one column
    of the recogniser's output a character, spaces left out.
    """
    columns = iter([column for word in info.word_cols for column in word])
    at = [None if char.isspace() else next(columns) for char in text]
    taken = [column for column in at if column is not None]
    half = max(0.5, (taken[-1] - taken[0]) / max(1, len(taken) - 1) / 2)
    words, start = [], 0
    for word in text.split():
        start = text.index(word, start)
        end = start + len(word)
        first, last = at[start], at[end - 1]
        assert first is not None and last is not None
        left, right = first + 0.5 - half, last + 0.5 + half
        part = part_of(quad, left / info.line_txt_len, right / info.line_txt_len)
        words.append(Word(word, box_of(part), certainty(word, info.confs[start:end])))
        start = end
    return tuple(words)


def _lines(output: Any) -> list[tuple[Line, Quad]]:
    if output.txts is None:
        return []
    found = zip(output.txts, output.boxes, output.scores, output.word_results, strict=True)
    return [
        (Line(" ".join(text.split()), box_of(quad), float(score), words), quad)
        for text, quad, score, words in found
    ]
