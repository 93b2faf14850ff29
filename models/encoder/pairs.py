"""The pairs that the cross-encoder is trained on: an answer, a point, and whether it makes it.

Only sets whose licence lets a model that was trained on them be shipped (see README.md).
"""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NLI = {
    "argkp": 9000,
    "wanli": 4000,
    "cad_snli": 2500,
    "snli": 3000,
    "multinli": 3000,
    "scitail": 3400,
    "entailment_bank": 3500,
    "qasc_facts": 1500,
    "fever": 2500,
    "fever_symmetric": 1000,
    "fm2": 1000,
    "conjnli": 1500,
    "negation_nli": 1500,
    "propsegment": 800,
    "breaking_nli": 500,
    "med": 500,
    "hans_regen": 300,
}
"""How many pairs of each entailment set; made by template: few."""

GRADED = {
    "semeval2013_scientsbank": 1.0,
    "semeval2013_beetle": 0.8,
    "saf1_english": 1.0,
    "saf2_english": 0.8,
    "digiklausur": 1.0,
}
"""The graded sets, with the share of their training answers that is used."""

NOISY = {"entailment_bank": (0.1, 0.9), "qasc_facts": (0.1, 0.9)}
HELD_BACK = 4  # every fourth question is kept from the network: the heads are fitted on those


@dataclass(frozen=True, slots=True)
class Pair:
    """``label`` 0-1: the probability or share to which ``answer`` makes ``point``."""

    answer: str
    point: str
    label: float


def held_back(question_id: str) -> bool:
    """Whether the network never sees this question, so that the heads can be fitted on it."""
    return zlib.crc32(question_id.encode()) % HELD_BACK == 0


def rows(path: Path) -> list[dict]:
    """The objects of a JSON-lines file."""
    return [json.loads(line) for line in path.open(encoding="utf-8")]


def entailment(folder: Path, seed: int) -> list[Pair]:
    """A mix of the entailment sets, contradiction and neutral both counted as "not made"."""
    chance = random.Random(seed)
    mixed: list[Pair] = []
    for name, wanted in NLI.items():
        found = rows(folder / f"{name}.jsonl")
        chance.shuffle(found)
        low, high = NOISY.get(name, (0.0, 1.0))
        made = [row for row in found if row["label"] == "entailment"]
        not_made = [row for row in found if row["label"] != "entailment"]
        chosen = made[: wanted * 2 // 5] + not_made[: wanted * 3 // 5]
        mixed += [
            Pair(row["premise"], row["hypothesis"], high if row["label"] == "entailment" else low)
            for row in chosen
        ]
    chance.shuffle(mixed)
    return mixed


def graded(folder: Path, seed: int) -> list[Pair]:
    """Answers against their reference answers, with hard negatives, but for held-back questions."""
    chance = random.Random(seed)
    pairs: list[Pair] = []
    for name, share in GRADED.items():
        found = [
            row
            for row in rows(folder / f"{name}.jsonl")
            if row["split"] in ("train", "cv")
            and row["reference_answer"]
            and not held_back(row["question_id"])
        ]
        others = [row["student_answer"] for row in found]
        for row in found:
            if chance.random() < share:
                pairs += _of_answer(row, others, chance)
    chance.shuffle(pairs)
    return pairs


def _of_answer(row: dict, others: list[str], chance: random.Random) -> Iterator[Pair]:
    answer, label = row["student_answer"], row["score"] / row["max_score"]
    point = _nearest(answer, row["reference_answer"], label, chance)
    yield Pair(answer, point, label)
    if chance.random() < 0.35:
        yield hard_example(row, point, chance.choice(others), label, chance)


def _nearest(answer: str, references: list[str], label: float, chance: random.Random) -> str:
    """Of alternative reference answers a right answer meets the one whose words it shares most."""
    if label == 0.0 and chance.random() < 0.5:
        return chance.choice(references)
    words = set(answer.lower().split())
    return max(
        references, key=lambda each: len(words & set(each.lower().split())) / len(each) ** 0.5
    )


FILLER = (
    "This is a very important topic and I have studied it carefully for this exam.",
    "There are many aspects to consider here, and each of them matters in its own way.",
    "I hope that this explains it well.",
    "In general it depends on the situation and on what is needed.",
)


def hard_example(row: dict, point: str, other: str, label: float, chance: random.Random) -> Pair:
    """An answer that looks like one and isn't, or is one in spite of how it looks."""
    answer, question = row["student_answer"], row["question"]
    words = point.split()
    shuffled = chance.sample(words, len(words))
    long_words = [word.strip(".,;:()") for word in shuffled if len(word) > 4]
    mixed_up = answer.split()
    chance.shuffle(mixed_up)
    kinds = [
        Pair(other, point, 0.0),
        Pair(question, point, 0.0),
        Pair(", ".join(long_words) or other, point, 0.0),
        Pair(" ".join(shuffled), point, 0.1),
        Pair(" ".join(mixed_up), point, 0.4 * label),
        Pair(f"It is not true that {point[:1].lower()}{point[1:]}", point, 0.0),
        Pair(f"The opposite is the case: {point}", point, 0.0),
        Pair(f"{point} Or the exact opposite is true.", point, 0.2),
        Pair(f"{point} No wait, all of that is wrong.", point, 0.0),
        Pair(_negated(point), point, 0.05),
        Pair(" ".join(words[: max(1, len(words) // 4)]), point, 0.05),
        Pair(point, point, 1.0),
        Pair(f"{chance.choice(FILLER)} {answer}", point, label),
        Pair(f"{answer} {chance.choice(FILLER)}", point, label),
        Pair(" ".join(chance.sample(FILLER, 2)), point, 0.0),
        Pair(f"{answer} Keywords: {', '.join(long_words[:8])}", point, label * 0.9),
        Pair(f"{question} {answer}", point, label),
    ]
    return chance.choice(kinds)


def _negated(text: str) -> str:
    for verb, negation in (
        (" is ", " is not "),
        (" are ", " are not "),
        (" can ", " cannot "),
        (" was ", " was not "),
        (" has ", " does not have "),
        (" will ", " will not "),
    ):
        if verb in text:
            return text.replace(verb, negation, 1)
    return f"This is wrong: {text}"
