"""The web server that the page is mounted on: images, a health check, and who may ask."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from autograder.api.files import files
from autograder.api.guard import Guard
from autograder.application import Application
from autograder.domain.errors import AutoGraderError, NotFound


def build_server(application: Application) -> FastAPI:
    """The FastAPI server of an application, without the teacher's page."""
    server = FastAPI(title="AutoGrader", docs_url=None, redoc_url=None, openapi_url=None)
    server.state.application = application
    server.include_router(files)
    server.add_exception_handler(AutoGraderError, _refuse)
    server.add_api_route("/healthz", _healthy, methods=["GET"])
    server.add_middleware(Guard, host=application.settings.server.host)
    return server


def _healthy() -> dict[str, str]:
    return {"status": "ok"}


def _refuse(_: Request, error: Exception) -> Response:
    status = 404 if isinstance(error, NotFound) else 422
    return JSONResponse({"detail": str(error)}, status)
