"""How often the comparison is right about graders whose truth is known.

    python -m benchmarks.comparing [--classes 40] [--draws 1000]

Made-up classes (``tests/learning/comparing/simulated.py``): a new grader beside an ordinary one,
both noisy in their own ways. The grader that is equal but for its noise is the baseline: whatever
is said of it but "no worse" or "can't tell" is chance. Beneath: how often the 95 % intervals of
the gain hold the truth, which is none, for two equal graders.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping

from autograder.learning.comparing import figures
from autograder.learning.comparing.comparison import Comparison, Verdict, compare
from tests.learning.comparing.simulated import (
    ATTACKABLE,
    BETTER,
    BOASTFUL,
    EQUAL,
    LENIENT,
    Style,
    graded,
    held_out,
    tried,
)

STYLES: Mapping[str, Style] = {
    "equal but noisy": EQUAL,
    "truly better": BETTER,
    "lenient": LENIENT,
    "miscalibrated": BOASTFUL,
    "attackable": ATTACKABLE,
}
SIZES = ((5, 30), (10, 30), (24, 30))
"""Held-out questions, and answers to each."""
HELD = (figures.QWK, figures.MAE, figures.BIAS, figures.ECE, figures.CRITERIA, figures.UNMET)


def trial(style: Style, seed: int, size: tuple[int, int], draws: int) -> Comparison:
    examples = held_out(seed, *size)
    ours, theirs = 2 * seed, 2 * seed + 1
    return compare(
        graded(examples, style, ours),
        graded(examples, EQUAL, theirs),
        tried(examples, style, ours, each=max(20, 200 // size[0])),
        tried(examples, EQUAL, theirs, each=max(20, 200 // size[0])),
        draws=draws,
        seed=seed,
    )


def held(trials: list[Comparison]) -> str:
    """How often the interval of the gain holds no gain, figure by figure."""
    shares = []
    for measure in HELD:
        own = [each for found in trials for each in found.figures if each.measure is measure]
        hits = sum(each.gain.low <= 1e-9 and each.gain.high >= -1e-9 for each in own)
        shares.append(f"{measure.name} {hits / len(own):.0%}")
    return ", ".join(shares)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--classes", type=int, default=40)
    parser.add_argument("--draws", type=int, default=1000)
    options = parser.parse_args()
    print(f"{'new grader':<18}{'held out':>10}" + "".join(f"{each:>12}" for each in Verdict))
    for size in SIZES:
        for name, style in STYLES.items():
            trials = [trial(style, seed, size, options.draws) for seed in range(options.classes)]
            counted = Counter(each.verdict for each in trials)
            cells = "".join(f"{counted[each] / len(trials):>12.0%}" for each in Verdict)
            print(f"{name:<18}{size[0]:>4} x {size[1]:<3}{cells}", flush=True)
            if style is EQUAL:
                print(f"{'':<18}intervals that hold the truth: {held(trials)}", flush=True)


if __name__ == "__main__":
    main()
