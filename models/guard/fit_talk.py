"""Fits the weights of ``autograder/grading/guarding/injection.py`` and prints them.

    python models/guard/fit_talk.py --data DATA

Sentences of real answers (``DATA/grading/*.jsonl``) against messages to a grader in our own words
(``attacks.py``). Real answers are taken to hold no such message; the few that do weigh little.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from attacks import PATTERNS, messages
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from autograder.grading.guarding.clean_text import clean
from autograder.grading.guarding.given import Given
from autograder.grading.guarding.injection import features
from autograder.grading.guarding.parts import spans

SETS = (
    "semeval2013_scientsbank",
    "semeval2013_beetle",
    "saf1_english",
    "saf2_english",
    "saf1_german",
    "digiklausur",
    "ads_chinese_dsa",
)
"""Those whose licences let what is trained on them be shipped."""
ANSWERS = 1500  # at most, of each set, so that none outweighs the others
MESSAGES = 40 * len(PATTERNS)
PENALTY = 0.3  # inverse strength of the ridge penalty
RARE = (0.9995, 0.999)  # shares of real sentences below TALKS and MAY_TALK

Sentence = tuple[str, Given]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    real = list(sentences(parser.parse_args().data / "grading"))
    talk = list(zip(messages(MESSAGES), (given for _, given in _spread(real)), strict=True))
    rows = [features(text, given.known) for text, given in (*real, *talk)]
    names = list(rows[0])
    values = np.array([[row[name] for name in names] for row in rows])
    is_talk = np.arange(len(rows)) >= len(real)
    model = LogisticRegression(C=PENALTY, fit_intercept=False, max_iter=5000)
    weights = model.fit(values, is_talk).coef_[0].round(1)
    logits = values @ weights
    print(f"{len(real)} sentences of real answers, {len(talk)} messages")
    print(json.dumps(dict(zip(names, weights.tolist(), strict=True)), indent=4))
    for share in RARE:
        limit = np.quantile(logits[~is_talk], share)
        found = (logits[is_talk] > limit).mean()
        print(f"{share:.2%} of real sentences weigh less than {limit:.2f}, {1 - found:.1%} of talk")


def sentences(folder: Path) -> Iterator[Sentence]:
    """Every sentence of the answers, beside what its question gave; what that says is left out."""
    for name in SETS:
        lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        answers = sorted(map(json.loads, lines), key=_shuffled)[:ANSWERS]
        for answer in answers:
            given = Given(answer["question"], "\n".join(answer["reference_answer"] or ()), "")
            text = clean(answer["student_answer"]).text
            parts = (text[slice(*span)] for span in spans(text))
            yield from ((part, given) for part in parts if not given.says(part))


def _shuffled(answer: dict[str, str]) -> str:
    return hashlib.sha256(answer["id"].encode()).hexdigest()


def _spread(real: list[Sentence]) -> list[Sentence]:
    """As many of them as there are messages, from all sets."""
    return [real[at] for at in np.linspace(0, len(real) - 1, MESSAGES).astype(int)]


if __name__ == "__main__":
    main()
