"""The pairs that the cross-encoder is trained on: an answer, a point, and whether it makes it.

Only sets whose licence lets a model that was trained on them be shipped (see README.md).
"""

from __future__ import annotations

import json
import random
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from autograder.learning.encoding.hard_examples import hard_example
from autograder.learning.encoding.pairs import Pair

NLI = {
    "argkp": 13000,
    "snli": 40000,
    "multinli": 20000,
    "wanli": 15000,
    "cad_snli": 10500,
    "scitail": 3400,
    "entailment_bank": 7000,
    "qasc_facts": 3700,
    "openbookqa": 3000,
    "fever": 8000,
    "fever_symmetric": 1400,
    "fm2": 2500,
    "conjnli": 6000,
    "negation_nli": 3000,
    "propsegment": 1000,
    "breaking_nli": 1500,
    "med": 1500,
    "help": 800,
    "dnc_open": 800,
    "hans_regen": 700,
}
"""How many pairs of each entailment set; made by template: few."""

GRADED = {
    "semeval2013_scientsbank": 1.0,
    "semeval2013_beetle": 1.0,
    "saf1_english": 1.0,
    "saf2_english": 0.7,
    "digiklausur": 1.0,
}
"""The graded sets, with the share of their training answers that is used."""

NOISY = {"entailment_bank": 0.1, "qasc_facts": 0.1, "openbookqa": 0.15}
"""Sets labelled by rule: how far their labels are drawn towards not knowing."""
MOST_CHARACTERS = 320  # of an entailment pair; longer ones cost more time than they teach
HELD_BACK = 6  # every sixth question is kept from the network: the heads are fitted on those


def held_back(question_id: str) -> bool:
    """Whether the network never sees this question, so that the heads can be fitted on it."""
    return zlib.crc32(question_id.encode()) % HELD_BACK == 0


def rows(path: Path) -> list[dict]:
    """The objects of a JSON-lines file."""
    return [json.loads(line) for line in path.open(encoding="utf-8")]


def entailment(folder: Path, seed: int) -> list[Pair]:
    """A mix of the entailment sets: entailment makes the point, neutral and contradiction don't."""
    chance = random.Random(seed)
    mixed: list[Pair] = []
    for name, wanted in NLI.items():
        found = [
            row
            for row in rows(folder / f"{name}.jsonl")
            if len(row["premise"]) + len(row["hypothesis"]) <= MOST_CHARACTERS
        ]
        chance.shuffle(found)
        made = [row for row in found if row["label"] == "entailment"][: wanted * 2 // 5]
        not_made = [row for row in found if row["label"] != "entailment"][: wanted * 3 // 5]
        mixed += [_entailed(row, NOISY.get(name, 0.0)) for row in made + not_made]
    chance.shuffle(mixed)
    return mixed


def _entailed(row: dict, noise: float) -> Pair:
    made = 1 - noise if row["label"] == "entailment" else noise
    known = not row.get("two_way") and not noise
    kind = {"entailment": 0, "neutral": 1, "contradiction": 2}[row["label"]] if known else 0
    return Pair(row["premise"], row["hypothesis"], made, kind)


def graded(folder: Path, seed: int, without: str = "") -> list[Pair]:
    """Answers against their reference answers, with hard negatives, but for held-back questions.

    ``without`` names a set to leave out, to see what the others teach about it.
    """
    chance = random.Random(seed)
    pairs: list[Pair] = []
    for name, share in GRADED.items():
        found = [] if name == without else _training_rows(folder / f"{name}.jsonl")
        others = [row["student_answer"] for row in found]
        for row in found:
            if chance.random() < share:
                pairs += _of_answer(row, others, chance)
    chance.shuffle(pairs)
    return pairs


def _training_rows(path: Path) -> list[dict]:
    return [
        row
        for row in rows(path)
        if row["split"] in ("train", "cv")
        and row["reference_answer"]
        and not held_back(row["question_id"])
    ]


def _of_answer(row: dict, others: list[str], chance: random.Random) -> Iterator[Pair]:
    answer, made = row["student_answer"], row["score"] / row["max_score"]
    point = _nearest(answer, row["reference_answer"], made, chance)
    kind = 2 if row.get("label") == "contradictory" else 1 if row.get("label_2way") else 0
    yield Pair(answer, point, made, kind if made == 0 else 0)
    if chance.random() < 0.3:
        other = chance.choice(others)
        low = hard_example(row["question"], answer, point, made, chance)
        yield Pair(other, point, 0.0, 1) if chance.random() < 0.08 else Pair(low[0], point, low[1])


def _nearest(answer: str, references: list[str], made: float, chance: random.Random) -> str:
    """Of alternative reference answers a right answer meets the one whose words it shares most."""
    if made == 0.0 and chance.random() < 0.5:
        return chance.choice(references)
    words = set(answer.lower().split())
    return max(
        references, key=lambda each: len(words & set(each.lower().split())) / len(each) ** 0.5
    )
