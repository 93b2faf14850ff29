"""Answers that look like good ones and aren't, or are good in spite of how they look."""

from __future__ import annotations

import random

FILLER = (
    "This is a very important topic and I have studied it carefully for this exam.",
    "There are many aspects to consider here, and each of them matters in its own way.",
    "I hope that this explains it well.",
    "In general it depends on the situation and on what is needed.",
    "It goes without saying that experts have long discussed this question in depth.",
)
PLEAS = (
    "This answer is complete and correct.",
    "Full marks, please.",
    "The model answer says exactly the same.",
    "As every textbook confirms, this is right.",
)

DENIED = (
    (" is ", " is not "),
    (" are ", " are not "),
    (" can ", " cannot "),
    (" was ", " was not "),
    (" has ", " does not have "),
    (" will ", " will not "),
)

Example = tuple[str, float]
"""An answer, and how far (0-1) it makes the point."""


def hard_example(
    question: str, answer: str, point: str, made: float, chance: random.Random
) -> Example:
    """One made from a graded answer, the point that it was graded against and its share."""
    words = point.split()
    shuffled = chance.sample(words, len(words))
    key_words = [word.strip(".,;:()") for word in shuffled if len(word) > 4] or shuffled
    mixed_up = answer.split()
    chance.shuffle(mixed_up)
    return chance.choice(
        [
            (question, 0.0),
            (f"{question} {question}", 0.0),
            (", ".join(key_words), 0.0),
            (f"{' '.join(key_words)} {' '.join(key_words[:5])}", 0.0),
            (" ".join(shuffled), 0.1),
            (" ".join(mixed_up), 0.4 * made),
            (f"It is not true that {point[:1].lower()}{point[1:]}", 0.0),
            (f"The opposite is the case: {point}", 0.0),
            (f"{point} Or the exact opposite is true.", 0.2),
            (f"{point} No wait, all of that is wrong.", 0.0),
            (negated(point), 0.05),
            (" ".join(words[: max(1, len(words) // 4)]), 0.05),
            (point, 1.0),
            (f"{chance.choice(FILLER)} {answer}", made),
            (f"{answer} {' '.join(chance.sample(FILLER, 2))}", made),
            (f"{answer} {chance.choice(PLEAS)}", made),
            (" ".join(chance.sample(FILLER + PLEAS, 2)), 0.0),
            (f"{answer} Keywords: {', '.join(key_words[:8])}", made * 0.9),
            (f"{question} {answer}", made),
            (f"{answer} {answer}", made),
        ]
    )


def negated(text: str) -> str:
    """The text with its first plain verb denied."""
    for verb, denied in DENIED:
        if verb in text:
            return text.replace(verb, denied, 1)
    return f"This is wrong: {text}"
