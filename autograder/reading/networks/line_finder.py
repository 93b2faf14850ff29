"""The lines of writing on a page, as the embedded detector finds them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from PIL import Image

from autograder.domain.errors import EngineUnavailable
from autograder.reading.quads import Quad
from autograder.reading.recognizers.rapidocr import PARAMETERS


class LineFinder:
    """RapidOCR's detector alone."""

    def find(self, page: Image.Image) -> list[tuple[Quad, Image.Image]]:
        """The corners of each line, in pixels of the page, and its image laid level (RGB)."""
        from rapidocr.utils.process_img import get_rotate_crop_image

        bgr = np.ascontiguousarray(np.asarray(page.convert("RGB"))[:, :, ::-1])
        boxes = self._detector(bgr, use_rec=False).boxes
        quads = [] if boxes is None else [np.asarray(box, np.float32) for box in boxes]
        crops = [get_rotate_crop_image(bgr, quad) for quad in quads]
        return [
            (quad, Image.fromarray(np.ascontiguousarray(crop[:, :, ::-1])))
            for quad, crop in zip(quads, crops, strict=True)
        ]

    @cached_property
    def _detector(self) -> Any:
        try:
            from rapidocr import RapidOCR

            return RapidOCR(params=PARAMETERS)
        except Exception as error:  # whatever a broken installation raises
            raise EngineUnavailable(
                "RapidOCR, which finds the lines, can't start; install the requirements again "
                f"(pip install -r requirements.txt). It said: {error}"
            ) from error
