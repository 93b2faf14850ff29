"""A server on this machine that speaks the OpenAI API as vLLM, OpenAI, llama.cpp or Ollama do.

It runs as a program of its own (``python -m tests.openai_server``), prints its port, and plays many
servers: ``/MANNER/FAULT/KEY/v1``, where KEY keeps one test's requests apart (``/seen/KEY``). Its
"model" draws the chances of every token from a hash of the prompt, so marks can be worked out by a
test; it proves nothing about how well a model grades.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import re
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.places import PROJECT

MODEL = "tiny-instruct"
KEY = "sk-a-very-secret-key-0123456789"
POISON = "poison"
"""An answer with this word is what the faults ``poison``, ``long`` and ``garbled`` are about."""
CHATTER = ("The", " A", "Sure", "\n", "I", " B", "Well", "As", "Hello", "0x", "a", "b", "-", "...")
ON_LABELS = 0.96
SCHEMA_KEYS = ("quote", "why", "advice")
Chances = dict[str, float]


def chances(prompt: str) -> Chances:
    """The chance of each token as the reply: nearly all on the signs that the prompt explains."""
    labels = dict.fromkeys(re.findall(r"\b(\w) = ", prompt))
    named = {label: math.exp(3 * _share(prompt, label)) for label in labels}
    rest = {token: 0.2 + _share(prompt, token) for token in CHATTER}
    others = [sign for sign in "0123456789ABCDEFGHIJKLMNOPQRST" if sign not in named]
    rest |= {sign: 1e-5 * (0.1 + _share(prompt, sign)) for sign in others}
    on_labels = ON_LABELS if named else 0.0
    made = {token: on_labels * each / sum(named.values()) for token, each in named.items()}
    made |= {token: (1 - on_labels) * each / sum(rest.values()) for token, each in rest.items()}
    return dict(sorted(made.items(), key=lambda item: -item[1]))


def prompt_of(body: dict[str, Any]) -> str:
    """All that the model is told."""
    return "\n".join(message["content"] for message in body["messages"])


def _share(prompt: str, token: str) -> float:
    digest = hashlib.sha256(f"{token}\0{prompt}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32


def _token_id(token: str) -> int:
    return 100 + ord(token) if len(token) == 1 else 1000 + int(_share("", token) * 1e6)


@dataclass
class Seen:
    """What one test's requests were."""

    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    together: int = 0
    most_together: int = 0
    tries: Counter[str] = field(default_factory=Counter)
    refused: int = 0


class Fault(Exception):
    """A reply that is no answer."""

    def __init__(self, status: int, body: str, **headers: str) -> None:
        super().__init__(body)
        self.status, self.body, self.headers = status, body, headers


def _error(status: int, message: str, code: str = "error", **headers: str) -> Fault:
    body = {"error": {"message": message, "type": "invalid_request_error", "code": code}}
    return Fault(status, json.dumps(body), **headers)


def refuse_what_openai_does_not_know(manner: str, body: dict[str, Any]) -> None:
    """Each kind of server refuses, or ignores, what it doesn't know."""
    if body.get("model") != MODEL and manner != "llamacpp":
        raise _error(404, f"The model `{body.get('model')}` does not exist.", "model_not_found")
    known = {"model", "messages", "max_tokens", "temperature", "top_p", "logprobs", "top_logprobs"}
    known |= {"n", "seed", "stream", "response_format"}
    if manner == "gpt5":
        known = known - {"max_tokens"} | {"max_completion_tokens", "reasoning_effort"}
        if body.get("logprobs") and body.get("reasoning_effort") != "none":
            raise _error(400, "logprobs are not supported with reasoning")
    if manner in {"openai", "gpt5"} and set(body) - known:
        raise _error(400, f"Unrecognized request argument supplied: {min(set(body) - known)}")
    if manner == "choice" and body.get("n", 1) > 1:
        raise _error(500, "Only one completion choice is allowed")
    if body.get("top_logprobs", 0) > (5 if manner == "five" else 20):
        raise _error(400, "top_logprobs is too large")


def listed(manner: str, body: dict[str, Any], found: Chances) -> Any:
    """The ``logprobs`` of a reply."""
    if not body.get("logprobs") or manner in {"choice", "schema"}:
        return None
    if manner == "empty":
        return {"content": []}
    ids = {_token_id(token): token for token in found}
    wanted = list(found)[: body.get("top_logprobs", 0)]
    if manner == "vllm" and body.get("logprob_token_ids"):
        wanted = [ids[each] for each in body["logprob_token_ids"]] + wanted[:1]
    if manner == "partial":
        wanted = [token for token in found if token.strip() not in {"A", "0"}][:3]
    as_id = manner in {"vllm", "old_vllm"} and body.get("return_tokens_as_token_ids")
    rows = [
        {"token": f"token_id:{_token_id(token)}" if as_id else token, "logprob": math.log(p)}
        for token, p in ((token, found[token]) for token in dict.fromkeys(wanted))
    ]
    return {"content": [rows[0] | {"top_logprobs": rows}]}


def replies(manner: str, body: dict[str, Any], found: Chances) -> list[str]:
    """The texts of a reply, one a choice: what the labels' chances would come to, in order."""
    choice = (body.get("structured_outputs") or {}).get("choice")
    schema = ((body.get("response_format") or {}).get("json_schema") or {}).get("schema")
    count = body.get("n", 1) if manner in {"vllm", "openai"} else 1
    if choice and manner in {"vllm", "choice"}:
        return [_drawn(found, choice, body.get("seed", 0) + index) for index in range(count)]
    if schema and manner not in {"choice", "empty"}:
        return [json.dumps(_filled(schema, found, body.get("seed", 0))) for _ in range(count)]
    return [next(iter(found))] * count


def _drawn(found: Chances, labels: Sequence[str], seed: int) -> str:
    """The label at an even distance along the labels' chances: eight of these make a sample."""
    at = ((seed * 0.618) % 1) * sum(found[label] for label in labels)
    for label in labels:
        at -= found[label]
        if at < 0:
            return label
    return labels[-1]


def _filled(schema: Any, found: Chances, seed: int) -> Any:
    if "enum" in schema:
        texts = [str(each) for each in schema["enum"]]
        known = {text: found.get(text, 1e-6) for text in texts}
        return schema["enum"][texts.index(_drawn(known, texts, seed))]
    if schema["type"] == "object":
        return {key: _filled(each, found, seed) for key, each in schema["properties"].items()}
    if schema["type"] == "array":
        return [_filled(schema["items"], found, seed) for _ in range(schema.get("minItems", 1))]
    return "It is so."[: schema.get("maxLength", 40)]


async def meddle(fault: str, seen: Seen, prompt: str) -> None:
    """Does what the fault says before a request is answered."""
    tried = seen.tries[prompt]
    seen.tries[prompt] += 1
    poisoned = f"\n{POISON}" in prompt or f" {POISON}" in prompt
    if fault == "slow":
        await asyncio.sleep(0.2)
    if fault == "hanging" or (fault == "dozing" and "Say hello" not in prompt and tried == 0):
        await asyncio.sleep(30)
    if fault == "narrow" and "deadlock" in prompt:
        if seen.together > 3:
            seen.refused += 1
            raise _error(429, "Too many requests", **{"retry-after": "0.05"})
        for _ in range(500):  # the first ones are kept until there is a crowd
            await asyncio.sleep(0.01)
            if seen.refused:
                break
    if fault == "flaky" and tried == 0:
        raise (_error(500, "oops"), _error(429, "slow down"), Fault(200, '{"choices": [{"mes'))[
            len(seen.tries) % 3
        ]
    if fault == "down" or (fault == "dying" and len(seen.bodies) > 45):
        raise Fault(500, "<html>Internal Server Error</html>")
    if fault == "long" and poisoned:
        raise _error(400, "This model's maximum context length is 2048 tokens.", "context_length")
    if fault == "poison" and poisoned:
        raise _error(500, "EngineCore encountered an issue")
    if fault == "garbled" and poisoned:
        raise Fault(200, '{"choices": [{"message": {"content": "A')
    if fault == "filter" and poisoned:
        raise _error(400, "The response was filtered due to the content policy.")


def app() -> Any:
    """The server as an ASGI application."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response, StreamingResponse
    from starlette.routing import Route

    tests: dict[str, Seen] = {}

    async def chat(request: Request) -> Response:
        manner, fault, key = (request.path_params[name] for name in ("manner", "fault", "key"))
        seen, body = tests.setdefault(key, Seen()), await request.json()
        seen.bodies.append(body)
        seen.keys.append(request.headers.get("authorization", ""))
        seen.together += 1
        seen.most_together = max(seen.most_together, seen.together)
        try:
            if fault == "html":
                return Response("<!doctype html><title>Welcome</title>", media_type="text/html")
            if fault == "moved":
                return Response(status_code=307, headers={"location": "https://elsewhere.example"})
            if fault == "key" and seen.keys[-1] != f"Bearer {KEY}":
                raise _error(401, f"Incorrect API key provided: {seen.keys[-1]}", "invalid_api_key")
            if fault == "broke":
                raise _error(429, "You exceeded your current quota", "insufficient_quota")
            refuse_what_openai_does_not_know(manner, body)
            await meddle(fault, seen, prompt_of(body))
            found = chances(prompt_of(body))
            texts = replies(manner, body, found)
            if body.get("stream"):
                return StreamingResponse(_events(texts[0], fault), media_type="text/event-stream")
            logprobs = listed(manner, body, found)
            choices = [
                {
                    "index": i,
                    "message": {"role": "assistant", "content": text},
                    "logprobs": logprobs,
                }
                for i, text in enumerate(texts)
            ]
            return JSONResponse({"object": "chat.completion", "model": MODEL, "choices": choices})
        except Fault as made:
            kind = "text/html" if made.body.startswith("<") else "application/json"
            return Response(made.body, made.status, made.headers, kind)
        finally:
            seen.together -= 1

    async def tokenize(request: Request) -> Response:
        if request.path_params["manner"] not in {"vllm", "old_vllm"}:
            return JSONResponse({"detail": "Not Found"}, 404)
        text = (await request.json())["prompt"]
        return JSONResponse({"tokens": [_token_id(sign) for sign in text], "count": len(text)})

    async def models(request: Request) -> Response:
        names = [MODEL, "other"] if request.path_params["manner"] == "openai" else [MODEL]
        return JSONResponse({"object": "list", "data": [{"id": name} for name in names]})

    async def told(request: Request) -> Response:
        seen = tests.setdefault(request.path_params["key"], Seen())
        return JSONResponse(
            {
                "bodies": seen.bodies,
                "keys": seen.keys,
                "most_together": seen.most_together,
                "refused": seen.refused,
            }
        )

    at = "/{manner}/{fault}/{key}"
    return Starlette(
        routes=[
            Route(f"{at}/v1/chat/completions", chat, methods=["POST"]),
            Route(f"{at}/v1/models", models),
            Route(f"{at}/tokenize", tokenize, methods=["POST"]),
            Route("/seen/{key}", told),
        ]
    )


async def _events(text: str, fault: str) -> AsyncIterator[str]:
    pieces = [text[start : start + 7] for start in range(0, len(text), 7)]
    for index, piece in enumerate(pieces):
        if fault == "torn" and index == len(pieces) // 2:
            return
        yield f"data: {json.dumps({'choices': [{'delta': {'content': piece}}]})}\n\n"
        yield ": still here\n\n"
    yield f"data: {json.dumps({'choices': [{'delta': {}, 'finish_reason': 'stop'}]})}\n\n"
    yield "data: [DONE]\n\n"


@contextmanager
def running() -> Iterator[str]:
    """Starts the program; gives the address up to where MANNER begins."""
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.openai_server"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout is not None
        port = program.stdout.readline().strip()
        assert port.isdigit(), "the server ended before it was ready"
        yield f"http://127.0.0.1:{port}"
    finally:
        program.kill()  # it would wait for what hangs
        program.wait(30)


def main() -> None:
    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    settings = uvicorn.Config(app(), log_level="warning", access_log=False)
    uvicorn.Server(settings).run(sockets=[listening])


if __name__ == "__main__":
    main()
