from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import Trainer

from autograder.domain.errors import EngineFailed, InvalidInput, StorageFailed
from autograder.learning.drafting import adapter
from autograder.learning.drafting.base import Base
from autograder.learning.drafting.course import CourseQuestion
from autograder.learning.drafting.judging import LEARNED, NEAREST, UNTAUGHT, Judged, judged
from autograder.learning.drafting.learned import LearnedWriter
from autograder.learning.drafting.prompt import Prompt
from autograder.learning.drafting.rows import IGNORED, tokenised
from autograder.learning.drafting.settings import DraftingSettings
from autograder.learning.drafting.split import split
from autograder.learning.drafting.training import train_drafts
from autograder.learning.drafting.writer import Writer
from autograder.learning.progress import Progress
from tests.learning.drafting.tiny_models import course, embed

TAUGHT, HELD_OUT = split(course(), embed, 0.25)
SETTINGS = DraftingSettings(epochs=8, rate=1e-2, answer_tokens=48, save_every=10)
SHORT = replace(SETTINGS, epochs=2, save_every=3)

KILLED = """
import os, signal, sys
from pathlib import Path
from autograder.learning.progress import Progress
from tests.learning.drafting import test_training as own

class Ends(Progress):
    def tell(self, step):
        super().tell(step)
        if step.step == 5:
            os.kill(os.getpid(), signal.SIGKILL)

work = Path(sys.argv[2])
own.train_drafts(own.TAUGHT, own.SHORT, Path(sys.argv[1]), work, Ends(work))
"""


def taught(base: Path, work: Path, settings: DraftingSettings = SETTINGS) -> Path:
    return train_drafts(TAUGHT, settings, base, work, Progress(work))


def compared(base: Path, finished: Path) -> Judged:
    """The learned model beside its base, by what each writes to held-out questions."""
    asked = [(each.text, each.passage) for each in HELD_OUT]
    loaded = Base.load(base)
    untaught = Writer(loaded, loaded.model, SETTINGS.answer_tokens).write(asked)
    learned = LearnedWriter(finished, loaded).write(asked)
    return judged(TAUGHT, HELD_OUT, {LEARNED: learned, UNTAUGHT: untaught}, embed)


@pytest.mark.parametrize("kind", ["bart", "gpt2"])
def test_what_it_writes_to_unseen_questions_is_better_than_every_baseline(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    base: Path = request.getfixturevalue(kind)
    finished = taught(base, tmp_path)
    found = compared(base, finished)
    assert found.gain()[1] > 0, found.table()
    assert found.best_other == NEAREST
    assert found.metrics["ROUGE-L"] > 0.9
    told = Progress.read(tmp_path)
    assert told[-1].step == told[-1].of == len(told)
    losses = [each.loss for each in told if each.loss is not None]
    assert losses[-1] < losses[0] / 2
    assert sorted(path.name for path in finished.iterdir()) == [adapter.WEIGHTS, adapter.MADE]


def test_a_killed_training_goes_on_and_ends_as_if_it_had_never_stopped(
    bart: Path, tmp_path: Path
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(bart), str(tmp_path / "killed")],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert Progress.read(tmp_path / "killed")[-1].step == 5
    again = taught(bart, tmp_path / "killed", SHORT)
    straight = taught(bart, tmp_path / "straight", SHORT)
    steps = [each.step for each in Progress.read(tmp_path / "killed")]
    assert steps[:5] + steps[5:7] == [1, 2, 3, 4, 5, 4, 5]  # step 3 was saved
    one, other = (load_file(each / adapter.WEIGHTS) for each in (again, straight))
    assert all(torch.equal(one[name], other[name]) for name in other)


def test_a_finished_training_is_not_done_again_and_another_is_refused_its_folder(
    bart: Path, tmp_path: Path
) -> None:
    first = taught(bart, tmp_path, SHORT)
    told = Progress.read(tmp_path)
    assert taught(bart, tmp_path, SHORT) == first
    assert Progress.read(tmp_path) == told
    with pytest.raises(InvalidInput, match="holds another training"):
        taught(bart, tmp_path, replace(SHORT, rank=4))


def test_the_loss_counts_the_answer_only_and_its_end(gpt2: Path) -> None:
    base = Base.load(gpt2)
    prompt = Prompt(base.tokenizer, base.kind)
    [row] = tokenised(course()[:1], prompt, SETTINGS).rows
    counted = [label for label in row["labels"] if label != IGNORED]
    assert counted == prompt.answer(course()[0].answers[0])
    assert counted[-1] == base.tokenizer.eos_token_id
    begun = len(row["labels"]) - len(counted)
    assert row["input_ids"][:begun] == prompt.question(course()[0].text)


def test_a_pair_that_is_too_long_is_named_and_left_out_whole(bart: Path) -> None:
    base = Base.load(bart)
    long = CourseQuestion("Why?", ("Because. " * 200,), where="qa.csv, line 7")
    found = tokenised([*course()[:2], long], Prompt(base.tokenizer, base.kind), SETTINGS)
    assert len(found.rows) == 2
    assert found.too_long[0].startswith("qa.csv, line 7: left out, being too long")


def test_nothing_to_learn_from_is_said(bart: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no question has an answer"):
        train_drafts([], SHORT, bart, tmp_path, Progress(tmp_path))


def failing(monkeypatch: pytest.MonkeyPatch, errors: Sequence[Exception | None]) -> list[int]:
    """Makes training raise one error after another; None lets it run. Gives the rows at once."""
    left, tried = list(errors), list[int]()
    really = Trainer.train

    def train(self: Trainer, **more: object) -> object:
        tried.append(self.args.per_device_train_batch_size)
        if (error := left.pop(0)) is not None:
            raise error
        return really(self, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Trainer, "train", train)
    return tried


def test_where_memory_is_short_it_goes_on_with_half_the_rows_at_once(
    bart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
    tried = failing(monkeypatch, [short, short, None])
    assert taught(bart, tmp_path, SHORT).is_dir()
    assert tried == [8, 4, 2]
    assert any("Memory was short" in each.message for each in Progress.read(tmp_path))


def test_where_not_even_one_row_fits_it_says_what_to_do(
    bart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, [torch.OutOfMemoryError("CUDA out of memory")] * 4)
    with pytest.raises(EngineFailed, match="choose a smaller base model"):
        taught(bart, tmp_path, SHORT)


def test_a_full_disk_is_told_and_room_lets_it_go_on(
    bart: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, [OSError(28, "No space left on device"), None])
    with pytest.raises(StorageFailed, match="goes on where it was saved last"):
        taught(bart, tmp_path, SHORT)
    assert taught(bart, tmp_path, SHORT).is_dir()


def test_the_folder_names_no_place_of_this_machine(bart: Path, tmp_path: Path) -> None:
    told = (taught(bart, tmp_path, SHORT) / adapter.MADE).read_text()
    assert str(tmp_path) not in told
    assert json.loads(told)["kind"] == "seq2seq"
