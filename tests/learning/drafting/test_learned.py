from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.domain.errors import EngineUnavailable
from autograder.learning.drafting import adapter
from autograder.learning.drafting.base import Base
from autograder.learning.drafting.learned import KNOWN, LearnedWriter, keep_known
from autograder.learning.drafting.settings import DraftingSettings
from tests.learning.drafting.tiny_models import course

SETTINGS = DraftingSettings(rank=2, answer_tokens=16)


@pytest.fixture
def learned(bart: Path, tmp_path: Path) -> Path:
    """An adapter that has learned nothing yet: it writes what its base writes."""
    base = Base.load(bart)
    return adapter.write(adapter.new(base, SETTINGS), base.kind, SETTINGS, False, tmp_path / "own")


def change(folder: Path, **values: object) -> None:
    path = folder / adapter.MADE
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_it_is_checked_by_what_it_wrote_when_it_was_made(bart: Path, learned: Path) -> None:
    questions = course()[:5]
    writer = LearnedWriter(learned, Base.load(bart))
    with pytest.raises(EngineUnavailable, match="to be checked by"):
        writer.check()
    keep_known(learned, questions, writer.write([(each.text, "") for each in questions]))
    assert len(json.loads((learned / KNOWN).read_text())) == 3
    writer.check()
    keep_known(learned, questions, ["Nothing of the kind."] * 5)
    with pytest.raises(EngineUnavailable, match="something else than when it was made"):
        writer.check()


def test_one_taught_without_the_textbook_is_not_shown_it(bart: Path, learned: Path) -> None:
    text = course()[0].text
    writer = LearnedWriter(learned, Base.load(bart))
    assert writer.write([(text, "A passage.")]) == writer.write([(text, "")])
    change(learned, passages=True)
    reading = LearnedWriter(learned, Base.load(bart))
    assert reading.write([(text, "A passage.")]) != writer.write([(text, "")])


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"prompt": "0"}, "another version of AutoGrader"),
        ({"kind": "causal"}, "made for another base than tiny-bart"),
        ({"targets": ["no_such_layer"]}, "made for another base than tiny-bart"),
        ({"rank": 4}, "made for another base than tiny-bart"),
        ({"rank": 100_000}, "drafting.json can't be used"),
        ({"surprise": 1}, "drafting.json can't be used"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(
    bart: Path, learned: Path, values: dict[str, object], reason: str
) -> None:
    change(learned, **values)
    with pytest.raises(EngineUnavailable, match=reason):
        LearnedWriter(learned, Base.load(bart))


def test_an_adapter_of_another_base_is_refused(gpt2: Path, learned: Path) -> None:
    with pytest.raises(EngineUnavailable, match="made for another base than tiny-gpt2"):
        LearnedWriter(learned, Base.load(gpt2))


def test_damaged_weights_are_refused(bart: Path, learned: Path) -> None:
    (learned / adapter.WEIGHTS).write_bytes(b"torn")
    with pytest.raises(EngineUnavailable, match="is damaged"):
        LearnedWriter(learned, Base.load(bart))
