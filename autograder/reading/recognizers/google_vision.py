"""Google Cloud Vision: reads handwriting on Google's servers, where the settings ask for it.

Pages are sent to Google. Nothing is sent unless ``reading_engine`` names this engine.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from PIL.Image import Image, Resampling

from autograder.domain.errors import AutoGraderError, EngineFailed, EngineUnavailable
from autograder.domain.script import Reading
from autograder.reading.google_vision_text import lines_of

if TYPE_CHECKING:
    from autograder.settings import GoogleVisionSettings, Settings

MOST_BYTES = 7_000_000
"""Of the JPEGs in one request: Google takes 10 MB of JSON, in which base64 adds a third."""
QUALITIES = (92, 85, 75, 60)
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 20.0
"""Seconds before the second try, and at most between two later ones."""
PASSING = {4, 8, 13, 14}
"""google.rpc codes that may pass: deadline exceeded, quota used up, internal, unavailable."""


def build(settings: Settings) -> GoogleVision:
    """The engine. EngineUnavailable: no package, or no credentials."""
    return GoogleVision(settings.google_vision)


class GoogleVision:
    """Reads pages in batches with DOCUMENT_TEXT_DETECTION."""

    name = "google_vision"
    version = "v1"
    one_a_core = False

    def __init__(self, settings: GoogleVisionSettings) -> None:
        from autograder.reading.google_vision_client import client

        self.batch_size = settings.batch_size
        self._settings = settings
        self._client = client(settings)

    def read(self, pages: Sequence[Image]) -> list[Reading | AutoGraderError]:
        """See ``TextRecognizer.read``."""
        jpegs = [as_jpeg(page) for page in pages]
        results: list[Reading | AutoGraderError] = []
        for some in requests_of([len(jpeg) for jpeg in jpegs], self.batch_size):
            begin = time.perf_counter()
            answers = self._ask([jpegs[index] for index in some])
            seconds = (time.perf_counter() - begin) / len(some)
            results += [
                self._reading(answer, pages[index], seconds)
                for index, answer in zip(some, answers, strict=True)
            ]
        return results

    def _reading(
        self, answer: Any | AutoGraderError, page: Image, seconds: float
    ) -> Reading | AutoGraderError:
        if isinstance(answer, AutoGraderError):
            return answer
        if answer.error.code:
            return EngineFailed(
                "Google Vision could not read this page; read it again, or with another engine. "
                f"It said: {answer.error.message or answer.error.code}"
            )
        lines = lines_of(answer.full_text_annotation, *page.size)
        return Reading(self.name, self.version, tuple(lines), seconds)

    def _ask(self, jpegs: Sequence[bytes]) -> list[Any]:
        """One answer, or one error, an image; what may pass is tried again, image by image."""
        answers = self._call(jpegs)
        for index, answer in enumerate(answers):
            if not isinstance(answer, AutoGraderError) and answer.error.code in PASSING:
                (answers[index],) = self._call([jpegs[index]])
        return answers

    def _call(self, jpegs: Sequence[bytes]) -> list[Any]:
        from google.api_core.exceptions import BadRequest

        try:
            answers = self._request(jpegs)
        except BadRequest as error:
            # One image that Google can't take refuses the whole batch: find out which.
            if len(jpegs) > 1:
                return [answer for jpeg in jpegs for answer in self._call([jpeg])]
            answers = [_explained(error, self._settings)]
        except Exception as error:  # the library, its transports and google-auth raise their own
            return [_explained(error, self._settings)] * len(jpegs)
        silent = EngineFailed("Google Vision gave no answer for this page; read it again.")
        return [*answers, *[silent] * len(jpegs)][: len(jpegs)]

    def _request(self, jpegs: Sequence[bytes]) -> list[Any]:
        from google.cloud import vision

        from autograder.reading.google_vision_client import limits

        feature = vision.Feature(type_=vision.Feature.Type.DOCUMENT_TEXT_DETECTION)
        context = vision.ImageContext(language_hints=self._settings.language_hints)
        requests = [
            vision.AnnotateImageRequest(
                image=vision.Image(content=jpeg), features=[feature], image_context=context
            )
            for jpeg in jpegs
        ]
        limited = limits(self._settings.deadline_seconds, FIRST_PAUSE, LONGEST_PAUSE)
        response = self._client.batch_annotate_images(requests=requests, **limited)
        return list(response.responses)


def as_jpeg(page: Image, most: int = MOST_BYTES) -> bytes:
    """The page as a JPEG of at most ``most`` bytes: lower in quality, then in size, if need be."""
    image = page.convert("RGB")
    while True:
        for quality in QUALITIES:
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=quality)
            if buffer.tell() <= most:
                return buffer.getvalue()
        smaller = (max(1, image.width * 3 // 4), max(1, image.height * 3 // 4))
        image = image.resize(smaller, Resampling.LANCZOS)


def requests_of(sizes: Sequence[int], most: int) -> Iterator[list[int]]:
    """Indexes of the images of each request: at most ``most`` images and MOST_BYTES bytes."""
    some: list[int] = []
    for index, size in enumerate(sizes):
        if some and (len(some) == most or sum(sizes[i] for i in some) + size > MOST_BYTES):
            yield some
            some = []
        some.append(index)
    if some:
        yield some


def _explained(error: Exception, settings: GoogleVisionSettings) -> AutoGraderError:
    from google.api_core import exceptions
    from google.auth.exceptions import GoogleAuthError, TransportError

    cause = error.cause if isinstance(error, exceptions.RetryError) and error.cause else error
    unsigned = isinstance(cause, GoogleAuthError) and not isinstance(cause, TransportError)
    if unsigned or isinstance(cause, exceptions.Unauthorized | exceptions.Forbidden):
        return EngineUnavailable(
            "Google refused the credentials. Check that the key is right and that the Cloud "
            f"Vision API and billing are switched on for its project. It said: {cause}"
        )
    if isinstance(cause, exceptions.TooManyRequests):
        return EngineFailed(
            "Google Vision's quota is used up. Wait a minute and read the page again, or ask for "
            "a higher quota in the Google Cloud console."
        )
    if isinstance(cause, exceptions.GatewayTimeout):
        return EngineFailed(
            f"Google Vision did not answer within {settings.deadline_seconds:g} seconds. Read the "
            "page again, or raise AUTOGRADER_GOOGLE_VISION__DEADLINE_SECONDS."
        )
    if isinstance(cause, exceptions.BadRequest):
        return EngineFailed(f"Google Vision did not take this page. It said: {cause}")
    return EngineFailed(
        "Google Vision can't be reached or has a fault of its own. Check the network and read "
        f"the page again. It said: {cause}"
    )
