"""Page images for the teacher's browser."""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from PIL import Image
from starlette.background import BackgroundTask

from autograder.application import Application
from autograder.marking import Marking

files = APIRouter(prefix="/files")

FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
"""A textbook page never changes, and its highlight is in the address."""
FOR_NOW = {"Cache-Control": "private, max-age=60"}
"""A script's page may yet be turned upright."""
READ_ONLY = {"Cache-Control": "no-store", "Content-Security-Policy": "sandbox"}
"""A page of its own: it runs nothing, and nothing of it stays in the browser."""


def _marking(request: Request) -> Marking:
    application: Application = request.app.state.application
    return application.marking


@files.get("/page/{page_id}.png")
def script_page(
    page_id: str,
    marking: Annotated[Marking, Depends(_marking)],
    width: Annotated[int, Query(ge=0, le=2000)] = 0,
) -> Response:
    """A page of a script as it was scanned, upright; no wider than ``width`` if that isn't 0."""
    image = marking.page_image(page_id)
    small = _smaller(image, width) if width else image
    return Response(small, media_type="image/png", headers=FOR_NOW)


@files.get("/textbook/{book_id}/{page}.png")
def textbook_page(
    book_id: str,
    page: int,
    marking: Annotated[Marking, Depends(_marking)],
    highlight: Annotated[str, Query(max_length=6000)] = "",
) -> Response:
    """A textbook page (counted from 1), the passage ``highlight`` marked where it stands there."""
    image = marking.textbook_page(book_id, page, highlight)
    return Response(image, media_type="image/png", headers=FOREVER)


@files.get("/learned/{model_id}.zip")
def learned_grader(model_id: str, marking: Annotated[Marking, Depends(_marking)]) -> Response:
    """A learned grader as one file, to be imported elsewhere."""
    folder = TemporaryDirectory()
    try:
        made = marking.learned.hand_out(model_id, Path(folder.name))
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        made,
        filename=made.name,
        media_type="application/zip",
        background=BackgroundTask(folder.cleanup),
    )


@files.get("/learned/{model_id}.html")
def trial_report(model_id: str, marking: Annotated[Marking, Depends(_marking)]) -> Response:
    """The report on the newest trial of a learned grader. It quotes students: it is never kept."""
    return HTMLResponse(marking.learned.report(model_id), headers=READ_ONLY)


def _smaller(png: bytes, width: int) -> bytes:
    page = Image.open(io.BytesIO(png))
    page.thumbnail((width, page.height))
    stream = io.BytesIO()
    page.save(stream, "PNG")
    return stream.getvalue()
