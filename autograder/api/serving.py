"""The server at work, until somebody stops it."""

from __future__ import annotations

import asyncio
import logging
import socket

from fastapi import FastAPI

GRACE_SECONDS = 2
"""What a browser's open stream gets when the program is stopped."""


def serve(server: FastAPI, listening: socket.socket) -> None:
    """Answers requests until Ctrl+C or SIGTERM."""
    import uvicorn

    logging.getLogger("uvicorn.error").addFilter(_is_news)
    config = uvicorn.Config(
        server, log_level="warning", timeout_graceful_shutdown=GRACE_SECONDS, access_log=False
    )
    uvicorn.Server(config).run(sockets=[listening])


def _is_news(record: logging.LogRecord) -> bool:
    """Not that open streams were cut off at the end: every stop with a browser open does that."""
    cut_off = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cut_off and "graceful shutdown exceeded" not in record.getMessage()
