from __future__ import annotations

import email.utils
import json
import time

import pytest

from autograder.domain.errors import EngineUnavailable
from autograder.grading.openai.errors import Passing, Unanswered, of_status, pause_asked


def found(status: int, body: str = "", **headers: str) -> Exception:
    return of_status(status, headers, body, "gpu:8000", "tiny")


@pytest.mark.parametrize("status", [408, 500, 502, 504])
def test_a_fault_of_the_server_may_pass(status: int) -> None:
    fault = found(status, "<html>Bad gateway</html>")
    assert isinstance(fault, Passing) and not fault.refused
    assert "html" not in str(fault)


@pytest.mark.parametrize("status", [429, 503, 529])
def test_a_full_server_is_waited_for(status: int) -> None:
    fault = found(status, **{"retry-after": "7"})
    assert isinstance(fault, Passing) and fault.refused and fault.crowded
    assert fault.pause == 7


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 2048 tokens.",  # OpenAI, vLLM
        "the request exceeds the available context size, try increasing it",  # llama.cpp
        "prompt is too long: 210000 tokens > 200000 maximum",
    ],
)
def test_a_prompt_that_is_too_long_concerns_one_answer(message: str) -> None:
    for body in (json.dumps({"error": {"message": message}}), json.dumps({"detail": message})):
        fault = found(400, body)
        assert isinstance(fault, Unanswered)
        assert "too long for it: mark this answer yourself" in fault.flag.reason


def test_a_refusal_is_quoted_in_a_sentence() -> None:
    fault = found(400, json.dumps({"error": {"message": "Filtered by the content policy."}}))
    assert isinstance(fault, Unanswered)
    assert "server refused it (Filtered by the content policy): mark" in fault.flag.reason
    assert "refused it (422)" in str(found(422, "<html>no</html>"))


def test_keys_models_and_quotas_concern_all_answers() -> None:
    assert "refused the key" in str(found(401))
    assert "no model “tiny”" in str(found(404))
    quota = json.dumps({"error": {"message": "See billing", "code": "insufficient_quota"}})
    assert "used up its quota" in str(found(429, quota))
    assert all(isinstance(found(each), EngineUnavailable) for each in (401, 403, 404, 302, 418))


def test_the_pause_is_read_in_every_form() -> None:
    later = email.utils.formatdate(time.time() + 30, usegmt=True)
    assert pause_asked({"retry-after": "1.5"}) == 1.5
    assert pause_asked({"retry-after-ms": "250", "retry-after": "9"}) == 0.25
    assert pause_asked({"retry-after": later}) == pytest.approx(30, abs=2)
    assert pause_asked({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    assert pause_asked({"retry-after": "soon"}) is None
    assert pause_asked({}) is None
