"""Finds out once what a server can do, by trying it on a question of our own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import product
from typing import Any

from autograder.domain.errors import EngineFailed, EngineUnavailable
from autograder.domain.exam import Criterion, Question, Scale
from autograder.grading import prompt
from autograder.grading.label_marks import LEAST_MASS
from autograder.grading.language.json_reply import objects, words
from autograder.grading.openai import errors as openai_errors
from autograder.grading.openai.client import OpenAIClient
from autograder.grading.openai.errors import Passing, Unanswered
from autograder.grading.openai.labels import (
    Counted,
    Exact,
    Listed,
    Reply,
    Way,
    schema_format,
    texts,
)
from autograder.grading.openai.messages import DIALECTS, Dialect, Messages, messages

QUESTION = Question(
    "probe",
    "Probe",
    "What is the capital of France?",
    Scale(0, 1),
    ("Paris.",),
    (Criterion("names Paris", 1),),
)
UNLIKELY = ("7", "Q", "R", "S", "T")
"""Labels that nothing asks for: a server that tells their probabilities was made to."""
FORMS = ("structured_outputs", "response_format", "guided_choice")


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a server can do.

    ``shapes``: it takes a JSON schema for its texts.
    """

    dialect: Dialect
    way: Way
    shapes: bool


async def probe(client: OpenAIClient, samples: int) -> Abilities:
    """The best way that the server offers; names the client's model where none is set.

    EngineUnavailable: it offers none, or key, model or address are wrong. EngineFailed: it can't
    be reached.
    """
    try:
        client.model = client.model or await _only_model(client)
        dialect = await _dialect(client)
        way = await _way(client, dialect, samples)
        return Abilities(dialect, way, await _shapes(client, dialect))
    except Passing as fault:
        raise openai_errors.given_up(client.address.host, fault) from None


async def check_alive(client: OpenAIClient, dialect: Dialect) -> None:
    """EngineFailed, or what is the matter: the server doesn't answer the simplest question."""
    try:
        await client.chat(dialect.body(_hello(), 1), tries=1)
    except Passing as fault:
        raise openai_errors.given_up(client.address.host, fault) from None
    except Unanswered as refusal:
        raise EngineFailed(
            f"The language model server {client.address.host} takes no questions any more: it "
            f"{refusal}. Look at its log, then grade again."
        ) from None


async def _only_model(client: OpenAIClient) -> str:
    try:
        names = await client.models()
    except (Passing, Unanswered) as fault:
        raise EngineFailed(
            f"The language model server {client.address.host} {fault} when it was asked for its "
            "models. If it runs, set AUTOGRADER_OPENAI_API__MODEL to the one to grade with."
        ) from None
    if len(names) == 1:
        return names[0]
    shown = f" It has: {', '.join(names[:10])}." if names else ""
    raise EngineUnavailable(
        f"Set AUTOGRADER_OPENAI_API__MODEL to the model that {client.address.host} is to grade "
        f"with.{shown}"
    )


async def _dialect(client: OpenAIClient) -> Dialect:
    """How the server wants to be asked, found with the simplest question there is."""
    refusals = []
    for dialect in DIALECTS:
        try:
            await client.chat(dialect.body(_hello(), 1), tries=2)
            return dialect
        except Unanswered as refusal:
            refusals.append(refusal)
    plainest = refusals[DIALECTS.index(Dialect("max_tokens", {}))]
    raise EngineUnavailable(
        f"The language model server {client.address.host} can't be used with the model "
        f"“{client.model}”: it {plainest}."
    )


async def _way(client: OpenAIClient, dialect: Dialect, samples: int) -> Way:
    ids = await _label_ids(client)
    if ids and await _tells(client, dialect, Exact(ids)):
        return Exact(ids)
    for most in (20, 5):  # OpenAI's limit, and that of smaller services
        if await _tells(client, dialect, Listed(most)):
            return Listed(most)
    for form, together in product(FORMS, (True, False)):
        if await _holds_to_labels(client, dialect, Counted(form, samples, together)):
            return Counted(form, samples, together)
    raise EngineUnavailable(
        f"The language model server {client.address.host} can't grade with “{client.model}”: it "
        "tells no probabilities of its replies and can't be held to given replies. Use a server "
        "that does one of both, such as vLLM, llama.cpp or Ollama, and an “instruct” model."
    )


async def _label_ids(client: OpenAIClient) -> dict[str, int]:
    """The token of each label; none where the server doesn't tell or one isn't a single token."""
    first, *others = prompt.LABELS
    found = [await client.tokens(first)]
    if len(found[0]) == 1:
        found += await asyncio.gather(*map(client.tokens, others))
    ids = {
        label: tokens[0]
        for label, tokens in zip(prompt.LABELS, found, strict=False)
        if len(tokens) == 1
    }
    return ids if len(set(ids.values())) == len(prompt.LABELS) else {}


async def _tells(client: OpenAIClient, dialect: Dialect, way: Exact | Listed) -> bool:
    """Whether probabilities come back as they should."""
    task = prompt.criterion_task(QUESTION, 0, ())
    labels = UNLIKELY if isinstance(way, Exact) else task.labels
    asked = messages(
        prompt.system(QUESTION),
        prompt.context(QUESTION, ()),
        task.text,
        prompt.answer("Paris.", task),
    )
    try:
        body = dialect.body(asked, way.tokens) | way.request(labels)
        score = way.read([await _reply(client, dialect, body)], labels)
    except Unanswered:
        return False
    return isinstance(way, Exact) or score.mass >= LEAST_MASS


async def _holds_to_labels(client: OpenAIClient, dialect: Dialect, way: Counted) -> bool:
    """Whether the reply is a label although something else is asked for."""
    try:
        body = dialect.body(_hello(), way.tokens) | way.request(UNLIKELY)
        reply = await _reply(client, dialect, body | {"n": 1 + way.together})
        way.read([reply], UNLIKELY)
    except Unanswered:
        return False
    return len(texts(reply)) == 1 + way.together


async def _shapes(client: OpenAIClient, dialect: Dialect) -> bool:
    body = dialect.body(_hello(), 16) | schema_format(objects(hello=words(9)))
    try:
        await _reply(client, dialect, body)
    except Unanswered:
        return False
    return True


async def _reply(client: OpenAIClient, dialect: Dialect, body: dict[str, Any]) -> Reply:
    """The reply to what some servers can't do. ``Unanswered``: refused, or failed at alone."""
    try:
        return await client.chat(body, tries=2)
    except Passing as fault:
        await check_alive(client, dialect)
        raise Unanswered(f"{fault}") from None


def _hello() -> Messages:
    return messages("You are polite.", "Say hello.")
