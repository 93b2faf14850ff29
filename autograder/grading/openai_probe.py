"""Finds out once what a server can do, by trying it on a question of our own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import product
from typing import Any

from autograder.domain.errors import EngineFailed, EngineUnavailable
from autograder.domain.exam import Criterion, Question, Scale
from autograder.grading import openai_errors, prompt
from autograder.grading.json_reply import objects, words
from autograder.grading.label_marks import LEAST_MASS
from autograder.grading.openai_client import OpenAIClient
from autograder.grading.openai_errors import Passing, Unanswered
from autograder.grading.openai_labels import (
    Counted,
    Exact,
    Listed,
    Way,
    schema_format,
    texts,
)
from autograder.grading.openai_messages import Messages, messages

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
NOT_THINKING = {"chat_template_kwargs": {"enable_thinking": False}}
"""For vLLM, SGLang and llama.cpp; others ignore or refuse it."""
FORMS = ("structured_outputs", "response_format", "guided_choice")


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a server can do.

    ``shapes``: it takes a JSON schema for its texts. ``extras`` go into every request.
    """

    way: Way
    shapes: bool
    extras: dict[str, Any]


async def probe(client: OpenAIClient, samples: int) -> Abilities:
    """The best way that the server offers; names the client's model where none is set.

    EngineUnavailable: it offers none, or key, model or address are wrong. EngineFailed: it can't
    be reached.
    """
    try:
        client.model = client.model or await _only_model(client)
        extras = await _extras(client)
        way = await _way(client, extras, samples)
        return Abilities(way, await _shapes(client, extras), extras)
    except Passing as fault:
        raise openai_errors.given_up(client.address.host, fault) from None


async def check_alive(client: OpenAIClient, extras: dict[str, Any]) -> None:
    """EngineFailed, or what is the matter: the server doesn't answer the simplest question."""
    try:
        await client.chat({"messages": _hello(), "max_tokens": 1, **extras}, tries=1)
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
    except Unanswered:
        names = []
    if len(names) == 1:
        return names[0]
    shown = f" It has: {', '.join(names[:10])}." if names else ""
    raise EngineUnavailable(
        f"Set AUTOGRADER_OPENAI_API__MODEL to the model that {client.address.host} is to grade "
        f"with.{shown}"
    )


async def _extras(client: OpenAIClient) -> dict[str, Any]:
    """Which of the extras the server takes, found with the simplest question there is."""
    hello = {"messages": _hello(), "max_tokens": 1}
    try:
        await client.chat(hello | NOT_THINKING, tries=2)
        return NOT_THINKING
    except Unanswered:
        pass
    try:
        await client.chat(hello, tries=2)
    except Unanswered as refusal:
        raise EngineUnavailable(
            f"The language model server {client.address.host} can't be used with the model "
            f"“{client.model}”: it {refusal}."
        ) from None
    return {}


async def _way(client: OpenAIClient, extras: dict[str, Any], samples: int) -> Way:
    ids = await _label_ids(client)
    if ids and await _tells(client, extras, Exact(ids)):
        return Exact(ids)
    for most in (20, 5):  # OpenAI's limit, and that of smaller services
        if await _tells(client, extras, Listed(most)):
            return Listed(most)
    for form, together in product(FORMS, (True, False)):
        if await _holds_to_labels(client, extras, Counted(form, samples, together)):
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


async def _tells(client: OpenAIClient, extras: dict[str, Any], way: Exact | Listed) -> bool:
    """Whether probabilities come back as they should."""
    task = prompt.criterion_task(QUESTION, 0, ())
    labels = UNLIKELY if isinstance(way, Exact) else task.labels
    asked = messages(
        prompt.SYSTEM, prompt.context(QUESTION, ()), task.text, prompt.answer("Paris.", task)
    )
    try:
        reply = await client.chat({"messages": asked, **way.request(labels), **extras}, tries=2)
        score = way.read([reply], labels)
    except Unanswered:
        return False
    return isinstance(way, Exact) or score.mass >= LEAST_MASS


async def _holds_to_labels(client: OpenAIClient, extras: dict[str, Any], way: Counted) -> bool:
    """Whether the reply is a label although something else is asked for."""
    try:
        body = {"messages": _hello(), "n": 1 + way.together, **way.request(UNLIKELY), **extras}
        reply = await client.chat(body, tries=2)
        way.read([reply], UNLIKELY)
    except Unanswered:
        return False
    return len(texts(reply)) == 1 + way.together


async def _shapes(client: OpenAIClient, extras: dict[str, Any]) -> bool:
    body = {"messages": _hello(), "max_tokens": 16, **schema_format(objects(hello=words(9)))}
    try:
        await client.chat(body | extras, tries=2)
    except Unanswered:
        return False
    return True


def _hello() -> Messages:
    return messages("You are polite.", "Say hello.")
