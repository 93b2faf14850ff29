"""Three ways to learn from a server how likely each label is as the reply, the best first.

``Exact`` asks vLLM for the labels' own log probabilities. ``Listed`` finds them in the list of the
likeliest tokens that the OpenAI API gives. ``Counted`` lets the model choose among the labels
several times and counts. What comes back empty or in part is never taken for a probability.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from autograder.grading.label_marks import LabelScore
from autograder.grading.language.json_reply import objects
from autograder.grading.openai.errors import Unanswered

Body: TypeAlias = dict[str, Any]
Reply: TypeAlias = Mapping[str, Any]

# At temperature 1 a server that gives probabilities after sampling gives the model's own too; the
# token that is drawn doesn't matter.
DRAWN: Body = {"temperature": 1, "top_p": 1}
MOST_DOUBT = 0.1
"""Of the labels' probability: what unlisted labels may have had at most."""
NO_PROBABILITIES = "told no probabilities of the marks for it"
SPACES = " \n\t\u2581\u0120\u010a"
"""Around a token as servers write it: a space or line, or what tokenizers write for one."""


@dataclass(frozen=True, slots=True)
class Exact:
    """The labels' own tokens (vLLM's ``logprob_token_ids``); ``ids`` are theirs."""

    name: ClassVar[str] = "exact"
    tokens: ClassVar[int] = 1
    ids: Mapping[str, int]

    def request(self, labels: Sequence[str]) -> Body:
        """What to add to the messages."""
        return DRAWN | {
            "logprobs": True,
            "top_logprobs": len(labels),
            "logprob_token_ids": [self.ids[label] for label in labels],
            "return_tokens_as_token_ids": True,
        }

    def read(self, replies: Sequence[Reply], labels: Sequence[str]) -> LabelScore:
        """The labels' score. ``Unanswered``: one of them is missing."""
        listed = dict(_listed(replies[0]))
        own = [listed.get(f"token_id:{self.ids[label]}", -1.0) for label in labels]
        if min(own) < 0 or not 0 < sum(own) <= 1.001:
            raise Unanswered(NO_PROBABILITIES)
        return _score(own, sum(own))


@dataclass(frozen=True, slots=True)
class Listed:
    """The likeliest tokens, ``most`` of them (``top_logprobs``)."""

    name: ClassVar[str] = "listed"
    tokens: ClassVar[int] = 1
    most: int = 20

    def request(self, labels: Sequence[str]) -> Body:
        """What to add to the messages."""
        return DRAWN | {"logprobs": True, "top_logprobs": self.most}

    def read(self, replies: Sequence[Reply], labels: Sequence[str]) -> LabelScore:
        """The labels' score. ``Unanswered``: the list says too little about them.

        A label that isn't listed is at most as likely as the last one that is, and as what the
        list leaves over. It is given that much, and not more may be in doubt than MOST_DOUBT.
        """
        listed = _listed(replies[0])
        whole = sum(chance for _, chance in listed)
        own = dict.fromkeys(labels, 0.0)
        for token, chance in listed:
            if (label := token.strip(SPACES)) in own:
                own[label] += chance
        found = sum(own.values())
        left = min([max(0.0, 1 - whole), *(chance for _, chance in listed)])
        missing = [label for label in labels if not own[label]]
        if not 0 < whole <= 1.001 or left * len(missing) > MOST_DOUBT * found:
            raise Unanswered(NO_PROBABILITIES)
        return _score([own[label] or left for label in labels], found)


@dataclass(frozen=True, slots=True)
class Counted:
    """Replies that the server holds to the labels, ``replies`` of them.

    ``form`` is how it is told to: vLLM's ``structured_outputs`` or, in old versions,
    ``guided_choice``; OpenAI's ``response_format`` with a JSON schema. ``together``: the server
    gives several replies to one request (``n``).
    """

    name: ClassVar[str] = "counted"
    tokens: ClassVar[int] = 32
    form: str
    replies: int
    together: bool

    def request(self, labels: Sequence[str]) -> Body:
        """What to add to the messages."""
        if self.form == "response_format":
            return DRAWN | schema_format(_one_of(labels))
        if self.form == "guided_choice":
            return DRAWN | {"guided_choice": list(labels)}
        return DRAWN | {"structured_outputs": {"choice": list(labels)}}

    def read(self, replies: Sequence[Reply], labels: Sequence[str]) -> LabelScore:
        """The labels' score. ``Unanswered``: a reply is none of them.

        Half a reply is added to each label's count (Jeffreys' prior), so that few replies never
        make sure of anything.
        """
        counts = Counter(self._label(text) for reply in replies for text in texts(reply))
        if not counts or set(counts) - set(labels):
            raise Unanswered("replied with something else than a mark")
        return _score([counts[label] + 0.5 for label in labels], 1.0)

    def _label(self, text: str) -> str:
        if self.form != "response_format":
            return text.strip()
        try:
            return str(json.loads(text)["reply"])
        except (ValueError, KeyError, TypeError):
            return text


Way: TypeAlias = Exact | Listed | Counted


def texts(reply: Reply) -> list[str]:
    """What the model wrote, once for each of the reply's choices. ``Unanswered``: nothing."""
    try:
        return [str(choice["message"]["content"] or "") for choice in reply["choices"]]
    except (KeyError, IndexError, TypeError):
        raise Unanswered("gave a reply of another form") from None


def _listed(reply: Reply) -> list[tuple[str, float]]:
    """Each token that the reply lists in its first place, with its probability.

    vLLM gives -9999 for "none". ``Unanswered``: nothing is listed, or no probabilities.
    """
    try:
        first = reply["choices"][0]["logprobs"]["content"][0]
        rows = {str(row["token"]): float(row["logprob"]) for row in first["top_logprobs"]}
    except (KeyError, IndexError, TypeError, ValueError):
        raise Unanswered(NO_PROBABILITIES) from None
    if not all(-math.inf <= logarithm <= 1e-3 for logarithm in rows.values()):
        raise Unanswered(NO_PROBABILITIES)
    return [(token, math.exp(logarithm)) for token, logarithm in rows.items()]


def _score(weights: Sequence[float], mass: float) -> LabelScore:
    total = sum(weights)
    return LabelScore(tuple(weight / total for weight in weights), min(1.0, mass))


def schema_format(schema: Mapping[str, Any]) -> Body:
    """Holds a reply to a JSON schema.

    Not ``strict``: OpenAI's strict mode refuses schemas that limit a text's length; servers that
    hold the model to a grammar do so either way.
    """
    shape = {"name": "reply", "strict": False, "schema": schema}
    return {"response_format": {"type": "json_schema", "json_schema": shape}}


def _one_of(labels: Sequence[str]) -> Mapping[str, Any]:
    return objects(reply={"type": "string", "enum": list(labels)})
