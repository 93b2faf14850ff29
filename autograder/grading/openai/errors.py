"""What a language model server's refusals mean, and what a teacher can do about them.

Three kinds. What concerns every answer (the key, the model, the address) is an AutoGraderError.
What may pass (a crowd, a fault, a cut connection) is ``Passing`` and tried again. What concerns
one prompt only (too long, a content filter) is ``Unanswered``, and the others go on.
"""

from __future__ import annotations

import email.utils
import json
import re
import time
from collections.abc import Mapping
from typing import Any

from autograder.domain.errors import AutoGraderError, EngineFailed, EngineUnavailable
from autograder.domain.grade import Flag
from autograder.grading.openai.address import EXAMPLE, SETTING

TOO_LONG = re.compile(
    r"context[_ ](?:length|size|window)|maximum context|exceeds? the (?:available|model|max)"
    r"|(?:prompt|input) is too long|too many tokens|max_model_len",
    re.IGNORECASE,
)
FULL = {429, 503, 529}
"""The server has no room now: too many requests, or, at vLLM and Anthropic, overloaded."""
AGAIN = {408, 409, 425}
WORDS_SHOWN = 200


class Passing(Exception):
    """A fault that may pass; the message says what the server did.

    ``crowded``: fewer requests at once may help. ``refused``: the server had no room for it, so
    that it is no failed try; ``pause``: the seconds that it asks to wait, None where it doesn't.
    """

    def __init__(
        self, what: str, *, crowded: bool = False, refused: bool = False, pause: float | None = None
    ) -> None:
        super().__init__(what)
        self.crowded = crowded or refused
        self.refused = refused
        self.pause = pause


class Unanswered(Exception):
    """The server can't answer this one prompt; the message ends the sentence of the flag."""

    @property
    def flag(self) -> Flag:
        """What the teacher sees beside the answer that has no mark."""
        return Flag("not_graded", f"The language model server {self}: mark this answer yourself.")


def of_status(
    status: int, headers: Mapping[str, str], body: str, host: str, model: str
) -> Exception:
    """The error that a reply with that status stands for; ``body`` holds no secret any more."""
    said = _said(body)
    if status in FULL and "insufficient_quota" not in body:
        return Passing(f"has too much to do ({status})", refused=True, pause=pause_asked(headers))
    if status in AGAIN or (status >= 500 and status not in FULL):
        return Passing(f"answered with an error ({status})", pause=pause_asked(headers))
    if TOO_LONG.search(said):
        return Unanswered("says that question and answer are too long for it")
    if status in {400, 413, 422}:
        return Unanswered(f"refused it ({said.rstrip('.') or status})")
    return EngineUnavailable(_for_all(status, headers, host, model) + _quoted(said))


def _for_all(status: int, headers: Mapping[str, str], host: str, model: str) -> str:
    if status in {401, 403}:
        return (
            f"The language model server {host} refused the key. Check "
            "AUTOGRADER_OPENAI_API__API_KEY."
        )
    if status == 429:
        return f"The account at {host} has used up its quota. Check its plan and billing."
    if status == 404:
        return (
            f"{host} has no model “{model}”, or no language model server at that address. Check "
            f"AUTOGRADER_OPENAI_API__MODEL, and {SETTING}: it usually ends in /v1, {EXAMPLE}."
        )
    if 300 <= status < 400:
        return (
            f"{host} sends requests on to {headers.get('location', 'another address')}. If answers "
            f"should go there, set {SETTING} to it."
        )
    return f"{host} doesn't answer as a language model server does ({status}). Check {SETTING}."


def not_json(host: str) -> AutoGraderError:
    """The reply is a web page."""
    return EngineUnavailable(
        f"{host} answered with a web page, not as a language model server does. Check {SETTING}: "
        f"it usually ends in /v1, {EXAMPLE}."
    )


def given_up(host: str, passing: Passing) -> AutoGraderError:
    """What was tried again until there was no more time for it."""
    minutes = round((passing.pause or 0) / 60)
    asked = f", and asks to wait {minutes} minutes" if minutes else ""
    return EngineFailed(
        f"The language model server {host} {passing}{asked}. Look whether it runs and is not "
        "overloaded, then grade again: only what has no mark yet is sent."
    )


def unreachable() -> Passing:
    """No connection."""
    return Passing("can't be reached")


def pause_asked(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, of ``retry-after-ms`` or of ``Retry-After`` (RFC 9110, 10.2.3)."""
    milliseconds, text = headers.get("retry-after-ms", ""), headers.get("retry-after", "")
    try:
        return max(0.0, float(milliseconds) / 1000)
    except ValueError:
        pass
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None


def _said(body: str) -> str:
    """The message in an error's JSON, whose form differs from server to server; else the text."""
    try:
        found: Any = json.loads(body)
    except ValueError:
        found = "" if "<" in body else body
    while isinstance(found, dict):
        found = next((found[key] for key in ("error", "message", "detail") if key in found), "")
    return " ".join(str(found).split())[:WORDS_SHOWN]


def _quoted(said: str) -> str:
    return f" It said: {said}" if said else ""
