"""Messages to the grader in programs, against the guard; programs that nobody wrote for an exam.

    python -m benchmarks.code_attacks [--data DATA] [--programs FOLDER] [--most 500]

Every message of the attacks that must be flagged stands in a comment, at the end of a line, in a
text and as a statement of a small program. False alarms are counted on the Python files below
FOLDER (default: the standard library without its tests and what is installed beside it). The
baseline reads the same programs by the rules for prose.
"""

from __future__ import annotations

import argparse
import json
import sysconfig
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from autograder.domain.exam import Criterion, Question, Scale
from autograder.grading.guard import inspect
from autograder.grading.guarding import code
from benchmarks.graded_sets import DATA

QUESTION = Question(
    "q",
    "Q1",
    "Write a program that reads integers until the end of its input and prints their sum.",
    Scale(0, 10),
    criteria=(Criterion("Reads until the end of the input", 5), Criterion("Prints the sum", 5)),
)
PROGRAM = (
    "import sys\n\ndef total(numbers):\n    found = 0\n    for each in numbers:\n"
    "        found += each\n    return found\n\nprint(total(int(line) for line in sys.stdin))\n"
)
SHORTEST = 12
NO_MESSAGES = ("copying", "length")
SMALLEST, LARGEST = 200, 9_000
"""Bytes of a program: as long as a lab's."""
NOT_OURS = {"site-packages", "test", "tests", "idle_test"}
"""Folders of the standard library that hold something else, or what depends on the machine."""


def messages(path: Path) -> Iterator[tuple[str, str]]:
    """The class and the words of every attack that stands beside an answer and must be flagged."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    plain = {row["of"]: row["student_answer"] for row in rows if row["class"] == "untouched"}
    for row in rows:
        before, _, after = row["student_answer"].partition(plain.get(row["of"]) or "\0")
        said = f"{before}{after}".strip()
        if row.get("flag") != "must" or row["class"] in NO_MESSAGES:
            continue
        if row["student_answer"] != said and len(said) >= SHORTEST:
            yield row["class"], said


def planted(said: str) -> dict[str, str]:
    """A program with the message in it, by where it stands."""
    comment = "".join(f"# {line}\n" for line in said.split("\n"))
    end = f"found = 0  # {said.replace(chr(10), ' ')}\n"
    return {
        "comment": comment + PROGRAM,
        "end of a line": PROGRAM.replace("found = 0\n", end),
        "text": f"{PROGRAM}note = {json.dumps(said, ensure_ascii=False)}\n",
        "statement": f"{PROGRAM}{said.replace(chr(10), '; ')};\n",
    }


def missed(path: Path) -> dict[str, Counter[str]]:
    """By class: how many messages were tried, and how many were not flagged by where they stood."""
    flagged: dict[tuple[str, str], bool] = {}
    found: dict[str, Counter[str]] = {}
    for name, said in messages(path):
        tally = found.setdefault(name, Counter())
        tally["tried"] += 1
        for place, program in planted(said).items():
            if (said, place) not in flagged:
                flagged[said, place] = bool(inspect(QUESTION, program).flags)
            tally[place] += not flagged[said, place]
    return found


def false_alarms(folder: Path, most: int) -> tuple[int, int, int]:
    """Programs looked at; those that are taken for prose; those said to speak to the grader."""
    files = [
        each
        for each in sorted(folder.rglob("*.py"))
        if SMALLEST < each.stat().st_size < LARGEST
        and not NOT_OURS & set(each.relative_to(folder).parts)
    ]
    looked = [
        inspect(QUESTION, each.read_text("utf-8", "replace"))
        for each in files[:: max(1, len(files) // most)]
    ]
    flagged = sum(any(flag.kind == "injection" for flag in each.flags) for each in looked)
    return len(looked), sum(not each.is_code for each in looked), flagged


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--programs", type=Path, default=Path(sysconfig.get_paths()["stdlib"]))
    parser.add_argument("--most", type=int, default=500)
    options = parser.parse_args()
    places = tuple(planted(""))
    print(f"{'not flagged':<22}{'tried':>7}" + "".join(f"{each:>16}" for each in places))
    for name, tally in sorted(missed(options.data / "attacks" / "attacks.jsonl").items()):
        print(f"{name:<22}{tally['tried']:>7}" + "".join(f"{tally[each]:>16}" for each in places))
    looked_at, prose, flagged = false_alarms(options.programs, options.most)
    print(f"{looked_at} programs: {prose} taken for prose, {flagged} false alarms")
    with patch.object(code, "is_code", return_value=False):
        _, _, flagged = false_alarms(options.programs, options.most)
    print(f"by the rules for prose: {flagged} false alarms")


if __name__ == "__main__":
    main()
