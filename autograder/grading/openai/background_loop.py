"""An event loop in a thread of its own, for code that isn't asynchronous."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class BackgroundLoop:
    """Runs coroutines one after the other; connections stay open between them.

    Works wherever it is called from, also where another event loop is running. The thread ends
    with the object, or with the program.
    """

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=_work, args=(self._loop,), name=name, daemon=True).start()
        weakref.finalize(self, self._loop.call_soon_threadsafe, self._loop.stop)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Waits for the result. An interruption while waiting cancels the work."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise


def _work(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()
