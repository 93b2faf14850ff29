"""Asks a language model server: many requests at once, patiently, within a deadline."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx

from autograder.domain.errors import AutoGraderError, EngineUnavailable
from autograder.grading.openai import (
    address as openai_address,
)
from autograder.grading.openai import (
    errors as openai_errors,
)
from autograder.grading.openai import (
    replies as openai_replies,
)
from autograder.grading.openai.background_loop import BackgroundLoop
from autograder.grading.openai.errors import Passing, Unanswered
from autograder.grading.openai.pace import Pace
from autograder.settings import OpenAIApiSettings

Body = Mapping[str, Any]
Result = TypeVar("Result")
Item = TypeVar("Item")

TRIES = 6
"""Of a request that fails for another reason than a crowd; a crowd is waited out."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 20.0
"""Seconds before the second try, and at most between later ones; half of it is chance."""
SECONDS_TO_CONNECT = 10.0


class OpenAIClient:
    """One server. Nothing is sent before one of its methods is awaited."""

    def __init__(self, settings: OpenAIApiSettings) -> None:
        self.address = openai_address.read(settings.base_url)
        self.model = settings.model
        self.pace = Pace(settings.requests_at_once)
        self._at_once = settings.requests_at_once
        self._deadline = settings.deadline_seconds
        self._key = _clean(settings.api_key.get_secret_value() if settings.api_key else "")
        self._loop = BackgroundLoop("openai_api")
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {self._key}"} if self._key else {},
            timeout=httpx.Timeout(None, connect=SECONDS_TO_CONNECT),  # a try has its own limit
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=self._at_once),
            trust_env=not self.address.here,  # no proxy between this machine and itself
        )

    def run_all(
        self, work: Callable[[Item], Awaitable[Result]], items: Sequence[Item]
    ) -> list[Result]:
        """The result of each item, in order. The first error ends them all."""
        return self._loop.run(self._all(work, items))

    async def models(self) -> list[str]:
        """What the server says it has."""
        listed = await self._patiently(lambda: self._get("/models"), tries=2)
        found = listed.get("data")
        rows = found if isinstance(found, list) else []
        return [str(row["id"]) for row in rows if isinstance(row, dict) and row.get("id")]

    async def tokens(self, text: str) -> list[int]:
        """The text as token ids, on servers that tell, as vLLM does; else none."""
        body = {"model": self.model, "prompt": text, "add_special_tokens": False}
        try:
            found = await self._paced(lambda: self._post(f"{self.address.root}/tokenize", body))
        except (AutoGraderError, Unanswered, Passing):
            return []
        tokens = found.get("tokens")
        rows = tokens if isinstance(tokens, list) else []
        return [each for each in rows if isinstance(each, int)]

    async def chat(self, body: Body, tries: int = TRIES) -> dict[str, Any]:
        """The reply to a chat request, as the server's JSON.

        ``Unanswered``: it can't be replied to; ``Passing``: nor can it now, after many tries.
        """
        return await self._patiently(
            lambda: self._post(self._completions, self._named(body)), tries
        )

    async def written(self, body: Body) -> str:
        """The text of a reply, streamed; raises what ``chat`` does."""
        streamed = self._named(body) | {"stream": True}
        return await self._patiently(lambda: self._stream(streamed), TRIES)

    @property
    def _completions(self) -> str:
        return f"{self.address.url}/chat/completions"

    def _named(self, body: Body) -> dict[str, Any]:
        return {"model": self.model, **body}

    async def _all(
        self, work: Callable[[Item], Awaitable[Result]], items: Sequence[Item]
    ) -> list[Result]:
        results: dict[int, Result] = {}
        waiting = iter(enumerate(items))

        async def worker() -> None:
            for index, item in waiting:
                results[index] = await work(item)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._at_once, len(items))):
                    group.create_task(worker())
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return [results[index] for index in range(len(items))]

    async def _patiently(self, once: Callable[[], Awaitable[Result]], tries: int) -> Result:
        """Tries until it succeeds, fails for good, or there is no time left."""
        ends = self._now() + self._deadline
        attempt = tried = 0
        while True:
            try:
                return await self._paced(once)
            except Passing as fault:
                tried += not fault.refused
                pause = _pause(attempt, fault)
                if tried == tries or self._now() + pause > ends:
                    raise
            await asyncio.sleep(pause)
            attempt += 1

    async def _paced(self, once: Callable[[], Awaitable[Result]]) -> Result:
        """One try, when its turn has come."""
        async with self.pace.turn() as sent_at:
            try:
                with _faults(self.address.host):
                    async with asyncio.timeout(self._deadline / 3):
                        result = await once()
            except Passing as fault:
                if fault.crowded:
                    self.pace.refused(sent_at, fault.pause or 0.0)
                raise
            self.pace.answered()
            return result

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def _get(self, path: str) -> dict[str, Any]:
        async with self._http.stream("GET", self.address.url + path) as response:
            return await self._json(response)

    async def _post(self, url: str, body: Body) -> dict[str, Any]:
        async with self._http.stream("POST", url, json=body) as response:
            return await self._json(response)

    async def _stream(self, body: Body) -> str:
        async with self._http.stream("POST", self._completions, json=body) as response:
            if "text/event-stream" in response.headers.get("content-type", ""):
                return await openai_replies.streamed(response.aiter_lines())
            return openai_replies.text_of(await self._json(response))  # an error, or not streamed

    async def _json(self, response: httpx.Response) -> dict[str, Any]:
        text = await openai_replies.whole(response.aiter_bytes())
        if response.status_code == 200:
            return openai_replies.parsed(text, self.address.host)
        raise openai_errors.of_status(
            response.status_code,
            response.headers,
            text.replace(self._key, "…") if self._key else text,
            self.address.host,
            self.model,
        )


@contextmanager
def _faults(host: str) -> Iterator[None]:
    """The library's errors as ours."""
    try:
        yield
    except httpx.ConnectTimeout:
        raise openai_errors.unreachable() from None
    except (TimeoutError, httpx.TimeoutException):
        raise Passing("gave no answer in time", crowded=True) from None
    except httpx.ConnectError as error:
        if "SSL" in str(error):
            raise EngineUnavailable(
                f"Nothing was sent: {host} has no certificate that can be verified, or speaks no "
                f"https. Check {openai_address.SETTING}."
            ) from None
        raise openai_errors.unreachable() from None
    except (httpx.TransportError, httpx.DecodingError, httpx.StreamError):
        raise Passing("broke the connection off") from None


def _pause(attempt: int, fault: Passing) -> float:
    """What the server asks for, else longer each time; chance keeps requests apart."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempt, 10))
    chance = secrets.SystemRandom().uniform(0, longest / 2)
    return chance + (longest / 2 if fault.pause is None else fault.pause)


def _clean(key: str) -> str:
    """The key as a header can hold it; what is wrong with it is said without showing it."""
    key = key.strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise EngineUnavailable(
            "AUTOGRADER_OPENAI_API__API_KEY is no key: it holds signs that no key has. Copy it "
            "again, in one piece."
        )
    return key
