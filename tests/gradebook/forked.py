"""Processes of their own, each forked in a moment from one that has loaded everything."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.gradebook.forked_work"])


def start(work: Callable[..., None], *arguments: Any) -> tuple[BaseProcess, Connection]:
    """Starts ``work(*arguments, pipe)`` and returns it with the end of the pipe to read from."""
    read, write = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=work, args=(*arguments, write), daemon=True)
    process.start()
    write.close()
    return process, read


def said(pipe: Connection) -> list[str]:
    """The lines that the process wrote until it ended."""
    with open(pipe.fileno(), closefd=False, encoding="utf-8") as file:
        return file.read().splitlines()


def whole(work: Callable[..., None], *arguments: Any) -> list[str]:
    """The lines that ``work`` wrote, once it ended well."""
    process, pipe = start(work, *arguments)
    lines = said(pipe)
    process.join()
    assert process.exitcode == 0
    return lines
