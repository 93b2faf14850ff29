from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

from transformers import AutoTokenizer

from autograder.grading import prompt
from autograder.grading.language.chat import Chat
from autograder.learning.examples import check, split
from benchmarks.curves import svg, thinned
from benchmarks.planted import VERBS, base, planted, shuffled

EXAMPLES = planted(24, 12)


def test_the_mark_follows_from_the_verb_and_from_nothing_else() -> None:
    for each in EXAMPLES:
        [said] = [word for word in each.text.split() if any(word in verbs for verbs in VERBS)]
        assert said in VERBS[int(each.mark)]
    words = Counter((word, each.mark) for each in EXAMPLES for word in each.text.split()[2:3])
    assert len({mark for _, mark in words}) == len(VERBS)


def test_shuffled_marks_are_the_same_marks_on_other_answers() -> None:
    other = shuffled(EXAMPLES)
    assert [each.text for each in other] == [each.text for each in EXAMPLES]
    assert Counter(each.mark for each in other) == Counter(each.mark for each in EXAMPLES)
    moved = sum(one.mark != two.mark for one, two in zip(EXAMPLES, other, strict=True))
    assert moved > len(EXAMPLES) / 2


def test_both_can_be_trained_on_and_leave_enough_to_compare_on() -> None:
    for examples in (EXAMPLES, shuffled(EXAMPLES)):
        assert not [each for each in check(examples) if each.stops]
        parts = split(examples, held_out=0.3)
        assert len(parts.held_out) >= 50
        assert len({each.question.id for each in parts.held_out}) >= 5
        taught = {word for each in parts.train for word in each.text.split()}
        assert taught >= {verb for verbs in VERBS for verb in verbs}


def test_the_base_is_one_that_grading_can_use(tmp_path: Path) -> None:
    folder = base(tmp_path / "tiny", steps=1)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    chat = Chat(tokenizer)
    assert len(set(chat.labels(prompt.LABELS))) == len(prompt.LABELS)


def test_curves_are_drawn_and_thinned_to_their_ends() -> None:
    curve = [(step, 1 / (step + 1)) for step in range(40)]
    drawn = ElementTree.fromstring(svg({"Loss": {"a < b": curve, "none": []}}))
    assert len(drawn.findall(".//{*}polyline")) == 1
    assert "a < b" in [each.text for each in drawn.findall(".//{*}text")]
    kept = thinned(curve)
    assert (kept[0], kept[-1], len(kept)) == (curve[0], curve[-1], 12)
    assert all(one[0] < two[0] for one, two in pairwise(kept))
