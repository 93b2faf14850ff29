"""A language model behind the OpenAI API: label probabilities and short texts, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograder.domain.grade import Flag
from autograder.grading import prompt
from autograder.grading.label_grading import Asked, Start
from autograder.grading.label_marks import LabelScore
from autograder.grading.language.json_reply import Request
from autograder.grading.openai import errors as openai_errors
from autograder.grading.openai.client import OpenAIClient
from autograder.grading.openai.errors import Passing, Unanswered
from autograder.grading.openai.labels import Counted, Reply, schema_format, texts
from autograder.grading.openai.messages import messages
from autograder.grading.openai.probe import Abilities, check_alive, probe


class OpenAIModel:
    """The server's model. What it can do is found out when this is made.

    EngineUnavailable, EngineFailed: see ``openai_probe.probe``.
    """

    def __init__(self, client: OpenAIClient, samples: int) -> None:
        self._client = client
        (self._can,) = client.run_all(lambda _: probe(client, samples), [None])

    @property
    def abilities(self) -> Abilities:
        """What the server can do."""
        return self._can

    def score(self, start: Start, asked: Sequence[Asked]) -> list[LabelScore | Flag]:
        """See ``LabelModel``. EngineFailed: the server is down."""
        return self._client.run_all(lambda one: self._score(start, one), asked)

    def write(self, start: Start, requests: Sequence[Request], tokens: int) -> list[str]:
        """See ``LabelModel``."""
        return self._client.run_all(lambda one: self._write(start, one, tokens), requests)

    async def _score(self, start: Start, asked: Asked) -> LabelScore | Flag:
        task, way = asked.task, self._can.way
        told = messages(start.system, start.context, task.text, prompt.answer(asked.text, task))
        body = self._can.dialect.body(told, way.tokens) | way.request(task.labels)
        try:
            return way.read(await self._replies(body), task.labels)
        except Unanswered as refusal:
            return refusal.flag
        except Passing as fault:
            await self._must_be_up(fault)
            return Unanswered(f"{fault}").flag

    async def _replies(self, body: dict[str, Any]) -> list[Reply]:
        """The reply, or as many as are counted."""
        way = self._can.way
        if not isinstance(way, Counted):
            return [await self._client.chat(body)]
        replies: list[Reply] = []
        count = 0
        while count < way.replies:
            some = {"n": way.replies - count if way.together else 1, "seed": count}
            replies.append(await self._client.chat(body | some))
            count += max(1, len(texts(replies[-1])))
        return replies

    async def _write(self, start: Start, request: Request, tokens: int) -> str:
        told = messages(start.system, start.context, request.ask)
        body = self._can.dialect.body(told, tokens) | {"temperature": 0}
        if self._can.shapes:
            body |= schema_format(request.schema)
        try:
            return await self._client.written(body)
        except Unanswered:
            return ""
        except Passing as fault:
            await self._must_be_up(fault)
            return ""

    async def _must_be_up(self, fault: Passing) -> None:
        """Tells a prompt that the server fails at from a server that is down. EngineFailed: is."""
        if fault.refused:
            raise openai_errors.given_up(self._client.address.host, fault)
        await check_alive(self._client, self._can.dialect)
