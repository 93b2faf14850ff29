"""Adapters put on and taken off while the base stays loaded."""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder import plugins
from autograder.grading.graders.llama import LlamaGrader
from tests.grading.llama.tiny import ANSWERS, QUESTION, build, gap, settings


def test_another_adapter_gives_other_marks_and_taking_it_off_the_old_ones(
    grader: LlamaGrader, tiny_adapter: Path
) -> None:
    base, bare = grader.maker, grader.grade(QUESTION, ANSWERS)
    grader.use_adapter(tiny_adapter)
    worn = grader.grade(QUESTION, ANSWERS)
    assert gap(bare, worn) > 0.05
    assert grader.maker.adapter.startswith("strict@")
    assert {each.maker for each in worn} == {grader.maker}
    grader.use_adapter(tiny_adapter)
    assert grader.grade(QUESTION, ANSWERS) == worn
    grader.use_adapter(None)
    assert grader.grade(QUESTION, ANSWERS) == bare
    assert grader.maker == base


def test_one_adapter_replaces_the_other(
    grader: LlamaGrader, tiny_base: Path, tiny_adapter: Path, tmp_path: Path
) -> None:
    from tests.grading import tiny_llama

    grader.use_adapter(tiny_adapter)
    first = grader.grade(QUESTION, ANSWERS)
    grader.use_adapter(tiny_llama.build_adapter(tmp_path / "mild", tiny_base, seed=2))
    second = grader.grade(QUESTION, ANSWERS)
    assert gap(first, second) > 0.05
    grader.use_adapter(None)
    grader.use_adapter(tmp_path / "mild")
    assert grader.grade(QUESTION, ANSWERS) == second


def test_the_adapter_of_the_settings_is_put_on(
    tiny_base: Path, tiny_adapter: Path, tmp_path: Path
) -> None:
    assert build(tiny_base, adapter=tiny_adapter).maker.adapter.startswith("strict@")
    shutil.copytree(tiny_adapter, tmp_path / "adapters" / "mine")
    kept = settings(tiny_base, adapter=Path("mine")).model_copy(update={"models": tmp_path})
    assert plugins.grader("llama", kept).maker.adapter.startswith("mine@")
